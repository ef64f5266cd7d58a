"""Checks that the token servers of python/examples and node/examples/fastify behave alike, over real HTTP.

Each runs as its README describes, under its production server. PyJWT reads the tokens.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.message import Message
from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from typing import Any, NamedTuple

import jwt
import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 30


class Example(NamedTuple):
    folder: Path
    # The command of each example is the last line of the first block of commands in its README.
    command: str


EXAMPLES = {
    "flask": Example(
        ROOT / "python/examples/flask", ".venv/bin/gunicorn --preload --workers 2 --threads 8 app:app"
    ),
    "fastapi": Example(ROOT / "python/examples/fastapi", ".venv/bin/uvicorn --workers 2 app:app"),
    "django": Example(
        ROOT / "python/examples/django",
        ".venv/bin/gunicorn --preload --workers 2 --threads 8 app:application",
    ),
    "fastify": Example(ROOT / "node/examples/fastify", "npm start"),
}

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="gunicorn forks, which this platform cannot")
every_example = pytest.mark.parametrize(
    "example",
    [pytest.param(name, marks=forks if "gunicorn" in EXAMPLES[name].command else ()) for name in EXAMPLES],
    scope="module",
)

REAL = {
    "TWILIO_ACCOUNT_SID": f"AC{'a0' * 16}",
    "TWILIO_API_KEY": f"SK{'b1' * 16}",
    "TWILIO_API_SECRET": "fake-secret-0123456789-abcdefghi",
    "TWILIO_SYNC_SERVICE_SID": f"IS{'c2' * 16}",
    "SESSION_SECRET": "fake-session-secret-0123456789-abcdefghi",
    "DEMO_SIGN_IN": "1",
}
# The examples' default credentials, repeated here.
DEMO = {
    "TWILIO_ACCOUNT_SID": "AC0123456789abcdef0123456789abcdef",
    "TWILIO_API_KEY": "SK0123456789abcdef0123456789abcdef",
    "TWILIO_API_SECRET": "fake-secret-for-demonstration-only-0000",
    "TWILIO_SYNC_SERVICE_SID": "IS0123456789abcdef0123456789abcdef",
    "SESSION_SECRET": "fake-session-secret-for-demonstration-only",
}
NONE: Mapping[str, str] = {}
JSON = {"Content-Type": "application/json"}
SECRETS = [settings[name] for settings in (REAL, DEMO) for name in ("TWILIO_API_SECRET", "SESSION_SECRET")]


class Answer(NamedTuple):
    status: int
    headers: Message
    body: str

    @property
    def json(self) -> dict[str, Any]:
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value

    @property
    def cookie(self) -> Morsel[str]:
        (cookie,) = SimpleCookie(self.headers["Set-Cookie"]).values()
        return cookie


class Server(NamedTuple):
    port: int
    log: Path
    process: subprocess.Popen[bytes]

    def ask(self, method: str, path: str, headers: Mapping[str, str] = NONE, body: bytes = b"") -> Answer:
        """Sends a request on a new connection. Checks that the answer contains no secret."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read().decode())
        finally:
            connection.close()
        for secret in SECRETS:
            assert secret not in f"{answer.headers}{answer.body}"
        return answer

    def log_in(self, name: str) -> str:
        """Signs in. Returns the cookie of the new session as a browser sends it back."""
        answer = self.ask("POST", "/login", JSON, json.dumps({"name": name}).encode())
        assert (answer.status, answer.body) == (204, "")
        return f"{answer.cookie.key}={answer.cookie.coded_value}"

    def is_up(self) -> bool:
        try:
            return self.ask("GET", "/token").status > 0
        except OSError:
            return False


