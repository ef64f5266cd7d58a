"""Tokens that somebody forged, broke or blew up: the same verdict, code and field in each language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import grantmint
from grantmint import GrantmintError, InputError, TokenError, Verifier, inspect

CORPUS = json.loads((Path(__file__).parents[1] / "vectors" / "hostile.json").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = CORPUS["cases"]
DEFAULTS: dict[str, Any] = CORPUS["defaults"]

CLASSES = {
    **dict.fromkeys(["bad_signature", "unknown_key"], "TokenSignatureError"),
    **dict.fromkeys(
        ["missing_claim", "claim_wrong_type", "claim_out_of_range", "wrong_account"], "TokenClaimError"
    ),
    "expired": "TokenExpiredError",
    "not_yet_valid": "TokenNotYetValidError",
}

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case["title"]))


def part_of(part: str | dict[str, Any]) -> str:
    if isinstance(part, str):
        return part
    return chr(int(part["unit"], 16)) if "unit" in part else part["repeat"] * part["times"]


def token_of(case: dict[str, Any]) -> Any:
    token = case["token"]
    if isinstance(token, str):
        return token
    return token["value"] if "value" in token else "".join(map(part_of, token["parts"]))


def secret_of(case: dict[str, Any]) -> str | bytes:
    given = case.get("verifier", {})
    if "secret_hex" in given:
        return bytes.fromhex(given["secret_hex"])
    secret: str = given.get("secret", DEFAULTS["verifier"]["secret"])
    return secret


def verifier_of(case: dict[str, Any]) -> Verifier:
    given = case.get("verifier", {})
    options = {
        name: given[name] for name in ("account_sid", "leeway", "algorithm", "max_size") if name in given
    }
    return Verifier(given.get("keys", secret_of(case)), **options)


def now_of(case: dict[str, Any]) -> int:
    now: int = case.get("now", DEFAULTS["now"])
    return now


def check(error: GrantmintError, expected: dict[str, Any], secret: str | bytes = "") -> None:
    assert error.code == expected["code"], error
    # A case that names no field does not care which: null means that there must be none.
    if "field" in expected:
        assert error.field == expected["field"], error
    assert len(str(error)) < 300
    if isinstance(secret, str) and len(secret) > 4:
        assert secret not in str(error)
    if isinstance(error, TokenError):
        assert type(error).__name__ == CLASSES.get(error.code, "TokenMalformedError")
        assert type(error) is getattr(grantmint, type(error).__name__)
        assert all(type(code) is int for code in error.twilio_codes)


def refused(verifier: Verifier, token: Any, case: dict[str, Any]) -> TokenError:
    with pytest.raises(TokenError) as caught:
        verifier.verify(token, now=now_of(case))
    return caught.value


@each_case
def test_its_verdict(case: dict[str, Any]) -> None:
    if "input_error" in case:
        with pytest.raises(InputError) as caught:
            verifier_of(case)
        check(caught.value, case["input_error"])
        return
    verifier, token = verifier_of(case), token_of(case)
    if "error" in case:
        check(refused(verifier, token, case), case["error"], secret_of(case))
        return
    claims = verifier.verify(token, now=now_of(case))
    for name, value in (DEFAULTS["claims"] | case["claims"]).items():
        read = getattr(claims, name)
        assert read == value, name
        assert type(read) is type(value), name


@each_case
def test_its_verdict_as_bytes(case: dict[str, Any]) -> None:
    token = token_of(case)
    if "input_error" in case or not isinstance(token, str):
        return
    try:
        encoded = token.encode()
    except UnicodeEncodeError:
        encoded = token.encode("utf-8", "surrogatepass")
    verifier = verifier_of(case)
    if "error" in case:
        check(refused(verifier, encoded, case), case["error"], secret_of(case))
    else:
        assert verifier.verify(encoded, now=now_of(case)).jti == (DEFAULTS["claims"] | case["claims"])["jti"]


@each_case
def test_it_is_explained(case: dict[str, Any]) -> None:
    """Explaining never fails, and finds a problem in every token that verifiers reject."""
    token, now = token_of(case), now_of(case)
    assert isinstance(inspect(token).sound, bool)
    unkeyed, keyed = inspect(token, now=now), inspect(token, secret_of(case), now)
    for inspection in (unkeyed, keyed):
        assert str(inspection)
        assert json.dumps(inspection.to_dict())
        if "sound" in case:
            assert inspection.sound is False
    if case.get("error", {}).get("code") == "bad_signature" and "keys" not in case.get("verifier", {}):
        assert keyed.sound is False
        assert keyed.signature != "valid"


NO_STRINGS = [None, 0, 1.5, True, [], {}, object(), str, ("a.b.c",), float("nan")]


@pytest.mark.parametrize("value", NO_STRINGS, ids=lambda value: type(value).__name__)
def test_what_is_no_string_is_refused_as_such(value: Any) -> None:
    check(refused(verifier_of(CASES[0]), value, CASES[0]), {"code": "not_a_string", "field": None})
    assert inspect(value).sound is False


NO_UTF8 = [b"\xff", b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc3"]


@pytest.mark.parametrize("junk", NO_UTF8, ids=bytes.hex)
def test_bytes_that_are_no_text_are_not_base64url(junk: bytes) -> None:
    verifier = verifier_of(CASES[0])
    segments: list[bytes] = token_of(CASES[0]).encode().split(b".")
    for place, field in enumerate(("header", "payload", "signature")):
        changed = [*segments]
        changed[place] += junk
        error = refused(verifier, b".".join(changed), CASES[0])
        check(error, {"code": "not_base64url", "field": field})
    check(refused(verifier, junk, CASES[0]), {"code": "not_compact", "field": None})
    assert inspect(b".".join([*segments, junk])).sound is False


def test_there_are_cases_and_every_code_is_among_them() -> None:
    assert len(CASES) > 1900
    assert len({case["title"] for case in CASES}) == len(CASES)
    assert len({case["error"]["code"] for case in CASES if "error" in case}) == 19
