"""The release on crates.io, rehearsed with a small registry in its place (``crates_registry.py``)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import NOW, SECRET, SIDS, attested, checksums, require_working, run
from registries import Registry, clean_environment, crates, get

PROGRAM = f"""
use grantmint::{{InspectOptions, Issuer, MintOptions, Verifier, VideoGrant, inspect}};

fn main() -> Result<(), Box<dyn std::error::Error>> {{
    let secret = "{SECRET}";
    let issuer = Issuer::builder("{SIDS["AC"]}", "{SIDS["SK"]}", secret)
        .add_grant(&VideoGrant::new().room("daily"))?
        .build()?;
    let token = issuer.mint_with("alice", &MintOptions::new().now({NOW}))?;
    let claims = Verifier::new(secret)?.verify_at(&token, {NOW + 1})?;
    let inspection = inspect(&token, &InspectOptions::new().secret(secret).now({NOW + 1}));
    let (identity, sound) = (claims.identity().unwrap_or_default(), inspection.is_sound());
    println!("{{token}} {{identity}} {{sound}}");
    Ok(())
}}
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Iterator[Registry]:
    registry = crates(tmp_path_factory.mktemp("crates"))
    outcome = registry.publish(built)
    assert outcome.status == 0, outcome.output
    # The command depends on the library.
    lines = [line.split(" (")[0] for line in outcome.output.splitlines() if " published: " in line]
    assert [line.rsplit(" ", 1)[0] for line in lines] == [
        "1 of 2 published: grantmint",
        "2 of 2 published: grantmint-cli",
    ]
    yield registry
    registry.die()


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    folder = tmp_path / "crates"
    folder.mkdir()
    registry = crates(folder)
    yield registry
    registry.die()


def test_the_library_is_added_by_name(published: Registry, tmp_path: Path, version: str) -> None:
    project = tmp_path / "project"
    environment = clean_environment() | published.environment
    run("cargo", "new", "--quiet", "--vcs", "none", str(project), cwd=tmp_path, env=environment)
    run("cargo", "add", "--quiet", "grantmint", cwd=project, env=environment)
    (project / "src" / "main.rs").write_text(PROGRAM)
    token, identity, sound = run("cargo", "run", "--quiet", cwd=project, env=environment).split()
    require_working(json.dumps({"token": token, "identity": identity, "sound": sound == "true"}), version)
    # Cargo compared the download with the checksum in the index, and wrote it here.
    checksum = published_checksum(published, "grantmint", version)
    assert f'checksum = "{checksum}"' in (project / "Cargo.lock").read_text()


def test_the_command_is_installed_by_name(published: Registry, tmp_path: Path, version: str) -> None:
    environment = clean_environment() | published.environment
    options = ["--quiet", "--debug", "--locked", "--root", str(tmp_path)]
    run("cargo", "install", *options, "grantmint-cli", cwd=tmp_path, env=environment)
    command = str(tmp_path / "bin" / "grantmint")
    assert version in run(command, "--version")
    credentials = {
        "TWILIO_ACCOUNT_SID": SIDS["AC"],
        "TWILIO_API_KEY": SIDS["SK"],
        "TWILIO_API_SECRET": SECRET,
    }
    token = run(command, "mint", "video", "--identity", "alice", cwd=tmp_path, env=credentials).strip()
    assert "alice" in run(command, "verify", token, cwd=tmp_path, env=credentials)
    assert "alice" in run(command, "inspect", token, cwd=tmp_path, env=credentials)


def test_what_arrived_is_what_was_attested(published: Registry, built: Path, version: str) -> None:
    expected = attested(built)
    for name in ("grantmint", "grantmint-cli"):
        arrived = get(f"{published.index}dl/{name}/{version}/download")
        file = built / f"{name}-{version}.crate"
        assert arrived == file.read_bytes()
        digest = hashlib.sha256(arrived).hexdigest()
        assert digest == expected[file.name] == published_checksum(published, name, version)


def test_the_same_version_is_refused(published: Registry, built: Path, version: str) -> None:
    before = get(f"{published.index}gr/an/grantmint")
    outcome = published.publish(built)
    assert outcome.status == 1
    expected = f"crates.io already has version {version}, complete and identical. Nothing was uploaded."
    assert expected in outcome.output
    outcome = published.publish(built, "--attempt", "2")
    assert outcome.status == 0, outcome.output
    assert outcome.output.count("already there") == 2
    assert get(f"{published.index}gr/an/grantmint") == before


def test_a_release_is_resumed_after_the_registry_died(registry: Registry, built: Path) -> None:
    def watch(line: str) -> None:
        if line.startswith("1 of 2 published"):
            registry.die()

    outcome = registry.publish(built, watch=watch)
    assert outcome.status == 1
    assert "crates.io did not accept grantmint-cli" in outcome.output
    assert "1 of 2 files are published. To resume without a new version, use --attempt 2." in outcome.output
    registry.start()
    outcome = registry.publish(built, "--attempt", "2")
    assert outcome.status == 0, outcome.output
    assert outcome.output.count("already there") == 1
    assert outcome.output.count(" published: ") == 1


def test_a_crate_that_this_commit_does_not_make_is_refused(
    registry: Registry, dist: Path, version: str
) -> None:
    file = dist / f"grantmint-{version}.crate"
    file.write_bytes(file.read_bytes() + b"\0")
    outcome = registry.publish(dist)
    assert outcome.status == 1
    assert f"{file.name} is not the attested file: checksum " in outcome.output
    checksums(dist)
    outcome = registry.publish(dist)
    assert outcome.status == 1
    assert "differs from the package that cargo makes of this checkout" in outcome.output


def test_a_missing_crate_is_named(registry: Registry, dist: Path, version: str) -> None:
    (dist / f"grantmint-cli-{version}.crate").unlink()
    checksums(dist)
    outcome = registry.publish(dist)
    assert outcome.status == 1
    assert "dist needs one crate grantmint-cli; it has 0" in outcome.output


def published_checksum(registry: Registry, name: str, version: str) -> str:
    lines = [json.loads(line) for line in get(f"{registry.index}gr/an/{name}").splitlines()]
    (checksum,) = [line["cksum"] for line in lines if line["vers"] == version]
    assert isinstance(checksum, str)
    return checksum
