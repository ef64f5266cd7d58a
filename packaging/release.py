"""Prepares a release, checks it, and writes its page.

``python packaging/release.py prepare 0.2.0`` (``make release VERSION=0.2.0``) sets the version in
``Cargo.toml``, from which all packages take it, updates the lock files, dates the changelog, commits, and
makes the tag. Before that, it requires a clean checkout, an entry in the changelog, and a version that fits
the changes of the API.

``python packaging/release.py check`` repeats the checks for the checked-out commit. ``page`` creates the
release's page on GitHub, with the files of ``dist``, for the tag of the version.
"""

from __future__ import annotations

import argparse
import ast
import datetime
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath

from checksums import DIST, require_attested
from version import ROOT, workspace_version

MANIFEST = ROOT / "Cargo.toml"
CHANGELOG = ROOT / "CHANGELOG.md"
# The files with the public types.
STUBS = ["python/grantmint/*.py*", "python/grantmint/access_token/*.py"]
TYPES = ["node/index.d.*ts"]

# A pre-release would be the default on npm, and PyPI spells its version differently.
NUMBER = re.compile(r"(\d+)\.(\d+)\.(\d+)")
# The heading of a released version in the changelog.
DATED = re.compile(r"## \[.+\] - \d{4}-\d\d-\d\d")


def prepare(version: str) -> None:
    if git("status", "--porcelain"):
        sys.exit("The checkout has uncommitted changes; a release is made of a commit.")
    require_newer(version)
    if git("tag", "--list", f"v{version}"):
        sys.exit(f"The tag v{version} exists; a published version cannot be made again.")
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    changelog = dated(CHANGELOG.read_text(encoding="utf-8"), version, today)
    require_fitting(version)

    before = git("rev-parse", "HEAD")
    try:
        MANIFEST.write_text(with_version(MANIFEST.read_text(encoding="utf-8"), version), encoding="utf-8")
        CHANGELOG.write_text(changelog, encoding="utf-8")
        # The crates outside the workspace have their own lock files.
        for lock in git("ls-files", "*Cargo.lock").splitlines():
            run("cargo", "update", "--quiet", "--workspace", cwd=(ROOT / lock).parent)
        git("commit", "--quiet", "--all", "--message", f"release: {version}")
        git("tag", "--annotate", f"v{version}", "--message", f"grantmint {version}")
    except subprocess.CalledProcessError as error:
        # The checkout was clean before.
        git("reset", "--quiet", "--hard", before)
        sys.exit(f"{' '.join(error.cmd)} ended with {error.returncode}. The checkout is as it was before.")
    print(
        f"Tagged v{version}. Check it first, as in CONTRIBUTING.md. To publish it: git push origin v{version}"
    )


def check() -> None:
    version = workspace_version()
    if os.environ.get("GITHUB_REF_TYPE") == "tag":
        tag = os.environ["GITHUB_REF_NAME"]
        if tag != f"v{version}":
            sys.exit(
                f"The tag is {tag}, but the version in Cargo.toml is {version}; expected the tag v{version}."
            )
        require_numbers(version)
        heading, _ = section(CHANGELOG.read_text(encoding="utf-8"), version)
        if not DATED.fullmatch(heading):
            sys.exit(f"CHANGELOG.md has no date for version {version}: {heading!r}")
    require_fitting(version)


def page() -> None:
    version = workspace_version()
    _, notes = section(CHANGELOG.read_text(encoding="utf-8"), version)
    require_attested()
    files = sorted(str(file) for file in DIST.iterdir() if file.is_file())
    with tempfile.NamedTemporaryFile("w", suffix=".md", encoding="utf-8") as file:
        file.write(notes)
        file.flush()
        options = ["--verify-tag", "--title", f"grantmint {version}", "--notes-file", file.name]
        try:
            run("gh", "release", "create", f"v{version}", *options, *files)
        except subprocess.CalledProcessError:
            sys.exit(
                f"GitHub did not create the page of v{version}. The registries have the release already."
            )


def require_numbers(version: str) -> None:
    if not NUMBER.fullmatch(version):
        sys.exit(
            f"The version {version!r} is not a version to release; expected three numbers, for example 0.2.0."
        )


def require_newer(version: str) -> None:
    require_numbers(version)
    # The first release has the version that the manifest already has.
    if numbers(version) < numbers(workspace_version()):
        sys.exit(f"The version {version} is older than {workspace_version()}, the version in Cargo.toml.")


def with_version(manifest: str, version: str) -> str:
    """Returns the manifest with the version of the workspace, and of the crates that depend on each other."""
    manifest, count = re.subn(
        r'(?m)^(\[workspace\.package\]\nversion = )".+"$', rf'\g<1>"{version}"', manifest
    )
    assert count == 1
    return re.sub(
        r'(?m)^(grantmint(?:-cli)? = \{ path = "[^"]+", version = )"[^"]+"', rf'\g<1>"{version}"', manifest
    )


def dated(changelog: str, version: str, today: str) -> str:
    """Returns the changelog with today's date for the version, whose section may still be "Unreleased"."""
    if f"## [{version}]" not in changelog:
        changelog = changelog.replace("## [Unreleased]\n", f"## [Unreleased]\n\n## [{version}]\n", 1)
    heading, _ = section(changelog, version)
    if DATED.fullmatch(heading):
        sys.exit(f"CHANGELOG.md has a date for version {version} already: {heading!r}")
    if re.search(r"(?m)^## \[Unreleased\]\n(?:(?!## ).*\n)*?- ", changelog):
        sys.exit(
            f'CHANGELOG.md has entries under "Unreleased" and a section for version {version}; '
            "move the entries into the section, since the release contains their changes."
        )
    return re.sub(rf"(?m)^## \[{re.escape(version)}\].*$", f"## [{version}] - {today}", changelog)


