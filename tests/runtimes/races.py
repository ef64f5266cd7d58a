"""Shares tokens, grants, issuers, verifiers and parameters between threads that use and change them.

Each call returns a right token or raises an ordinary error. The program needs nothing but grantmint, and so
runs under a free-threaded build, too: `python races.py SECONDS THREADS`.
"""

from __future__ import annotations

import base64
import collections
import hashlib
import hmac
import json
import random
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

import grantmint
from grantmint import AccessToken, Issuer, SyncGrant, Verifier, VideoGrant, VoiceGrant

ACCOUNT, KEY = "AC" + "a0" * 16, "SK" + "b1" * 16
SECRETS = ["fake-secret-0123456789-abcdefghij", "fake-other-secret-0123456789-abcd"]
SERVICES = ["IS" + digit * 32 for digit in "01"]
APPLICATIONS = ["AP" + digit * 32 for digit in "01"]
IDENTITIES, ROOMS, TTLS = ["alice", "bob", None], ["daily", "weekly", None], [60, 600, 3600]
REGIONS, ALGORITHMS = [None, "au1", "ie1"], {"HS256": hashlib.sha256, "HS512": hashlib.sha512}
NOW = 1_700_000_000


class Room(VideoGrant):
    """A subclass that computes its field."""

    @property
    def room(self) -> str | None:
        return self.__dict__.get("kept")

    @room.setter
    def room(self, room: str | None) -> None:
        self.__dict__["kept"] = room


class Shared:
    """The objects that all threads use and change."""

    def __init__(self) -> None:
        self.parameters: dict[str, Any] = {}
        self.video, self.room, self.sync = VideoGrant(), Room(), SyncGrant(SERVICES[0])
        self.voice = VoiceGrant(
            outgoing_application_sid=APPLICATIONS[0], outgoing_application_params=self.parameters
        )
        self.grants: list[Any] = [self.video, self.sync, self.voice]
        self.token = AccessToken(ACCOUNT, KEY, SECRETS[0], self.grants, identity="alice")
        self.issuer = Issuer(ACCOUNT, KEY, SECRETS[0], grants=[self.sync])
        self.verifier = Verifier({KEY: SECRETS[0]})
        self.minted = self.issuer.mint("alice", now=NOW)
        self.current = self.issuer.mint("alice", ttl=86_400)
        self.decoded = AccessToken.from_jwt(self.current, SECRETS[0])
        self.names = ["alice", "bob"]


def check_token(token: str) -> None:
    """Checks that each part of a token is one of the values that a thread has set."""
    signed, _, signature = token.rpartition(".")
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in signed.split("."))
    digest = ALGORITHMS[header["alg"]]
    macs = [hmac.digest(secret.encode(), signed.encode(), digest) for secret in SECRETS]
    assert signature in [base64.urlsafe_b64encode(mac).rstrip(b"=").decode() for mac in macs], "signature"
    check_header(header)
    check_claims(claims)


def check_all(tokens: list[str]) -> None:
    for token in tokens:
        check_token(token)


def check_header(header: dict[str, Any]) -> None:
    assert header["alg"] in ALGORITHMS
    assert header.get("twr") in REGIONS
    assert (header["typ"], header["cty"]) == ("JWT", "twilio-fpa;v=1")


def check_claims(claims: dict[str, Any]) -> None:
    assert (claims["iss"], claims["sub"]) == (KEY, ACCOUNT)
    assert claims["exp"] - claims["iat"] in [*TTLS, 86_400]
    grants = dict(claims["grants"])
    assert grants.pop("identity", None) in IDENTITIES
    for key, payload in grants.items():
        check_payload(key, payload)


def check_payload(key: str, payload: dict[str, Any]) -> None:
    if key == "video":
        assert payload in [{}, *({"room": room} for room in ROOMS)]
    elif key == "data_sync":
        assert payload["service_sid"] in SERVICES
    else:
        assert key == "voice"
        outgoing = payload["outgoing"]
        assert outgoing["application_sid"] in APPLICATIONS
        check_parameters(outgoing.get("params", {}))


def check_parameters(parameters: dict[str, Any]) -> None:
    for name, value in parameters.items():
        assert value == ({"deep": [name]} if name == "deep" else name)


def pick(choices: Any) -> Any:
    return random.choice(list(choices))


def append(to: list[Any], item: Any) -> None:
    """Appends to a list, or clears one that has become long."""
    if len(to) < 8:
        to.append(item)
    else:
        to.clear()


def set_attribute(it: Any, name: str, values: Any) -> Callable[[], None]:
    return lambda: setattr(it, name, pick(values))


