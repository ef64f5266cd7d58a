"""The list of a release's files with their checksums: the list that is attested.

``python packaging/checksums.py`` compares the files in ``dist`` with ``dist/SHA256SUMS``,
``python packaging/checksums.py write`` writes the list, as ``dist.py`` does.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

# The rehearsal publishes from a different folder.
DIST = Path(os.environ.get("GRANTMINT_DIST", Path(__file__).resolve().parents[1] / "dist"))
PATTERNS = ["*.whl", "*.tar.gz", "*.tgz", "*.crate", "*.cdx.json"]


def write_checksums() -> None:
    lines = [f"{digest}  {name}\n" for name, digest in checksums().items()]
    (DIST / "SHA256SUMS").write_text("".join(lines), encoding="utf-8", newline="\n")


def require_attested() -> None:
    """Exits unless the files in ``dist`` are exactly those in the list."""
    try:
        lines = (DIST / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        sys.exit("dist lacks SHA256SUMS: build with packaging/dist.py")
    attested = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    found = checksums()
    for name in sorted(attested.keys() | found.keys()):
        if name not in found:
            sys.exit(f"dist lacks {name}, which SHA256SUMS lists. Nothing was uploaded.")
        if name not in attested:
            sys.exit(f"SHA256SUMS does not list dist/{name}. Nothing was uploaded.")
        if found[name] != attested[name]:
            sys.exit(
                f"dist/{name} is not the attested file: checksum {found[name]}, expected {attested[name]}. "
                "Nothing was uploaded."
            )


def checksums() -> dict[str, str]:
    files = sorted(file for pattern in PATTERNS for file in DIST.glob(pattern))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        write_checksums()
    else:
        require_attested()
