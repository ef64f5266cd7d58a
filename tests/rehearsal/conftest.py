"""The files of a release, and a check of the tokens that installed packages mint."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from registries import ROOT, STARTS, Registry
from version import workspace_version

SECRET = "fake-secret-fake-secret-fake-secret"
SIDS = {prefix: prefix + "0123456789abcdef" * 2 for prefix in ("AC", "SK")}
NOW = 1_700_000_000


def readme_commands() -> dict[str, list[str]]:
    """Returns the commands of the README's section on installing, by the words before the package."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"(?ms)^## Install\n\n```sh\n(.+?)^```$", text)
    commands = [shlex.split(line, comments=True) for line in block.splitlines()]
    return {" ".join(command[:-1]): command for command in commands}


INSTALL = readme_commands()


@pytest.fixture(scope="session")
def version() -> str:
    return workspace_version()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a release. Platforms that were not built here have an empty native module."""
    folder = tmp_path_factory.mktemp("built")
    dist = ROOT / "dist"
    for file in [*dist.glob("*.whl"), *dist.glob("*.tar.gz")]:
        shutil.copy(file, folder)
    shutil.copytree(dist / "native", folder / "native")
    node = (
        "import(process.argv[1]).then(({ describe }) =>"
        " console.log(process.argv[2].split(' ').map((triple) => describe(triple).module).join(' ')))"
    )
    targets = json.loads((ROOT / "node" / "package.json").read_text())["napi"]["targets"]
    modules = run("node", "-e", node, str(ROOT / "node" / "targets.mjs"), " ".join(targets)).split()
    for target, module in zip(targets, modules, strict=True):
        for file in (folder / "native" / module, folder / "native" / f"{target}.cdx.json"):
            if not file.exists():
                file.write_text("{}")
    run("node", str(ROOT / "node" / "pack.mjs"), str(folder), "--all")
    # Packs the crates again, since each contains the commit that it is from.
    packages = ["--package=grantmint", "--package=grantmint-cli"]
    target = folder / "target"
    run(
        "cargo", "package", "--locked", "--allow-dirty", "--no-verify", "--target-dir", str(target), *packages
    )
    for file in (target / "package").glob("*.crate"):
        shutil.copy(file, folder)
    checksums(folder)
    return folder


@pytest.fixture
def dist(built: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(built, tmp_path / "dist", ignore=shutil.ignore_patterns("native", "target")))


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Iterator[Callable[[str], Registry]]:
    """Publishes to each registry once."""
    started: dict[str, Registry] = {}

    def release(name: str) -> Registry:
        if name not in started:
            started[name] = registry = STARTS[name](tmp_path_factory.mktemp(name))
            outcome = registry.publish(built)
            assert outcome.status == 0, outcome.output
            registry.log = outcome.output
        return started[name]

    yield release
    for registry in started.values():
        registry.die()


@pytest.fixture(params=STARTS)
def published(request: pytest.FixtureRequest, releases: Callable[[str], Registry]) -> Registry:
    """A registry with the release. Tests leave it as it is."""
    return releases(request.param)


@pytest.fixture(params=STARTS)
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Registry]:
    """A registry without the release."""
    folder = tmp_path / request.param
    folder.mkdir()
    registry = STARTS[request.param](folder)
    yield registry
    registry.die()


def checksums(folder: Path) -> None:
    """Attests the files in a folder anew."""
    environment = os.environ | {"GRANTMINT_DIST": str(folder)}
    program = [sys.executable, str(ROOT / "packaging" / "checksums.py"), "write"]
    subprocess.run(program, env=environment, check=True)


def attested(folder: Path) -> dict[str, str]:
    """Returns the attested checksums by file name."""
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def run(*command: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def require_working(output: str, version: str) -> None:
    """Checks what a program printed that minted, verified and explained a token, with an independent HMAC."""
    said = json.loads(output.strip().splitlines()[-1])
    signed, _, signature = said["token"].rpartition(".")
    digest = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest()
    assert signature == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    claims = signed.split(".")[1]
    grants = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["grants"]
    assert grants == {"identity": "alice", "video": {"room": "daily"}}
    assert said["identity"] == "alice"
    assert said["sound"] is True
    assert said.get("version", version) == version
