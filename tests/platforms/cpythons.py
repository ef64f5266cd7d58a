"""Every CPython that is installed, or that Debian has, runs the Python suite from the published wheel."""

from __future__ import annotations

import functools
import hashlib
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import debian
from checks import DIST, FOLDER, ROOT, Check, Failed, Skipped, clean_environment, found, only, output

PLATFORM = "Linux x64, glibc"
WHAT = "the Python tests"
# The supported versions, and later ones.
VERSIONS = [f"3.{minor}" for minor in range(10, 15)]
LATER = [f"3.{minor}" for minor in range(15, 20)]
# Debian's testing suite has them, for machines on which they are not installed.
DEBIAN_HAS = ["3.14"]
# The Python tests print and serialize with the frameworks of the examples.
REQUIREMENTS = [
    ROOT / "tests" / "requirements.txt",
    *sorted((ROOT / "python" / "examples").glob("*/requirements.txt")),
]
# The suite does not use them.
BUILD_TOOLS = ("maturin", "mypy", "ruff")
ABOUT = """
import platform, sys, sysconfig
print(platform.python_version(), sys.implementation.name, sysconfig.get_config_var("Py_GIL_DISABLED") or 0)
"""


def checks() -> Iterator[Check]:
    interpreters = find()
    for version in [*VERSIONS, *(version for version in interpreters if version not in VERSIONS)]:
        python = interpreters.get(version, "")
        run = functools.partial(suite, version, python)
        yield Check(PLATFORM, f"CPython {version}", WHAT, "natively", run)
    yield Check(PLATFORM, "CPython 3.14t", "eight threads at the same time", "natively", races)
    for installer in INSTALLERS:
        run = functools.partial(install, installer)
        yield Check(PLATFORM, installer, "installing the wheel", "natively", run)


def suite(version: str, python: str) -> str:
    python = python or extracted(version)
    own = environment(version, python, packages_of_the_tests())
    return run_suite([own], clean_environment())


def run_suite(python: list[object], variables: dict[str, str]) -> str:
    """Runs the Python tests with the start of a command in the place of Python."""
    flags = ["-c", "python/pyproject.toml", "--rootdir=.", "-q", "-p", "no:cacheprovider"]
    printed = output(*python, "-m", "pytest", *flags, "tests/python", environment=variables)
    about = "import platform; print(platform.python_version())"
    full = output(*python, "-c", about, environment=variables).strip()
    return f"{full}: {found(r'^([0-9]+ passed.*?) in [0-9.]+s', printed)}"


