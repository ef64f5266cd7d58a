"""A WSGI application that mints in each way that a server's greenlets or threads could disturb."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterable

from grantmint import AccessToken, AccessTokenGrant, Issuer, Verifier, VideoGrant

CREDENTIALS = ("AC" + "a0" * 16, "SK" + "b1" * 16, "fake-secret-" * 4)
# Under greenlets, its tokens give way to each other only in `to_payload`.
inside = most = 0


class Waiting(AccessTokenGrant):
    """A grant that lets another greenlet or thread run while the module mints."""

    key = "waiting"

    def to_payload(self) -> dict[str, object]:
        global inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.005)
        inside -= 1
        return {"waited": True}


issuer = Issuer(*CREDENTIALS, grants=[VideoGrant(room="daily")])
verifier = Verifier({CREDENTIALS[1]: CREDENTIALS[2]})
shared = AccessToken(*CREDENTIALS, identity="shared", grants=[Waiting()])


def application(
    environ: dict[str, str], start_response: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    name = environ["QUERY_STRING"]
    own = AccessToken(*CREDENTIALS, identity=name, grants=[Waiting(), VideoGrant(room="daily")])
    tokens = [
        issuer.mint(name),
        issuer.mint(name, grants=[Waiting()]),
        *issuer.mint_many([name] * 64, threads=2)[:1],
        own.to_jwt(),
        shared.to_jwt(),
    ]
    found = [verifier.verify(token).identity for token in tokens]
    answer = {
        "tokens": tokens,
        "as_expected": found == [name] * 4 + ["shared"],
        "process": os.getpid(),
        "thread": threading.get_ident(),
        # "time", or the module of the function that replaces it.
        "sleep": time.sleep.__module__,
        "most": most,
    }
    body = json.dumps(answer).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
