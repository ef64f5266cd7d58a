"""Publishes the files in ``dist`` to one registry.

``python packaging/publish.py npm|pypi|crates [--attempt N] [--dry-run]`` publishes each file that the
registry lacks, then waits until the registry lists it with the right checksum. A file comes after the
files that it needs: npm's platform packages before the main package, wheels before the sdist, the library
before the command.

The first attempt requires that the registry has no file of the version. Later attempts resume: they skip
the files that are already there with the same bytes. No attempt replaces a file. npm, twine and cargo read
their credentials from the environment, as usual.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from checksums import DIST, require_attested
from version import ROOT, workspace_version

CRATES = ["grantmint", "grantmint-cli"]


@dataclass(frozen=True)
class Artefact:
    """A file to publish, with the name and the version that the registry lists it under."""

    name: str
    version: str
    file: Path

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.file.name})"


class Registry(Protocol):
    """The operations that publishing needs from a registry."""

    title: str
    index: str

    def artefacts(self) -> list[Artefact]:
        """Returns the files to publish, in order."""

    def checksum(self, file: Path) -> str:
        """Returns the checksum of a file in the registry's own notation."""

    def listed(self, artefact: Artefact) -> str | None:
        """Returns the checksum that the registry lists, or ``None`` if it does not have the file."""

    def upload(self, artefact: Artefact) -> None:
        """Uploads a file. Raises ``CalledProcessError`` if the registry's own tool fails."""

    def rehearse(self, artefacts: list[Artefact]) -> None:
        """Checks the files as far as the registry's own tool can without an upload."""


@dataclass
class Npm:
    index: str = "https://registry.npmjs.org/"
    upload_to: str = ""
    title = "npm"

    def artefacts(self) -> list[Artefact]:
        manifests = {file: self.manifest(file) for file in sorted(DIST.glob("*.tgz"))}
        found = {str(manifest["name"]): file for file, manifest in manifests.items()}
        if "grantmint" not in found:
            sys.exit("dist lacks the npm package grantmint: build it with packaging/dist.py")
        main = manifests[found["grantmint"]]
        for name in main["optionalDependencies"]:
            if name not in found:
                sys.exit(f"dist lacks the npm package {name}, which grantmint {main['version']} depends on")
        self.require_repository(manifests.values())
        ordered = [*sorted(found.keys() - {"grantmint"}), "grantmint"]
        return [Artefact(name, manifests[found[name]]["version"], found[name]) for name in ordered]

    @staticmethod
    def manifest(file: Path) -> dict[str, Any]:
        with tarfile.open(file) as archive:
            contents = archive.extractfile("package/package.json")
            assert contents
            manifest: dict[str, Any] = json.load(contents)
            return manifest

    @staticmethod
    def require_repository(manifests: Iterable[dict[str, Any]]) -> None:
        """Requires the workflow's repository in each package: npm rejects the provenance of any other."""
        if "GITHUB_REPOSITORY" not in os.environ:
            return
        expected = f"git+{os.environ['GITHUB_SERVER_URL']}/{os.environ['GITHUB_REPOSITORY']}.git"
        for manifest in manifests:
            found = manifest.get("repository", {}).get("url")
            if found != expected:
                sys.exit(
                    f"The npm package {manifest['name']} has the repository {found}; expected {expected}. "
                    "Build it with GRANTMINT_REPOSITORY. Nothing was uploaded."
                )

    def checksum(self, file: Path) -> str:
        return "sha512-" + base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()

    def listed(self, artefact: Artefact) -> str | None:
        page = fetch(self.index + urllib.parse.quote(artefact.name, safe=""))
        versions = json.loads(page)["versions"] if page else {}
        integrity: str | None = versions.get(artefact.version, {}).get("dist", {}).get("integrity")
        return integrity

    def upload(self, artefact: Artefact) -> None:
        # An absolute path: npm reads `folder/file.tgz` as the GitHub repository `folder/file.tgz`.
        self.npm("publish", "--access", "public", str(artefact.file.resolve()))

    def rehearse(self, artefacts: list[Artefact]) -> None:
        for artefact in artefacts:
            self.npm("publish", "--dry-run", "--access", "public", str(artefact.file.resolve()))

    def npm(self, *arguments: str) -> None:
        # No stray settings of a folder that happens to be the current one.
        run("npm", *arguments, "--ignore-scripts", "--registry", self.upload_to or self.index, cwd=DIST)


