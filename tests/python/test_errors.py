"""Every mistake has a stable code, the right exception, and the field's name in Python."""

from __future__ import annotations

import inspect
import pickle
import re
import traceback
from pathlib import Path
from typing import Any

import pytest

import grantmint
from credentials import ACCOUNT_SID, KEY_SID, NOW, SECRET, SERVICE_SID, claims
from grantmint import (
    AccessToken,
    AccessTokenGrant,
    GrantmintError,
    InputError,
    InputTypeError,
    Issuer,
    PlaybackGrant,
    SyncGrant,
    TokenMalformedError,
    Verifier,
    VideoGrant,
    VoiceGrant,
)
from grantmint.access_token import grants

SURROGATE = "a\ud800b"
GRANTS = [getattr(grants, name) for name in grants.__all__ if name != "AccessTokenGrant"]
# The fields that are text.
GRANT_FIELDS = [
    (grant, name)
    for grant in GRANTS
    for name in inspect.signature(grant).parameters
    if name not in ("incoming_allow", "outgoing_application_params", "grant")
]
CREDENTIALS: dict[str, Any] = {"account_sid": ACCOUNT_SID, "signing_key_sid": KEY_SID, "secret": SECRET}

VARIABLES = {
    "account_sid": "TWILIO_ACCOUNT_SID",
    "signing_key_sid": "TWILIO_API_KEY",
    "key_sid": "TWILIO_API_KEY",
    "secret": "TWILIO_API_SECRET",
}


class Custom(AccessTokenGrant):
    """A grant with any key and payload."""

    def __init__(self, key: str) -> None:
        self._key = key

    @property
    def key(self) -> str:
        return self._key

    def to_payload(self) -> dict[str, Any]:
        return {}


def sign(*grants: Any, now: int = NOW, **options: Any) -> str:
    return AccessToken(**{**CREDENTIALS, **options, "grants": grants}).to_jwt(now=now)


def issuer(**options: Any) -> Issuer:
    credentials = {"account_sid": ACCOUNT_SID, "key_sid": KEY_SID, "secret": SECRET}
    return Issuer(**{**credentials, "grants": [VideoGrant()], **options})


def refused(
    code: str,
    field: str | None,
    message: str,
    kind: type[GrantmintError],
    call: Any,
    *args: Any,
    **kwargs: Any,
) -> None:
    with pytest.raises(kind) as caught:
        call(*args, **kwargs)
    assert (caught.value.code, caught.value.field, str(caught.value)) == (code, field, message)
    assert type(caught.value) is kind


# One row for each code: the mistake, the field, and the message.
MISTAKES: dict[str, tuple[Any, str | None, str]] = {
    "required": (
        lambda: sign(account_sid=""),
        "account_sid",
        "account_sid is required (it was empty: is TWILIO_ACCOUNT_SID set?)",
    ),
    "wrong_type": (
        lambda: sign(region={}),
        "region",
        "region must be a string, not dict",
    ),
    "not_whole": (lambda: sign(ttl=1.5), "ttl", "ttl must be a whole number of seconds, not 1.5"),
    "out_of_range": (lambda: sign(ttl=86_401), "ttl", "ttl must be from 1 to 86400, not 86401"),
    "not_before_expiry": (
        lambda: sign(nbf=NOW + 60, ttl=60),
        "nbf",
        "nbf must be before the expiry (1700000060 is not before 1700000060)",
    ),
    "lone_surrogate": (
        lambda: sign(identity=SURROGATE),
        "identity",
        "identity is not well-formed Unicode: it contains a lone surrogate",
    ),
    "unsupported_algorithm": (
        lambda: issuer(algorithm="none"),
        "algorithm",
        "Algorithm not supported. Allowed values are HS256, HS384, HS512",
    ),
    "secret_is_key": (
        lambda: sign(secret="-----BEGIN PUBLIC KEY-----\nfake"),
        "secret",
        "secret is a PEM key, not the secret of a Twilio API key",
    ),
    "secret_too_short": (
        lambda: issuer(secret="fake-secret-of-only-31-bytes-xx"),
        "secret",
        "secret must be at least 32 bytes long, not 31",
    ),
    "malformed_sid": (
        lambda: issuer(key_sid="SK123"),
        "key_sid",
        "key_sid must be SK followed by 32 hexadecimal digits, not a SID with fewer digits",
    ),
    "no_grants": (lambda: issuer(grants=[]).mint("alice"), "grants", "at least one grant is required"),
    "not_a_grant": (lambda: sign("video"), "grants", "Grants must be instances of AccessTokenGrant."),
    "reserved_grant_key": (lambda: sign(Custom("identity")), "key", 'a grant\'s key must not be "identity"'),
    "needs_field": (
        lambda: sign(VoiceGrant(outgoing_application_params={"a": 1})),
        "outgoing_application_params",
        "VoiceGrant.outgoing_application_params needs outgoing_application_sid",
    ),
    "not_json": (
        lambda: sign(PlaybackGrant({"a": float("nan")})),
        "grant",
        "PlaybackGrant.grant contains NaN, which JSON cannot represent",
    ),
    "lossy_integer": (
        lambda: sign(PlaybackGrant({"a": 2**53 + 1})),
        "grant",
        "PlaybackGrant.grant contains the integer 9007199254740993, which loses precision in JSON",
    ),
    "missing_variable": (
        Issuer.from_env,
        None,
        "the environment variables TWILIO_ACCOUNT_SID, TWILIO_API_KEY and TWILIO_API_SECRET are not set",
    ),
    "unknown_option": (
        lambda: SyncGrant(serviceSid=SERVICE_SID),  # type: ignore[arg-type]
        "serviceSid",
        'unknown option "serviceSid"; did you mean service_sid? expected one of: service_sid, endpoint_id',
    ),
}
# Codes that other tests cover (`too_deep`, in test_free_form.py), or that only Node or a bug can cause.
OTHER_CODES = {"too_deep", "internal", "secret_is_zeros", "conflict", "no_clock"}
# Codes of an issuer's stricter rules, which the shared vectors cover (errors.json).
OTHER_CODES |= {"secret_is_auth_token", "secret_is_sid", "secret_stray_characters", "empty", "misspelt_grant"}
OTHER_CODES |= {"misspelt_field", "wrong_sid_prefix", "claim_wrong_type", "identity_misplaced"}
OTHER_CODES |= {"wrong_algorithm", "secret_is_placeholder", "identity_too_long", "token_too_large"}


