"""The release on crates.io, rehearsed with a small registry in its place (``crates_registry.py``)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from conftest import INSTALL, NOW, SECRET, SIDS, attested, checksums, require_working, run
from registries import Registry, clean_environment, get

crates = pytest.mark.parametrize("published", ["crates"], indirect=True)

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


@crates
def test_the_command_is_the_last(published: Registry) -> None:
    # It depends on the library.
    lines = [line.split(" (")[0] for line in published.log.splitlines() if " published: " in line]
    assert [line.rsplit(" ", 1)[0] for line in lines] == [
        "1 of 2 published: grantmint",
        "2 of 2 published: grantmint-cli",
    ]


@crates
def test_the_library_is_added_by_name(published: Registry, tmp_path: Path, version: str) -> None:
    project = tmp_path / "project"
    environment = clean_environment() | published.environment
    run("cargo", "new", "--quiet", "--vcs", "none", str(project), cwd=tmp_path, env=environment)
    run(*INSTALL["cargo add"], "--quiet", cwd=project, env=environment)
    (project / "src" / "main.rs").write_text(PROGRAM)
    token, identity, sound = run("cargo", "run", "--quiet", cwd=project, env=environment).split()
    require_working(json.dumps({"token": token, "identity": identity, "sound": sound == "true"}), version)
    # Cargo compared the download with the checksum in the index, and wrote it here.
    checksum = published_checksum(published, "grantmint", version)
    assert f'checksum = "{checksum}"' in (project / "Cargo.lock").read_text()


@crates
def test_the_command_is_installed_by_name(published: Registry, tmp_path: Path, version: str) -> None:
    environment = clean_environment() | published.environment
    options = ["--quiet", "--debug", "--locked", "--root", str(tmp_path)]
    run(*INSTALL["cargo install"], *options, cwd=tmp_path, env=environment)
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


@crates
def test_what_arrived_is_what_was_attested(published: Registry, built: Path, version: str) -> None:
    expected = attested(built)
    for name in ("grantmint", "grantmint-cli"):
        arrived = get(f"{published.index}dl/{name}/{version}/download")
        file = built / f"{name}-{version}.crate"
        assert arrived == file.read_bytes()
        digest = hashlib.sha256(arrived).hexdigest()
        assert digest == expected[file.name] == published_checksum(published, name, version)


@pytest.mark.parametrize("registry", ["crates"], indirect=True)
def test_a_crate_that_this_commit_does_not_make_is_refused(
    registry: Registry, dist: Path, version: str
) -> None:
    file = dist / f"grantmint-{version}.crate"
    file.write_bytes(file.read_bytes() + b"\0")
    checksums(dist)
    outcome = registry.publish(dist)
    assert outcome.status == 1
    assert "differs from the package that cargo makes of this checkout" in outcome.output


def published_checksum(registry: Registry, name: str, version: str) -> str:
    lines = [json.loads(line) for line in get(f"{registry.index}gr/an/{name}").splitlines()]
    (checksum,) = [line["cksum"] for line in lines if line["vers"] == version]
    assert isinstance(checksum, str)
    return checksum