def section(changelog: str, version: str) -> tuple[str, str]:
    """Returns the heading and the text of one version. Exits if there is no entry."""
    parts = re.split(r"(?m)^(## .*)$", changelog)
    for heading, text in zip(parts[1::2], parts[2::2], strict=True):
        if heading.startswith(f"## [{version}]"):
            if not re.search(r"(?m)^- ", text):
                sys.exit(f"CHANGELOG.md has no entry for version {version}.")
            return heading, text.strip() + "\n"
    sys.exit(f"CHANGELOG.md has no section for version {version}.")


def require_fitting(version: str) -> None:
    """Requires a version that fits the changes of the public API since the last release."""
    tags = git("tag", "--list", "v*", "--sort=-version:refname").splitlines()
    releases = [tag for tag in tags if NUMBER.fullmatch(tag[1:])]
    if releases and numbers(releases[0][1:]) > numbers(version):
        # npm refuses to make it the latest version, after the other registries have it.
        sys.exit(f"The version {version} is older than the release {releases[0]}.")
    before = next((tag for tag in releases if numbers(tag[1:]) < numbers(version)), None)
    if not before:
        print(f"There is no release before {version}, so there is no API to compare with.")
        return
    print(f"Comparing the public API with {before}.", flush=True)
    broken = broken_types(before)
    step = release_type(before[1:], version)
    if broken and step != "major":
        listed = "\n".join(f"  {line}" for line in broken)
        sys.exit(
            f"Version {version} changes or removes public types of {before[1:]}, "
            f"which needs a larger step:\n{listed}"
        )
    if not shutil.which("cargo-semver-checks"):
        run("cargo", "install", "--locked", "cargo-semver-checks")
    try:
        # The manifest may still have the old version while a release is prepared, so the step is stated.
        options = ["--package", "grantmint", "--baseline-rev", before, "--release-type", step]
        run("cargo", "semver-checks", *options)
    except subprocess.CalledProcessError:
        sys.exit(f"Version {version} does not fit the Rust API of {before[1:]}, as listed above.")


def release_type(before: str, version: str) -> str:
    """Returns the kind of changes that a version allows. Before 1.0, the second number is the major one."""
    old, new = numbers(before), numbers(version)
    if old[0] != new[0] or (new[0] == 0 and old[1] != new[1]):
        return "major"
    return "patch" if new[0] != 0 and old[1] == new[1] else "minor"


def broken_types(before: str) -> list[str]:
    """Returns the declarations of Python and TypeScript that the release before has and this commit lacks."""
    broken = []
    for reader, patterns in ((stub_lines, STUBS), (type_lines, TYPES)):
        old, new = (list(lines(commit, reader, patterns)) for commit in (before, "HEAD"))
        # A declaration may move to a different file.
        broken += [line for line in old if line not in set(new)]
    return broken


def lines(commit: str, reader: Callable[[str], Iterator[str]], patterns: list[str]) -> Iterator[str]:
    for name in git("ls-tree", "-r", "--name-only", commit).splitlines():
        if any(PurePath(name).match(pattern) for pattern in patterns):
            yield from reader(git("show", f"{commit}:{name}"))


def stub_lines(text: str) -> Iterator[str]:
    """Yields the public declarations of a module, each after the classes around it."""

    def walk(body: list[ast.stmt], place: str) -> Iterator[str]:
        for statement in body:
            name = getattr(statement, "name", "")
            if name.startswith("_") and not name.endswith("__"):
                continue
            if isinstance(statement, ast.ClassDef):
                bases = ", ".join(map(ast.unparse, statement.bases))
                yield f"{place}class {statement.name}({bases})"
                yield from walk(statement.body, f"{place}{statement.name}.")
            elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                decorators = "".join(f"@{ast.unparse(each)} " for each in statement.decorator_list)
                returns = f" -> {ast.unparse(statement.returns)}" if statement.returns else ""
                yield f"{decorators}{place}{statement.name}({ast.unparse(statement.args)}){returns}"
            elif isinstance(statement, ast.AnnAssign):
                yield f"{place}{ast.unparse(statement.target)}: {ast.unparse(statement.annotation)}"

    return walk(ast.parse(text).body, "")


def type_lines(text: str) -> Iterator[str]:
    """Yields the lines of a declaration file, each after the blocks around it, without comments."""
    around: list[str] = []
    for line in re.sub(r"/\*.*?\*/|(?m:^\s*//[^\n]*$)", "", text, flags=re.DOTALL).splitlines():
        line = line.strip()
        if line.startswith("}"):
            around = around[:-1]
        elif line:
            yield " ".join([*around, line])
        if line.endswith("{"):
            around.append(line)


def numbers(version: str) -> tuple[int, ...]:
    match = NUMBER.fullmatch(version)
    return tuple(map(int, match.groups())) if match else (0, 0, 0)


def git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.strip()


def run(*command: str, cwd: Path = ROOT) -> None:
    subprocess.run(command, cwd=cwd, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Prepares and checks a release.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("prepare", help="sets the version and makes the tag").add_argument("version")
    commands.add_parser("check", help="checks the version of this commit")
    commands.add_parser("page", help="creates the page on GitHub")
    arguments = parser.parse_args()
    if arguments.command == "prepare":
        prepare(arguments.version)
    elif arguments.command == "check":
        check()
    else:
        page()


if __name__ == "__main__":
    main()
