"""Packages of npm, extracted into folders."""

from __future__ import annotations

from pathlib import Path

from checks import Failed, Skipped, only, output


def unpack(package: str, folder: Path) -> None:
    """Extracts a package of npm."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        output("npm", "pack", "--silent", package, cwd=folder)
    except Failed as reason:
        raise Skipped(f"npm's package {package} cannot be downloaded: {reason}") from None
    archive = only(folder, "*.tgz")
    output("tar", "-xf", archive, "-C", folder)
    archive.unlink()
