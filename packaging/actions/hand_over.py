"""Hands files from one job to another, for the actions of a rehearsal.

``NAME=packages-a PATTERNS='dist/*.whl' hand_over.py upload`` copies files into the folder
``GRANTMINT_ARTEFACTS``, and ``NAME='packages-*' FOLDER=dist hand_over.py download`` from there.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

STORE = Path(os.environ["GRANTMINT_ARTEFACTS"])


def upload(name: str, patterns: list[str]) -> None:
    # As on GitHub, a path inside an artefact begins below the folder that all patterns have in common.
    common = Path(os.path.commonpath([fixed_part(pattern) for pattern in patterns]))
    found = [path for pattern in patterns for path in sorted(Path().glob(pattern))]
    files = [file for path in found for file in ([path] if path.is_file() else sorted(path.rglob("*")))]
    files = [file for file in files if file.is_file()]
    if not files:
        sys.exit(f"no files match {patterns}")
    for file in files:
        copy(file, STORE / name / file.relative_to(common))


def fixed_part(pattern: str) -> Path:
    """Returns the folders of a pattern before the first ``*``."""
    parts = pattern.split("/")
    return Path(*parts[: next((at for at, part in enumerate(parts) if "*" in part), len(parts))])


def download(pattern: str, folder: Path) -> None:
    artefacts = sorted(STORE.glob(pattern))
    if not artefacts:
        sys.exit(f"no artefacts match {pattern}")
    for artefact in artefacts:
        for file in sorted(artefact.rglob("*")):
            if file.is_file():
                copy(file, folder / file.relative_to(artefact))


def copy(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    print(target)


if __name__ == "__main__":
    if sys.argv[1] == "upload":
        upload(os.environ["NAME"], os.environ["PATTERNS"].split())
    else:
        download(os.environ["NAME"], Path(os.environ["FOLDER"]))
