"""Any argument results in a value or in an error that names the problem, never in a bug or a crash."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials import ACCOUNT_SID, KEY_SID, NOW, SECRET, SERVICE_SID
from grantmint import (
    AccessToken,
    ChatGrant,
    GrantmintError,
    Issuer,
    PlaybackGrant,
    SyncGrant,
    TokenError,
    Verifier,
    VideoGrant,
    VoiceGrant,
    inspect,
)

# `make boundary` sets a much larger number.
CASES = int(os.environ.get("GRANTMINT_CASES", "400"))

TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXT
    | st.binary(max_size=40)
    | st.builds(object)
    | st.sampled_from([int, 2**63, -(2**63) - 1, 10**400, "AC", SECRET, KEY_SID, SERVICE_SID, "HS256", NOW])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(TEXT | st.integers(), inner, max_size=3)
        | st.builds(bytearray, st.binary())
    ),
    max_leaves=6,
)
GRANT = st.one_of(
    st.builds(SyncGrant, ANYTHING),
    st.builds(ChatGrant, ANYTHING, ANYTHING),
    st.builds(VideoGrant, ANYTHING),
    st.builds(VoiceGrant, ANYTHING, ANYTHING, ANYTHING),
    st.builds(PlaybackGrant, ANYTHING),
)
MAYBE = ANYTHING | st.just(SECRET) | st.lists(GRANT, max_size=2)


def tried(call: Callable[[], object]) -> object:
    """Returns the result, or `None` if the call raised an error about its input."""
    try:
        return call()
    except GrantmintError as error:
        told_off = error
    assert told_off.code != "internal", told_off
    assert str(told_off)
    return None


def options(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, MAYBE))


@settings(max_examples=CASES, deadline=None)
@given(
    MAYBE, MAYBE, MAYBE, options("grants", "identity", "nbf", "ttl", "valid_until", "region", "jti"), MAYBE
)
def test_an_access_token(account: Any, key: Any, secret: Any, given: dict[str, Any], ttl: Any) -> None:
    tried(lambda: AccessToken(account, key, secret, **given).to_jwt(ttl))
    tried(lambda: AccessToken(ACCOUNT_SID, KEY_SID, SECRET, **given).to_jwt())


@settings(max_examples=CASES, deadline=None)
@given(options("grants", "ttl", "region", "algorithm"), options("grants", "ttl", "nbf", "jti", "now"), MAYBE)
def test_an_issuer(made: dict[str, Any], given: dict[str, Any], identity: Any) -> None:
    made.setdefault("grants", [VideoGrant()])
    issuer: Any = tried(lambda: Issuer(ACCOUNT_SID, KEY_SID, SECRET, **made)) or Issuer(
        ACCOUNT_SID, KEY_SID, SECRET, grants=[VideoGrant()]
    )
    tried(lambda: issuer.mint(identity, **given))
    tried(lambda: issuer.issue("alice", **given))
    given.pop("jti", None)
    tried(lambda: issuer.mint_many(identity, **given))
    tried(lambda: issuer.mint_many([identity], threads=2, **given))


@settings(max_examples=CASES, deadline=None)
@given(MAYBE, options("account_sid", "leeway", "algorithm", "max_size"), MAYBE, options("now"))
def test_a_verifier(keys: Any, made: dict[str, Any], token: Any, given: dict[str, Any]) -> None:
    tried(lambda: Verifier(keys, **made).verify(token, **given))
    with pytest.raises(TokenError):
        Verifier(SECRET).verify(token)


@settings(max_examples=CASES, deadline=None)
@given(MAYBE | TEXT.map(lambda text: f"{text}.{text}.{text}") | st.binary(), MAYBE, MAYBE)
def test_inspect(token: Any, secret: Any, now: Any) -> None:
    tried(lambda: inspect(token, secret, now))
    inspection = inspect(token)
    assert not inspection.sound
    assert not any(char < " " and char != "\n" for char in str(inspection))
    assert inspection.to_dict()["findings"]
