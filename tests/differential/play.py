"""How a case is played in Python, with grantmint's classes or with those of the official package."""

from __future__ import annotations

import re
from typing import Any

import grantmint
from cases import Case
from grantmint import AccessToken, GrantmintError, Issuer

OPTIONS = ("identity", "ttl", "nbf", "valid_until", "region", "jti")


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


def given(case: Case, *names: str) -> dict[str, Any]:
    return {name: case[name] for name in names if name in case}


def mint(case: Case) -> str:
    """The token that grantmint makes of a case."""
    credentials = case["account_sid"], case["key_sid"], case["secret"]
    grants = grants_of(case["grants"], grantmint)
    if case["via"] == "AccessToken":
        token = AccessToken(*credentials, grants, **given(case, *OPTIONS))
        return token.to_jwt(**given(case, "algorithm", "now"))
    issuer = Issuer(*credentials, grants=grants, **given(case, "ttl", "region", "algorithm"))
    own = dict(case.get("mint", {}))
    if "grants" in own:
        own["grants"] = grants_of(own["grants"], grantmint)
    return issuer.mint(case["identity"], **given(case, "nbf", "jti", "now"), **own)


def outcome(case: Case) -> dict[str, Any]:
    """The token or the error, as every language reports it."""
    try:
        return {"token": mint(case)}
    except GrantmintError as error:
        # Python's AccessToken, like the official one, has a name of its own for it.
        field = re.sub(r"^signing_key_sid$", "key_sid", error.field or "") or None
        return {"code": error.code, "field": field}
