"""Faults in a release to any of the registries: each is refused with a sentence, or resumed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from conftest import checksums
from registries import Registry, page

# A file whose loss leaves half a release, and the sentence that says so.
NEEDED = {
    "npm": (
        "grantmint-win32-arm64-msvc-*.tgz",
        "dist lacks the npm package grantmint-win32-arm64-msvc, which grantmint {version} depends on",
    ),
    "pypi": ("*.tar.gz", "dist needs wheels and one sdist; it has 1 wheels and 0 sdists"),
    "crates": ("grantmint-cli-*.crate", "dist needs one crate grantmint-cli; it has 0"),
}


def test_the_same_version_is_refused(published: Registry, built: Path, version: str) -> None:
    before = page(published)
    assert published.last_mark in before
    outcome = published.publish(built)
    assert outcome.status == 1
    assert (
        f"{published.title} already has version {version}, complete and identical. Nothing was uploaded."
    ) in outcome.output
    assert page(published) == before
    assert f"already has version {version}" in published.publish(built, "--dry-run").output
    # To resume a complete release changes nothing, either.
    outcome = published.publish(built, "--attempt", "2")
    assert outcome.status == 0, outcome.output
    assert outcome.output.count("already there") == len(published.files(built))
    assert page(published) == before


def test_other_bytes_of_the_same_version_are_refused(published: Registry, dist: Path) -> None:
    change(published.files(dist)[0])
    checksums(dist)
    for attempt in ("1", "2"):
        outcome = published.publish(dist, "--attempt", attempt)
        assert outcome.status == 1
        assert f"{published.title} has other bytes as grantmint" in outcome.output
        assert "Changed files need a new version." in outcome.output


def test_a_release_is_resumed_after_the_registry_died(registry: Registry, built: Path) -> None:
    total = len(registry.files(built))
    done = min(2, total - 1)

    def watch(line: str) -> None:
        if line.startswith(f"{done} of {total} published"):
            registry.die()

    outcome = registry.publish(built, watch=watch)
    assert outcome.status == 1
    assert f"{registry.title} did not get grantmint" in outcome.output
    assert (
        f"{done} of {total} files are published. To resume without a new version, use --attempt 2."
    ) in outcome.output

    outcome = registry.publish(built, "--attempt", "2")
    assert outcome.status == 1
    assert f"{registry.title} does not answer" in outcome.output

    registry.start()
    # Nobody can install half a release: the file that needs the others is not there yet.
    assert registry.last_mark not in page(registry)
    outcome = registry.publish(built)
    assert outcome.status == 1
    assert f"{registry.title} already has {done} of {total} files" in outcome.output

    outcome = registry.publish(built, "--attempt", "2")
    assert outcome.status == 0, outcome.output
    assert outcome.output.count("already there") == done
    assert outcome.output.count(" published: ") == total - done


# The registry's own tool reads its credentials from this.
CREDENTIALS = {
    "npm": "NPM_CONFIG_USERCONFIG",
    "pypi": "TWINE_PASSWORD",
    "crates": "CARGO_REGISTRIES_REHEARSAL_TOKEN",
}


def test_the_workflow_goes_on_after_a_release_by_hand(registry: Registry, built: Path) -> None:
    """The first release: npm and crates.io accept trusted publishing only for packages that exist."""
    total = len(registry.files(built))
    credentials = registry.environment
    registry.environment = {
        name: value for name, value in credentials.items() if name != CREDENTIALS[registry.name]
    }
    outcome = registry.publish(built)
    assert outcome.status == 1
    assert f"{registry.title} did not get grantmint" in outcome.output
    assert f"0 of {total} files are published." in outcome.output

    by_hand = replace(registry, environment=credentials)
    outcome = by_hand.publish(built)
    assert outcome.status == 0, outcome.output
    # "Re-run failed jobs" needs no credentials, since there is nothing to upload.
    outcome = registry.publish(built, "--attempt", "2")
    assert outcome.status == 0, outcome.output
    assert outcome.output.count("already there") == total


def test_a_dry_run_uploads_nothing(registry: Registry, built: Path) -> None:
    # The job has no credentials. Its crates come from crates.io.
    settings = registry.environment
    registry.environment = {name: settings[name] for name in settings if name == "CARGO_TARGET_DIR"}
    outcome = registry.publish(built, "--dry-run")
    assert outcome.status == 0, outcome.output
    names = re.findall(r"grantmint[\w-]* \S+ \((\S+)\)", outcome.output.splitlines()[-1])
    assert sorted(names) == sorted(file.name for file in registry.files(built))
    assert f"{registry.title} would get, in this order: " in outcome.output
    assert page(registry) == ""


def test_a_changed_file_is_refused(registry: Registry, dist: Path) -> None:
    file = registry.files(dist)[0]
    change(file)
    outcome = registry.publish(dist)
    assert outcome.status == 1
    assert f"{file.name} is not the attested file: checksum " in outcome.output
    assert page(registry) == ""


def test_a_lost_file_is_named(registry: Registry, dist: Path) -> None:
    file = registry.files(dist)[-1]
    file.unlink()
    outcome = registry.publish(dist)
    assert outcome.status == 1
    assert f"dist lacks {file.name}, which SHA256SUMS lists" in outcome.output
    assert page(registry) == ""


def test_a_missing_package_is_named(registry: Registry, dist: Path, version: str) -> None:
    pattern, sentence = NEEDED[registry.name]
    (file,) = dist.glob(pattern)
    file.unlink()
    checksums(dist)
    outcome = registry.publish(dist)
    assert outcome.status == 1
    assert sentence.format(version=version) in outcome.output
    assert page(registry) == ""


def change(file: Path) -> None:
    """Appends a byte that archives ignore."""
    file.write_bytes(file.read_bytes() + b"\0")
