"""A check on one platform, and the commands that it runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Everything that the checks download, install or build is below this folder.
FOLDER = ROOT / "target" / "platforms"
DIST = ROOT / "dist"
# The part of a command's output that is shown if it fails.
LAST_LINES = 60


class Failed(Exception):
    """The reason of a failure."""


class Skipped(Exception):
    """The tool, kernel feature or package that a check needs and this machine lacks."""


@dataclass(frozen=True)
class Check:
    """One program on one platform. `run` returns its result in a few words."""

    platform: str
    # The interpreter or compiler, with its version.
    on: str
    what: str
    how: str
    run: Callable[[], str]


def last_lines(printed: str) -> list[str]:
    return printed.splitlines()[-LAST_LINES:]


def output(
    *command: object,
    cwd: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    reason: Callable[[str], list[str]] = last_lines,
) -> str:
    """Runs a command and returns its output. Raises `Failed` with lines chosen by `reason` if it fails."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        name = Path(str(command[0])).name
        raise Failed("\n".join([f"{name} ended with status {done.returncode}:", *reason(done.stdout)]))
    return done.stdout


def found(pattern: str, text: str) -> str:
    """Returns the first group of a pattern that the output of a test runner must contain."""
    match = re.search(pattern, text, re.MULTILINE)
    if not match:
        raise Failed("\n".join([f"The output does not match {pattern}:", *last_lines(text)]))
    return match[1]


def only(folder: Path, pattern: str) -> Path:
    """Returns the only file that matches a pattern. Raises `Failed` if there is none or more than one."""
    files = sorted(folder.glob(pattern))
    if len(files) != 1:
        raise Failed(f"{pattern} in {folder}: expected one file, got {len(files)}")
    return files[0]


def clean_environment(**variables: str) -> dict[str, str]:
    """Returns the environment without the variables of this interpreter and of `make`."""
    dropped = re.compile(r"PYTHON|VIRTUAL_ENV|MAKE|MFLAGS|NODE_TEST_CONTEXT")
    return {name: value for name, value in os.environ.items() if not dropped.match(name)} | variables


def require_x64_linux() -> None:
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        raise Skipped("it needs Linux on x86-64")
