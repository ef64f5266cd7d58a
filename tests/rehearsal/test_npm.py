"""The release on npm, rehearsed with verdaccio."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import NOW, SECRET, SIDS, attested, checksums, require_working, run
from registries import MODULES, NODE, Registry, clean_environment, get, verdaccio

PROGRAM = f"""
const {{ Issuer, Verifier, VideoGrant, inspect }} = require('grantmint')
const secret = '{SECRET}'
const credentials = {{ accountSid: '{SIDS["AC"]}', keySid: '{SIDS["SK"]}', secret }}
const issuer = new Issuer({{ ...credentials, grants: [new VideoGrant({{ room: 'daily' }})] }})
const token = issuer.mint('alice', {{ now: {NOW} }})
const {{ identity }} = new Verifier({{ secret }}).verify(token, {{ now: {NOW + 1} }})
const {{ sound }} = inspect(token, {{ secret, now: {NOW + 1} }})
const {{ version }} = require('grantmint/package.json')
console.log(JSON.stringify({{ token, identity, sound, version }}))
"""


def bun() -> str:
    found = sorted(MODULES.glob("@oven/bun-*/bin/bun*"))
    return str(found[0]) if found else ""


MANAGERS = {
    "npm": [shutil.which("npm") or "npm", "install"],
    "pnpm": [NODE, str(MODULES / "pnpm/bin/pnpm.cjs"), "add"],
    "Yarn 1": [NODE, str(MODULES / "yarn/bin/yarn.js"), "add", "--no-progress"],
    "Yarn": [NODE, str(MODULES / "@yarnpkg/cli-dist/bin/yarn.js"), "add"],
    "Bun": [bun(), "add"],
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Iterator[Registry]:
    registry = verdaccio(tmp_path_factory.mktemp("verdaccio"))
    outcome = registry.publish(built)
    assert outcome.status == 0, outcome.output
    # The main package is the last of nine: it names the others.
    lines = [line for line in outcome.output.splitlines() if " published: " in line]
    assert len(lines) == 9
    assert lines[-1].startswith("9 of 9 published: grantmint 0")
    yield registry
    registry.die()


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    folder = tmp_path / "verdaccio"
    folder.mkdir()
    registry = verdaccio(folder)
    yield registry
    registry.die()


@pytest.mark.parametrize("manager", MANAGERS)
def test_it_is_installed_by_name(manager: str, published: Registry, tmp_path: Path, version: str) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "package.json").write_text('{ "name": "project", "private": true }\n')
    (project / "yarn.lock").write_text("")
    (project / ".yarnrc.yml").write_text("nodeLinker: node-modules\n")
    (project / "bunfig.toml").write_text(f'[install]\nregistry = "{published.address}"\n')
    (project / "program.cjs").write_text(PROGRAM)
    address = published.address.rstrip("/")
    environment = clean_environment() | {
        "HOME": str(tmp_path),
        "npm_config_registry": address,
        "npm_config_update_notifier": "false",
        "YARN_CACHE_FOLDER": str(tmp_path / "cache"),
        "YARN_NPM_REGISTRY_SERVER": address,
        "YARN_UNSAFE_HTTP_WHITELIST": "127.0.0.1",
        "YARN_ENABLE_TELEMETRY": "false",
        "YARN_ENABLE_GLOBAL_CACHE": "false",
        # By default, Yarn does not install a version on the day of its publication.
        "YARN_NPM_MINIMAL_AGE_GATE": "0",
        # Yarn refuses to create a lock file where `CI` is set.
        "CI": "",
    }
    run(*MANAGERS[manager], "grantmint", cwd=project, env=environment)
    runtime = bun() if manager == "Bun" else NODE
    require_working(run(runtime, "program.cjs", cwd=project, env=environment), version)


def test_what_arrived_is_what_was_attested(published: Registry, built: Path, version: str) -> None:
    expected = attested(built)
    files = sorted(built.glob("*.tgz"))
    assert len(files) == 9
    for file in files:
        name = file.name.removesuffix(f"-{version}.tgz")
        dist = json.loads(get(published.index + name))["versions"][version]["dist"]
        arrived = get(dist["tarball"])
        assert arrived == file.read_bytes()
        assert hashlib.sha256(arrived).hexdigest() == expected[file.name]
        assert dist["integrity"] == "sha512-" + base64.b64encode(hashlib.sha512(arrived).digest()).decode()


def test_the_same_version_is_refused(published: Registry, built: Path, version: str) -> None:
    before = get(published.index + "grantmint")
    outcome = published.publish(built)
    assert outcome.status == 1
    assert (
        f"npm already has version {version}, complete and identical. Nothing was uploaded." in outcome.output
    )
    assert get(published.index + "grantmint") == before
    # To resume a complete release changes nothing, either.
    outcome = published.publish(built, "--attempt", "2")
    assert outcome.status == 0, outcome.output
    assert outcome.output.count("already there") == 9
    assert get(published.index + "grantmint") == before


def test_other_bytes_of_the_same_version_are_refused(published: Registry, dist: Path, version: str) -> None:
    repack(dist / f"grantmint-{version}.tgz")
    checksums(dist)
    for attempt in ("1", "2"):
        outcome = published.publish(dist, "--attempt", attempt)
        assert outcome.status == 1
        assert "npm has other bytes as grantmint " in outcome.output
        assert "Changed files need a new version." in outcome.output


def test_a_release_is_resumed_after_the_registry_died(registry: Registry, built: Path) -> None:
    def watch(line: str) -> None:
        if line.startswith("2 of 9 published"):
            registry.die()

    outcome = registry.publish(built, watch=watch)
    assert outcome.status == 1
    assert "npm did not accept grantmint-" in outcome.output
    assert "2 of 9 files are published. To resume without a new version, use --attempt 2." in outcome.output

    outcome = registry.publish(built, "--attempt", "2")
    assert outcome.status == 1
    assert "npm does not answer" in outcome.output

    registry.start()
    # Nobody can install a release by halves: its main package is not there yet.
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(registry.index + "grantmint")
    outcome = registry.publish(built)
    assert outcome.status == 1
    assert "npm already has 2 of 9 files" in outcome.output
    outcome = registry.publish(built, "--attempt", "2")
    assert outcome.status == 0, outcome.output
    assert outcome.output.count("already there") == 2
    assert outcome.output.count(" published: ") == 7


def test_a_changed_file_is_refused(published: Registry, dist: Path, version: str) -> None:
    file = dist / f"grantmint-linux-x64-gnu-{version}.tgz"
    file.write_bytes(file.read_bytes() + b"\0")
    outcome = published.publish(dist)
    assert outcome.status == 1
    assert f"{file.name} is not the attested file: checksum " in outcome.output


def test_a_lost_file_is_named(published: Registry, dist: Path, version: str) -> None:
    (dist / f"grantmint-win32-arm64-msvc-{version}.tgz").unlink()
    outcome = published.publish(dist)
    assert outcome.status == 1
    assert f"dist lacks grantmint-win32-arm64-msvc-{version}.tgz, which SHA256SUMS lists" in outcome.output


def test_a_missing_package_is_named(published: Registry, dist: Path, version: str) -> None:
    (dist / f"grantmint-win32-arm64-msvc-{version}.tgz").unlink()
    checksums(dist)
    outcome = published.publish(dist)
    assert outcome.status == 1
    expected = f"dist lacks the npm package grantmint-win32-arm64-msvc, which grantmint {version} depends on"
    assert expected in outcome.output


def test_npm_reads_a_bare_path_as_a_repository(dist: Path, version: str) -> None:
    """The reason for absolute paths in publish.py. git is pointed at a folder that does not exist."""
    environment = clean_environment() | {
        "HOME": str(dist),
        "NPM_CONFIG_FETCH_RETRIES": "0",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{dist}/nowhere/.insteadOf",
        "GIT_CONFIG_VALUE_0": "ssh://git@github.com/",
    }
    package = dist / "folder" / f"grantmint-{version}.tgz"
    package.parent.mkdir()
    shutil.copy(dist / f"grantmint-{version}.tgz", package)
    outcomes = {}
    for path in (f"folder/{package.name}", f"./folder/{package.name}"):
        command = ["npm", "publish", "--dry-run", "--registry", "http://127.0.0.1:9/", path]
        done = subprocess.run(command, cwd=dist, env=environment, capture_output=True, text=True)
        outcomes[path[:2]] = done.returncode, done.stdout + done.stderr
    assert outcomes["fo"][0] != 0
    assert f"nowhere/folder/{package.name}" in outcomes["fo"][1]
    assert "nowhere" not in outcomes["./"][1]


def repack(file: Path) -> None:
    """Changes a package's README."""
    with tarfile.open(file) as archive:
        archive.extractall(file.parent / "unpacked", filter="data")
    folder = file.parent / "unpacked"
    with (folder / "package" / "README.md").open("a") as readme:
        readme.write("changed\n")
    with tarfile.open(file, "w:gz") as archive:
        archive.add(folder / "package", "package")
    shutil.rmtree(folder)
    assert os.path.getsize(file)
