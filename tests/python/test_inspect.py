"""`inspect`: the shared vectors, sound tokens of twilio-python and grantmint, and any other input."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from unittest import mock

import pytest
import twilio.jwt.access_token
import twilio.jwt.access_token.grants
from hypothesis import given, settings
from hypothesis import strategies as st

import grantmint
import player
from credentials import ACCOUNT_SID, KEY_SID, NOW, SECRET
from grantmint import InputError, InputTypeError, inspect
from player import check_consistency, codes

CASES = player.read("inspections.json")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_a_vector(case: dict[str, Any]) -> None:
    player.is_inspected(case)


def test_there_are_vectors_and_each_has_a_title_of_its_own() -> None:
    assert len([case for case in CASES if case["codes"]]) > 120
    assert len({case["title"] for case in CASES}) == len(CASES)


def test_accepted_and_rejected_arguments() -> None:
    token = next(case for case in CASES if not case["codes"])["token"]
    secret = next(case for case in CASES if case["signature"] == "valid" and not case["codes"])["secret"]
    for given_secret in (secret, secret.encode(), bytearray(secret.encode()), memoryview(secret.encode())):
        inspection = inspect(token, given_secret, NOW)
        assert (inspection.signature, inspection.findings) == ("valid", [])
    assert codes(inspect(token.encode(), now=NOW)) == []
    assert codes(inspect(token)) == codes(inspect(token, None, None)) == ["expired"]
    for nothing in (None, 1, 1.5, True, [token], {"token": token}, object(), lambda: token):
        assert codes(inspect(nothing)) == ["not_a_string"]
    bad: Any = 1
    with pytest.raises(InputTypeError, match="secret"):
        inspect(token, bad)
    with pytest.raises(InputTypeError, match="now"):
        inspect(token, now="1")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="now"):
        inspect(token, now=-1)


@pytest.mark.parametrize("text", ["\ud800", "a.b.\udc00", "\ud800" * 20_000, "\udcff.a.b"])
def test_half_of_a_surrogate_pair_is_no_character_of_a_token(text: str) -> None:
    inspection = inspect(text)
    assert not inspection.sound
    check_consistency(inspection)


def encode(text: str | bytes) -> str:
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_deep_nesting_after_a_duplicate_name_is_not_read() -> None:
    payload = '{"a":{"x":1,"x":2},"b":' + "[" * 5900 + "]" * 5900 + "}"
    inspection = inspect(f"{encode('{}')}.{encode(payload)}.AAAA")
    assert "duplicate_member" in codes(inspection)
    assert inspection.claims is None
    check_consistency(inspection)


def test_advice_is_in_the_words_of_python() -> None:
    token = grantmint.AccessToken(ACCOUNT_SID, KEY_SID, SECRET, identity="alice").to_jwt(now=NOW)
    for text in (
        json.dumps({"data": {"token": token}}),
        json.dumps(token),
        "<bound method AccessToken.to_jwt of x>",
        "<AccessToken x>",
        token,
    ):
        report = str(inspect(text, now=NOW))
        for word in (
            "const ",
            "toJwt",
            "await ",
            "response.json() rather than response.text()",
            "Date.now",
            "jq",
        ):
            assert word not in report, report
    assert 'body["data"]["token"]' in str(inspect(json.dumps({"data": {"token": token}}), now=NOW))


# Sound tokens have no findings.


def sid(prefix: str) -> st.SearchStrategy[str]:
    return st.text("0123456789abcdef", min_size=32, max_size=32).map(lambda digits: prefix + digits)


WORD = st.text("abcXYZ019-_.é愛", min_size=1, max_size=40)
MAYBE = st.none() | WORD
PARAMS = st.dictionaries(WORD, WORD | st.booleans() | st.integers(-(2**53), 2**53), min_size=1, max_size=4)
GRANTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "SyncGrant": st.fixed_dictionaries(
        {"service_sid": sid("IS") | st.just("default"), "endpoint_id": MAYBE},
    ),
    "ChatGrant": st.fixed_dictionaries(
        {"service_sid": sid("IS"), "endpoint_id": MAYBE},
        optional={"deployment_role_sid": sid("RL"), "push_credential_sid": sid("CR")},
    ),
    "VideoGrant": st.fixed_dictionaries({"room": MAYBE}),
    "VoiceGrant": st.fixed_dictionaries(
        {"incoming_allow": st.just(True)}, optional={"push_credential_sid": sid("CR"), "endpoint_id": WORD}
    )
    | st.fixed_dictionaries(
        {"outgoing_application_sid": sid("AP"), "incoming_allow": st.none() | st.booleans()},
        optional={"outgoing_application_params": PARAMS},
    ),
    "TaskRouterGrant": st.fixed_dictionaries(
        {"workspace_sid": sid("WS")},
        optional={"worker_sid": sid("WK"), "role": st.sampled_from(["worker", "supervisor"])},
    ),
}


def acceptable(given_: dict[str, Any]) -> dict[str, Any]:
    """Gives Voice an identity of letters, digits and underscores alone."""
    if "VoiceGrant" not in given_["fields"]:
        return given_
    return given_ | {"identity": re.sub("[^A-Za-z0-9_]", "_", given_["identity"])}


SOUND = st.fixed_dictionaries(
    {
        "fields": st.sets(st.sampled_from(list(GRANTS)), min_size=1).flatmap(
            lambda names: st.fixed_dictionaries({name: GRANTS[name] for name in sorted(names)})
        ),
        "identity": WORD,
        "ttl": st.integers(181, 86_400),
        "region": st.sampled_from([None, "ie1", "au1", "us1"]),
        "now": st.integers(1_000_000_000, 4_000_000_000),
        "later": st.integers(0, 180),
    }
).map(acceptable)


def sound_tokens(given_: dict[str, Any]) -> list[str]:
    """Returns equal tokens of twilio-python and grantmint, and one that has been valid for a minute."""
    now = given_["now"]
    options = {name: given_[name] for name in ("identity", "ttl", "region")}

    def filled(token: Any, classes: Any) -> Any:
        for name, fields in given_["fields"].items():
            token.add_grant(getattr(classes, name)(**fields))
        return token

    credentials = (ACCOUNT_SID, KEY_SID, SECRET)
    official = twilio.jwt.access_token.AccessToken(*credentials, **options)
    with mock.patch("time.time", return_value=now + 0.5):
        minted = filled(official, twilio.jwt.access_token.grants).to_jwt()
    ours = [grantmint.AccessToken(*credentials, nbf=nbf, **options) for nbf in (None, now - 60)]
    return [minted, *(filled(token, grantmint).to_jwt(now=now) for token in ours)]


def test_1000_sound_tokens_of_twilio_python_and_of_grantmint() -> None:
    count = 0

    @settings(max_examples=400, deadline=None, database=None)
    @given(SOUND)
    def not_a_word_against_them(given_: dict[str, Any]) -> None:
        nonlocal count
        now = given_["now"] + given_["later"]
        for token in sound_tokens(given_):
            inspection = inspect(token, SECRET, now)
            # The note about phone apps belongs to every grant that allows incoming calls.
            assert [code for code in codes(inspection) if code != "push_credential_missing"] == []
            assert (inspection.kind, inspection.sound, inspection.signature) == (
                "access_token",
                True,
                "valid",
            )
            assert inspection.identity == given_["identity"]
            assert (inspection.key_sid, inspection.account_sid) == (KEY_SID, ACCOUNT_SID)
            assert inspection.expires_in == given_["ttl"] - given_["later"]
            assert inspection.grants is not None
            assert len(inspection.grants) == len(given_["fields"])
            assert inspection.renew_at is not None
            assert inspection.expires_at is not None
            assert inspection.expires_at - given_["ttl"] < inspection.renew_at < inspection.expires_at
            assert str(inspection).startswith("Twilio Access Token: sound\n")
            assert codes(inspect(token, now=now)) == codes(inspection)
            count += 1

    not_a_word_against_them()
    assert count >= 1000


# No input causes an exception, and every report can be shown.

NAMES = [
    "alg", "typ", "cty", "crit", "twr", "iss", "sub",
    "exp", "nbf", "iat", "grants", "identity", "data_sync", "chat",
    "video", "voice", "sync", "service_sid", "outgoing", "application_sid", "incoming",
    "allow", "scope", "policies", "hrh", "rqh",
]  # fmt: skip
NAME = st.text(max_size=6) | st.sampled_from(NAMES)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAME, inner, max_size=6),
    max_leaves=20,
)
CLAIMS = st.dictionaries(NAME, JSON, max_size=6)
HEADER = '{"alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}'
PIECES = st.sampled_from(
    ["\x1b[31m", ".", '"', "'", "{", "}", " ", "eyJ", "Bearer ", "\ud800", "\0", "\x9b", "\u202e", "é", "\n"]
)


@settings(max_examples=500, deadline=None)
@given(st.text() | st.binary() | st.lists(PIECES, max_size=30).map("".join), st.none() | st.binary())
def test_any_text_is_explained(text: str | bytes, secret: bytes | None) -> None:
    check_consistency(inspect(text, secret, NOW))


@settings(max_examples=500, deadline=None)
@given(JSON.map(json.dumps) | st.text() | st.binary(), JSON.map(json.dumps) | st.text() | st.binary())
def test_any_header_and_payload_are_explained(header: str | bytes, payload: str | bytes) -> None:
    check_consistency(inspect(f"{encode(header)}.{encode(payload)}.AAAA", now=NOW))


@settings(max_examples=500, deadline=None)
@given(CLAIMS, JSON)
def test_any_claims_of_an_access_token_are_explained(claims: dict[str, Any], grants: Any) -> None:
    payload = json.dumps(claims | {"grants": grants})
    check_consistency(inspect(f"{encode(HEADER)}.{encode(payload)}.AAAA", SECRET, NOW))


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(
        [token for case in CASES if isinstance(token := player.token_of(case), str) and len(token) < 2000]
    ),
    st.integers(0, 2000),
    st.integers(0, 40),
    st.text(max_size=8),
)
def test_any_change_of_a_token_is_explained(token: str, start: int, cut: int, text: str) -> None:
    start %= len(token) + 1
    check_consistency(inspect(token[:start] + text + token[start + cut :], now=NOW))