@dataclass
class Pypi:
    index: str = "https://pypi.org/simple/"
    upload_to: str = "https://upload.pypi.org/legacy/"
    title = "PyPI"

    def artefacts(self) -> list[Artefact]:
        wheels, sdists = sorted(DIST.glob("*.whl")), sorted(DIST.glob("*.tar.gz"))
        if not wheels or len(sdists) != 1:
            sys.exit(f"dist needs wheels and one sdist; it has {len(wheels)} wheels and {len(sdists)} sdists")
        return [
            Artefact("grantmint", file.name.split("-")[1].removesuffix(".tar.gz"), file)
            for file in wheels + sdists
        ]

    def checksum(self, file: Path) -> str:
        return hashlib.sha256(file.read_bytes()).hexdigest()

    def listed(self, artefact: Artefact) -> str | None:
        page = fetch(f"{self.index}{artefact.name}/") or ""
        found = re.search(rf'/{re.escape(artefact.file.name)}#sha256=([0-9a-f]{{64}})"', page)
        return found[1] if found else None

    def upload(self, artefact: Artefact) -> None:
        options = ["--non-interactive", "--disable-progress-bar", "--repository-url", self.upload_to]
        files = [str(artefact.file)]
        if "ACTIONS_ID_TOKEN_REQUEST_URL" in os.environ:
            # Under trusted publishing, PyPI accepts a signed attestation of the workflow with each file.
            attestation = Path(f"{artefact.file}.publish.attestation")
            attestation.unlink(missing_ok=True)
            run(sys.executable, "-m", "pypi_attestations", "sign", str(artefact.file))
            options.append("--attestations")
            files.append(str(attestation))
        run(sys.executable, "-m", "twine", "upload", *options, *files)

    def rehearse(self, artefacts: list[Artefact]) -> None:
        run(
            sys.executable,
            "-m",
            "twine",
            "check",
            "--strict",
            *(str(artefact.file) for artefact in artefacts),
        )