@pytest.mark.parametrize("code", MISTAKES)
def test_code_class_message_and_field(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_API_KEY", "TWILIO_API_SECRET"):
        monkeypatch.delenv(name, raising=False)
    mistake, field, message = MISTAKES[code]
    refused(
        code,
        field,
        message,
        InputTypeError if code in ("wrong_type", "unknown_option") else InputError,
        mistake,
    )


def test_every_documented_code_has_a_mistake() -> None:
    page = Path(__file__).parents[2] / "docs" / "errors.md"
    section = page.read_text(encoding="utf-8").split("\n## `InputError`")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z_]+)`", section, re.MULTILINE)) == MISTAKES.keys() | OTHER_CODES


def test_the_classes_fit_into_pythons_own() -> None:
    assert issubclass(InputError, GrantmintError)
    assert issubclass(InputError, ValueError)
    assert issubclass(InputTypeError, GrantmintError)
    assert issubclass(InputTypeError, TypeError)
    assert GrantmintError.__base__ is Exception
    assert not issubclass(InputTypeError, InputError)


def test_an_error_survives_pickling() -> None:
    with pytest.raises(InputError) as caught:
        sign(ttl=0)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is InputError
    assert str(copy) == "ttl must be from 1 to 86400, not 0"
    assert (copy.code, copy.field, copy.index) == ("out_of_range", "ttl", None)


@pytest.mark.parametrize("missing", [None, "", 0, b"", memoryview(b"")], ids=repr)
@pytest.mark.parametrize("field", CREDENTIALS)
def test_a_missing_credential_is_refused_at_once(field: str, missing: object) -> None:
    found = "None" if missing is None else "empty"
    message = f"{field} is required (it was {found}: is {VARIABLES[field]} set?)"
    refused("required", field, message, InputError, AccessToken, **{**CREDENTIALS, field: missing})


@pytest.mark.parametrize(("attribute", "field"), [("secret_key", "secret"), ("issuer", "signing_key_sid")])
def test_a_credential_taken_away_is_missed(attribute: str, field: str) -> None:
    token = AccessToken(**CREDENTIALS)
    setattr(token, attribute, None)
    message = f"{field} is required (it was empty: is {VARIABLES[field]} set?)"
    refused("required", field, message, InputError, token.to_jwt)


@pytest.mark.parametrize("given", [b"bytes", 1.0, True, [], {}, object(), ("a",)], ids=repr)
@pytest.mark.parametrize(
    ("attribute", "field"),
    [
        ("subject", "account_sid"),
        ("issuer", "signing_key_sid"),
        ("signing_key_sid", "signing_key_sid"),
        ("identity", "identity"),
        ("region", "region"),
        ("jti", "jti"),
    ],
)
def test_a_field_of_text_takes_nothing_else(attribute: str, field: str, given: object) -> None:
    token = AccessToken(**CREDENTIALS)
    setattr(token, attribute, given)
    expected = "a string or an integer" if field == "identity" else "a string"
    message = f"{field} must be {expected}, not {type(given).__name__}"
    refused("wrong_type", field, message, InputTypeError, token.to_jwt)


@pytest.mark.parametrize("given", [1, 1.0, True, ["fake"], {"fake": 1}, object()], ids=repr)
def test_a_secret_is_text_or_bytes(given: object) -> None:
    message = f"secret must be a string or bytes, not {type(given).__name__}"
    refused("wrong_type", "secret", message, InputTypeError, sign, secret=given)
    refused("wrong_type", "secret", message, InputTypeError, issuer, secret=given)


@pytest.mark.parametrize("given", [b"bytes", 1, 0, 1.0, True, False, [], {}], ids=repr)
@pytest.mark.parametrize(("grant", "field"), GRANT_FIELDS)
def test_a_grants_field_of_text_takes_nothing_else(grant: Any, field: str, given: object) -> None:
    message = f"{grant.__name__}.{field} must be a string, not {type(given).__name__}"
    refused("wrong_type", field, message, InputTypeError, sign, grant(**{field: given}))
    refused("wrong_type", field, message, InputTypeError, grant(**{field: given}).to_payload)


@pytest.mark.parametrize("given", ["true", 1, 0, b"", [], {}], ids=repr)
def test_incoming_allow_is_a_boolean(given: Any) -> None:
    with pytest.raises(
        InputTypeError, match=r"^VoiceGrant\.incoming_allow must be a boolean, not "
    ) as caught:
        sign(VoiceGrant(incoming_allow=given))
    assert (caught.value.code, caught.value.field) == ("wrong_type", "incoming_allow")


@pytest.mark.parametrize("given", ["{}", 1, 0, True, [], [("a", 1)], b""], ids=repr)
@pytest.mark.parametrize(
    ("grant", "field"), [(VoiceGrant, "outgoing_application_params"), (PlaybackGrant, "grant")]
)
def test_a_free_form_field_is_a_dict(grant: Any, field: str, given: object) -> None:
    with pytest.raises(
        InputTypeError, match=rf"^{grant.__name__}\.{field} must be an object, not "
    ) as caught:
        sign(grant(**{field: given}))
    assert (caught.value.code, caught.value.field) == ("wrong_type", field)


@pytest.mark.parametrize("field", [*CREDENTIALS, "identity", "region", "jti"])
def test_a_lone_surrogate_is_refused_in_every_field(field: str) -> None:
    message = f"{field} is not well-formed Unicode: it contains a lone surrogate"
    refused("lone_surrogate", field, message, InputError, sign, **{field: SURROGATE})


@pytest.mark.parametrize(("grant", "field"), GRANT_FIELDS)
def test_a_lone_surrogate_is_refused_in_every_grant(grant: Any, field: str) -> None:
    message = f"{grant.__name__}.{field} is not well-formed Unicode: it contains a lone surrogate"
    refused("lone_surrogate", field, message, InputError, sign, grant(**{field: SURROGATE}))


def test_a_lone_surrogate_is_refused_by_an_issuer() -> None:
    for field in ("account_sid", "key_sid", "secret", "region"):
        message = f"{field} is not well-formed Unicode: it contains a lone surrogate"
        refused("lone_surrogate", field, message, InputError, issuer, **{field: SURROGATE})
    message = "{} is not well-formed Unicode: it contains a lone surrogate"
    refused("lone_surrogate", "identity", message.format("identity"), InputError, issuer().mint, SURROGATE)
    refused("lone_surrogate", "jti", message.format("jti"), InputError, issuer().mint, "alice", jti=SURROGATE)


CALLS: dict[str, Any] = {
    **{grant.__name__: grant for grant in GRANTS},
    "AccessToken": lambda **options: AccessToken(**CREDENTIALS, **options),
    "Issuer": lambda **options: issuer(**options),
    "Issuer.from_env": lambda **options: Issuer.from_env(**options),
    "Issuer.mint": lambda **options: issuer().mint("alice", **options),
    "Issuer.issue": lambda **options: issuer().issue("alice", **options),
    "Issuer.mint_many": lambda **options: issuer().mint_many(["alice"], **options),
    "Verifier": lambda **options: Verifier(SECRET, **options),
    "Verifier.verify": lambda **options: Verifier(SECRET).verify("x", **options),
    "inspect": lambda **options: grantmint.inspect("x", **options),
}


@pytest.mark.parametrize(
    ("call", "option", "meant"),
    [
        ("SyncGrant", "serviceSid", "service_sid"),
        ("ChatGrant", "pushCredentialSid", "push_credential_sid"),
        ("VideoGrant", "rooom", "room"),
        ("VoiceGrant", "incomingAllow", "incoming_allow"),
        ("TaskRouterGrant", "worker-sid", "worker_sid"),
        ("PlaybackGrant", "grants", "grant"),
        ("AccessToken", "validUntil", "valid_until"),
        ("AccessToken", "identiy", "identity"),
        ("Issuer", "Region", "region"),
        ("Issuer.from_env", "algoritm", "algorithm"),
        ("Issuer.mint", "grant", "grants"),
        ("Issuer.issue", "TTL", "ttl"),
        ("Issuer.mint_many", "thread", "threads"),
        ("Verifier", "accountSid", "account_sid"),
        ("Verifier", "maxSize", "max_size"),
        ("Verifier.verify", "NOW", "now"),
        ("inspect", "secrets", "secret"),
        *((call, "colour", None) for call in CALLS),
    ],
)
def test_an_unknown_argument_is_refused_with_the_name_that_was_meant(
    call: str, option: str, meant: str | None
) -> None:
    with pytest.raises(InputTypeError) as caught:
        CALLS[call](**{option: SECRET})
    hint = f"did you mean {meant}? " if meant else ""
    assert str(caught.value).startswith(f'unknown option "{option}"; {hint}expected one of: ')
    assert (caught.value.code, caught.value.field) == ("unknown_option", option)
    # Error reporters record the variables of every frame.
    frames = [frame.f_locals for frame, _ in traceback.walk_tb(caught.value.__traceback__)]
    inner = [values for values in frames if "signing_key_sid" in values]
    assert len(inner) == (call == "AccessToken")
    shown = [str(value) for values in inner for value in values.values() if isinstance(value, (str, dict))]
    assert not any(SECRET in text for text in shown)


def test_unknown_arguments_are_hidden_from_signatures() -> None:
    for make in (*GRANTS, AccessToken, Issuer, Verifier):
        assert "unknown" not in inspect.signature(make).parameters

    class Own(SyncGrant):
        def __init__(self, service_sid: str, shard: int = 0) -> None:
            super().__init__(service_sid)

    assert list(inspect.signature(Own).parameters) == ["service_sid", "shard"]


@pytest.mark.parametrize(
    ("call", "field", "found"),
    [
        (lambda: issuer(account_sid=None), "account_sid", "None"),
        (lambda: issuer(key_sid=None), "key_sid", "None"),
        (lambda: issuer(secret=None), "secret", "None"),
        (lambda: issuer(account_sid=""), "account_sid", "empty"),
        (lambda: issuer(key_sid=""), "key_sid", "empty"),
        (lambda: issuer(secret=""), "secret", "empty"),
        (lambda: Verifier(None), "secret", "None"),  # type: ignore[arg-type]
        (lambda: Verifier(""), "secret", "empty"),
        (lambda: Verifier({KEY_SID: None}), "secret", "None"),  # type: ignore[dict-item]
        (lambda: Verifier({KEY_SID: ""}), "secret", "empty"),
        (lambda: Verifier({}), "keys", "empty"),
        (lambda: Verifier(SECRET, account_sid=None), "account_sid", "None"),  # type: ignore[arg-type]
        (lambda: Verifier(SECRET, account_sid=""), "account_sid", "empty"),
        (lambda: issuer().mint(None), "identity", "None"),  # type: ignore[arg-type]
        (lambda: issuer().mint(""), "identity", "empty"),
        (lambda: issuer().issue(None), "identity", "None"),  # type: ignore[arg-type]
    ],
)
def test_a_missing_value_is_named_with_what_was_in_its_place(call: Any, field: str, found: str) -> None:
    variable = f": is {VARIABLES[field]} set?" if field in VARIABLES else ""
    refused("required", field, f"{field} is required (it was {found}{variable})", InputError, call)


@pytest.mark.parametrize(
    ("grant", "found"),
    [(SyncGrant(), "not given"), (SyncGrant(service_sid=None), "not given"), (SyncGrant(""), "empty")],
)
def test_a_missing_service_is_named(grant: Any, found: str) -> None:
    message = f"SyncGrant.service_sid is required (it was {found}: is its environment variable set?)"
    refused("required", "service_sid", message, InputError, issuer, grants=[grant])


@pytest.mark.parametrize("name", ["HS256", "RS256", "hs512", "none"])
def test_an_algorithm_in_the_place_of_the_lifetime(name: Any) -> None:
    message = (
        "ttl must be a whole number of seconds, not an algorithm "
        '(write algorithm="HS256", the only one that Twilio accepts)'
    )
    refused("wrong_type", "ttl", message, InputTypeError, AccessToken(**CREDENTIALS).to_jwt, name)


@pytest.mark.parametrize(
    ("before", "after", "segment", "around"),
    [
        ("Bearer ", "", "header", '"Bearer" is before the token'),
        ("jwt ", "", "header", '"JWT" is before the token'),
        ("'", "'", "header", "the token is in quotation marks"),
        ("", "\n", "signature", "a line feed is after the token"),
    ],
)
def test_what_is_around_a_token_is_named(before: str, after: str, segment: str, around: str) -> None:
    message = f"the token's {segment} is not base64url without padding: {around}"
    verify = Verifier(SECRET).verify
    refused(
        "not_base64url", segment, message, TokenMalformedError, verify, f"{before}{sign()}{after}", now=NOW
    )


def test_a_list_of_keys_is_refused() -> None:
    message = "keys must be a secret, or a mapping from key SIDs to secrets, not list"
    refused("wrong_type", "keys", message, InputTypeError, Verifier, [SECRET])


def test_unknown_arguments_of_a_grant_without_init_are_refused() -> None:
    class Fleet(AccessTokenGrant):
        key = "fleet"

    with pytest.raises(TypeError):
        Fleet(fleet_sid="FL123")  # type: ignore[call-arg]


@pytest.mark.parametrize("identity", ["a\0b", "\0", "\x01\x1f\x7f"])
def test_control_characters_arrive(identity: str) -> None:
    token = sign(SyncGrant(service_sid=identity), identity=identity, jti=identity)
    read = claims(token)
    assert read["grants"] == {"identity": identity, "data_sync": {"service_sid": identity}}
    assert read["jti"] == identity


@pytest.mark.parametrize("letter", ["a", "\0", "é", "😀"])
def test_an_identity_of_a_mebibyte_arrives(letter: str) -> None:
    identity = letter * (2**20 // len(letter.encode()))
    assert claims(sign(identity=identity))["grants"] == {"identity": identity}


@pytest.mark.parametrize(
    "grants", [5, 1.5, True, object(), VideoGrant()], ids=lambda grants: type(grants).__name__
)
def test_grants_that_are_no_list(grants: Any) -> None:
    words = f"grants must be a list, not {type(grants).__name__}"
    refused("wrong_type", "grants", words, InputTypeError, AccessToken, **CREDENTIALS, grants=grants)
    refused("wrong_type", "grants", words, InputTypeError, issuer, grants=grants)


def test_an_identity_in_the_place_of_the_grants() -> None:
    words = "grants must be a list, not str (an identity is passed as identity=…)"
    refused("wrong_type", "grants", words, InputTypeError, AccessToken, *CREDENTIALS.values(), "alice")
    words = "grants must be a list, not bytes"
    refused("wrong_type", "grants", words, InputTypeError, AccessToken, *CREDENTIALS.values(), b"alice")


@pytest.mark.parametrize("grant", [None, 5, "video", VideoGrant, {"video": {}}], ids=repr)
def test_a_value_that_is_not_a_grant(grant: Any) -> None:
    token = AccessToken(**CREDENTIALS)
    words = "Grant must be an instance of AccessTokenGrant."
    refused("not_a_grant", "grants", words, InputError, token.add_grant, grant)
    words = "Grants must be instances of AccessTokenGrant."
    refused("not_a_grant", "grants", words, InputError, AccessToken, **CREDENTIALS, grants=[grant])
    refused("not_a_grant", "grants", words, InputError, issuer, grants=[grant])
    refused("not_a_grant", "grants", words, InputError, issuer().mint, "alice", grants=[grant])
    token.grants.append(grant)
    refused("not_a_grant", "grants", words, InputError, token.to_jwt)


@pytest.mark.parametrize(
    "name", ["line\nfeed", "\x1b[31m", "a" * 101], ids=["a line feed", "colours", "a long one"]
)
def test_a_message_contains_a_types_name_only_if_it_looks_like_one(name: str) -> None:
    with pytest.raises(InputTypeError, match=r"^region must be a string, not something else$"):
        AccessToken(ACCOUNT_SID, KEY_SID, SECRET, region=type(name, (), {})()).to_jwt()
