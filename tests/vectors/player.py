"""Plays a case of the token and error vectors against the Python package. README.md describes the format.

It needs only the standard library and grantmint, so that every interpreter can load it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import grantmint
from grantmint import AccessToken, AccessTokenGrant, GrantmintError, Issuer

FOLDER = Path(__file__).parent
OPTIONS = ("identity", "nbf", "ttl", "valid_until", "region", "jti")


class CustomGrant(AccessTokenGrant):
    """A grant with any key and payload."""

    def __init__(self, key: str, payload: dict[str, Any]) -> None:
        self._key = key
        self._payload = payload

    @property
    def key(self) -> str:
        return self._key

    def to_payload(self) -> dict[str, Any]:
        return self._payload


def read(file: str) -> list[dict[str, Any]]:
    """Reads the cases of a file of this folder."""
    cases: list[dict[str, Any]] = json.loads((FOLDER / file).read_text(encoding="utf-8"))["cases"]
    return cases


def credentials_of(case: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Returns account SID, key SID and secret."""
    return case.get("account_sid"), case.get("key_sid"), case.get("secret")


def given(case: dict[str, Any], *names: str) -> dict[str, Any]:
    """Returns the named members that a case has, with grants as objects."""
    options = {name: case[name] for name in names if name in case}
    if isinstance(options.get("grants"), list):
        options["grants"] = [grant_of(grant) for grant in options["grants"]]
    return options


def grant_of(described: Any) -> Any:
    """Creates the grant that an object with one member describes. Any other value is passed unchanged."""
    if not isinstance(described, dict) or len(described) != 1:
        return described
    [(name, fields)] = described.items()
    return {**vars(grantmint), "custom": CustomGrant}[name](**fields)


def sign(case: dict[str, Any]) -> str:
    """Signs an `AccessToken` with all values of the case."""
    token = AccessToken(*credentials_of(case), **given(case, *OPTIONS, "grants"))
    return token.to_jwt(**given(case, "algorithm", "now"))


def mint(case: dict[str, Any]) -> str:
    """Mints with an `Issuer`.

    The case's `ttl` and `grants` are the issuer's; those of its `mint` are the token's.
    """
    issuer = Issuer(*credentials_of(case), **given(case, "region", "algorithm", "ttl", "grants"))
    options = given(case, "nbf", "jti", "now") | given(case.get("mint", {}), "ttl", "grants")
    identity: Any = case.get("identity")
    return issuer.mint(identity, **options)


def rejects(case: dict[str, Any]) -> None:
    """Checks that a case of bad input raises its code, field and message."""
    expected = case["error"]
    try:
        (sign if case["via"] == "AccessToken" else mint)(case)
    except GrantmintError as error:
        raised = error
    else:
        raise AssertionError(f"not rejected: {expected['code']}")
    # The official class calls the key's SID `signing_key_sid`.
    spelled = {"key_sid": "signing_key_sid"} if case["via"] == "AccessToken" else {}
    field = spelled.get(expected["field"], expected["field"])
    assert (raised.code, raised.field) == (expected["code"], field), f"{raised.code} {raised.field}"
    if expected["message"] is not None:
        message = re.sub(r"\{(\w+)\}", lambda name: spelled.get(name[1], name[1]), expected["message"])
        assert str(raised) == message, str(raised)
