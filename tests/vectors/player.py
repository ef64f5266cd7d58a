"""Plays the shared vectors against the Python package. README.md describes the files.

`checks` yields every check of every file. The module needs only the standard library and grantmint, so that
every interpreter can load it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import grantmint
from grantmint import (
    AccessToken,
    AccessTokenGrant,
    GrantmintError,
    InputError,
    Inspection,
    Issuer,
    TokenError,
    Verifier,
    inspect,
)

Case = dict[str, Any]
Raised = TypeVar("Raised", bound=GrantmintError)

FOLDER = Path(__file__).parent
OPTIONS = ("identity", "nbf", "ttl", "valid_until", "region", "jti")

# The exception of each code. Every other code belongs to `TokenMalformedError`.
CLASSES = {
    **dict.fromkeys(["bad_signature", "unknown_key"], "TokenSignatureError"),
    **dict.fromkeys(
        [
            "missing_claim",
            "claim_wrong_type",
            "claim_out_of_range",
            "never_valid",
            "lifetime_too_long",
            "wrong_account",
            "malformed_issuer",
            "malformed_subject",
            "unexpected_audience",
        ],
        "TokenClaimError",
    ),
    "expired": "TokenExpiredError",
    **dict.fromkeys(["not_yet_valid", "issued_in_future"], "TokenNotYetValidError"),
}

MEMBERS = [
    "kind",
    "sound",
    "identity",
    "key_sid",
    "account_sid",
    "grants",
    "signature",
    "issued_at",
    "not_before",
    "expires_at",
    "expires_in",
    "renew_at",
    "header",
    "claims",
    "findings",
]


def checks() -> Iterator[tuple[str, Callable[[], None]]]:
    """Yields the title of each check and a function that raises an exception if the check fails."""
    plays: list[tuple[list[Case], list[Callable[[Case], None]]]] = [
        (read("tokens.json"), [signs]),
        (bad_inputs(), [rejects]),
        (hostile(), [gets_its_verdict, gets_its_verdict_as_bytes, is_explained]),
        (read("inspections.json"), [is_inspected]),
    ]
    for cases, ways in plays:
        for case in cases:
            for way in ways:
                yield f"{way.__name__}: {case['title']}", partial(way, case)


def read(file: str) -> list[Case]:
    """Reads the cases of a file of this folder."""
    cases: list[Case] = load(file)["cases"]
    return cases


def load(file: str) -> Any:
    return json.loads((FOLDER / file).read_text(encoding="utf-8"))


def bad_inputs() -> list[Case]:
    """Reads the cases of bad input that Python can express."""
    files = ("errors.json", "errors_surrogates.json")
    return [case for file in files for case in read(file) if case.get("python", True)]


def hostile() -> list[Case]:
    """Reads the cases of hostile.json, with the file's defaults filled in."""
    file = load("hostile.json")
    defaults = file["defaults"]
    merged = ("verifier", "claims")
    return [
        {**defaults, **case, **{name: defaults[name] | case.get(name, {}) for name in merged}}
        for case in file["cases"]
    ]


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


def credentials_of(case: Case) -> tuple[Any, Any, Any]:
    """Returns account SID, key SID and secret."""
    return case.get("account_sid"), case.get("key_sid"), case.get("secret")


def given(case: Case, *names: str) -> dict[str, Any]:
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


def signs(case: Case) -> None:
    """Checks that an `AccessToken` with all values of the case signs the expected token."""
    token = sign(case)
    assert token == case["token"], f"\n  expected {case['token']!r}\n  found    {token!r}"


def sign(case: Case) -> str:
    """Signs an `AccessToken` with all values of the case."""
    token = AccessToken(*credentials_of(case), **given(case, *OPTIONS, "grants"))
    return token.to_jwt(**given(case, "algorithm", "now"))


def mint(case: Case) -> str:
    """Mints with an `Issuer`.

    The case's `ttl` and `grants` are the issuer's; those of its `mint` are the token's.
    """
    issuer = Issuer(*credentials_of(case), **given(case, "region", "algorithm", "ttl", "grants"))
    options = given(case, "nbf", "jti", "now") | given(case.get("mint", {}), "ttl", "grants")
    identity: Any = case.get("identity")
    return issuer.mint(identity, **options)


def rejects(case: Case) -> None:
    """Checks that a case of bad input raises its code, field and message."""
    expected = case["error"]
    raised = error_of(GrantmintError, partial(sign if case["via"] == "AccessToken" else mint, case))
    # The official class calls the key's SID `signing_key_sid`.
    spelled = {"key_sid": "signing_key_sid"} if case["via"] == "AccessToken" else {}
    field = spelled.get(expected["field"], expected["field"])
    assert (raised.code, raised.field) == (expected["code"], field), f"{raised.code} {raised.field}"
    if expected["message"] is not None:
        message = re.sub(r"\{(\w+)\}", lambda name: spelled.get(name[1], name[1]), expected["message"])
        assert without_cause(str(raised)) == message, str(raised)


def without_cause(message: str) -> str:
    """Returns a message without what was in the place of a required value: each language names it."""
    return re.sub(r" is required \(it was [^)]*\)$", " is required", message)


def error_of(kind: type[Raised], run: Callable[[], object]) -> Raised:
    """Returns the exception of a kind that a call raises. Raises an `AssertionError` if there is none."""
    try:
        run()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__} was raised")


