"""The packed crates, as ``make dist`` checks them."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from artefacts import one
from dist import check_crates

LIBRARY = "grantmint-[0-9]*.crate"
COMMAND = "grantmint-cli-*.crate"


def test_the_command_is_compiled_with_the_packed_library(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    library = Path(shutil.copy(one(LIBRARY), tmp_path))
    check_crates(library, one(COMMAND))
    repack(library, "src/lib.rs", b"//! Empty.\n")
    with pytest.raises(subprocess.CalledProcessError):
        check_crates(library, one(COMMAND))
    assert "unresolved import" in capfd.readouterr().err


def repack(crate: Path, name: str, contents: bytes) -> None:
    """Replaces the contents of a file in a crate."""
    with tarfile.open(crate) as archive:
        archive.extractall(crate.parent)
    (crate.parent / crate.stem / name).write_bytes(contents)
    with tarfile.open(crate, "w:gz") as archive:
        archive.add(crate.parent / crate.stem, crate.stem)