@contextmanager
def started(name: str, settings: dict[str, str], folder: Path) -> Iterator[Server]:
    """Starts an example's server, and stops it in the end if it is still running."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    example = EXAMPLES[name]
    program, *arguments = shlex.split(example.command)
    if program == "npm":
        if not (example.folder / "node_modules").exists():
            pytest.fail(f'The example is not installed: run "npm ci" in {example.folder} first.')
        # Runs the command of `npm start` without npm, which does not forward every signal.
        command = shlex.split(json.loads((example.folder / "package.json").read_text())["scripts"]["start"])
    else:
        module = Path(program).name
        bind = {
            "gunicorn": [f"--bind=127.0.0.1:{port}", "--no-control-socket"],
            "uvicorn": [f"--port={port}"],
        }
        command = [sys.executable, "-m", module, *arguments, *bind[module]]
    others = {key: value for key, value in os.environ.items() if key not in REAL}
    others |= {"PORT": str(port), "HOST": "127.0.0.1", "PYTHONDONTWRITEBYTECODE": "1"}

    log = folder / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=example.folder, env=others | settings, stdout=output, stderr=output
        )
    try:
        yield Server(port, log, process)
    finally:
        # Terminates before it kills: a killed supervisor leaves its workers running.
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
    for secret in SECRETS:
        assert secret not in log.read_text()


def wait_until_up(server: Server) -> None:
    deadline = time.monotonic() + PATIENCE
    while not server.is_up():
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the server printed: {server.log.read_text()}")
        time.sleep(0.05)


def stop(server: Server) -> None:
    """Stops a server as a platform does. Checks that it ends by itself and without a traceback."""
    server.process.send_signal(signal.SIGTERM)
    # gunicorn gives a worker thirty seconds to end. Windows ends the process without a signal.
    assert server.process.wait(2 * PATIENCE) == (0 if os.name == "posix" else 1)
    assert not server.is_up()
    assert "Traceback" not in server.log.read_text()


@pytest.fixture(scope="module")
def server(example: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with started(example, REAL, tmp_path_factory.mktemp(example)) as running:
        wait_until_up(running)
        yield running
        stop(running)


def verify(token: str, identity: str, settings: dict[str, str]) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(
        token, settings["TWILIO_API_SECRET"], algorithms=["HS256"], issuer=settings["TWILIO_API_KEY"]
    )
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT", "cty": "twilio-fpa;v=1"}
    assert claims["sub"] == settings["TWILIO_ACCOUNT_SID"]
    assert claims["grants"] == {
        "identity": identity,
        "data_sync": {"service_sid": settings["TWILIO_SYNC_SERVICE_SID"]},
    }
    return claims


@every_example
def test_token_of_the_signed_in_user(server: Server) -> None:
    before = int(time.time())
    answer = server.ask("GET", "/token", {"Cookie": server.log_in("alice")})
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json.keys() == {"identity", "token", "expiresAt", "renewAt"}
    assert answer.json["identity"] == "alice"
    claims = verify(answer.json["token"], "alice", REAL)
    assert before <= claims["iat"] <= time.time()
    assert answer.json["expiresAt"] == claims["exp"] == claims["iat"] + 3600
    assert answer.json["renewAt"] == claims["exp"] - 180


@pytest.mark.parametrize("example", ["flask", "fastapi"], scope="module")
def test_the_keeper_of_the_page(server: Server) -> None:
    answer = server.ask("GET", "/keeper.js")
    assert answer.status == 200
    assert answer.headers.get_content_type() == "text/javascript"
    assert answer.body == (ROOT / "node/keeper/keeper.js").read_text(encoding="utf-8")


@every_example
def test_two_sessions_at_once(server: Server) -> None:
    # Many more requests than workers, so that each worker serves both sessions.
    sessions = {name: server.log_in(name) for name in ("alice", "Zoë_2.b-c")}
    names = list(sessions) * 12
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda name: server.ask("GET", "/token", {"Cookie": sessions[name]}), names))
    for name, answer in zip(names, answers, strict=True):
        assert answer.json["identity"] == name
        verify(answer.json["token"], name, REAL)
    assert {answer.json["token"] for answer in answers[::2]}.isdisjoint(
        answer.json["token"] for answer in answers[1::2]
    )


@every_example
def test_strangers(server: Server) -> None:
    name, _, value = server.log_in("alice").partition("=")
    other = server.log_in("bob").partition("=")[2]
    # The session is the part before the signature, regardless of the separator.
    end = max(value.rfind("."), value.rfind(":"))
    assert end > 0
    forged = other[: len(other) - len(value) + end] + value[end:]
    assert forged not in (value, other)
    flipped = ("B" if value[0] != "B" else "C") + value[1:]
    for cookie in (
        "",
        f"{name}=",
        f"{name}=alice",
        f"{name}={value[:end]}",
        f"{name}={forged}",
        f"{name}={flipped}",
    ):
        answer = server.ask("GET", "/token", {"Cookie": cookie})
        assert answer.status == 401, cookie
        assert answer.json == {"error": "Sign in first."}
        assert answer.headers["Cache-Control"] == "no-store"


@every_example
def test_session_cookie(server: Server) -> None:
    answer = server.ask("POST", "/login", JSON, b'{"name": "alice"}')
    cookie = answer.cookie
    assert answer.headers["Cache-Control"] == "no-store"
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"].lower()) == (True, True, "lax")
    assert (cookie["path"], cookie["domain"]) == ("/", "")

    # Signing in again starts another session. It does not rename the old one.
    headers = JSON | {"Cookie": f"{cookie.key}={cookie.coded_value}"}
    again = server.ask("POST", "/login", headers, b'{"name": "bob"}').cookie
    headers = {"Cookie": f"{again.key}={again.coded_value}"}
    assert server.ask("GET", "/token", headers).json["identity"] == "bob"


REFUSED = [
    # A form of another site could send these two.
    (b'{"name": "alice"}', "text/plain"),
    (b"name=alice", "application/x-www-form-urlencoded"),
    (b'{"name": "alice"}', ""),
    (b"", "application/json"),
    (b"alice", "application/json"),
    (b'"alice"', "application/json"),
    (b'["alice"]', "application/json"),
    (b"null", "application/json"),
    (b"{}", "application/json"),
    (b'{"name": null}', "application/json"),
    (b'{"name": 5}', "application/json"),
    (b'{"name": ["alice"]}', "application/json"),
    (b'{"name": ""}', "application/json"),
    (b'{"name": "alice\\n"}', "application/json"),
    (b'{"name": "alice@example.com"}', "application/json"),
    (b'{"name": "\\ud800"}', "application/json"),
    (b'{"name": "\xff"}', "application/json"),
    (b'{"name": "%s"}' % (b"a" * 65), "application/json"),
]


@every_example
@pytest.mark.parametrize(("body", "content_type"), REFUSED)
def test_refused_sign_ins(server: Server, body: bytes, content_type: str) -> None:
    answer = server.ask("POST", "/login", {"Content-Type": content_type} if content_type else {}, body)
    assert answer.status in (400, 415)
    # The message is the framework's or the example's.
    assert answer.json
    assert answer.headers["Set-Cookie"] is None


@every_example
def test_other_sites(server: Server) -> None:
    preflight = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    reading = {"Origin": "https://elsewhere.example", "Cookie": server.log_in("alice")}
    answers = [server.ask("OPTIONS", "/login", preflight), server.ask("GET", "/token", reading)]
    for answer in answers:
        assert answer.headers["Access-Control-Allow-Origin"] is None


@every_example
def test_other_requests(server: Server) -> None:
    for method, path in [("GET", "/"), ("GET", "/login"), ("POST", "/token"), ("GET", "/token/alice")]:
        assert server.ask(method, path).status in (403, 404, 405)


@every_example
def test_demonstration(example: str, tmp_path: Path) -> None:
    with started(example, {}, tmp_path) as server:
        wait_until_up(server)
        assert "Fake credentials, as none are set" in server.log.read_text()
        answer = server.ask("POST", "/login", JSON, b'{"name": "alice"}')
        # A browser sends a secure cookie back only over TLS.
        assert not answer.cookie["secure"]
        session = f"{answer.cookie.key}={answer.cookie.coded_value}"
        # More requests than workers, since every worker must accept the session.
        for _ in range(10):
            verify(server.ask("GET", "/token", {"Cookie": session}).json["token"], "alice", DEMO)
        stop(server)


@every_example
@pytest.mark.parametrize(
    ("secret", "words"),
    [("", "Not set: SESSION_SECRET"), ("a", "SESSION_SECRET must have at least 32 characters")],
)
def test_no_session_secret(example: str, secret: str, words: str, tmp_path: Path) -> None:
    with started(example, REAL | {"SESSION_SECRET": secret}, tmp_path) as server:
        deadline = time.monotonic() + PATIENCE
        # uvicorn restarts its workers repeatedly.
        while words not in server.log.read_text():
            assert time.monotonic() < deadline, server.log.read_text()
            time.sleep(0.05)
        assert not server.is_up()


@every_example
def test_real_credentials_without_a_sign_in(example: str, tmp_path: Path) -> None:
    with started(example, REAL | {"DEMO_SIGN_IN": ""}, tmp_path) as server:
        wait_until_up(server)
        answer = server.ask("POST", "/login", JSON, b'{"name": "alice"}')
        assert answer.status == 404
        assert "DEMO_SIGN_IN=1" in answer.json["error"]
        assert answer.headers["Set-Cookie"] is None
        stop(server)


@pytest.mark.parametrize("example", EXAMPLES)
def test_readme(example: str) -> None:
    folder, command = EXAMPLES[example]
    (block, *_) = re.findall(
        r"^```sh\n(.*?)^```", (folder / "README.md").read_text(), re.MULTILINE | re.DOTALL
    )
    assert block.splitlines()[-1] == command
