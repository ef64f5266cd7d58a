"""Packages of Debian, of any architecture, extracted into folders without root. Nothing is installed."""

from __future__ import annotations

import functools
import hashlib
import os
import re
import shutil
import threading
from pathlib import Path

from checks import FOLDER, Failed, Skipped, only, output

KEYRING = "usr/share/keyrings/debian-archive-keyring.gpg"
STABLE = "bookworm"
TESTING = "forky"
# apt reads the lists of all of these for each command, so there are few.
ARCHITECTURES = {STABLE: ["amd64", "arm64", "s390x"], TESTING: ["amd64", "arm64"]}
# Two checks at the same time would write the same lists.
downloading = threading.Lock()


def extracted(
    name: str, packages: list[str], *, of: str = "amd64", suite: str = STABLE, without: str = r"(?!)"
) -> Path:
    """Returns a folder with the files of the packages and their dependencies, but those that match `without`.

    A second call returns the same folder without the network.
    """
    with downloading:
        return extract(FOLDER / name, packages, of, suite, without)


def extract(folder: Path, packages: list[str], of: str, suite: str, without: str) -> Path:
    stamp = folder / "stamp"
    key = hashlib.sha256(" ".join([of, suite, *packages, without]).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == key:
        return folder
    environment = apt(suite)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    names = [f"{package}:{of}" for package in packages]
    options = ["-qq", "--print-uris", "--no-install-recommends"]
    try:
        listed = output("apt-get", "install", *options, *names, environment=environment)
        # A line of the list: the address between quotation marks, the file, its size and its hash.
        files = [file.split("_") for file in re.findall(r"(?m)^'[^']+' (\S+)\.deb ", listed)]
        chosen = [
            f"{package}:{'amd64' if architecture == 'all' else architecture}"
            for package, _, architecture in files
            if not re.fullmatch(without, package)
        ]
        output("apt-get", "download", "-qq", *chosen, cwd=folder, environment=environment)
    except Failed as reason:
        raise Skipped(f"Debian's packages {', '.join(packages)} cannot be downloaded: {reason}") from None
    for archive in sorted(folder.glob("*.deb")):
        output("dpkg-deb", "--extract", archive, folder)
        archive.unlink()
    stamp.write_text(key)
    return folder


@functools.cache
def apt(suite: str) -> dict[str, str]:
    """Returns the environment of an apt with its own lists and without installed packages."""
    keys = keyring()
    folder = FOLDER / "apt" / suite
    for part in ("lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()
    servers = {"debian": suite}
    if suite == STABLE:
        servers["debian-security"] = f"{suite}-security"
    lines = [
        f"deb [signed-by={keys}] http://deb.debian.org/{path} {name} main\n" for path, name in servers.items()
    ]
    (folder / "sources.list").write_text("".join(lines), encoding="utf-8")
    listed = " ".join(f'"{architecture}";' for architecture in ARCHITECTURES[suite])
    (folder / "conf").write_text(
        f"""APT::Architecture "amd64";
APT::Architectures {{ {listed} }};
APT::Sandbox::User "";
Acquire::Languages "none";
Debug::NoLocking "1";
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State "{folder}";
Dir::State::lists "{folder}/lists";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
""",
        encoding="utf-8",
    )
    environment = os.environ | {"APT_CONFIG": str(folder / "conf")}
    try:
        output("apt-get", "update", "-qq", environment=environment)
    except Failed as reason:
        raise Skipped(f"Debian's package lists cannot be read: {reason}") from None
    return environment


def keyring() -> Path:
    """Returns the file of Debian's keys. Ubuntu has a package with it."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise Skipped("there is no apt-get")
    installed = Path("/", KEYRING)
    if installed.exists():
        return installed
    folder = FOLDER / "keyring"
    if not (folder / KEYRING).exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            output("apt-get", "download", "-qq", "debian-archive-keyring", cwd=folder)
            output("dpkg-deb", "--extract", only(folder, "*.deb"), folder)
        except Failed as reason:
            raise Skipped(f"Debian's keys cannot be downloaded: {reason}") from None
    return folder / KEYRING
