"""The shared vectors: tokens of the official Node library, which grantmint reproduces byte for byte."""

from __future__ import annotations

import re
from typing import Any

import pytest

import grantmint
import player
from credentials import ACCOUNT_SID, KEY_SID, SECRET
from grantmint import AccessToken, AccessTokenGrant, InputError, Issuer

CASES = player.read("tokens.json")

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])


def grants_of(case: dict[str, Any]) -> list[AccessTokenGrant]:
    grants: list[AccessTokenGrant] = player.given(case, "grants")["grants"]
    return grants


def options_of(case: dict[str, Any]) -> dict[str, Any]:
    return player.given(case, *player.OPTIONS)


def sign(token: AccessToken, case: dict[str, Any]) -> str:
    return token.to_jwt(algorithm=case.get("algorithm"), now=case["now"])


@each_case
def test_keyword_arguments(case: dict[str, Any]) -> None:
    account_sid, key_sid, secret = player.credentials_of(case)
    token = AccessToken(
        account_sid=account_sid,
        signing_key_sid=key_sid,
        secret=secret,
        grants=grants_of(case),
        **options_of(case),
    )
    assert sign(token, case) == case["token"]


@each_case
def test_positional_arguments(case: dict[str, Any]) -> None:
    positional = [case.get(name) for name in ("identity", "nbf", "ttl", "valid_until", "region")]
    token = AccessToken(*player.credentials_of(case), grants_of(case), *positional, jti=case.get("jti"))
    assert sign(token, case) == case["token"]


@each_case
def test_grants_added_one_by_one(case: dict[str, Any]) -> None:
    token = AccessToken(*player.credentials_of(case), **options_of(case))
    for grant in grants_of(case):
        token.add_grant(grant)
    assert sign(token, case) == case["token"]


@each_case
def test_everything_assigned_afterwards(case: dict[str, Any]) -> None:
    token = AccessToken("AC", "SK", "fake")
    token.grants = grants_of(case)
    token.account_sid, token.signing_key_sid, token.secret_key = player.credentials_of(case)
    # As with the official class, these are the claims.
    token.subject, token.issuer = token.account_sid, token.signing_key_sid
    for name, value in options_of(case).items():
        setattr(token, name, value)
    token.algorithm = case.get("algorithm")
    assert token.to_jwt(now=case["now"]) == case["token"]


@each_case
def test_a_secret_of_bytes(case: dict[str, Any]) -> None:
    account_sid, key_sid, secret = player.credentials_of(case)
    for kind in (bytes, bytearray, memoryview):
        token = AccessToken(account_sid, key_sid, kind(secret.encode()), grants_of(case), **options_of(case))
        assert sign(token, case) == case["token"]


def test_every_grant_class_has_a_vector() -> None:
    classes = {name for name, member in vars(grantmint).items() if is_product(member)}
    assert classes == {name for case in CASES for grant in case["grants"] for name in grant} - {"custom"}


def is_product(member: object) -> bool:
    return (
        isinstance(member, type) and issubclass(member, AccessTokenGrant) and member is not AccessTokenGrant
    )


def required_fields() -> dict[str, str]:
    """Returns the field that `Issuer` requires, of the classes that have one."""
    fields = {}
    for name, member in vars(grantmint).items():
        if is_product(member):
            try:
                Issuer(ACCOUNT_SID, KEY_SID, SECRET, grants=[member()])
            except InputError as error:
                fields[name] = str(error.field)
    return fields


REQUIRED = required_fields()


def test_an_issuer_requires_the_service_of_two_grants() -> None:
    names = ("SyncGrant", "ChatGrant", "VideoGrant")
    assert [REQUIRED.get(name) for name in names] == ["service_sid", "service_sid", None]


def an_issuer_takes(case: dict[str, Any]) -> bool:
    """Returns whether the case meets the requirements of `Issuer`."""
    sids = all(re.fullmatch(r"(AC|SK)[0-9a-fA-F]{32}", case[name]) for name in ("account_sid", "key_sid"))
    fields = [entry for grant in case["grants"] for entry in grant.items() if entry[0] in REQUIRED]
    complete = all(given.get(REQUIRED[name]) for name, given in fields)
    identity = case.get("identity") not in (None, "")
    strict = sids and len(case["secret"].encode()) >= 32 and identity and case["grants"] and complete
    return bool(strict) and "valid_until" not in case


def mint(case: dict[str, Any]) -> tuple[str, str]:
    """Mints the token of a case with the grants in the issuer, then with the grants in the call."""
    ttl, region, algorithm = (case.get(name) for name in ("ttl", "region", "algorithm"))
    credentials, grants = player.credentials_of(case), grants_of(case)
    rest = {name: case.get(name) for name in ("nbf", "jti", "now")}
    issuer = Issuer(*credentials, grants=grants, ttl=ttl, region=region, algorithm=algorithm)
    bare = Issuer(*credentials, region=region, algorithm=algorithm)
    return issuer.mint(case["identity"], **rest), bare.mint(case["identity"], grants=grants, ttl=ttl, **rest)


def strict_code(case: dict[str, Any]) -> str | None:
    """Returns the error code of an issuer that is too strict for a case, if there is one."""
    try:
        mint(case)
    except InputError as error:
        return error.code if error.code in STRICTER else None
    return None


STRICTER = {
    "empty",
    "wrong_algorithm",
    "malformed_sid",
    "secret_stray_characters",
    "identity_misplaced",
    "identity_too_long",
    "token_too_large",
}
MINTED = [case for case in CASES if an_issuer_takes(case) and strict_code(case) is None]


def test_an_issuer_mints_a_good_part_of_them() -> None:
    assert len(MINTED) > 100


@pytest.mark.parametrize("case", MINTED, ids=lambda case: case["title"])
def test_an_issuer_mints_the_same(case: dict[str, Any]) -> None:
    assert mint(case) == (case["token"], case["token"])
