"""Preparing a release: in a copy of the repository, and on small texts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import release
from checkout import git, working_tree
from version import ROOT, workspace_version

CHANGELOG = """# Changelog

## [Unreleased]

## [0.1.0] - not yet released

### Added

- Everything.
"""


def test_the_version_is_in_one_file(tmp_path: Path) -> None:
    version = workspace_version()
    manifest = release.MANIFEST.read_text(encoding="utf-8")
    # The workspace, and what crates.io needs of the two crates that depend on each other.
    assert manifest.count(f'version = "{version}"') == 3
    changed = release.with_version(manifest, "7.8.9")
    assert changed.count('version = "7.8.9"') == 3
    assert version not in re.findall(r'(?m)^(?:version|grantmint).*"(.+)"', changed)
    assert '"version": "0.0.0"' in (ROOT / "node" / "package.json").read_text(encoding="utf-8")
    assert 'dynamic = ["version"]' in (ROOT / "python" / "pyproject.toml").read_text(encoding="utf-8")


def test_the_changelog_is_dated() -> None:
    dated = release.dated(CHANGELOG, "0.1.0", "2026-01-02")
    assert "## [0.1.0] - 2026-01-02\n" in dated
    assert "not yet released" not in dated
    # A later version takes the entries of "Unreleased".
    entry = dated.replace("## [Unreleased]\n", "## [Unreleased]\n\n- A fix.\n")
    later = release.dated(entry, "0.1.1", "2026-02-03")
    heading, text = release.section(later, "0.1.1")
    assert (heading, text) == ("## [0.1.1] - 2026-02-03", "- A fix.\n")
    assert "## [Unreleased]\n\n## [0.1.1] - 2026-02-03\n" in later


def test_a_version_without_an_entry_is_refused() -> None:
    with pytest.raises(SystemExit, match=r"CHANGELOG.md has no entry for version 0\.2\.0\."):
        release.dated(CHANGELOG, "0.2.0", "2026-01-02")
    with pytest.raises(SystemExit, match=r"CHANGELOG.md has no section for version 0\.2\.0\."):
        release.section(CHANGELOG, "0.2.0")


def test_a_dated_version_is_refused() -> None:
    # Its tag may be missing in this clone.
    dated = release.dated(CHANGELOG, "0.1.0", "2026-01-02")
    with pytest.raises(SystemExit, match=r"CHANGELOG.md has a date for version 0\.1\.0 already"):
        release.dated(dated, "0.1.0", "2026-02-03")


def test_an_entry_outside_of_the_versions_section_is_refused() -> None:
    forgotten = CHANGELOG.replace("## [Unreleased]\n", "## [Unreleased]\n\n### Fixed\n\n- A fix.\n")
    with pytest.raises(SystemExit, match=r'entries under "Unreleased" and a section for version 0\.1\.0'):
        release.dated(forgotten, "0.1.0", "2026-01-02")


def test_the_readme_is_right_before_and_after_the_first_release() -> None:
    """tests/install runs the commands of the day before, and tests/rehearsal those of the day after."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.split("\n## Install\n")[1].split("\n## ")[0]
    # It refers to the changelog, so no release has to change it.
    changelog = release.CHANGELOG.read_text(encoding="utf-8")
    dates = re.findall(r"(?m)^## \[\d+\.\d+\.\d+\] - (.+)$", changelog)
    assert dates
    for date in dates:
        assert re.fullmatch(r"not yet released|\d{4}-\d\d-\d\d", date)
    words = " ".join(section.split())
    assert "CHANGELOG.md](CHANGELOG.md) has the date of each release" in words
    assert "If the first one has no date yet" in words
    assert "ends with the commands that install the packages" in words
    assert not re.search(r"\d+\.\d+\.\d+", section)
    for language, file, pattern in (
        ("Node", "node/package.json", r'"node": ">=([\d.]+)"'),
        ("Python", "python/pyproject.toml", r'requires-python = ">=([\d.]+)"'),
        ("Rust", "Cargo.toml", r'rust-version = "([\d.]+)"'),
    ):
        (oldest,) = re.findall(pattern, (ROOT / file).read_text(encoding="utf-8"))
        assert f"# {language} {oldest} or later" in section


