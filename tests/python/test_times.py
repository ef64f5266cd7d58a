"""Times are whole seconds in their range. An error about any other value names it."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest

from credentials import ACCOUNT_SID, KEY_SID, NOW, SECRET, claims
from grantmint import AccessToken, GrantmintError, InputError, InputTypeError, Issuer, VideoGrant

END_OF_9999 = 253_402_300_799
ISSUER = Issuer(ACCOUNT_SID, KEY_SID, SECRET, grants=[VideoGrant()])


def by_access_token(**options: Any) -> str:
    now = options.pop("now", NOW)
    return AccessToken(ACCOUNT_SID, KEY_SID, SECRET, **options).to_jwt(now=now)


def by_attribute(**options: Any) -> str:
    now = options.pop("now", NOW)
    token = AccessToken(ACCOUNT_SID, KEY_SID, SECRET)
    for name, value in options.items():
        setattr(token, name, value)
    return token.to_jwt(now=now)


def by_argument(ttl: Any) -> str:
    return AccessToken(ACCOUNT_SID, KEY_SID, SECRET).to_jwt(ttl, now=NOW)


def by_issuer(ttl: Any) -> str:
    return Issuer(ACCOUNT_SID, KEY_SID, SECRET, ttl=ttl, grants=[VideoGrant()]).mint("alice", now=NOW)


def by_mint(**options: Any) -> str:
    return ISSUER.mint("alice", **{"now": NOW, **options})


def by_mint_many(**options: Any) -> str:
    return ISSUER.mint_many(["alice"], **{"now": NOW, **options})[0]


PLACES = [
    *((by_access_token, name) for name in ("ttl", "nbf", "valid_until", "now")),
    *((by_attribute, name) for name in ("ttl", "nbf", "valid_until")),
    (by_argument, "ttl"),
    (by_issuer, "ttl"),
    *((by_mint, name) for name in ("ttl", "nbf", "now")),
    *((by_mint_many, name) for name in ("ttl", "nbf", "now")),
]
each_place = pytest.mark.parametrize(
    ("mint", "field"), PLACES, ids=[f"{mint.__name__}-{field}" for mint, field in PLACES]
)


def refusal(mint: Any, field: str, value: object) -> GrantmintError:
    with pytest.raises(GrantmintError) as caught:
        mint(**{field: value})
    assert caught.value.field == field
    return caught.value


@each_place
@pytest.mark.parametrize(
    "value", [True, False, "3600", "x", b"3600", [], {}, 1 + 0j, object()], ids=lambda value: repr(value)[:9]
)
def test_a_wrong_type(mint: Any, field: str, value: object) -> None:
    error = refusal(mint, field, value)
    assert type(error) is InputTypeError
    assert error.code == "wrong_type"
    assert str(error) == f"{field} must be a whole number of seconds, not {type(value).__name__}"


@each_place
@pytest.mark.parametrize("value", [1.5, -0.5, 0.1, 1_700_000_000.25, math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_whole(mint: Any, field: str, value: float) -> None:
    error = refusal(mint, field, value)
    assert type(error) is InputError
    assert error.code == "not_whole"
    assert str(error).startswith(f"{field} must be a whole number of seconds, not ")


@each_place
@pytest.mark.parametrize(
    "value",
    [-1, -1.0, -(2**63), -(2**64), END_OF_9999 + 1, 2**53, 2**63, 2**64, 10**400, 1e300, -1e300],
    ids=lambda value: f"{value:.0e}" if abs(value) < 10**100 or isinstance(value, float) else "huge",
)
def test_a_number_out_of_range(mint: Any, field: str, value: float) -> None:
    error = refusal(mint, field, value)
    assert type(error) is InputError
    assert error.code == "out_of_range"
    assert str(error).startswith(f"{field} must be from ")


@each_place
@pytest.mark.parametrize("value", [None, ""])
def test_nothing_given(mint: Any, field: str, value: object) -> None:
    before = int(time.time())
    read = claims(mint(**{field: value}))
    assert (field == "now") == (read["iat"] != NOW)
    assert field != "now" or before <= read["iat"] <= time.time()
    assert read["exp"] == read["iat"] + 3600
    assert "nbf" not in read


@each_place
def test_a_whole_float_counts(mint: Any, field: str) -> None:
    whole = 600.0 if field == "ttl" else NOW + 600.0
    read = claims(mint(**{field: whole}))
    assert read[{"ttl": "exp", "valid_until": "exp", "now": "iat"}.get(field, field)] == NOW + 600
    assert not any(isinstance(read[name], float) for name in ("iat", "exp"))


@pytest.mark.parametrize("value", [-1, 0, 86_401, 2**64])
def test_the_message_gives_the_range_of_a_ttl_and_the_value(value: int) -> None:
    assert str(refusal(by_access_token, "ttl", value)) == f"ttl must be from 1 to 86400, not {value}"


@pytest.mark.parametrize("ttl", [1, 86_400])
def test_the_ends_of_the_lifetime(ttl: int) -> None:
    for mint in (by_access_token, by_attribute, by_argument, by_issuer, by_mint, by_mint_many):
        assert claims(mint(ttl=ttl))["exp"] == NOW + ttl
    for mint in (by_access_token, by_attribute):
        assert claims(mint(valid_until=NOW + ttl))["exp"] == NOW + ttl


@pytest.mark.parametrize("until", [0, 1, NOW - 1, NOW, NOW + 86_401])
def test_valid_until_keeps_to_the_lifetime(until: int) -> None:
    error = refusal(by_access_token, "valid_until", until)
    assert str(error) == f"valid_until must be from {NOW + 1} to {NOW + 86_400}, not {until}"


def test_milliseconds_are_refused() -> None:
    for field in ("nbf", "valid_until", "now"):
        assert refusal(by_access_token, field, NOW * 1000).code == "out_of_range"


@pytest.mark.parametrize("now", [0, 1, 2**31 - 1, 2**31, 2**32, END_OF_9999 - 86400])
def test_now_from_the_epoch_to_the_year_9999(now: int) -> None:
    for mint in (by_access_token, by_mint, by_mint_many):
        read = claims(mint(now=now))
        assert (read["iat"], read["exp"], read["jti"]) == (now, now + 3600, f"{KEY_SID}-{now}")


def test_nbf_must_be_before_the_expiry() -> None:
    assert claims(by_mint(nbf=NOW + 59, ttl=60))["nbf"] == NOW + 59
    with pytest.raises(InputError) as caught:
        by_mint(nbf=NOW + 60, ttl=60)
    assert (caught.value.code, caught.value.field) == ("not_before_expiry", "nbf")
    with pytest.raises(InputError, match="nbf"):
        by_access_token(nbf=NOW + 60, valid_until=NOW + 60)


def test_a_ttl_given_when_signing_goes_before_valid_until() -> None:
    token = AccessToken(ACCOUNT_SID, KEY_SID, SECRET, ttl=300, valid_until=NOW + 600)
    assert claims(token.to_jwt(now=NOW))["exp"] == NOW + 600
    assert claims(token.to_jwt(60, now=NOW))["exp"] == NOW + 60
    assert claims(token.to_jwt(now=NOW))["exp"] == NOW + 600


def test_without_now_the_clock_is_read_each_time() -> None:
    token = AccessToken(ACCOUNT_SID, KEY_SID, SECRET)
    for mint in (token.to_jwt, lambda: ISSUER.mint("alice"), lambda: ISSUER.mint_many(["alice"])[0]):
        before = int(time.time())
        assert before <= claims(mint())["iat"] <= time.time()  # type: ignore[no-untyped-call]
