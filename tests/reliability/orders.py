"""Checks that objects are collected if they are dropped in random order.

``python orders.py [rounds [seed]]`` creates tokens, grants, errors and tracebacks that refer to each other.
Callbacks raise exceptions in the middle of a call, and a thread may have the last reference to an object.
In the end, no object may be left.
"""

from __future__ import annotations

import gc
import random
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from grantmint import (
    AccessToken,
    AccessTokenGrant,
    ChatGrant,
    GrantmintError,
    Issuer,
    PlaybackGrant,
    SyncGrant,
    TaskRouterGrant,
    Verifier,
    VideoGrant,
    VoiceGrant,
    inspect,
)

ACCOUNT_SID = "ACa0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0"
KEY_SID = "SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1"
SECRET = "fake-secret-0123456789-abcdefghij"
NOW = 1_700_000_000

ATTRIBUTES = (
    *("account_sid", "signing_key_sid", "secret_key", "identity", "nbf", "ttl", "valid_until", "region"),
    *("jti", "algorithm", "secret", "subject", "issuer"),
)
FIELDS: dict[type[AccessTokenGrant], tuple[str, ...]] = {
    SyncGrant: ("service_sid", "endpoint_id"),
    ChatGrant: ("service_sid", "endpoint_id", "deployment_role_sid", "push_credential_sid"),
    VideoGrant: ("room",),
    VoiceGrant: (
        *("incoming_allow", "outgoing_application_sid", "outgoing_application_params"),
        *("push_credential_sid", "endpoint_id"),
    ),
    TaskRouterGrant: ("workspace_sid", "worker_sid", "role"),
    PlaybackGrant: ("grant",),
}

# The objects that must not exist in the end.
tracked: list[weakref.ref[Any]] = []


class Text(str):
    """A string that refers to other objects. Nearly every argument and attribute accepts a string."""

    def __new__(cls, text: str, *others: object) -> Text:  # noqa: PYI034 - `Self` is not in 3.10
        self = super().__new__(cls, text)
        self.others = list(others)
        tracked.append(weakref.ref(self))
        return self

    others: list[object]


class Thrown(Exception):
    def __init__(self, *others: object) -> None:
        self.others = others
        tracked.append(weakref.ref(self))


class Custom(AccessTokenGrant):
    key = "custom"

    def __init__(self, payload: Callable[[], dict[str, Any]], *others: object) -> None:
        self.payload = payload
        self.others = others
        tracked.append(weakref.ref(self))

    def to_payload(self) -> dict[str, Any]:
        return self.payload()


class Keyless(Custom):
    @property
    def key(self) -> str:  # type: ignore[override]
        raise Thrown(self)


class Surly:
    """An object whose methods raise an exception."""

    def throw(self, *_: object) -> Any:
        raise Thrown(self)

    __bool__ = __iter__ = __repr__ = throw


class SurlyKeys(Mapping[str, str]):
    def __len__(self) -> int:
        return 2

    def __iter__(self) -> Iterator[str]:
        yield Text(KEY_SID)
        raise Thrown(self)

    def __getitem__(self, sid: str) -> str:
        return Text(SECRET)


def throw(*others: object) -> Any:
    raise Thrown(*others)


def until_it_throws(*items: Any) -> Iterator[Any]:
    yield from items
    raise Thrown(*items)


def new_issuer() -> Issuer:
    return Issuer(Text(ACCOUNT_SID), Text(KEY_SID), Text(SECRET), grants=[VideoGrant(room=Text("daily"))])


def new_token(*others: object) -> AccessToken:
    return AccessToken(
        Text(ACCOUNT_SID), Text(KEY_SID), Text(SECRET, *others), identity=Text("alice", *others)
    )


def with_grant(grant: AccessTokenGrant) -> AccessToken:
    token = new_token(grant)
    token.add_grant(grant)
    return token


# The constructors of all objects: the first argument is an earlier object, or `None`.

MADE: list[Callable[[Any, random.Random], object]] = []


def makes(make: Callable[[Any, random.Random], object]) -> None:
    MADE.append(make)


@makes
def a_token_in_a_cycle(other: Any, chance: random.Random) -> object:
    token = new_token(other)
    setattr(token, chance.choice(ATTRIBUTES), Text("x", token, other))
    return token


@makes
def a_token_with_its_grant(other: Any, chance: random.Random) -> object:
    token = new_token()
    token.add_grant(Custom(dict, token, other))
    assert token.to_jwt(now=NOW)
    if chance.random() < 0.5:
        token.grants.append(Custom(dict, token.grants, token))
    return token if chance.random() < 0.5 else token.grants


@makes
def a_grant_in_a_cycle(other: Any, chance: random.Random) -> object:
    kind = chance.choice(list(FIELDS))
    grant = kind()
    field = chance.choice(FIELDS[kind])
    setattr(grant, field, Text("x", grant, other))
    if chance.random() < 0.5:
        setattr(grant, field, Text("y", grant))
    return grant


@makes
def a_payload_in_a_cycle(other: Any, _: random.Random) -> object:
    payload: dict[str, Any] = {"text": Text("x", other)}
    payload["list"] = [payload]
    grant = PlaybackGrant(payload)
    payload["text"].others.append(grant)
    try:
        grant.to_payload()
    except GrantmintError as error:
        return error
    raise AssertionError("not refused")