@pytest.mark.parametrize(
    ("before", "version", "step"),
    [
        ("0.1.0", "0.1.1", "minor"),
        ("0.1.0", "0.2.0", "major"),
        ("1.0.0", "1.0.1", "patch"),
        ("1.0.0", "1.1.0", "minor"),
        ("1.1.0", "2.0.0", "major"),
        ("0.9.0", "1.0.0", "major"),
    ],
)
def test_a_version_allows_changes_by_its_step(before: str, version: str, step: str) -> None:
    assert release.release_type(before, version) == step


def test_a_changed_declaration_is_seen() -> None:
    stub = (
        'class Issuer:\n    """Mints."""\n'
        '    def mint(self, identity: str, *, ttl: int = ...) -> str:\n        """Mints."""\n'
    )
    assert list(release.stub_lines(stub)) == [
        "class Issuer()",
        "Issuer.mint(self, identity: str, *, ttl: int=...) -> str",
    ]
    types = (
        "/** Mints. */\nexport class Issuer {\n  /** Mints. */\n  mint(identity: string): string\n}\n"
        "// A type.\nexport type A = 1\n"
    )
    assert list(release.type_lines(types)) == [
        "export class Issuer {",
        "export class Issuer { mint(identity: string): string",
        "export type A = 1",
    ]
    for file, reader in (
        ("python/grantmint/_grantmint.pyi", release.stub_lines),
        ("node/index.d.ts", release.type_lines),
    ):
        assert any("mint(" in line for line in reader((ROOT / file).read_text(encoding="utf-8")))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return working_tree(tmp_path)


def test_a_release_is_prepared(copy: Path) -> None:
    done = prepare(copy, "0.3.0")
    assert done.returncode == 1
    assert "CHANGELOG.md has no entry for version 0.3.0." in done.stderr
    assert git(copy, "status", "--porcelain") == ""

    add_entry(copy, "- A change.")
    done = prepare(copy, "0.3.0")
    assert done.returncode == 1
    assert "The checkout has uncommitted changes" in done.stderr

    git(copy, "commit", "--quiet", "--all", "--message", "a change")
    done = prepare(copy, "0.3.0")
    assert done.returncode == 0, done.stderr
    assert "Tagged v0.3.0." in done.stdout
    assert git(copy, "status", "--porcelain") == ""
    assert git(copy, "describe", "--exact-match") == "v0.3.0"
    locks = git(copy, "ls-files", "*Cargo.lock").splitlines()
    assert len(locks) > 1
    for lock in locks:
        assert 'name = "grantmint"\nversion = "0.3.0"' in (copy / lock).read_text(encoding="utf-8"), lock
    assert re.search(
        r"## \[0\.3\.0\] - \d{4}-\d\d-\d\d\n\n- A change\.",
        (copy / "CHANGELOG.md").read_text(encoding="utf-8"),
    )

    # CI accepts this tag, and no other.
    assert check(copy, "v0.3.0").returncode == 0
    done = check(copy, "v0.4.0")
    assert done.returncode == 1
    assert (
        "The tag is v0.4.0, but the version in Cargo.toml is 0.3.0; expected the tag v0.3.0." in done.stderr
    )

    # Publishing a pre-release would make it the default on npm, so CI refuses its tag, too.
    manifest = copy / "Cargo.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(release.with_version(text, "0.4.0-rc.1"), encoding="utf-8")
    done = check(copy, "v0.4.0-rc.1")
    assert done.returncode == 1
    assert "The version '0.4.0-rc.1' is not a version to release" in done.stderr
    manifest.write_text(text, encoding="utf-8")

    # The same version again, and an older one.
    assert "The tag v0.3.0 exists" in prepare(copy, "0.3.0").stderr
    assert "The version 0.2.9 is older than 0.3.0" in prepare(copy, "0.2.9").stderr
    for version in ("v0.4", "0.4.0-rc.1"):
        assert f"The version '{version}' is not a version to release" in prepare(copy, version).stderr

    # Nor one that is newer than the manifest, but older than a release from a different branch.
    git(copy, "tag", "v0.5.0")
    add_entry(copy, "- A fix.")
    git(copy, "commit", "--quiet", "--all", "--message", "a fix")
    assert "The version 0.4.0 is older than the release v0.5.0." in prepare(copy, "0.4.0").stderr
    git(copy, "tag", "--delete", "v0.5.0")

    # A method that is gone from the types does not fit a patch. Other tags are not releases.
    git(copy, "tag", "v0.3.1-rc.1")
    git(copy, "tag", "v0.3.0.1")
    types = copy / "node" / "index.d.ts"
    text = types.read_text(encoding="utf-8")
    (line,) = re.findall(r"(?m)^ +mint\(identity.*\n", text)[:1]
    types.write_text(text.replace(line, ""), encoding="utf-8")
    add_entry(copy, "- Less.")
    git(copy, "commit", "--quiet", "--all", "--message", "a breaking change")
    done = prepare(copy, "0.3.1")
    assert done.returncode == 1
    assert "Version 0.3.1 changes or removes public types of 0.3.0" in done.stderr
    assert line.strip() in done.stderr


