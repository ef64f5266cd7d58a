"""Runs every Python sample of the book and of the READMEs. ``value  # => expected`` is a check."""

from __future__ import annotations

import ast
import asyncio
import base64
import io
import json
import re
import sys
import tokenize
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
# The pages with their own tests.
ELSEWHERE = {"docs/migration.md"}
PAGES = [
    page
    for page in [
        "README.md",
        "python/README.md",
        *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
    ]
    if page not in ELSEWHERE
]
TEXTS = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}
SAMPLES = [
    (page, name, code)
    for page, text in TEXTS.items()
    for name, code in re.findall(r"^```python ?(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
]
ENVIRONMENT = {
    "TWILIO_ACCOUNT_SID": f"AC{'a0' * 16}",
    "TWILIO_API_KEY": f"SK{'b1' * 16}",
    "TWILIO_API_SECRET": "fake-secret-0123456789-abcdefghi",
    "TWILIO_SYNC_SERVICE_SID": f"IS{'c2' * 16}",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def play(page: str, code: str) -> dict[str, Any]:
    """Runs a sample, which has only the environment. Returns the names that it defines."""
    checked: list[int] = []

    def check(line: int, actual: object, expected: object) -> None:
        checked.append(line)
        assert actual == expected, f"{page}: line {line} of the sample"

    # The annotations of a data class are looked up in its module.
    sys.modules["sample"] = module = ModuleType("sample")
    module.__dict__["check"] = check
    expected = expectations(code)
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and node.end_lineno in expected:
            line = ast.Constant(node.end_lineno)
            wanted = ast.parse(expected.pop(node.end_lineno), mode="eval").body
            node.value = ast.Call(ast.Name("check", ast.Load()), [line, node.value, wanted], [])
    assert not expected, f"{page}: nothing is compared with {expected}"
    exec(compile(ast.fix_missing_locations(tree), page, "exec"), module.__dict__)
    assert set(checked) == set(expectations(code)), f"{page}: a check was not reached"
    return module.__dict__


def expectations(code: str) -> dict[int, str]:
    comments = tokenize.generate_tokens(io.StringIO(code).readline)
    found = [(each.start[0], each.string) for each in comments if each.type == tokenize.COMMENT]
    return {line: comment.removeprefix("# => ") for line, comment in found if comment.startswith("# => ")}


def test_every_sample_is_found() -> None:
    for page, text in TEXTS.items():
        blocks = re.findall(r"^ *```python", text, re.MULTILINE)
        assert len(blocks) == sum(each == page for each, _, _ in SAMPLES), page
    assert len(SAMPLES) > 10
    assert {name for _, name, _ in SAMPLES if name} == {"flask", "fastapi"}


PLAIN = [(page, code) for page, name, code in SAMPLES if not name]


@pytest.mark.parametrize(("page", "code"), PLAIN, ids=[page for page, _ in PLAIN])
def test_a_sample(page: str, code: str) -> None:
    play(page, code)


def test_the_flask_endpoint_identifies_the_user() -> None:
    ((page, code),) = [(page, code) for page, name, code in SAMPLES if name == "flask"]
    users: list[SimpleNamespace | None] = [None, SimpleNamespace(id="u_1")]
    names = play(page, code)
    client = names["app"].test_client()
    assert client.get("/token").status_code == 401, "the sample signs somebody in"
    names["current_user"] = lambda: users.pop(0)
    assert client.get("/token").status_code == 401
    response = client.get("/token?identity=mallory")
    assert response.headers["Cache-Control"] == "no-store"
    claims = response.json["token"].split(".")[1]
    decoded = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert decoded["grants"]["identity"] == "u_1"
    assert response.json["expiresAt"] - response.json["renewAt"] == 180


def test_the_fastapi_endpoint_identifies_the_user() -> None:
    ((page, code),) = [(page, code) for page, name, code in SAMPLES if name == "fastapi"]
    names = play(page, code)
    app = names["app"]
    assert asyncio.run(ask(app))[0] == 401
    app.dependency_overrides[names["current_user"]] = lambda: names["User"](id="u_1")
    status, headers, body = asyncio.run(ask(app))
    assert (status, headers[b"cache-control"]) == (200, b"no-store")
    answer = json.loads(body)
    claims = answer["token"].split(".")[1]
    decoded = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert decoded["grants"]["identity"] == answer["identity"] == "u_1"
    assert answer["expiresAt"] - answer["renewAt"] == 180


async def ask(app: Any) -> tuple[int, dict[bytes, bytes], bytes]:
    """Asks an application of ASGI for a token."""
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/token", "headers": []}
    scope |= {"query_string": b"identity=mallory", "server": None, "client": None}
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *rest = sent
    return start["status"], dict(start["headers"]), b"".join(part["body"] for part in rest)


def test_a_sample_that_is_wrong_would_be_seen() -> None:
    play("here", "1 + 1  # => 2\n")
    with pytest.raises(AssertionError):
        play("here", "1 + 1  # => 3\n")


@pytest.mark.parametrize("page", ["docs/running-many.md", "docs/serverless.md"])
def test_figures_are_those_that_were_measured(page: str) -> None:
    """Checks that figures repeated on a page are in docs/performance.md, apart from rounding."""
    measured = TEXTS["docs/performance.md"]
    for row in re.findall(r"^\| \w.+ \u00d7 \|$", TEXTS[page], re.MULTILINE):
        for figure in re.findall(r"\d[\d,.]+", row):
            assert figure in measured, f"{row}: {figure}"
    figures = re.findall(
        r"\[measured\]\(performance\.md\): (\S+) µs for a token, and (\S+) requests", TEXTS[page]
    )
    for figure in figures[0] if figures else ():
        assert figure in measured, figure


def test_credentials_are_obviously_fake() -> None:
    for page, text in TEXTS.items():
        for sid in re.findall(r"\b[A-Z]{2}[0-9a-f]{32}\b", text):
            assert sid[2:] in ("0123456789abcdef" * 2, "fedcba9876543210" * 2), f"{page}: {sid}"
