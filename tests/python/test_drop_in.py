"""A program for the official library runs with other imports and mints tokens with equal grants."""

from __future__ import annotations

import inspect
import time
from typing import Any

import pytest
import twilio.jwt.access_token
import twilio.jwt.access_token.grants

import grantmint.access_token
import grantmint.access_token.grants
from credentials import ACCOUNT_SID, KEY_SID, NOW, SECRET, SERVICE_SID, claims, header

# The official grants. The rows of docs/differences.md name those that the official library lacks.
BASE = twilio.jwt.access_token.AccessTokenGrant
GRANTS = [
    name
    for name, value in vars(twilio.jwt.access_token.grants).items()
    if isinstance(value, type) and issubclass(value, BASE) and value is not BASE
]

# Samples in the form of Twilio's guides.
START = """
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import {grant}

# required for all twilio access tokens
# To set up environmental variables, see http://twil.io/secure
account_sid = environ["TWILIO_ACCOUNT_SID"]
api_key = environ["TWILIO_API_KEY"]
api_secret = environ["TWILIO_API_KEY_SECRET"]
"""
GUIDES = {
    "Sync": START.format(grant="SyncGrant")
    + """
# Create access token with credentials
token = AccessToken(account_sid, api_key, api_secret, identity=identity)

# Create a Sync grant and add to token
sync_grant = SyncGrant(service_sid=service_sid)
token.add_grant(sync_grant)

# Return token info as JSON
jwt = token.to_jwt()
""",
    "Chat": START.format(grant="ChatGrant")
    + """
# Create access token with credentials
token = AccessToken(account_sid, api_key, api_secret, identity=identity)

# Create an Chat grant and add to token
chat_grant = ChatGrant(service_sid=service_sid)
token.add_grant(chat_grant)

jwt = token.to_jwt()
""",
    "Video": START.format(grant="VideoGrant")
    + """
# Create access token with credentials
token = AccessToken(account_sid, api_key, api_secret, identity=identity)

# Create a Video grant and add to token
video_grant = VideoGrant(room="cool room")
token.add_grant(video_grant)

jwt = token.to_jwt()
""",
    "Video, any room": START.format(grant="VideoGrant")
    + """
token = AccessToken(account_sid, api_key, api_secret)
token.identity = identity
grant = VideoGrant()
token.add_grant(grant)
jwt = token.to_jwt()
""",
    "Voice": START.format(grant="VoiceGrant")
    + """
# Create access token with credentials
token = AccessToken(account_sid, api_key, api_secret, identity=identity)

# Create a Voice grant and add to token
voice_grant = VoiceGrant(
    outgoing_application_sid="APd3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3",
    incoming_allow=True,  # Optional: add to allow incoming calls
)
token.add_grant(voice_grant)

jwt = token.to_jwt()
""",
    "Voice, with everything": START.format(grant="VoiceGrant, TaskRouterGrant")
    + """
voice = VoiceGrant(True, "AP123", {"agent": {"name": "bob", "tries": [1, 2.5, None]}}, "CR123", "phone")
router = TaskRouterGrant("WS123", "WK123", "worker")
token = AccessToken(account_sid, api_key, api_secret, [voice, router], identity, None, 600, None, "au1")
jwt = token.to_jwt()
""",
}


def run(source: str) -> dict[str, Any]:
    environ = {
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_API_KEY": KEY_SID,
        "TWILIO_API_KEY_SECRET": SECRET,
    }
    names: dict[str, Any] = {"environ": environ, "identity": "alice", "service_sid": SERVICE_SID}
    exec(source, names)
    return names


