"""Eight threads use and change the same tokens, grants, issuers, verifiers and parameters.

Each call returns a right token or raises an ordinary error: none with the code `internal`, and no
`RuntimeError` of a binding. GRANTMINT_RACE_SECONDS makes the race longer.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RACES = ROOT / "tests" / "runtimes" / "races.py"
SECONDS = float(os.environ.get("GRANTMINT_RACE_SECONDS", "3"))
# Where tests/runtimes/free_threaded.sh puts the interpreter and the package.
FREE_THREADED = ROOT / "target" / "free-threaded"


def run(python: str | Path, *flags: str, **environment: str) -> str:
    command = [python, *flags, RACES, str(SECONDS), "8"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=SECONDS + 120, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    return done.stdout


def test_a_race_with_a_gil_or_without() -> None:
    printed = run(sys.executable)
    assert " 0 failed" in printed


def test_a_race_without_a_gil() -> None:
    python = FREE_THREADED / "python"
    if not python.exists():
        pytest.skip("no free-threaded CPython here: run `make free-threaded`, which finds or builds one")
    printed = run(python, "-X", "gil=0", PYTHONPATH=str(FREE_THREADED / "site"))
    assert "without a GIL" in printed
    assert " 0 failed" in printed
