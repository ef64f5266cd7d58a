"""Plays the shared vectors: ``python vectors.py <folder of the vectors>``.

Nothing but the standard library and grantmint, so that a fresh environment with only the wheel can run it.
../vectors/README.md describes the members of a case.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import grantmint
from grantmint import AccessToken, AccessTokenGrant, GrantmintError, Issuer

VECTORS = Path(sys.argv[1])
failures: list[str] = []
passed = 0


class CustomGrant(AccessTokenGrant):
    def __init__(self, key: str, payload: dict[str, Any]) -> None:
        self._key = key
        self._payload = payload

    @property
    def key(self) -> str:
        return self._key

    def to_payload(self) -> dict[str, Any]:
        return self._payload


def main() -> int:
    tokens = read("tokens.json")
    for case in tokens:
        check(case["title"], partial(minted, case))
    for file in ("errors.json", "errors_surrogates.json"):
        for case in read(file):
            if case.get("python", True):
                check(case["title"], partial(refused, case))
    check("in threads", lambda: same(in_threads(tokens), [case["token"] for case in tokens] * 4))
    print(*failures[:20], sep="\n", end="\n" if failures else "")
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


def access_token(case: dict[str, Any]) -> str:
    credentials: tuple[Any, Any, Any] = case.get("account_sid"), case.get("key_sid"), case.get("secret")
    options = given(case, "identity", "ttl", "nbf", "valid_until", "region", "jti", "grants")
    return AccessToken(*credentials, **options).to_jwt(**given(case, "algorithm", "now"))


def mint(case: dict[str, Any]) -> str:
    """The case's `ttl` and `grants` are the issuer's, those of its `mint` the one token's."""
    credentials: tuple[Any, Any, Any] = case.get("account_sid"), case.get("key_sid"), case.get("secret")
    issuer = Issuer(*credentials, **given(case, "region", "algorithm", "ttl", "grants"))
    options = given(case, "nbf", "jti", "now") | given(case.get("mint", {}), "ttl", "grants")
    identity: Any = case.get("identity")
    return issuer.mint(identity, **options)


def given(case: dict[str, Any], *names: str) -> dict[str, Any]:
    options = {name: case[name] for name in names if name in case}
    if isinstance(options.get("grants"), list):
        options["grants"] = [grant_of(grant) for grant in options["grants"]]
    return options


def grant_of(described: Any) -> Any:
    """The grant that an object with one member describes; anything else is passed as it is."""
    if not isinstance(described, dict) or len(described) != 1:
        return described
    [(name, fields)] = described.items()
    return {**vars(grantmint), "custom": CustomGrant}[name](**fields)


def minted(case: dict[str, Any]) -> None:
    same(access_token(case), case["token"])


def refused(case: dict[str, Any]) -> None:
    error = case["error"]
    spelt = {"key_sid": "signing_key_sid"} if case["via"] == "AccessToken" else {}
    try:
        (access_token if case["via"] == "AccessToken" else mint)(case)
    except GrantmintError as found:
        same((found.code, found.field), (error["code"], spelt.get(error["field"], error["field"])))
        if error["message"] is not None:
            same(str(found), re.sub(r"\{(\w+)\}", lambda name: spelt.get(name[1], name[1]), error["message"]))
    else:
        raise AssertionError(f"not refused: {error['code']}")


def in_threads(cases: list[dict[str, Any]]) -> list[str]:
    """All of them in each of four threads at the same time."""
    tokens: list[list[str]] = [[] for _ in range(4)]
    workers = [
        threading.Thread(target=lambda mine=mine: mine.extend(map(access_token, cases))) for mine in tokens
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [token for mine in tokens for token in mine]


def read(file: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((VECTORS / file).read_text(encoding="utf-8"))["cases"]
    return cases


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
