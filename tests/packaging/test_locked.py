"""The programs that build, publish and test a release are pinned, each with its hashes."""

from __future__ import annotations

import re

import pytest
import workflows
import yaml
from version import ROOT

LOCKED = ROOT / "packaging" / "locked"
NAMES = sorted(file.stem for file in LOCKED.glob("*.in"))
BUILDERS = [
    re.compile(command)
    for command in (
        r"packaging/rust\.sh release( --target \"\$TARGET\")?",
        r"packaging/tools\.sh build",
        r"python packaging/dist\.py .+",
    )
]


def test_there_is_a_list_for_each_purpose() -> None:
    assert NAMES == ["build", "install", "publish", "rehearsal", "test"]


def unpinned(text: str) -> list[str]:
    """Returns the requirements of a locked file without an exact version or a hash."""
    requirements = re.findall(r"(?m)^[A-Za-z0-9].*(?:\n +--hash.*|\n +#.*)*", text)
    assert requirements
    exact = r"[\w.-]+(?:\[[\w,-]+\])?==[\w.]+(?: ; .+?)? \\\n"
    hashes = r"(?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n?)+(?: +#.*\n?)*"
    return [requirement for requirement in requirements if not re.fullmatch(exact + hashes, requirement)]


@pytest.mark.parametrize("name", NAMES)
def test_each_program_has_a_version_and_hashes(name: str) -> None:
    text = (LOCKED / f"{name}.txt").read_text(encoding="utf-8")
    assert unpinned(text) == []
    for wanted in re.findall(r"(?m)^[a-z][\w-]*", (LOCKED / f"{name}.in").read_text(encoding="utf-8")):
        assert re.search(rf"(?m)^{wanted}==", text), f"{name}.txt lacks {wanted}: run make lock-tools"


def test_a_program_without_a_hash_is_found() -> None:
    text = (LOCKED / "build.txt").read_text(encoding="utf-8")
    name = re.escape("maturin")
    assert unpinned(re.sub(rf"(?m)^({name}==\S+) \\\n(?: +--hash.*\n)+", r"\1\n", text))
    assert unpinned(text.replace("maturin==", "maturin>="))


def test_pip_compares_the_hashes() -> None:
    for file in ("tools.sh", "packaging.mk"):
        assert "--require-hashes" in (ROOT / "packaging" / file).read_text(encoding="utf-8")


def test_the_rust_that_builds_is_pinned() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", (ROOT / "packaging" / "rust-version").read_text())


@pytest.mark.parametrize("job", ["build", "free-threaded", "sources"])
def test_a_job_that_builds_installs_nothing_else(job: str) -> None:
    packages = yaml.safe_load((workflows.WORKFLOWS / "packages.yml").read_text(encoding="utf-8"))
    commands = [step["run"].strip() for step in packages["jobs"][job]["steps"] if "run" in step]
    assert commands
    for command in commands:
        assert any(builder.fullmatch(command) for builder in BUILDERS), command
