"""The secret is in the attributes `secret` and `secret_key`, and nowhere else."""

from __future__ import annotations

import copy
import inspect
import json
import logging
import os
import pickle
import pprint
import random
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from credentials import ACCOUNT_SID, KEY_SID, SERVICE_SID
from grantmint import AccessToken, AccessTokenGrant, Issuer, SyncGrant, Verifier, VideoGrant

CANARY = "fake-canary-that-nobody-may-ever-see"
PARTS = (CANARY, "canary", CANARY.encode().hex())


class Subclass(AccessToken):
    """A subclass, which has a `__dict__` that pickle could use."""


def holders() -> list[Any]:
    grants = [SyncGrant(service_sid=SERVICE_SID)]
    forms: list[Any] = [CANARY, CANARY.encode(), bytearray(CANARY.encode()), memoryview(CANARY.encode())]
    return [
        *(AccessToken(ACCOUNT_SID, KEY_SID, form, grants, "alice") for form in forms),
        Subclass(ACCOUNT_SID, KEY_SID, CANARY),
        *(Issuer(ACCOUNT_SID, KEY_SID, form, grants=grants) for form in forms),
    ]


each_holder = pytest.mark.parametrize("holder", holders(), ids=lambda holder: type(holder).__name__)


def is_clean(text: object) -> bool:
    return not any(part in str(text) or part in repr(text) for part in PARTS)


@each_holder
def test_the_printed_form(holder: Any, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("app").error("%s %r", holder, holder)
    for text in (
        repr(holder),
        str(holder),
        ascii(holder),
        f"{holder} {holder!r} {holder!s:>200}",
        "{} {!r}".format(holder, holder),  # noqa: UP032
        "%s %r" % (holder, holder),  # noqa: UP031
        str([holder]),
        pprint.pformat({"token": holder}),
        caplog.text,
    ):
        assert ACCOUNT_SID in text
        assert is_clean(text)


@each_holder
def test_only_two_attributes_contain_the_secret(holder: Any) -> None:
    documented = {"secret", "secret_key"}
    seen = {name: getattr(holder, name) for name in dir(holder) if name not in documented | {"__doc__"}}
    assert is_clean(seen)
    assert all(is_clean(value) for value in seen.values())
    assert is_clean(getattr(holder, "__dict__", {}))
    assert is_clean(inspect.getmembers(type(holder)))
    called = [
        value() for name, value in seen.items() if name in ("__getstate__", "__dir__", "__sizeof__", "to_jwt")
    ]
    assert is_clean(called)


@each_holder
@pytest.mark.parametrize(
    "carry",
    [
        copy.copy,
        copy.deepcopy,
        json.dumps,
        *(
            lambda holder, p=protocol: pickle.dumps(holder, p)
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
        ),
    ],
)
def test_it_is_not_carried_away(holder: Any, carry: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match=r"cannot pickle|not JSON serializable") as caught:
        carry(holder)
    assert is_clean(caught.value)


@each_holder
def test_nor_by_hand(holder: Any) -> None:
    for carry in (
        holder.__reduce__,
        lambda: holder.__reduce_ex__(2),
        lambda: copy.copy([holder])[0].__reduce__(),
    ):
        with pytest.raises(TypeError) as caught:
            carry()
        assert is_clean(caught.value)


def test_the_rejection_of_a_copy_has_a_reason() -> None:
    for holder in holders():
        if isinstance(holder, AccessToken):
            with pytest.raises(
                TypeError,
                match=rf"^cannot pickle or copy '{type(holder).__name__}': it contains the API secret",
            ):
                pickle.dumps([holder])


def test_it_is_where_it_was_put() -> None:
    token = AccessToken(ACCOUNT_SID, KEY_SID, CANARY)
    assert token.secret == token.secret_key == CANARY


class Wrong(AccessTokenGrant):
    key = "identity"

    def to_payload(self) -> dict[str, Any]:
        return {}


MISTAKES: list[tuple[Any, dict[str, Any]]] = [
    (AccessToken, {"account_sid": ""}),
    (AccessToken, {"signing_key_sid": None}),
    (AccessToken, {"grants": [1]}),
    (AccessToken, {"grants": [Wrong()]}),
    (AccessToken, {"grants": 5}),
    (AccessToken, {"unknown": 1}),
    (AccessToken, {"secret": [CANARY]}),
    (AccessToken, {"secret": {"secret": CANARY}}),
    (AccessToken, {"secret": CANARY + "\ud800"}),
    (AccessToken, {"secret": f"-----BEGIN PRIVATE KEY-----\n{CANARY}"}),
    (AccessToken, {"secret": f'{{"kty":"oct","k":"{CANARY}"}}'}),
    (AccessToken, {"secret": f"ssh-ed25519 {CANARY}".encode()}),
    (AccessToken, {"ttl": 0}),
    (AccessToken, {"identity": "\ud800"}),
    (AccessToken, {"region": 5}),
    (Issuer, {"account_sid": "AC123"}),
    (Issuer, {"key_sid": ""}),
    (Issuer, {"secret": "canary"}),
    (Issuer, {"secret": [CANARY]}),
    (Issuer, {"secret": f"---- BEGIN SSH2 PUBLIC KEY ----\n{CANARY}"}),
    (Issuer, {"ttl": "x"}),
    (Issuer, {"algorithm": "none"}),
    (Issuer, {"grants": [SyncGrant()]}),
    (Issuer, {"unknown": 1}),
]


@pytest.mark.parametrize(("make", "wrong"), MISTAKES, ids=lambda value: ascii(value)[:40])
def test_an_exception_does_not_tell(make: Any, wrong: dict[str, Any]) -> None:
    key = {AccessToken: "signing_key_sid", Issuer: "key_sid"}[make]
    options = {"account_sid": ACCOUNT_SID, key: KEY_SID, "secret": CANARY, "grants": [VideoGrant()], **wrong}
    with pytest.raises((TypeError, ValueError)) as caught:
        make(**options).to_jwt()
    error = caught.value
    assert is_clean(error)
    assert is_clean(error.args)
    assert is_clean(vars(error))
    # Only the exception: a traceback would quote the source of this file.
    lines = traceback.format_exception_only(error)
    assert is_clean(lines)
    assert error.__cause__ is None
    assert error.__context__ is None or is_clean(error.__context__)


def test_neither_does_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "wrong")
    monkeypatch.setenv("TWILIO_API_KEY", KEY_SID)
    monkeypatch.setenv("TWILIO_API_SECRET", CANARY)
    with pytest.raises(ValueError, match="account_sid") as caught:
        Issuer.from_env()
    assert is_clean(caught.value)


