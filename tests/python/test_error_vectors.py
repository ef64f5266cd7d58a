"""The shared vectors of bad inputs: each language returns the same code, field and message."""

from __future__ import annotations

from typing import Any

import pytest

import player

CASES = player.bad_inputs()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_a_bad_input(case: dict[str, Any]) -> None:
    player.rejects(case)


def test_there_are_cases_and_each_has_its_own_title() -> None:
    assert len(CASES) > 350
    assert len({case["title"] for case in CASES}) == len(CASES)