@pytest.mark.parametrize("fault", ["no lock file can be written", "git does not commit"])
def test_an_interrupted_preparation_changes_nothing(copy: Path, fault: str) -> None:
    add_entry(copy, "- A change.")
    if fault == "git does not commit":
        hook = copy / ".git" / "hooks" / "pre-commit"
        git(copy, "commit", "--quiet", "--all", "--message", "a change")
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
        sentence = "git commit --quiet --all --message release: 0.3.0 ended with 1."
    else:
        (copy / "fuzz" / "Cargo.toml").write_text("not a manifest\n")
        git(copy, "commit", "--quiet", "--all", "--message", "a change")
        sentence = "cargo update --quiet --workspace ended with 101."
    before = git(copy, "rev-parse", "HEAD")
    done = prepare(copy, "0.3.0")
    assert done.returncode == 1
    assert f"{sentence} The checkout is as it was before." in done.stderr
    assert git(copy, "status", "--porcelain") == git(copy, "tag") == ""
    assert git(copy, "rev-parse", "HEAD") == before


@pytest.mark.skipif(not shutil.which("cargo-semver-checks"), reason="cargo-semver-checks is not installed")
def test_a_function_that_is_gone_from_the_crate_needs_a_larger_step(copy: Path) -> None:
    # In place of an earlier release.
    git(copy, "tag", "v0.1.0")
    library = copy / "crates" / "grantmint" / "src" / "lib.rs"
    text = library.read_text(encoding="utf-8")
    assert "pub use time::now;\n" in text
    library.write_text(text.replace("pub use time::now;\n", ""), encoding="utf-8")
    add_entry(copy, "- Without `now`.")
    git(copy, "commit", "--quiet", "--all", "--message", "a breaking change")

    done = prepare(copy, "0.1.1")
    assert done.returncode == 1
    assert "Comparing the public API with v0.1.0." in done.stdout
    assert "grantmint::now" in done.stdout + done.stderr
    assert "Version 0.1.1 does not fit the Rust API of 0.1.0, as listed above." in done.stderr
    assert git(copy, "status", "--porcelain") == ""

    done = prepare(copy, "0.2.0")
    assert done.returncode == 0, done.stderr
    assert "Tagged v0.2.0." in done.stdout


def add_entry(folder: Path, entry: str) -> None:
    """Adds a line to the changelog's "Unreleased"."""
    changelog = folder / "CHANGELOG.md"
    text = changelog.read_text(encoding="utf-8")
    assert "## [Unreleased]\n" in text
    changelog.write_text(
        text.replace("## [Unreleased]\n", f"## [Unreleased]\n\n{entry}\n", 1), encoding="utf-8"
    )


def prepare(folder: Path, version: str) -> subprocess.CompletedProcess[str]:
    return program(folder, os.environ, "prepare", version)


def check(folder: Path, tag: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": tag}
    return program(folder, environment, "check")


def program(
    folder: Path, environment: os._Environ[str] | dict[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "packaging/release.py", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
