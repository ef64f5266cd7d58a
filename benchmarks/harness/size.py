"""The bytes and packages of an installation in an empty folder."""

import importlib.metadata
import json
import os
import shutil
import sys
from pathlib import Path

from .places import ROOT, call, fresh_folder, native_module, npm_version, wheel


def run(settings) -> dict:
    return {
        "npm": {"grantmint": npm_grantmint(), "twilio": npm_peer("twilio")},
        "pip": {
            "grantmint": pip_install("grantmint", str(wheel())),
            "twilio": pip_install("twilio", f"twilio=={importlib.metadata.version('twilio')}"),
        },
    }


def npm_grantmint() -> dict:
    """Installs grantmint from its tarball, with the native module in a platform package, as published."""
    folder = fresh_folder("size-npm-grantmint")
    call("npm", "pack", "--silent", "--pack-destination", folder, cwd=ROOT / "node")
    tarball = next(folder.glob("*.tgz"))
    npm_install(folder, f"./{tarball.name}", "--omit=optional")
    tarball.unlink()
    module = native_module()
    platform = folder / "node_modules" / module.name.removesuffix(".node").replace(".", "-")
    platform.mkdir()
    shutil.copy(module, platform)
    (platform / "package.json").write_text(
        json.dumps({"name": platform.name, "version": "0.0.0", "main": module.name})
    )
    measured = npm_measure(folder)
    return measured | {"packages": measured["packages"] + 1}


def npm_peer(name: str) -> dict:
    folder = fresh_folder(f"size-npm-{name}")
    npm_install(folder, f"{name}@{npm_version(name)}")
    return npm_measure(folder)


def npm_install(folder: Path, *what: str) -> None:
    (folder / "package.json").write_text('{"private": true}')
    call("npm", "install", "--no-audit", "--no-fund", "--loglevel=error", *what, cwd=folder)


def npm_measure(folder: Path) -> dict:
    modules = folder / "node_modules"
    lock = modules / ".package-lock.json"
    packages = len(json.loads(lock.read_text())["packages"])
    lock.unlink()
    return {"bytes": bytes_in(modules), "packages": packages}


def pip_install(name: str, what: str) -> dict:
    folder = fresh_folder(f"size-pip-{name}")
    call(
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--target",
        folder,
        what,
    )
    return {"bytes": bytes_in(folder), "packages": len(list(folder.glob("*.dist-info")))}


def bytes_in(folder: Path) -> int:
    return sum((Path(path) / name).lstat().st_size for path, _, names in os.walk(folder) for name in names)
