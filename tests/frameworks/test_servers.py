"""grantmint in servers that fork or reload, and in parallel tests."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import jwt
import pytest

FIXTURES = Path(__file__).parent / "fixtures"
ACCOUNT_SID = f"AC{'a0' * 16}"
KEY_SID = f"SK{'b1' * 16}"
SECRET = "fake-secret-0123456789-abcdefghi"
ENVIRONMENT = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_API_KEY": KEY_SID, "TWILIO_API_SECRET": SECRET}
PATIENCE = 20

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="gunicorn forks, which this platform cannot")


class Answer(NamedTuple):
    status: int
    body: str
    loaded_in: int
    served_by: int
    version: int


def get(port: int, identity: str) -> Answer | None:
    """Returns the server's answer, or `None` while it is starting."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/token?{identity}", timeout=5) as response:
            status, body, process = response.status, response.read(), response.headers["Process"]
    except urllib.error.HTTPError as error:
        status, body, process = error.code, error.read(), error.headers["Process"]
    except (urllib.error.URLError, OSError):
        return None
    return Answer(status, body.decode(), *map(int, process.split()))


def until(condition: Callable[[], Answer | None], log: Path) -> Answer:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"the server printed: {log.read_text()}")


@contextmanager
def server(folder: Path, *command: str) -> Iterator[tuple[int, Path]]:
    """Starts a server on a free port, with web_app.py in its folder. Stops it as a terminal does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shutil.copy(FIXTURES / "web_app.py", folder)
    log = folder / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *(part.format(port=port) for part in command)],
            cwd=folder,
            env=os.environ | ENVIRONMENT,
            stdout=output,
            stderr=output,
        )
        try:
            yield port, log
        finally:
            process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise
    assert SECRET not in log.read_text()


def verify(answer: Answer, identity: str) -> None:
    assert answer.status == 200, answer
    claims = jwt.decode(answer.body, SECRET, algorithms=["HS256"], issuer=KEY_SID)
    assert claims["sub"] == ACCOUNT_SID
    assert claims["grants"] == {"identity": identity, "video": {"room": "daily"}}


@forks
def test_gunicorn_with_preload(tmp_path: Path) -> None:
    command = ["gunicorn", "web_app:wsgi", "--preload", "--workers=2", "--bind=127.0.0.1:{port}"]
    with server(tmp_path, *command) as (port, log):
        answers = [until(lambda: get(port, "user-0"), log)]
        # The kernel chooses the worker. Both have served a request after some time.
        while len({answer.served_by for answer in answers}) < 2 and len(answers) < 500:
            answers.append(until(lambda: get(port, f"user-{len(answers)}"), log))
        for number, answer in enumerate(answers):
            verify(answer, f"user-{number}")
        # The issuer was created before the fork, in a process that serves no requests.
        assert len({answer.loaded_in for answer in answers}) == 1
        assert answers[0].loaded_in not in {answer.served_by for answer in answers}
        assert len({answer.served_by for answer in answers}) == 2
        refused = until(lambda: get(port, ""), log)
        assert (refused.status, refused.body) == (400, "required")


def test_uvicorn_with_reload(tmp_path: Path) -> None:
    with server(tmp_path, "uvicorn", "web_app:asgi", "--reload", "--port={port}") as (port, log):
        first = until(lambda: get(port, "alice"), log)
        verify(first, "alice")
        assert first.version == 1

        module = tmp_path / "web_app.py"
        # The size changes, too. Within one second, Python detects a stale .pyc only by the source's size.
        source = module.read_text().replace("VERSION = 1", "VERSION = 1 + 1")
        again = until(lambda: after_writing(module, source, port), log)
        verify(again, "bob")
        assert again.served_by != first.served_by


def after_writing(module: Path, source: str, port: int) -> Answer | None:
    """Writes the file and waits until the server runs it. Returns `None` if the caller must try again.

    uvicorn does not notice a change that is made before it first looks at the file.
    """
    module.write_text(source)
    for _ in range(20):
        time.sleep(0.1)
        answer = get(port, "bob")
        if answer and answer.version == 2:
            return answer
    return None


def test_pytest_xdist(tmp_path: Path) -> None:
    shutil.copy(FIXTURES / "suite.py", tmp_path / "test_suite.py")
    command = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-n",
        "2",
        str(tmp_path),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert re.search(r"^=+ 21 passed in ", done.stdout, re.MULTILINE), done.stdout + done.stderr
    assert done.returncode == 0
