"""Plays a case in Python, with grantmint's classes or with those of the official package."""

from __future__ import annotations

import re
from typing import Any

import player
from cases import Case
from grantmint import GrantmintError


def grants_of(described: list[Any], library: Any) -> list[Any]:
    return [grant_of(grant, library) for grant in described]


def grant_of(described: Case, library: Any) -> Any:
    [(name, fields)] = described.items()
    return custom(library, **fields) if name == "custom" else getattr(library, name)(**fields)


def custom(library: Any, key: Any, payload: Any) -> Any:
    class Custom(library.AccessTokenGrant):  # type: ignore[misc]
        def to_payload(self) -> Any:
            return payload

    Custom.key = property(lambda self: key)
    return Custom()


def mint(case: Case) -> str:
    """Returns the token that grantmint makes of a case."""
    return player.sign(case) if case["via"] == "AccessToken" else player.mint(case)


def outcome(case: Case) -> dict[str, Any]:
    """Returns the token or the error in the form that every language reports."""
    try:
        return {"token": mint(case)}
    except GrantmintError as error:
        # Python's AccessToken has the official name for this field.
        field = re.sub(r"^signing_key_sid$", "key_sid", error.field or "") or None
        return {"code": error.code, "field": field}
