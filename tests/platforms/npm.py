"""Packages of npm and of ours, extracted into folders."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from checks import DIST, Failed, Skipped, only, output


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


def project(folder: Path, module: Path, name: str) -> None:
    """Makes a project with the published package, and a native module in the package for its platform."""
    shutil.rmtree(folder, ignore_errors=True)
    modules = folder / "node_modules"
    modules.mkdir(parents=True)
    output("tar", "-xf", only(DIST, "grantmint-[0-9]*.tgz"), "-C", modules)
    (modules / "package").rename(modules / "grantmint")
    package = modules / f"grantmint-{name}"
    package.mkdir()
    shutil.copy(module, package / f"grantmint.{name}.node")
    (package / "package.json").write_text(json.dumps({"name": package.name, "version": "0.0.0"}))
