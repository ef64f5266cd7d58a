"""The artefacts of ``make dist`` as mappings of file names to contents."""

from __future__ import annotations

import re
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
DIST = ROOT / "dist"


def one(pattern: str) -> Path:
    found = sorted(DIST.glob(pattern))
    assert len(found) == 1, f'{pattern}: found {found}; run "make clean-dist dist" first'
    return found[0]


def opened(path: Path) -> dict[str, bytes]:
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    with tarfile.open(path) as archive:
        # A link would not work on another machine.
        assert all(member.isfile() for member in archive.getmembers())
        files = {member.name: archive.extractfile(member) for member in archive.getmembers()}
        return {name.split("/", 1)[1]: file.read() for name, file in files.items() if file}


def workspace_version() -> str:
    manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    version = re.search(r'^\[workspace\.package\]\nversion = "(.+)"$', manifest, re.MULTILINE)
    assert version
    return version[1]