MAPS, MEMORY = Path("/proc/self/maps"), Path("/proc/self/mem")


def written_memory() -> Iterator[tuple[int, int]]:
    """Yields the start and end of each writable mapping of this process."""
    for line in MAPS.read_text(encoding="utf-8").splitlines():
        place, permissions = line.split()[:2]
        start, end = (int(number, 16) for number in place.split("-"))
        if permissions.startswith("rw"):
            yield start, end


def copies(needle: memoryview) -> int:
    """Counts the copies of a text in the memory of this process, without creating one."""
    window, blank, found = bytearray(1 << 20), bytes(1 << 20), 0
    with MEMORY.open("rb", buffering=0) as memory:
        for start, end in list(written_memory()):
            for place in range(start, end, len(window)):
                try:
                    length = os.preadv(memory.fileno(), [memoryview(window)[: end - place]], place)
                except OSError:
                    break
                at = window.find(needle, 0, length)
                while at >= 0:
                    found += 1
                    at = window.find(needle, at + 1, length)
                window[:] = blank
    return found


def sign_with(secret: Any) -> Any:
    token = AccessToken(ACCOUNT_SID, KEY_SID, secret, [VideoGrant()], "alice")
    token.to_jwt()
    return token


HOLDERS: dict[str, Callable[[Any], Any]] = {
    "issuer": lambda secret: Issuer(ACCOUNT_SID, KEY_SID, secret, grants=[VideoGrant()]),
    "verifier": lambda secret: Verifier(secret),
    "verifier, HS512": lambda secret: Verifier(secret, algorithm="HS512"),
    "access token": sign_with,
}


@pytest.mark.skipif(not MEMORY.exists(), reason="the memory of a process can be read on Linux alone")
@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("kind", [lambda own: own, memoryview], ids=["bytearray", "memoryview"])
@pytest.mark.parametrize("length", [32, 60, 400])
def test_no_copy_of_bytes_stays_behind(kind: Callable[[bytearray], Any], holder: str, length: int) -> None:
    own = bytearray(length)
    for place in range(length):
        own[place] = random.randrange(0x61, 0x7B)
    held = HOLDERS[holder](kind(own))
    # HMAC combines the key with two bytes (RFC 2104, section 2), and either result gives the secret.
    assert [copies(padded(own, pad)) for pad in (0, 0x36, 0x5C)] == [1, 1, 1], (
        "the caller's own, or the needle"
    )
    own[:] = bytes(length)
    del held


def padded(secret: bytearray, pad: int) -> memoryview:
    """Returns the last 32 bytes of a secret, combined with a byte of a pad."""
    if pad == 0:
        return memoryview(secret)[-32:]
    needle = bytearray(32)
    for place in range(32):
        needle[place] = secret[len(secret) - 32 + place] ^ pad
    return memoryview(needle)