@makes
def what_a_token_says(other: Any, chance: random.Random) -> object:
    token = Text(new_issuer().mint(Text("alice", other)), other)
    claims = Verifier({Text(KEY_SID, token): Text(SECRET)}).verify(token)
    decoded = AccessToken.from_jwt(token, Text(SECRET, claims))
    # These attributes return the same `dict` each time, so it can be part of a cycle.
    decoded.payload["decoded"] = decoded.grants["decoded"] = decoded.headers["decoded"] = Text(
        "x", decoded, claims
    )
    inspection = inspect(token, Text(SECRET, decoded), now=NOW)
    return chance.choice(
        [claims.grants, claims.payload, decoded, decoded.payload, inspection.findings, inspection]
    )


@makes
def an_error_with_its_frames(other: Any, chance: random.Random) -> object:
    """An error refers to its traceback, the traceback to its frames, and a frame to the token."""
    token = new_token(other)
    token.ttl = -1
    kept = Text("kept", token)
    try:
        token.to_jwt()
    except GrantmintError as error:
        kept.others.append(error)
        token.jti = kept
        if chance.random() < 0.5:
            error.__cause__ = Thrown(error, kept)
        return error
    raise AssertionError("not refused")


@makes
def an_iterator_in_the_middle(other: Any, chance: random.Random) -> object:
    names = iter([Text(f"user-{place}", other) for place in range(20)])
    for _ in range(chance.randrange(20)):
        next(names)
    issuer = new_issuer()
    # Reading this iterator mints with the same issuer.
    return issuer.mint_many((Text(issuer.mint(name)[:20]) for name in names), threads=2)


@makes
def one_that_a_thread_uses(other: Any, _: random.Random) -> object:
    """Returns a list after only a thread had a reference to the names and the issuer."""
    minted: list[str] = []
    names = [Text(f"user-{place}", minted, other) for place in range(300)]

    def mint(issuer: Issuer, names: list[str]) -> None:
        minted.extend(issuer.mint_many(names, threads=3))

    thread = threading.Thread(target=mint, args=(new_issuer(), names))
    thread.start()
    names.clear()
    gc.collect()
    thread.join()
    return minted


def assigned(grants: Any) -> AccessToken:
    token = AccessToken(ACCOUNT_SID, KEY_SID, SECRET)
    token.grants = grants
    return token


THROWING: list[Callable[[Any], object]] = [
    lambda other: with_grant(Custom(lambda: throw(other))).to_jwt(),
    lambda other: with_grant(Keyless(dict, other)).to_jwt(),
    lambda other: with_grant(Custom(lambda: {"a": Text("b"), "c": throw(other)})).payload,
    lambda other: repr(Custom(lambda: throw(other))),
    lambda other: AccessToken(ACCOUNT_SID, KEY_SID, Surly(), identity=Text("x", other)),  # type: ignore[arg-type]
    lambda other: AccessToken(ACCOUNT_SID, KEY_SID, SECRET, until_it_throws(VideoGrant(Text("x", other)))),
    lambda other: AccessToken(ACCOUNT_SID, KEY_SID, SECRET, Surly(), Text("x", other)),
    lambda other: repr(AccessToken(ACCOUNT_SID, KEY_SID, SECRET, identity=Surly())),  # type: ignore[arg-type]
    lambda other: assigned(until_it_throws(Custom(dict, other))).to_jwt(),
    lambda other: AccessToken.from_jwt(Text("a.b.c", other), Surly()),  # type: ignore[arg-type]
    lambda other: Issuer(ACCOUNT_SID, KEY_SID, SECRET, grants=until_it_throws(VideoGrant(Text("x", other)))),
    lambda other: Issuer(ACCOUNT_SID, KEY_SID, SECRET, grants=Surly()),
    lambda other: new_issuer().mint(Text("x", other), grants=[VideoGrant(), Custom(lambda: throw(other))]),
    lambda other: new_issuer().issue(Text("x", other), grants=until_it_throws(Custom(dict, other))),
    lambda other: new_issuer().mint_many(until_it_throws(Text("x", other), Text("y")), threads=2),
    lambda other: new_issuer().mint_many(Surly()),
    lambda other: new_issuer().mint_many([Text("x", other)], grants=[Custom(lambda: throw(other))]),
    lambda other: Verifier(SurlyKeys(), account_sid=Text("AC1", other)),
]


@makes
def what_a_callback_threw(other: Any, chance: random.Random) -> object:
    """Returns the exception of a callback, which the call passes through."""
    call = chance.choice(THROWING)
    try:
        call(other)
    except Thrown as error:
        return error
    raise AssertionError(f"nothing was thrown: {THROWING.index(call)}")


def play(rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    kept: list[Any] = [None]
    for _ in range(rounds):
        make = chance.choice(MADE)
        kept.append(make(chance.choice(kept), chance))
        if len(kept) > 50:
            del kept[chance.randrange(len(kept))]
        if chance.random() < 0.02:
            gc.collect()
    chance.shuffle(kept)
    while kept:
        kept.pop()


def main(rounds: int = 2000, seed: int = 1) -> None:
    play(rounds, seed)
    gc.collect()
    left = [found for ref in tracked if (found := ref()) is not None]
    assert not left, f"{len(left)} of {len(tracked)} are left: {left[:3]!r}"
    assert threading.active_count() == 1
    print(f"Python: {len(tracked):,} objects were dropped in some order, and all are gone (seed {seed})")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
