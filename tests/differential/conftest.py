"""Prints how to repeat a run."""

from __future__ import annotations

from run import CASES, SEED


def pytest_report_header() -> str:
    return f"differential: repeat with GRANTMINT_CASES={CASES} GRANTMINT_SEED={SEED}"
