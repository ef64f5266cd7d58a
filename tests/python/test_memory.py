"""Resident memory stays flat over some 100,000 calls; ``make soak`` does it with ten million of each kind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).parents[1] / "reliability" / "soak.py"


@pytest.mark.skipif(sys.platform != "linux", reason="the system is asked as Linux is")
def test_memory_stays_flat() -> None:
    command = [sys.executable, str(SOAK), "100000", "100000", "20000"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert done.stdout.count("flat") == 3
