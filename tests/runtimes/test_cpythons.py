"""Every CPython on this machine plays the shared vectors with the same wheel, in a new environment."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
WHEELS = TESTS.parent / "target" / "wheels"
# The supported versions, and later ones.
VERSIONS = [f"3.{minor}" for minor in range(10, 15)]
LATER = [f"3.{minor}" for minor in range(15, 20)]
ABOUT = """
import sys, sysconfig
print(*sys.version_info[:2], sys.implementation.name, sysconfig.get_config_var("Py_GIL_DISABLED") or 0)
"""


def output(*command: str | Path) -> str | None:
    """Returns the output of a command, or `None` if it is missing or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def candidates() -> Iterator[str]:
    yield sys.executable
    for version in VERSIONS + LATER:
        if found := shutil.which(f"python{version}"):
            yield found
    # A shim on PATH runs only the selected versions of pyenv. All versions are below its root.
    if shutil.which("pyenv") and (root := output("pyenv", "root")):
        for folder in sorted(Path(root, "versions").glob("3.*")):
            yield str(folder / "bin" / "python")


def interpreters() -> dict[str, str]:
    """Returns one interpreter for each version of CPython. Free-threaded builds have no stable ABI."""
    found: dict[str, str] = {}
    for candidate in candidates():
        match (output(candidate, "-c", ABOUT) or "").split():
            case [major, minor, "cpython", "0"] if (int(major), int(minor)) >= (3, 10):
                found.setdefault(f"{major}.{minor}", candidate)
    return found


INTERPRETERS = interpreters()


@pytest.fixture(scope="session")
def wheel() -> Path:
    wheels = list(WHEELS.glob("grantmint-*.whl"))
    assert len(wheels) == 1, f"{wheels}: run `make build-python` first"
    assert "-cp310-abi3-" in wheels[0].name
    return wheels[0]


@pytest.mark.parametrize("version", [*VERSIONS, *(set(INTERPRETERS) - set(VERSIONS))])
def test_cpython(version: str, wheel: Path, tmp_path: Path) -> None:
    if version not in INTERPRETERS:
        pytest.skip(f"CPython {version} is not installed")
    environment = tmp_path / "venv"
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    run(INTERPRETERS[version], "-m", "venv", "--without-pip", environment)
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", wheel)

    # Isolated from this process's packages. Warnings, such as about a deprecated C API, are errors.
    printed = run(python, "-I", "-W", "error", TESTS / "runtimes" / "vectors.py", TESTS / "vectors")
    assert re.fullmatch(r"\d{4,} passed, 0 failed", printed)
    versions = "import sys, grantmint; print('%d.%d' % sys.version_info[:2], grantmint.__file__)"
    found, file = run(python, "-I", "-c", versions).split(maxsplit=1)
    assert found == version
    assert Path(file).is_relative_to(environment)


def run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()
