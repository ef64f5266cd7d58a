"""A program that uses the whole API. `mypy --strict` reports no error in it, and no type is `Any`.

Its wrong lines have a `type: ignore`. mypy reports one that is not needed.
"""

from __future__ import annotations

from typing import Any

from typing_extensions import assert_type

import grantmint
from grantmint import (
    AccessTokenGrant,
    GrantmintError,
    InputError,
    InputTypeError,
    Issuer,
    Jwt,
    PlaybackGrant,
    SyncGrant,
    TaskRouterGrant,
)
from grantmint.access_token import AccessToken
from grantmint.access_token.grants import ChatGrant, VideoGrant, VoiceGrant


class ByClass(AccessTokenGrant):
    key = "by_class"

    def to_payload(self) -> dict[str, Any]:
        return {"a": [1, 2.5, None, {"b": True}]}


class ByProperty(AccessTokenGrant):
    def __init__(self, name: str, *, level: int) -> None:
        self.name, self.level = name, level

    @property
    def key(self) -> str:
        return "by_property"

    def to_payload(self) -> dict[str, Any]:
        return {"name": self.name, "level": self.level}


class AppToken(AccessToken):
    ALGORITHM = "HS256"

    def __init__(self, user: str) -> None:
        super().__init__("AC123", "SK123", "fake", identity=user)


class AppVideo(VideoGrant):
    def __init__(self, team: int) -> None:
        super().__init__(room=f"team-{team}")


def grants() -> list[AccessTokenGrant]:
    voice = VoiceGrant(True, "AP123", {"a": 1}, "CR123", "phone")
    voice.incoming_allow = False
    return [
        SyncGrant("IS123", endpoint_id="phone"),
        ChatGrant(
            service_sid="IS123", endpoint_id=None, deployment_role_sid="RL123", push_credential_sid="CR123"
        ),
        VideoGrant(),
        voice,
        TaskRouterGrant(workspace_sid="WS123", worker_sid="WK123", role="worker"),
        PlaybackGrant({"a": 1}),
        ByClass(),
        ByProperty("x", level=1),
        AppVideo(1),
    ]


def access_token(account_sid: str, key_sid: str, secret: str | bytes | bytearray | memoryview) -> str:
    token = AccessToken(account_sid, key_sid, secret, grants(), 42, Jwt.GENERATE, 60, None, "au1", jti="x")
    token = AccessToken(
        account_sid, key_sid, secret, grants=iter(grants()), identity="alice", nbf=5, valid_until=9
    )
    token.add_grant(VideoGrant(room="daily"))
    token.grants.append(VideoGrant())
    token.identity, token.ttl, token.nbf, token.valid_until = None, None, Jwt.GENERATE, 5
    token.region, token.jti, token.algorithm, token.secret_key = "au1", None, "HS512", secret
    token.issuer, token.subject, token.secret = token.signing_key_sid, token.account_sid, b"fake"
    assert_type(token.payload, dict[str, Any])
    assert_type(token.headers, dict[str, Any])
    assert_type(token.grants, list[AccessTokenGrant])
    assert_type(token.grants[0].key, str)
    assert_type(SyncGrant().to_payload(), dict[str, str])
    assert_type(SyncGrant().service_sid, str | None)
    assert_type(AppToken("alice").to_jwt(), str)
    base: Jwt = token
    assert_type(base.ALGORITHM == Jwt.ALGORITHM, bool)
    return token.to_jwt(60, algorithm="HS384", now=1_700_000_000)


def attributes(token: AccessToken) -> None:
    assert_type(token.identity, str | int | None)
    assert_type(token.ttl, int | None)
    assert_type(token.region, str | None)
    assert_type(token.account_sid, str)
    assert_type(token.secret_key, str | bytes | bytearray | memoryview)


def issuer(account_sid: str, key_sid: str, secret: bytes) -> list[str]:
    made = Issuer(account_sid, key_sid, secret, grants=grants(), ttl=60, region="au1", algorithm="HS256")
    made = Issuer.from_env(grants=(VideoGrant(),), ttl=60, region=None, algorithm=None)
    assert_type(made, Issuer)
    assert_type(made.mint("alice"), str)
    made.mint(42, grants=[VideoGrant()], ttl=60, nbf=5, jti="x", now=1_700_000_000)
    try:
        return made.mint_many(
            ["alice", 42], threads=2, grants=[VideoGrant()], ttl=60, nbf=5, now=1_700_000_000
        )
    except (InputError, InputTypeError) as error:
        assert_type(error.code, str)
        assert_type(error.field, str | None)
        known: GrantmintError = error
        raise ValueError(str(known)) from error
    finally:
        print(grantmint.__version__)


def mistakes(made: Issuer, token: AccessToken) -> None:
    SyncGrant(servicesid="IS123")  # type: ignore[arg-type]
    SyncGrant(service_sid=5)  # type: ignore[arg-type]
    VoiceGrant(incoming_allow="true")  # type: ignore[arg-type]
    AccessToken("AC123", "SK123")  # type: ignore[call-arg]
    AccessToken("AC123", "SK123", "fake", ttl="3600")  # type: ignore[arg-type]
    AccessToken("AC123", "SK123", "fake", grants=["video"])  # type: ignore[list-item]
    AccessToken("AC123", "SK123", "fake", nbf=object())  # type: ignore[arg-type]
    AccessToken("AC123", "SK123", "fake", None, None, None, 60, None, None, "x")  # type: ignore[call-arg]
    AccessToken("AC123", "SK123", 5)  # type: ignore[arg-type]
    token.add_grant("video")  # type: ignore[arg-type]
    token.to_jwt(algorithm="none")  # type: ignore[arg-type]
    token.payload = {}  # type: ignore[misc]
    Issuer("AC123", "SK123", "fake", [VideoGrant()])  # type: ignore[call-arg]
    made.mint(None)  # type: ignore[arg-type]
    made.mint("alice", valid_until=5)  # type: ignore[call-arg]
    made.mint_many(["alice"], jti="x")  # type: ignore[call-arg]
    made.mint_many([1.5])  # type: ignore[list-item]
