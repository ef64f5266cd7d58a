"""What twilio-python's own tests state of its tokens, re-enacted: its published archive contains no tests.

Each statement runs with the official classes, too. The statements follow the official repository's
tests/unit/jwt/test_access_token.py and test_jwt.py one by one, in words of our own. Times are relative to the
current second, as grantmint reads the clock natively.
"""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest

from shown.cell import OFFICIAL, OURS

ACCOUNT, KEY, SECRET = "AC1", "SK1", "fake-secret"

pytestmark = pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")


@pytest.fixture(params=[OFFICIAL, OURS], ids=["twilio", "grantmint"])
def names(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def now() -> int:
    """Returns the current second, with enough of it left for a test."""
    if time.time() % 1 > 0.9:
        time.sleep(0.11)
    return int(time.time())


def read_back(names: Any, **options: Any) -> Any:
    """Signs a token and reads it with `from_jwt`."""
    grants = options.pop("grants", [])
    token = names.AccessToken(ACCOUNT, KEY, SECRET, **options)
    for grant in grants:
        token.add_grant(grant)
    decoded = names.AccessToken.from_jwt(token.to_jwt(), SECRET)
    payload = decoded.payload
    assert (payload["iss"], payload["sub"]) == (KEY, ACCOUNT)
    assert payload["exp"] >= int(time.time())
    assert KEY in payload["jti"]
    return decoded


def test_a_token_without_grants(names: Any) -> None:
    assert read_back(names).payload["grants"] == {}


def test_a_region_is_in_the_header(names: Any) -> None:
    assert read_back(names, region="au1").headers["twr"] == "au1"


def test_without_a_region_the_header_has_none(names: Any) -> None:
    assert "twr" not in read_back(names).headers


def test_an_nbf(names: Any, now: int) -> None:
    assert read_back(names, nbf=now).nbf == now


def test_the_content_type(names: Any) -> None:
    assert read_back(names).headers["cty"] == "twilio-fpa;v=1"


def test_an_identity(names: Any) -> None:
    assert read_back(names, identity="a@example.com").payload["grants"] == {"identity": "a@example.com"}


VOICE_OUT = {"outgoing_application_sid": "AP1"}
PLAYBACK = {"requestCredentials": None, "playbackUrl": "https://a/?token=x", "playerStreamerSid": "VJ1"}


@pytest.mark.parametrize(
    ("name", "fields", "key", "payload"),
    [
        (
            "VoiceGrant",
            {"outgoing_application_sid": "AP1"},
            "voice",
            {"outgoing": {"application_sid": "AP1"}},
        ),
        ("VideoGrant", {"room": "RM1"}, "video", {"room": "RM1"}),
        (
            "ChatGrant",
            {"service_sid": "IS1", "push_credential_sid": "CR1"},
            "chat",
            {"service_sid": "IS1", "push_credential_sid": "CR1"},
        ),
        (
            "SyncGrant",
            {"service_sid": "IS1", "endpoint_id": "phone"},
            "data_sync",
            {"service_sid": "IS1", "endpoint_id": "phone"},
        ),
        (
            "VoiceGrant",
            {"outgoing_application_sid": "AP1", "outgoing_application_params": {"a": "b"}},
            "voice",
            {"outgoing": {"application_sid": "AP1", "params": {"a": "b"}}},
        ),
        ("VoiceGrant", {"incoming_allow": True}, "voice", {"incoming": {"allow": True}}),
        (
            "TaskRouterGrant",
            {"workspace_sid": "WS1", "worker_sid": "WK1", "role": "worker"},
            "task_router",
            {"workspace_sid": "WS1", "worker_sid": "WK1", "role": "worker"},
        ),
        ("PlaybackGrant", {"grant": PLAYBACK}, "player", PLAYBACK),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_grant(names: Any, name: str, fields: Any, key: str, payload: Any) -> None:
    granted = read_back(names, grants=[getattr(names, name)(**fields)]).payload["grants"]
    assert granted == {key: payload}


def test_an_identity_beside_a_grant(names: Any) -> None:
    token = names.AccessToken(ACCOUNT, KEY, SECRET)
    token.identity = "bender"
    token.add_grant(names.SyncGrant("IS1", "phone"))
    granted = names.AccessToken.from_jwt(token.to_jwt(), SECRET).payload["grants"]
    assert granted == {"identity": "bender", "data_sync": {"service_sid": "IS1", "endpoint_id": "phone"}}


def test_two_empty_grants(names: Any) -> None:
    granted = read_back(names, grants=[names.VideoGrant(), names.ChatGrant()]).payload["grants"]
    assert granted == {"video": {}, "chat": {}}


def test_grants_in_the_constructor(names: Any) -> None:
    token = names.AccessToken(ACCOUNT, KEY, SECRET, grants=[names.VideoGrant(), names.ChatGrant()])
    assert names.AccessToken.from_jwt(token.to_jwt(), SECRET).payload["grants"] == {"video": {}, "chat": {}}


def test_the_constructor_rejects_other_grants(names: Any) -> None:
    with pytest.raises(ValueError, match="AccessTokenGrant"):
        names.AccessToken(ACCOUNT, KEY, SECRET, grants=[names.VideoGrant, "everything"])


def test_add_grant_rejects_another_grant(names: Any) -> None:
    token = names.AccessToken(ACCOUNT, KEY, SECRET)
    token.add_grant(names.VideoGrant())
    with pytest.raises(ValueError, match="AccessTokenGrant"):
        token.add_grant("everything")


def own(names: Any, *args: Any, payload: Any = None, headers: Any = None, **options: Any) -> Any:
    """Creates a token of a class of the program's own, directly below `Jwt`."""

    class Own(names.Jwt):  # type: ignore[misc]
        def _generate_payload(self) -> Any:
            return payload or {}

        def _generate_headers(self) -> Any:
            return headers or {}

    return Own(*args, **options)


def parts(token: str) -> tuple[Any, Any]:
    return jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})


@pytest.mark.parametrize(
    ("options", "ttl", "claims", "header"),
    [
        ({}, None, {"exp": 3600, "nbf": 0}, {}),
        ({"subject": "someone"}, None, {"exp": 3600, "nbf": 0, "sub": "someone"}, {}),
        ({"subject": "someone", "nbf": None}, None, {"exp": 3600, "sub": "someone"}, {}),
        ({"ttl": 10}, None, {"exp": 10, "nbf": 0}, {}),
        ({"ttl": 10}, 20, {"exp": 20, "nbf": 0}, {}),
        ({"headers": {"extra": "header"}}, None, {"exp": 3600, "nbf": 0}, {"extra": "header"}),
        ({"payload": {"root": "true"}}, None, {"exp": 3600, "nbf": 0, "root": "true"}, {}),
        (
            {"headers": {"yes": "oui"}, "payload": {"pay": "me"}},
            None,
            {"exp": 3600, "nbf": 0, "pay": "me"},
            {"yes": "oui"},
        ),
    ],
    ids=["basic", "subject", "no nbf", "ttl", "ttl of to_jwt", "headers", "payload", "both"],
)
def test_a_token_of_its_own_class(
    names: Any, now: int, options: Any, ttl: int | None, claims: Any, header: Any
) -> None:
    token = own(names, SECRET, "me", **options)
    signed = token.to_jwt() if ttl is None else token.to_jwt(ttl=ttl)
    expected = {name: now + value if name in ("exp", "nbf") else value for name, value in claims.items()}
    found_header, found = parts(signed)
    assert found_header == {"typ": "JWT", "alg": "HS256", **header}
    found.pop("iat", None)
    if names is OURS and "nbf" not in options:
        # A row of docs/differences.md: the default is none.
        found["nbf"] = now
    assert found == {"iss": "me", **expected}


def test_valid_until_takes_precedence_over_the_ttl(names: Any, now: int) -> None:
    assert parts(own(names, SECRET, "me", ttl=10, valid_until=now + 70).to_jwt())[1]["exp"] == now + 70


def test_an_nbf_of_its_own(names: Any, now: int) -> None:
    assert parts(own(names, SECRET, "me", ttl=10, nbf=now + 5).to_jwt())[1]["nbf"] == now + 5


def test_signing_without_a_secret_is_an_error(names: Any) -> None:
    with pytest.raises(ValueError, match=r"(?i)key|secret"):
        own(names, None, "me").to_jwt()


def test_what_is_signed_is_read_back(names: Any, now: int) -> None:
    token = own(names, SECRET, "me", subject="hey", payload={"sick": "sick"})
    decoded = names.Jwt.from_jwt(token.to_jwt(), SECRET)
    assert decoded.valid_until >= now + 3600
    assert decoded.nbf >= now
    assert (decoded.issuer, decoded.subject, decoded.algorithm) == ("me", "hey", "HS256")
    assert decoded.headers == {"typ": "JWT", "alg": "HS256"}
    assert decoded.payload["sick"] == "sick"


def test_another_algorithm_is_rejected(names: Any) -> None:
    token = own(names, SECRET, "me", algorithm="HS512", subject="hey")
    with pytest.raises(names.JwtDecodeError):
        names.Jwt.from_jwt(token.to_jwt())


@pytest.mark.parametrize(("start", "key"), [("ABC", SECRET), ("", "other")], ids=["text", "secret"])
def test_another_text_or_secret_is_rejected(names: Any, start: str, key: str) -> None:
    token = own(names, SECRET, "me", subject="hey").to_jwt()
    with pytest.raises(names.JwtDecodeError):
        names.Jwt.from_jwt(start + token[len(start) :], key)


@pytest.mark.parametrize("times", [{"exp": -1}, {"exp": 7200, "nbf": 3600}], ids=["expired", "not yet valid"])
def test_times_are_checked(names: Any, now: int, times: Any) -> None:
    claims = {name: now + value for name, value in times.items()}
    token = jwt.encode({"iss": "me", "sub": "hey", **claims}, SECRET)
    with pytest.raises(names.JwtDecodeError):
        names.Jwt.from_jwt(token, SECRET)


def test_a_token_of_another_librarys_is_read(names: Any, now: int) -> None:
    claims = {"hello": "world", "iss": "me", "sub": "being", "exp": now + 1000}
    decoded = names.Jwt.from_jwt(jwt.encode(claims, SECRET), SECRET)
    assert (decoded.issuer, decoded.subject, decoded.valid_until) == ("me", "being", now + 1000)
    assert decoded.payload["hello"] == "world"


def test_without_a_key_the_signature_is_not_checked(names: Any) -> None:
    token = own(names, "fake-other", "me", subject="hey", payload={"get": "it"}).to_jwt()
    decoded = names.Jwt.from_jwt(token, key=None)
    assert decoded.issuer == "me"
    assert decoded.payload["get"] == "it"