def actions(it: Shared) -> dict[str, Callable[[], object]]:
    """Returns the calls that race, by their names in the report."""
    token, parameters = it.token, it.parameters
    grants = [it.video, it.room, it.sync, it.voice]
    return {
        "to_jwt": lambda: check_token(token.to_jwt(now=NOW)),
        "to_jwt of now": lambda: check_token(token.to_jwt()),
        "payload": lambda: check_claims(token.payload),
        "headers": lambda: check_header(token.headers),
        "repr": lambda: check_repr(token, it.video),
        "identity": set_attribute(token, "identity", IDENTITIES),
        "ttl": set_attribute(token, "ttl", TTLS),
        "region": set_attribute(token, "region", REGIONS),
        "algorithm": set_attribute(token, "algorithm", ALGORITHMS),
        "secret": set_attribute(token, "secret_key", SECRETS),
        "read": lambda: check_read(token),
        "grants": lambda: setattr(token, "grants", random.sample(grants, 2)),
        "list of grants": lambda: append(token.grants, pick(grants)),
        "add_grant": lambda: token.add_grant(pick(grants)) if len(token.grants) < 8 else None,
        "__init__": lambda: token.__init__(ACCOUNT, KEY, pick(SECRETS), grants, identity="bob"),  # type: ignore[misc]
        "video.room": set_attribute(it.video, "room", ROOMS),
        "room of a subclass": set_attribute(it.room, "room", ROOMS),
        "service_sid": set_attribute(it.sync, "service_sid", SERVICES),
        "application": set_attribute(it.voice, "outgoing_application_sid", APPLICATIONS),
        "to_payload": lambda: check_payload((grant := pick(grants)).key, grant.to_payload()),
        "parameters added": lambda: parameters.update({(name := f"p{random.randrange(50)}"): name}),
        "parameters deep": lambda: parameters.update(deep={"deep": ["deep"]}),
        "parameters removed": lambda: parameters.pop(f"p{random.randrange(50)}", None),
        "parameters cleared": lambda: parameters.clear() if random.random() < 0.1 else None,
        "mint": lambda: check_token(it.issuer.mint(pick(["alice", "bob"]), now=NOW)),
        "mint with grants": lambda: check_token(it.issuer.mint("alice", grants=[it.video, it.voice])),
        "mint_many": lambda: check_all(it.issuer.mint_many(it.names, threads=2)),
        "names": lambda: append(it.names, "bob"),
        "Issuer": lambda: check_token(Issuer(ACCOUNT, KEY, SECRETS[0], grants=it.grants).mint("bob")),
        "verify": lambda: check_claims(it.verifier.verify(it.minted, now=NOW).payload),
        "Verifier": lambda: check_claims(Verifier({KEY: SECRETS[0]}).verify(it.minted, now=NOW).payload),
        "from_jwt": lambda: check_claims(AccessToken.from_jwt(it.current, SECRETS[0]).payload),
        "decoded": lambda: check_claims(it.decoded.payload),
        "inspect": lambda: check_claims(grantmint.inspect(it.minted, SECRETS[0], NOW).claims or {}),
    }


def check_repr(token: Any, video: Any) -> None:
    assert KEY in repr(token)
    assert not any(secret in repr(token) + repr(video) for secret in SECRETS)


def check_read(token: Any) -> None:
    assert token.secret_key in SECRETS
    assert token.secret in SECRETS
    assert token.identity in IDENTITIES
    assert token.ttl in TTLS
    assert token.issuer == token.signing_key_sid == KEY


# CPython's own words for a collection that another thread changed.
CHANGED = ("changed size during iteration", "keys changed during iteration", "mutated during iteration")


def is_ordinary(error: Exception) -> bool:
    if isinstance(error, grantmint.GrantmintError):
        return error.code not in (None, "", "internal")
    return isinstance(error, RuntimeError) and any(words in str(error) for words in CHANGED)


def race(seconds: float, threads: int, seed: int = 1) -> tuple[int, collections.Counter[str], list[str]]:
    """Runs the race; returns the number of calls, the ordinary errors and the failures."""
    every = actions(Shared())
    deadline = time.monotonic() + seconds
    calls, errors, failures = [0] * threads, collections.Counter[str](), list[str]()
    lock, start = threading.Lock(), threading.Barrier(threads)

    def run(thread: int) -> None:
        names = list(every)
        random.Random(seed + thread).shuffle(names)
        start.wait()
        while time.monotonic() < deadline and len(failures) < 20:
            for name in names:
                calls[thread] += 1
                try:
                    every[name]()
                except Exception as error:
                    with lock:
                        if is_ordinary(error):
                            errors[f"{name}: {getattr(error, 'code', error)}"] += 1
                        else:
                            failures.append(f"{name}: {''.join(traceback.format_exception(error)[-3:])}")

    old = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        workers = [threading.Thread(target=run, args=(thread,), daemon=True) for thread in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=seconds + 30)
            if worker.is_alive():
                failures.append("a thread has not ended: a deadlock")
    finally:
        sys.setswitchinterval(old)
    return sum(calls), errors, failures


def main() -> int:
    seconds, threads = float(sys.argv[1]), int(sys.argv[2])
    calls, errors, failures = race(seconds, threads)
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    lock = "with" if gil else "without"
    print(f"{calls} calls by {threads} threads {lock} a GIL, {errors.total()} ordinary errors")
    for what, count in errors.most_common():
        print(f"  {count} {what}")
    print("\n".join(failures))
    print(f"{calls - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
