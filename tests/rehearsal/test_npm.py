"""The release on npm, rehearsed with verdaccio."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import INSTALL, NOW, SECRET, SIDS, attested, require_working, run
from registries import MODULES, NODE, Registry, clean_environment, get

npm = pytest.mark.parametrize("published", ["npm"], indirect=True)

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
    "npm": INSTALL["npm install"][:-1],
    "pnpm": [NODE, str(MODULES / "pnpm/bin/pnpm.cjs"), "add"],
    "Yarn 1": [NODE, str(MODULES / "yarn/bin/yarn.js"), "add", "--no-progress"],
    "Yarn": [NODE, str(MODULES / "@yarnpkg/cli-dist/bin/yarn.js"), "add"],
    "Bun": [bun(), "add"],
}


@npm
def test_the_main_package_is_the_last(published: Registry) -> None:
    # It names the eight others.
    lines = [line for line in published.log.splitlines() if " published: " in line]
    assert len(lines) == 9
    assert lines[-1].startswith("9 of 9 published: grantmint ")


@npm
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


@npm
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
