"""Plays the shared vectors: ``python vectors.py <folder of the vectors>``.

It needs only the standard library and grantmint, so that a fresh environment with only the wheel can run it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

sys.path.insert(0, sys.argv[1])

import player

failures: list[str] = []
passed = 0


def main() -> int:
    tokens = player.read("tokens.json")
    for case in tokens:
        check(case["title"], partial(minted, case))
    for file in ("errors.json", "errors_surrogates.json"):
        for case in player.read(file):
            if case.get("python", True):
                check(case["title"], partial(player.rejects, case))
    check("in threads", lambda: same(in_threads(tokens), [case["token"] for case in tokens] * 4))
    print(*failures[:20], sep="\n", end="\n" if failures else "")
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


def minted(case: dict[str, Any]) -> None:
    same(player.sign(case), case["token"])


def in_threads(cases: list[dict[str, Any]]) -> list[str]:
    """Signs all cases in each of four threads at the same time."""
    tokens: list[list[str]] = [[] for _ in range(4)]
    workers = [
        threading.Thread(target=lambda mine=mine: mine.extend(map(player.sign, cases))) for mine in tokens
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [token for mine in tokens for token in mine]


def same(actual: object, expected: object) -> None:
    assert actual == expected, f"\n  expected {expected!r}\n  found    {actual!r}"


def check(title: str, run: Callable[[], None]) -> None:
    global passed
    try:
        run()
    except Exception as error:
        failures.append(f"{title}: {type(error).__name__}: {error}")
    else:
        passed += 1


if __name__ == "__main__":
    sys.exit(main())
