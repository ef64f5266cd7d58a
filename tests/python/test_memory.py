"""Resident memory stays flat, and dropped objects are collected.

``make soak`` makes ten million calls of each kind.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

RELIABILITY = Path(__file__).parents[1] / "reliability"


def output(*command: str) -> str:
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, ""), (
        f"exit code {done.returncode}\n{done.stdout}{done.stderr}"
    )
    return done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="the system is asked as Linux is")
def test_memory_stays_flat() -> None:
    assert output(str(RELIABILITY / "soak.py"), "100000", "100000", "20000").count("flat") == 3


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_objects_dropped_in_any_order_are_collected(seed: int) -> None:
    assert "all are gone" in output(str(RELIABILITY / "orders.py"), "1000", str(seed))


# The places of a program's last object. They determine the objects that are dropped with it.
KEPT = {
    "a global": "kept = Late()",
    "sys": "sys.kept = Late()",
    "builtins": "import builtins; builtins.kept = Late()",
    "a cycle": "kept = Late(); kept.itself = kept",
    "another module": "sys.modules['x'] = type(sys)('x'); sys.modules['x'].kept = Late()",
    "a thread": "import threading; local = threading.local(); local.kept = Late()",
    "an exit handler": "import atexit; atexit.register(lambda late=Late(): None)",
}


@pytest.mark.parametrize("place", KEPT)
def test_a_finalizer_may_call_everything_when_the_interpreter_ends(place: str) -> None:
    """Its calls cause the first error of the process and mint its first list."""
    program = """
        import os, sys
        from grantmint import AccessToken, Issuer, Verifier, VideoGrant, inspect

        SECRET = "fake-secret-0123456789-abcdefghij"
        CREDENTIALS = ("AC" + "a0" * 16, "SK" + "b1" * 16, SECRET)

        class Late:
            def __init__(self, issuer=Issuer(*CREDENTIALS, grants=[VideoGrant()]), verifier=Verifier(SECRET)):
                self.issuer, self.verifier = issuer, verifier

            def __del__(self, AccessToken=AccessToken, Exception=Exception, inspect=inspect, write=os.write):
                told = []
                for call in (
                    lambda: self.issuer.mint_many(["alice", "bob"], threads=2)[1].count("."),
                    lambda: self.verifier.verify(self.issuer.mint("alice")).payload["grants"]["identity"],
                    lambda: inspect("a.b.c").to_dict()["kind"],
                    lambda: self.issuer.mint(""),
                    lambda: self.issuer.mint("alice", ttl="x"),
                    lambda: self.verifier.verify("a.b.c"),
                    lambda: AccessToken("", "", ""),
                ):
                    try:
                        told.append(call())
                    except Exception as error:
                        told.append(error.code)
                write(1, repr(told).encode())
    """
    told = [2, "alice", "unknown", "required", "wrong_type", "not_base64url", "required"]
    assert output("-c", textwrap.dedent(program) + KEPT[place]) == repr(told)
