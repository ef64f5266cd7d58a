"""Plays the shared vectors: ``python vectors.py <folder of the vectors>``.

It needs only the standard library and grantmint, so that a fresh environment with only the wheel can run it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

sys.path.insert(0, sys.argv[1])

import player

failures: list[str] = []
passed = 0


def main() -> int:
    # Some titles contain characters that a terminal's encoding may lack.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    for title, run in player.checks():
        check(title, run)
    check("in threads", all_in_threads)
    print(*failures[:20], sep="\n", end="\n" if failures else "")
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


def all_in_threads() -> None:
    """Checks the tokens that four threads sign at the same time."""
    cases = player.read("tokens.json")
    expected = [case["token"] for case in cases] * 4
    wrong = [pair for pair in zip(in_threads(cases), expected, strict=True) if pair[0] != pair[1]]
    assert not wrong, wrong[0]


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
