"""Error reporters show no secret: `rich`, `pytest --showlocals` and Sentry.

Each shows the locals of every frame. Some locals are objects that contain the secret.
"""

from __future__ import annotations

import importlib
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sentry_sdk
from rich.console import Console
from rich.traceback import Traceback
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

CANARY = "fake-canary-that-nobody-may-ever-see"

APP = f"""
from grantmint import *

def read_secret():
    return bytes.fromhex("{CANARY.encode().hex()}").decode()

class Custom(AccessTokenGrant):
    key = "custom"

    def __init__(self, token):
        self.token = token

    def to_payload(self):
        raise RuntimeError("as a caller's code does")

CREDENTIALS = ("AC" + "a0" * 16, "SK" + "b1" * 16)
MISTAKES = {{
    "an identity": lambda issuer, verifier, token: issuer.mint(""),
    "a list": lambda issuer, verifier, token: issuer.mint_many(["alice", ""]),
    "a token": lambda issuer, verifier, token: verifier.verify("a.b.c"),
    "a lifetime": lambda issuer, verifier, token: token.to_jwt(ttl=-1),
    "a callback": lambda issuer, verifier, token: (token.add_grant(Custom(token)), token.to_jwt()),
    "an issuer": lambda *_: Issuer("AC", CREDENTIALS[1], read_secret()),
    "an algorithm": lambda *_: Issuer(*CREDENTIALS, read_secret(), algorithm=read_secret()),
    "a verifier": lambda *_: Verifier({{"": read_secret()}}),
    "an inspection": lambda *_: inspect("a.b.c", [read_secret()]),
}}

def serve(mistake):
    issuer = Issuer(*CREDENTIALS, read_secret(), grants=[VideoGrant()])
    verifier = Verifier({{CREDENTIALS[1]: read_secret()}})
    token = AccessToken(*CREDENTIALS, read_secret(), identity="alice")
    issued = issuer.issue("alice")
    claims, inspection = verifier.verify(issued.token), inspect(issued.token, read_secret())
    decoded, method = AccessToken.from_jwt(issued.token, read_secret()), issuer.mint
    of_bytes = AccessToken(*CREDENTIALS, bytearray(read_secret().encode()))
    kept = {{"issuer": issuer, "tokens": [token, of_bytes]}}
    MISTAKES[mistake](issuer, verifier, token)
"""


class Kept(Transport):
    """A transport that keeps the events instead of sending them to Sentry."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = ""

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent += envelope.serialize().decode()


def by_rich(error: Exception) -> str:
    console = Console(file=io.StringIO(), width=400)
    limits: dict[str, Any] = {"locals_max_length": None, "locals_max_string": None}
    traceback = Traceback.from_exception(
        type(error), error, error.__traceback__, show_locals=True, locals_hide_sunder=False, **limits
    )
    with console.capture() as captured:
        console.print(traceback)
    return captured.get()


def by_sentry(error: Exception) -> str:
    kept = Kept()
    client = sentry_sdk.Client(
        dsn="https://key@example.invalid/1",
        transport=kept,
        include_local_variables=True,
        max_value_length=100_000,
        default_integrations=False,
    )
    event, hint = sentry_sdk.utils.event_from_exception(error, client_options=client.options)
    client.capture_event(event, hint)
    client.close()
    return kept.sent


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "app_of_test_reporters.py").write_text(APP)
    monkeypatch.syspath_prepend(tmp_path)
    sys.modules.pop("app_of_test_reporters", None)
    return importlib.import_module("app_of_test_reporters")


@pytest.mark.parametrize("report", [by_rich, by_sentry])
def test_reporters(app: Any, report: Callable[[Exception], str]) -> None:
    for mistake in app.MISTAKES:
        with pytest.raises(Exception) as caught:  # noqa: PT011
            app.serve(mistake)
        # Without the frame of this test.
        told = report(caught.value.with_traceback(caught.tb.tb_next))
        assert "<Issuer account_sid=" in told, mistake
        assert CANARY not in told, mistake

    # Reporters do show a variable of the caller. (Sentry leaves out variables named `secret`.)
    shown = app.read_secret()
    with pytest.raises(Exception) as caught:  # noqa: PT011
        app.Issuer("AC", app.CREDENTIALS[1], shown)
    assert CANARY in report(caught.value)


def test_pytest_with_locals(app: Any, tmp_path: Path) -> None:
    """Runs pytest in a new process. Each mistake is a failing test."""
    program = "import pytest\nfrom app_of_test_reporters import MISTAKES, serve\n"
    program += "@pytest.mark.parametrize('mistake', MISTAKES)\ndef test_it(mistake):\n    serve(mistake)\n"
    (tmp_path / "test_it.py").write_text(program)
    command = [sys.executable, "-m", "pytest", "-vv", "--showlocals", "--tb=long", "-p", "no:cacheprovider"]
    done = subprocess.run([*command, "test_it.py"], capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert f"{len(app.MISTAKES)} failed" in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("<Issuer account_sid=") >= len(app.MISTAKES)
    assert CANARY not in done.stdout + done.stderr
