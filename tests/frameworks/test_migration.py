"""Runs the Python of docs/migration.md: "before" with the official library, "after" with grantmint."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jwt
import pytest
import time_machine

GUIDE = (Path(__file__).parents[2] / "docs" / "migration.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```python (\w+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL))

NAMES = {
    "account_sid": f"AC{'a0' * 16}",
    "api_key_sid": f"SK{'b1' * 16}",
    "api_key_secret": "fake-secret-0123456789-abcdefghi",
    "service_sid": f"IS{'c2' * 16}",
    "application_sid": f"AP{'d3' * 16}",
}


def play(name: str, **more: str) -> dict[str, Any]:
    """Runs a block. Returns the names that it defines."""
    found: dict[str, Any] = NAMES | more
    exec(compile(BLOCKS[name], f"docs/migration.md:{name}", "exec"), found)
    return found


def decoded(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    claims = jwt.decode(token, NAMES["api_key_secret"], algorithms=["HS256"])
    return jwt.get_unverified_header(token), claims


def test_every_block_is_run_here() -> None:
    assert list(BLOCKS) == ["before", "after", "issuer", "decode", "secret", "frozen"]
    assert len(BLOCKS) == len(re.findall(r"^```python", GUIDE, re.MULTILINE))


def test_before_and_after_differ_by_the_imports_and_give_the_same_claims() -> None:
    header, claims = decoded(play("after")["jwt"])
    # The official library reads a mocked clock, which is set to the time of the other token.
    with time_machine.travel(claims["iat"], tick=False):
        official_header, official = decoded(play("before")["jwt"])
    assert header == official_header
    assert official.pop("nbf") == claims.pop("iat")
    assert claims == official
    assert list(claims["grants"]) == ["identity", "chat", "voice"]

    before, after = (BLOCKS[name].splitlines() for name in ("before", "after"))
    different = [line for line, other in zip(before, after, strict=True) if line != other]
    assert all(line.startswith("from twilio.") for line in different)


def test_the_issuer() -> None:
    _, claims = decoded(play("issuer")["jwt"])
    assert claims["grants"] == {"identity": "alice", "video": {}}


def test_a_token_is_decoded_or_rejected_with_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    good = str(play("after")["jwt"])
    # A token may decode without its last character, if the unused bits are zero. It never does without two.
    for token in (good, good[:-2], "abc"):
        play("decode", token=token)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("alice {'identity': 'alice', 'chat': ")
    assert lines[1:] == ["not_base64url [20101, 20160, 31204]", "not_compact [20101, 20160, 31204]"]


def test_the_secret_can_be_read_and_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    play("secret")
    says = re.search(r"# (.+)\n$", BLOCKS["secret"])
    assert says
    assert capsys.readouterr().out == f"{says[1]}\n"


def test_frozen_clocks() -> None:
    assert callable(play("frozen")["token_for"])