@dataclass
class Crates:
    index: str = "https://index.crates.io/"
    # The name of a registry in Cargo's configuration.
    upload_to: str = "crates-io"
    title = "crates.io"

    def artefacts(self) -> list[Artefact]:
        found = []
        for name in CRATES:
            files = sorted(DIST.glob(f"{name}-[0-9]*.crate"))
            if len(files) != 1:
                sys.exit(f"dist needs one crate {name}; it has {len(files)}")
            version = files[0].name.removeprefix(f"{name}-").removesuffix(".crate")
            found.append(Artefact(name, version, files[0]))
        return found

    def checksum(self, file: Path) -> str:
        return hashlib.sha256(file.read_bytes()).hexdigest()

    def listed(self, artefact: Artefact) -> str | None:
        name = artefact.name
        page = fetch(f"{self.index}{name[:2]}/{name[2:4]}/{name}") or ""
        lines = [json.loads(line) for line in page.splitlines()]
        return next((line["cksum"] for line in lines if line["vers"] == artefact.version), None)

    def upload(self, artefact: Artefact) -> None:
        self.require_same_package([artefact])
        # Without building: no build script of a dependency runs where the credentials are.
        self.cargo("publish", "--no-verify", f"--package={artefact.name}", "--registry", self.upload_to)

    def rehearse(self, artefacts: list[Artefact]) -> None:
        self.require_same_package(artefacts)

    def require_same_package(self, artefacts: list[Artefact]) -> None:
        """Requires that Cargo packs the attested bytes here: `cargo publish` accepts no finished file."""
        self.cargo("package", "--no-verify", *(f"--package={artefact.name}" for artefact in artefacts))
        about = subprocess.run(
            ["cargo", "metadata", "--no-deps", "--format-version=1"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        folder = Path(json.loads(about.stdout)["target_directory"]) / "package"
        for artefact in artefacts:
            if (folder / artefact.file.name).read_bytes() != artefact.file.read_bytes():
                sys.exit(f"{artefact} differs from the package that cargo makes of this checkout")

    def cargo(self, *arguments: str) -> None:
        # The comparison above is stricter than Cargo's own check for uncommitted changes.
        run("cargo", *arguments, "--locked", "--allow-dirty", cwd=ROOT)


REGISTRIES: dict[str, type[Npm | Pypi | Crates]] = {"npm": Npm, "pypi": Pypi, "crates": Crates}


def of_this_version(registry: Registry) -> list[Artefact]:
    """Returns the files to publish. Exits if one is from a different release, as an old ``dist`` would be."""
    artefacts = registry.artefacts()
    for artefact in artefacts:
        if artefact.version != workspace_version():
            sys.exit(
                f"dist has {artefact}, but the version in Cargo.toml is {workspace_version()}. "
                "Nothing was uploaded."
            )
    return artefacts


def publish(registry: Registry, attempt: int, patience: float) -> None:
    artefacts = of_this_version(registry)
    present = compared(registry, artefacts)
    if attempt == 1:
        require_absent(registry, artefacts, present)

    for number, artefact in enumerate(artefacts, start=1):
        if artefact in present:
            print(f"{number} of {len(artefacts)} already there: {artefact}", flush=True)
            continue
        try:
            registry.upload(artefact)
        except subprocess.CalledProcessError as error:
            program = error.cmd[2] if error.cmd[1] == "-m" else error.cmd[0]
            sys.exit(
                f"{registry.title} did not get {artefact}: {program} ended with {error.returncode}. "
                f"{number - 1} of {len(artefacts)} files are published. "
                f"To resume without a new version, use --attempt {attempt + 1}."
            )
        wait_until_listed(registry, artefact, patience)
        print(f"{number} of {len(artefacts)} published: {artefact}", flush=True)


def compared(registry: Registry, artefacts: list[Artefact]) -> set[Artefact]:
    """Returns the artefacts that the registry has. Exits if it has one of them with other bytes."""
    present = set()
    for artefact in artefacts:
        try:
            listed = registry.listed(artefact)
        except OSError as error:
            sys.exit(f"{registry.title} does not answer at {registry.index}: {error}. Nothing was uploaded.")
        if listed is None:
            continue
        if listed != registry.checksum(artefact.file):
            sys.exit(
                f"{registry.title} has other bytes as {artefact}: checksum {listed}, expected "
                f"{registry.checksum(artefact.file)}. Nothing was uploaded. Changed files need a new version."
            )
        present.add(artefact)
    return present


def require_absent(registry: Registry, artefacts: list[Artefact], present: set[Artefact]) -> None:
    version = artefacts[-1].version
    if len(present) == len(artefacts):
        sys.exit(
            f"{registry.title} already has version {version}, complete and identical. Nothing was uploaded."
        )
    if present:
        sys.exit(
            f"{registry.title} already has {len(present)} of {len(artefacts)} files of version {version}. "
            "Nothing was uploaded. To resume an interrupted release of these files, use --attempt 2."
        )


def wait_until_listed(registry: Registry, artefact: Artefact, patience: float) -> None:
    """Waits for the registry's index, which may be behind. The order of publication depends on it."""
    deadline = time.monotonic() + patience
    while True:
        try:
            listed = registry.listed(artefact)
        except OSError:
            listed = None
        expected = registry.checksum(artefact.file)
        if listed == expected:
            return
        if listed:
            sys.exit(f"{registry.title} lists {artefact} with checksum {listed}, expected {expected}")
        if time.monotonic() > deadline:
            sys.exit(
                f"{registry.title} accepted {artefact}, but does not list it. To resume, use --attempt 2."
            )
        time.sleep(min(2, patience / 10))


def fetch(url: str) -> str | None:
    """Returns the text at an address, or ``None`` if the registry says that there is none."""
    headers = {"Accept": "text/html, application/json, */*", "Cache-Control": "no-cache"}
    # crates.io rejects requests without a name.
    request = urllib.request.Request(url, headers=headers | {"User-Agent": "grantmint-release"})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            text: str = response.read().decode()
            return text
    except urllib.error.HTTPError as error:
        if error.code in (404, 410, 451):
            return None
        raise


def run(*command: str, cwd: Path | None = None) -> None:
    subprocess.run(command, cwd=cwd, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Publishes the files in dist to one registry.")
    parser.add_argument("registry", choices=REGISTRIES)
    parser.add_argument("--attempt", type=int, default=1, help="from the second on, resumes (1)")
    parser.add_argument("--dry-run", action="store_true", help="uploads nothing")
    parser.add_argument("--index", help="the address to read from, instead of the public registry")
    parser.add_argument("--upload", help="the address to upload to, or the name of Cargo's registry")
    parser.add_argument("--patience", type=float, default=600, help="seconds to wait for the index (600)")
    arguments = parser.parse_args()

    registry = REGISTRIES[arguments.registry]()
    registry.index = arguments.index or registry.index
    registry.upload_to = arguments.upload or registry.upload_to
    require_attested()
    if arguments.dry_run:
        artefacts = of_this_version(registry)
        require_absent(registry, artefacts, compared(registry, artefacts))
        registry.rehearse(artefacts)
        print(f"{registry.title} would get, in this order: {', '.join(map(str, artefacts))}")
    else:
        publish(registry, arguments.attempt, arguments.patience)


if __name__ == "__main__":
    main()