def freeze(monkeypatch: pytest.MonkeyPatch, now: int) -> None:
    """Stops the clock of the official library. grantmint does not use it."""
    monkeypatch.setattr(time, "time", lambda: float(now))


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guides_sample(guide: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = run(GUIDES[guide].replace("from twilio.jwt.", "from grantmint."))["jwt"]
    read = claims(ours)
    freeze(monkeypatch, read["iat"])
    theirs = run(GUIDES[guide])["jwt"]

    # The differences: grantmint always writes `iat`, and writes `nbf` only on request.
    assert claims(theirs).pop("nbf", read["iat"]) == read["iat"]
    assert {**read, "nbf": 0} == {**claims(theirs), "iat": read["iat"], "nbf": 0}
    assert "nbf" not in read
    assert header(ours) == header(theirs)


def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
    """Creates equal tokens of the official class and of ours, without the default `nbf`."""
    classes = twilio.jwt.access_token.AccessToken, grantmint.access_token.AccessToken
    theirs, ours = (cls(ACCOUNT_SID, KEY_SID, SECRET, *args, **{"nbf": None, **kwargs}) for cls in classes)
    return theirs, ours


def compare(theirs: Any, ours: Any, ttl: int | None = None, secret: str = SECRET) -> dict[str, Any]:
    """Checks that both tokens have equal claims and headers. Returns the claims."""
    token = ours.to_jwt(ttl, now=NOW)
    algorithm = ours.algorithm
    expected = {**claims(theirs.to_jwt(ttl), secret, algorithm), "iat": NOW}
    assert claims(token, secret, algorithm) == expected
    assert header(token) == header(theirs.to_jwt()) == theirs.headers == ours.headers
    return expected


@pytest.mark.parametrize(
    ("attributes", "value"),
    [
        ("identity", "bob"),
        ("ttl", 60),
        ("nbf", NOW - 60),
        ("valid_until", NOW + 120),
        ("region", "ie1"),
        ("secret_key", "another-fake-secret-of-at-least-32-bytes"),
        ("algorithm", "HS512"),
        # With the official class, each of these pairs must be changed together.
        ("signing_key_sid issuer", "SKffffffffffffffffffffffffffffffff"),
        ("account_sid subject", "ACffffffffffffffffffffffffffffffff"),
    ],
)
def test_an_attribute_changed(attributes: str, value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    freeze(monkeypatch, NOW)
    theirs, ours = both(identity="alice")
    before = compare(theirs, ours)
    for attribute in attributes.split():
        setattr(theirs, attribute, value)
        setattr(ours, attribute, value)
        assert getattr(ours, attribute) == getattr(theirs, attribute) == value
    changed = compare(theirs, ours, secret=ours.secret_key)
    assert changed != before or attributes in ("region", "secret_key", "algorithm")


def test_the_secret_has_two_names() -> None:
    _, ours = both()
    ours.secret = "fake"
    assert ours.secret_key == "fake"
    ours.secret_key = "another fake"
    assert ours.secret == "another fake"


def test_a_ttl_given_to_to_jwt(monkeypatch: pytest.MonkeyPatch) -> None:
    freeze(monkeypatch, NOW)
    assert compare(*both(), ttl=60)["exp"] == NOW + 60
    assert compare(*both(valid_until=NOW + 900), ttl=60)["exp"] == NOW + 60
    assert compare(*both(valid_until=NOW + 900))["exp"] == NOW + 900


def test_the_constants() -> None:
    ours = grantmint.access_token
    assert ours.Jwt.ALGORITHM == ours.AccessToken.ALGORITHM == twilio.jwt.access_token.AccessToken.ALGORITHM
    assert ours.AccessToken.GENERATE is ours.Jwt.GENERATE is grantmint.Jwt.GENERATE
    assert type(ours.Jwt.GENERATE) is object


def test_generate_asks_for_an_nbf_of_now() -> None:
    token = grantmint.AccessToken(ACCOUNT_SID, KEY_SID, SECRET, nbf=grantmint.Jwt.GENERATE)
    assert claims(token.to_jwt(now=NOW))["nbf"] == NOW
    payload = token.payload
    assert payload["nbf"] == payload["iat"]
    token.nbf = None
    assert "nbf" not in token.payload


def test_payload_and_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    grant = {"identity": "alice", "region": "au1", "ttl": 60}
    theirs, ours = both(**grant)
    theirs.add_grant(twilio.jwt.access_token.grants.VideoGrant(room="daily"))
    ours.add_grant(grantmint.VideoGrant(room="daily"))
    payload = ours.payload
    freeze(monkeypatch, payload["iat"])
    assert payload == {**theirs.payload, "iat": payload["iat"]}
    assert ours.headers == theirs.headers
    ours.payload.clear()
    ours.headers.clear()
    assert ours.payload
    assert ours.headers


def test_grants_can_be_changed_until_signing(monkeypatch: pytest.MonkeyPatch) -> None:
    freeze(monkeypatch, NOW)
    theirs, ours = both()
    for token, module in ((theirs, twilio.jwt.access_token.grants), (ours, grantmint)):
        token.grants.append(module.SyncGrant())
        token.add_grant(module.VideoGrant())
        token.grants[0].service_sid = SERVICE_SID
        token.grants.insert(0, module.ChatGrant(endpoint_id="phone"))
        token.add_grant(module.ChatGrant("IS123"))
    assert len(ours.grants) == 4
    assert ours.grants is ours.grants
    assert list(compare(theirs, ours)["grants"]) == ["chat", "data_sync", "video"]
    for token, module in ((theirs, twilio.jwt.access_token.grants), (ours, grantmint)):
        del token.grants[1:]
        assert [type(grant) for grant in token.grants] == [module.ChatGrant]
    assert compare(theirs, ours)["grants"] == {"chat": {"endpoint_id": "phone"}}


@pytest.mark.parametrize("name", GRANTS)
def test_a_grants_arguments_attributes_and_key(name: str) -> None:
    theirs, ours = (getattr(m, name) for m in (twilio.jwt.access_token.grants, grantmint.access_token.grants))
    assert ours().key == theirs().key
    fields = list(inspect.signature(theirs).parameters)
    values: dict[str, Any] = {
        field: {"incoming_allow": True}.get(field, f"{field} of mine") for field in fields
    }
    values |= {field: {"a": [1]} for field in ("outgoing_application_params", "grant") if field in values}
    positional, keyword, assigned = ours(*values.values()), ours(**values), ours()
    for field, value in values.items():
        assert getattr(assigned, field) is None
        setattr(assigned, field, value)
    for grant in (positional, keyword, assigned):
        assert grant.to_payload() == theirs(**values).to_payload()
        assert {field: getattr(grant, field) for field in fields} == values
        assert str(grant) == str(theirs(**values))


def test_the_arguments_of_the_constructor() -> None:
    theirs, ours = (
        list(inspect.signature(module.AccessToken).parameters.values())
        for module in (twilio.jwt.access_token, grantmint.access_token)
    )
    assert [one.name for one in ours] == [*(one.name for one in theirs), "jti"]
    defaults = {one.name: one.default for one in theirs if one.name != "nbf"}
    assert {one.name: one.default for one in ours if one.name in defaults} == defaults
    assert ours[-1].kind is inspect.Parameter.KEYWORD_ONLY


def test_the_names_of_the_modules() -> None:
    for theirs, ours in (
        (twilio.jwt.access_token, grantmint.access_token),
        (twilio.jwt.access_token.grants, grantmint.access_token.grants),
    ):
        classes = {name for name, value in vars(theirs).items() if isinstance(value, type)}
        assert classes <= set(ours.__all__)
        assert all(getattr(grantmint, name) is getattr(ours, name) for name in classes)


# The other differences of a token. There, the claims equal those of the official Node library.
@pytest.mark.parametrize(
    ("grant", "theirs", "ours"),
    [
        ("VoiceGrant(None, 'AP1', {})", {"application_sid": "AP1"}, {"application_sid": "AP1", "params": {}}),
        ("PlaybackGrant()", None, {}),
    ],
)
def test_where_the_official_libraries_differ(grant: str, theirs: object, ours: object) -> None:
    for module, expected in ((twilio.jwt.access_token.grants, theirs), (grantmint, ours)):
        payload = eval(grant, vars(module)).to_payload()
        assert (payload["outgoing"] if payload else payload) == expected


def test_an_integer_identity_is_a_string() -> None:
    theirs, ours = both(identity=42)
    assert claims(theirs.to_jwt())["grants"] == {"identity": 42}
    assert claims(ours.to_jwt())["grants"] == {"identity": "42"}


def test_str_and_repr_show_no_token() -> None:
    theirs, ours = both(identity="alice")
    assert ".ey" in str(theirs)
    expected = f"<AccessToken account_sid='{ACCOUNT_SID}' signing_key_sid='{KEY_SID}' identity='alice'>"
    assert str(ours) == repr(ours) == expected
