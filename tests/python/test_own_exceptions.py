"""An exception of the caller's own code passes through unchanged, wherever grantmint runs that code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import grantmint
from credentials import ACCOUNT_SID, KEY_SID, SECRET
from grantmint.access_token import AccessToken

ISSUER = grantmint.Issuer(ACCOUNT_SID, KEY_SID, SECRET, grants=[grantmint.VideoGrant(room="daily")])
RAISED = [TypeError("mine"), AttributeError("mine"), ValueError("mine"), RuntimeError(), KeyboardInterrupt()]


def raising(error: BaseException) -> Callable[..., Any]:
    def method(*args: object) -> Any:
        raise error

    return method


def listing(error: BaseException) -> Any:
    return type("Listing", (), {"__iter__": raising(error), "__len__": raising(error)})()


def mapping(error: BaseException) -> Any:
    return type("Own", (dict,), {"items": raising(error)})(a=1)


def shown(base: Any, name: str, error: BaseException) -> Any:
    """Returns a subclass whose property raises."""
    return type("Shown", (base,), {name: property(raising(error), lambda self, value: None)})


def token(*grants: Any, of: Any = AccessToken, **options: Any) -> str:
    jwt: str = of(ACCOUNT_SID, KEY_SID, SECRET, grants=list(grants), **options).to_jwt()
    return jwt


PLACES: dict[str, Callable[[BaseException], Any]] = {
    "identities of mint_many": lambda error: ISSUER.mint_many(listing(error)),
    "grants of a token": lambda error: AccessToken(ACCOUNT_SID, KEY_SID, SECRET, grants=listing(error)),
    "grants of an issuer": lambda error: grantmint.Issuer(
        ACCOUNT_SID, KEY_SID, SECRET, grants=listing(error)
    ),
    "grants of mint": lambda error: ISSUER.mint("alice", grants=listing(error)),
    "keys of a verifier": lambda error: grantmint.Verifier(mapping(error)),
    "items of parameters": lambda error: token(grantmint.PlaybackGrant(mapping(error))),
    "identity": lambda error: token(of=shown(AccessToken, "identity", error)),
    "issuer": lambda error: token(of=shown(AccessToken, "issuer", error)),
    "secret_key": lambda error: token(of=shown(AccessToken, "secret_key", error)),
    "payload": lambda error: token(of=shown(AccessToken, "payload", error)),
    "headers": lambda error: token(of=shown(AccessToken, "headers", error)),
    "field of a grant": lambda error: token(shown(grantmint.VideoGrant, "room", error)()),
    "field of a grant, in an issuer": lambda error: ISSUER.mint(
        "alice", grants=[shown(grantmint.VideoGrant, "room", error)()]
    ),
    "key of a grant": lambda error: token(shown(grantmint.VideoGrant, "key", error)()),
}


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("place", PLACES)
def test_an_exception_passes_through(place: str, error: BaseException) -> None:
    with pytest.raises(type(error)) as caught:
        PLACES[place](error)
    assert caught.value is error
