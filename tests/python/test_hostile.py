"""The shared hostile vectors: the same verdict, code and field in each language."""

from __future__ import annotations

from typing import Any

import pytest

import player
from grantmint import inspect

CASES = player.hostile()

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case["title"]))


@each_case
def test_its_verdict(case: dict[str, Any]) -> None:
    player.gets_its_verdict(case)


@each_case
def test_its_verdict_as_bytes(case: dict[str, Any]) -> None:
    player.gets_its_verdict_as_bytes(case)


@each_case
def test_it_is_explained(case: dict[str, Any]) -> None:
    player.is_explained(case)


NO_STRINGS = [None, 0, 1.5, True, [], {}, object(), str, ("a.b.c",), float("nan")]


@pytest.mark.parametrize("value", NO_STRINGS, ids=lambda value: type(value).__name__)
def test_a_value_that_is_not_a_string_is_rejected(value: Any) -> None:
    player.check_error(
        player.rejection(player.verifier_of(CASES[0]), value, CASES[0]),
        {"code": "not_a_string", "field": None},
    )
    assert inspect(value).sound is False


NO_UTF8 = [b"\xff", b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc3"]


@pytest.mark.parametrize("junk", NO_UTF8, ids=bytes.hex)
def test_bytes_that_are_no_text_are_not_base64url(junk: bytes) -> None:
    verifier = player.verifier_of(CASES[0])
    segments: list[bytes] = player.token_of(CASES[0]).encode().split(b".")
    for place, field in enumerate(("header", "payload", "signature")):
        changed = [*segments]
        changed[place] += junk
        error = player.rejection(verifier, b".".join(changed), CASES[0])
        player.check_error(error, {"code": "not_base64url", "field": field})
    player.check_error(player.rejection(verifier, junk, CASES[0]), {"code": "not_compact", "field": None})
    assert inspect(b".".join([*segments, junk])).sound is False


def test_there_are_cases_and_every_code_is_among_them() -> None:
    assert len(CASES) > 1900
    assert len({case["title"] for case in CASES}) == len(CASES)
    assert len({case["error"]["code"] for case in CASES if "error" in case}) == 25