def gets_its_verdict(case: Case) -> None:
    """Checks the result of verifying a case of hostile.json: the claims, or the error."""
    if "input_error" in case:
        check_error(error_of(InputError, partial(verifier_of, case)), case["input_error"])
        return
    verifier, token = verifier_of(case), token_of(case)
    if "error" in case:
        check_error(rejection(verifier, token, case), case["error"], secret_of(case))
        return
    claims = verifier.verify(token, now=case["now"])
    for name, value in case["claims"].items():
        found = getattr(claims, name)
        assert found == value, f"{name}: {found!r}"
        assert type(found) is type(value), f"{name}: {type(found)}"


def gets_its_verdict_as_bytes(case: Case) -> None:
    """Checks that the UTF-8 of a token of hostile.json gets the verdict of the string."""
    token = token_of(case)
    if "input_error" in case or not isinstance(token, str):
        return
    encoded = token.encode("utf-8", "surrogatepass")
    verifier = verifier_of(case)
    if "error" in case:
        check_error(rejection(verifier, encoded, case), case["error"], secret_of(case))
    else:
        jti = verifier.verify(encoded, now=case["now"]).jti
        assert jti == case["claims"]["jti"], jti


def is_explained(case: Case) -> None:
    """Checks that explaining a case of hostile.json never fails.

    It must also find an error in a case with `"sound": false`.
    """
    token, now, secret = token_of(case), case["now"], secret_of(case)
    assert isinstance(inspect(token).sound, bool)
    unkeyed, keyed = inspect(token, now=now), inspect(token, secret, now)
    for inspection in (unkeyed, keyed):
        assert str(inspection)
        assert json.dumps(inspection.to_dict())
        if "sound" in case:
            assert inspection.sound is False, inspection
    if case.get("error", {}).get("code") == "bad_signature" and "keys" not in case["verifier"]:
        assert keyed.sound is False, keyed
        assert keyed.signature != "valid", keyed


def verifier_of(case: Case) -> Verifier:
    """Creates the verifier of a case of hostile.json."""
    described = case["verifier"]
    options = given(described, "account_sid", "leeway", "algorithm", "max_size")
    return Verifier(described.get("keys", secret_of(case)), **options)


def secret_of(case: Case) -> str | bytes:
    """Returns the secret of a case of hostile.json."""
    described = case["verifier"]
    if "secret_hex" in described:
        return bytes.fromhex(described["secret_hex"])
    secret: str = described["secret"]
    return secret


def token_of(case: Case) -> Any:
    """Returns the token of a case, which may be a value that is not a string."""
    token = case["token"]
    if not isinstance(token, dict):
        return token
    if "parts" in token:
        return "".join(map(part_of, token["parts"]))
    return token.get("value", token)


def part_of(part: str | dict[str, Any]) -> str:
    if isinstance(part, str):
        return part
    return chr(int(part["unit"], 16)) if "unit" in part else part["repeat"] * part["times"]


def rejection(verifier: Verifier, token: Any, case: Case) -> TokenError:
    """Returns the error with which the verifier rejects a token at the time of the case."""
    return error_of(TokenError, lambda: verifier.verify(token, now=case["now"]))


def check_error(error: GrantmintError, expected: dict[str, Any], secret: str | bytes = "") -> None:
    """Checks the code, field and class of an error, and that its message is short and without the secret."""
    assert error.code == expected["code"], f"{error.code}: {error}"
    # An absent field matches any. `null` means that the error must have no field.
    if "field" in expected:
        assert error.field == expected["field"], f"{error.field}: {error}"
    assert len(str(error)) < 300, error
    if isinstance(secret, str) and len(secret) > 4:
        assert secret not in str(error)
    if isinstance(error, TokenError):
        name = type(error).__name__
        assert name == CLASSES.get(error.code, "TokenMalformedError"), name
        assert type(error) is getattr(grantmint, name), name
        assert all(type(code) is int for code in error.twilio_codes), error.twilio_codes


def is_inspected(case: Case) -> None:
    """Checks the inspection of a case of inspections.json."""
    inspection = inspect(token_of(case), case.get("secret"), case["now"])
    found = (inspection.kind, inspection.sound, inspection.signature, codes(inspection))
    expected = (case["kind"], case["sound"], case["signature"], case["codes"])
    assert found == expected, f"\n  expected {expected}\n  found    {found}"
    for name, value in case.get("reads", {}).items():
        assert getattr(inspection, name) == value, f"{name}: {getattr(inspection, name)!r}"
    if "report" in case:
        lines = case["report"] if isinstance(case["report"], list) else case["report"]["python"]
        assert str(inspection) == "\n".join(lines), str(inspection)
    check_consistency(inspection)


def codes(inspection: Inspection) -> list[str]:
    return [finding.code for finding in inspection.findings]


def check_consistency(inspection: Inspection) -> None:
    """Checks the properties that every inspection has."""
    report = str(inspection)
    for finding in inspection.findings:
        numbers = ", ".join(map(str, finding.twilio_codes))
        for text in (finding.severity, finding.code, finding.message, finding.advice, numbers):
            # A line break of the report takes the place of a space, or is inside a long word.
            assert "".join(text.split()) in "".join(report.split()), f"{text!r} is not in\n{report}"
    assert not [char for char in report if char != "\n" and unicodedata.category(char) == "Cc"], repr(report)
    severities = [finding.severity for finding in inspection.findings]
    assert severities == sorted(severities, key=["error", "warning", "note"].index), severities
    assert inspection.sound == ("error" not in severities), severities
    plain = inspection.to_dict()
    assert list(plain) == MEMBERS, list(plain)
    json.dumps(plain)
    for name in MEMBERS[:-1]:
        assert plain[name] == getattr(inspection, name), name
    for described, finding in zip(plain["findings"], inspection.findings, strict=True):
        assert described == {name: getattr(finding, name) for name in described}, described
    assert all(code in repr(inspection) for code in codes(inspection)), repr(inspection)