def environment(name: str, python: str, needed: list[str]) -> Path:
    """Returns the Python of an environment with the packages that are needed, and the wheel."""
    folder = FOLDER / "python" / name
    own = folder / "bin" / "python"
    stamp = folder / "stamp"
    key = hashlib.sha256("\n".join([python, *needed]).encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != key:
        shutil.rmtree(folder, ignore_errors=True)
        # Debian's Python has no pip.
        output(python, "-m", "venv", "--without-pip", folder, environment=uv_environment())
        output(*installing(own), *needed, environment=uv_environment())
        stamp.write_text(key)
    options = ["--offline", "--no-deps", "--reinstall"]
    output(*installing(own), *options, wheel(), environment=uv_environment())
    return own


def installing(python: Path) -> list[object]:
    """Returns the start of the command that installs packages for a Python."""
    return [tools() / "uv", "pip", "install", "--quiet", "--python", python]


def uv_environment() -> dict[str, str]:
    return clean_environment(UV_CACHE_DIR=str(FOLDER / "uv"), UV_NO_CONFIG="1")


def packages_of_the_tests() -> list[str]:
    lines = [line for file in REQUIREMENTS for line in file.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith(("#", "-r", *BUILD_TOOLS))]


def wheel() -> Path:
    return only(DIST, "grantmint-*-abi3-manylinux*_x86_64.whl")


def find() -> dict[str, str]:
    """Returns the path of one interpreter for each version of CPython with a GIL."""
    interpreters: dict[str, str] = {}
    for candidate in candidates():
        try:
            about = subprocess.run(
                [candidate, "-c", ABOUT], capture_output=True, text=True, timeout=60, check=True
            )
        except (OSError, subprocess.SubprocessError):
            continue
        match about.stdout.split():
            case [full, "cpython", "0"]:
                major, minor, *_ = full.split(".")
                if (int(major), int(minor)) >= (3, 10):
                    interpreters.setdefault(f"{major}.{minor}", candidate)
    return dict(sorted(interpreters.items(), key=lambda item: int(item[0].split(".")[1])))


def candidates() -> Iterator[str]:
    for version in VERSIONS + LATER:
        if path := shutil.which(f"python{version}"):
            yield path
    # A shim on PATH runs only the selected versions of pyenv. All versions are below its root.
    if shutil.which("pyenv"):
        root = output("pyenv", "root").strip()
        yield from (str(folder / "bin" / "python") for folder in sorted(Path(root, "versions").glob("3.*")))
    if shutil.which("uv"):
        yield from output("uv", "python", "find", "--system", "--managed-python").split()
    yield sys.executable


def extracted(version: str) -> str:
    """Returns the path of a CPython from Debian's testing suite, with a C library beside it."""
    if version not in DEBIAN_HAS:
        raise Skipped(f"CPython {version} is not installed")
    packages = [f"python{version}", f"python{version}-venv", "libstdc++6"]
    folder = debian.extracted(f"cpython-{version}", packages, suite=debian.TESTING)
    python = folder / "usr" / "bin" / f"python{version}"
    program = python.with_name(f"{version}.elf")
    libraries = folder / "usr" / "lib" / "x86_64-linux-gnu"
    if not program.exists():
        python.rename(program)
        start = [libraries / "ld-linux-x86-64.so.2", "--library-path", libraries, "--argv0"]
        # With the script's own name, Python finds its standard library, or that of a virtual environment.
        python.write_text(
            f'#!/bin/sh\nexec {shlex.join(map(str, start))} "$0" {program} "$@"\n', encoding="utf-8"
        )
        python.chmod(0o755)
    return str(python)


def races() -> str:
    """Builds a CPython without a GIL from Debian's sources, and a wheel for it. Eight threads mint."""
    printed = output("tests/runtimes/free_threaded.sh", "20", environment=clean_environment())
    lines = printed.strip().splitlines()
    if lines[-1].startswith("skipped: "):
        raise Skipped(lines[-1].removeprefix("skipped: "))
    return lines[-1]


PROGRAM = """
import grantmint
secret = "fake-secret-" * 4
issuer = grantmint.Issuer("AC" + "a0" * 16, "SK" + "b1" * 16, secret, grants=[grantmint.VideoGrant()])
assert grantmint.Verifier(secret).verify(issuer.mint("alice")).identity == "alice"
print(grantmint.__file__)
"""
PROJECT = """[project]
name = "project"
version = "1.0.0"
requires-python = ">=3.10"
"""
# The commands that add a wheel to an empty project, and that run a program in it.
INSTALLERS: dict[str, tuple[list[list[str]], list[str]]] = {
    "pip --target": (
        [["pip", "install", "--quiet", "--no-index", "--target", ".", "WHEEL"]],
        ["python"],
    ),
    "uv": ([["uv", "add", "--quiet", "WHEEL"]], ["uv", "run", "python"]),
    "Poetry": ([["poetry", "add", "--quiet", "WHEEL"]], ["poetry", "run", "python"]),
    "PDM": (
        [["pdm", "use", "--first", sys.executable], ["pdm", "add", "--quiet", "WHEEL"]],
        ["pdm", "run", "python"],
    ),
}


def install(installer: str) -> str:
    """Adds the wheel to an empty project, and mints there."""
    commands, start = INSTALLERS[installer]
    folder = FOLDER / "project"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    program = folder / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    # The installers' caches and logs are in the home folder.
    home = FOLDER / "home"
    home.mkdir(exist_ok=True)
    variables = clean_environment(
        HOME=str(home),
        UV_PYTHON=sys.executable,
        PDM_CHECK_UPDATE="0",
        POETRY_VIRTUALENVS_IN_PROJECT="1",
    )
    for command in commands:
        words = [str(wheel()) if word == "WHEEL" else word for word in command[1:]]
        output(tools() / command[0], *words, cwd=folder, environment=variables)
    printed = output(tools() / start[0], *start[1:], program, cwd=folder, environment=variables)
    if not Path(printed.splitlines()[-1]).is_relative_to(folder):
        raise Failed(f"it did not install into the project: {printed}")
    version = output(tools() / commands[0][0], "--version", environment=variables)
    shutil.rmtree(folder)
    return found(r"(\d+\.\d+(?:\.\d+)?)", version)


@functools.cache
def tools() -> Path:
    """Returns the folder of the commands of the package managers."""
    folder = FOLDER / "tools"
    stamp = folder / "stamp"
    # PDM 2.29 uses a name that hishel 2 does not have.
    wanted = ["hishel<2", "pdm~=2.25", "poetry~=2.0", "uv~=0.9"]
    if not stamp.exists() or stamp.read_text() != " ".join(wanted):
        shutil.rmtree(folder, ignore_errors=True)
        output(sys.executable, "-m", "venv", folder, environment=clean_environment())
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        output(*pip, *wanted)
        stamp.write_text(" ".join(wanted))
    return folder / "bin"
