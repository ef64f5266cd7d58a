"""Linux on other processors, under QEMU's emulation of a process: arm64, and s390x, which is big-endian."""

from __future__ import annotations

import functools
import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import debian
import rust
from checks import (
    DIST,
    FOLDER,
    ROOT,
    Check,
    Failed,
    Skipped,
    clean_environment,
    found,
    only,
    output,
    require_x64_linux,
)

RUNTIMES = ROOT / "tests" / "runtimes"
VECTORS = ROOT / "tests" / "vectors"
HOW = "emulated by QEMU"
# The programs of tests/runtimes, with the line that each prints in the end.
PROGRAMS = {
    "vectors.js": r"^(\d{3,} passed, 0 failed)$",
    "imports.mjs": r"^(the same)$",
    "worker.js": r"^(the same tokens)$",
    "exit.js": r"^(minted)$",
}


@dataclass(frozen=True)
class Processor:
    platform: str
    # Its names in Rust, Debian, QEMU and npm.
    target: str
    debian: str
    qemu: str
    npm: str
    # The version of Node that npm has for it.
    node: str
    # The bytes by which the kernel recognizes its executables, and those of them that count.
    magic: str
    mask: str


ARM64 = Processor(
    platform="Linux arm64, glibc",
    target="aarch64-unknown-linux-gnu",
    debian="arm64",
    qemu="aarch64",
    npm="linux-arm64",
    node="22",
    magic="7f454c46 020101 00 0000000000000000 0200 b700",
    mask="ffffffff ffffff 00 ffffffffffffffff feff ffff",
)
S390X = Processor(
    platform="Linux s390x, big-endian",
    target="s390x-unknown-linux-gnu",
    debian="s390x",
    qemu="s390x",
    npm="linux-s390x",
    node="20",
    magic="7f454c46 020201 00 0000000000000000 0002 0016",
    mask="ffffffff ffffff 00 ffffffffffffffff fffe ffff",
)


def arm64() -> Iterator[Check]:
    yield node_check(ARM64, "the vectors, imports, workers and exit, native module")
    run = functools.partial(python_programs, ARM64)
    yield Check(ARM64.platform, "CPython 3.11", "the vectors, from the wheel", HOW, run)
    yield rust_check(ARM64)


def s390x() -> Iterator[Check]:
    # No native module is published for it.
    yield node_check(S390X, "the vectors, imports, workers and exit, WebAssembly")
    yield rust_check(S390X)


def rust_check(processor: Processor) -> Check:
    start = functools.partial(emulation, processor)
    return Check(
        processor.platform,
        "Rust",
        rust.WHAT,
        HOW,
        functools.partial(rust.run_tests, processor.target, list, start),
    )


def node_check(processor: Processor, what: str) -> Check:
    run = functools.partial(node_programs, processor)
    return Check(processor.platform, f"Node {processor.node}", what, HOW, run)


def node_programs(processor: Processor) -> str:
    """Runs the programs of the runtimes with the published npm package."""
    start = [*emulation(processor), str(node(processor))]
    project = node_project(processor)
    results = []
    for program, expected in PROGRAMS.items():
        shutil.copy(RUNTIMES / program, project)
        arguments = [str(VECTORS)] if program == "vectors.js" else []
        printed = output(*start, program, *arguments, cwd=project, environment=node_environment(processor))
        results.append(found(expected, printed))
    version = output(*start, "--version").strip().removeprefix("v")
    return f"{version}: {', '.join(results)}"


def node_environment(processor: Processor) -> dict[str, str]:
    # Without this, WebAssembly would replace a native module that does not load.
    return clean_environment(GRANTMINT_ENGINE="native" if processor is ARM64 else "wasm")


def node(processor: Processor) -> Path:
    """Returns the path of the processor's Node, from npm."""
    folder = FOLDER / processor.qemu / "node"
    file = folder / "package" / "bin" / "node"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        name = f"node-{processor.npm}@{processor.node}"
        try:
            output("npm", "pack", "--silent", name, cwd=folder)
        except Failed as reason:
            raise Skipped(f"npm's package {name} cannot be downloaded: {reason}") from None
        archive = only(folder, "*.tgz")
        output("tar", "-xf", archive, "-C", folder)
        archive.unlink()
    return file


def node_project(processor: Processor) -> Path:
    """Returns a project with the published package, and the native module of the processor, if any."""
    folder = FOLDER / processor.qemu / "project"
    shutil.rmtree(folder, ignore_errors=True)
    modules = folder / "node_modules"
    modules.mkdir(parents=True)
    output("tar", "-xf", only(DIST, "grantmint-[0-9]*.tgz"), "-C", modules)
    (modules / "package").rename(modules / "grantmint")
    if processor is ARM64:
        add_native_module(modules, processor.target)
    return folder


def add_native_module(modules: Path, target: str) -> None:
    """Builds the native module of a target as for a release, and puts it where npm would."""
    built = FOLDER / "modules" / target
    output("node", "node/build.mjs", target, built, environment=rust.build_environment(target))
    module = only(built, "grantmint.*.node")
    package = modules / f"grantmint-{module.name.split('.')[1]}"
    package.mkdir()
    shutil.copy(module, package)
    manifest = {"name": package.name, "version": "0.0.0", "main": module.name}
    (package / "package.json").write_text(json.dumps(manifest), encoding="utf-8")


def python_programs(processor: Processor) -> str:
    """Runs the shared vectors with the wheel, built as for a release, in Debian's Python."""
    start = [*emulation(processor), str(root(processor) / "usr" / "bin" / "python3.11")]
    wheels = FOLDER / processor.qemu / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    options = [
        "--release",
        "--locked",
        "--zig",
        "--compatibility",
        "manylinux2014",
        "--target",
        processor.target,
    ]
    output(
        *[rust.BUILD_TOOLS / "maturin", "build", *options, "--out", wheels],
        cwd=ROOT / "python",
        environment=rust.build_environment(processor.target),
    )
    output(
        sys.executable,
        "-m",
        "zipfile",
        "-e",
        only(wheels, "grantmint-*-abi3-manylinux*.whl"),
        wheels / "site",
    )
    variables = clean_environment(PYTHONPATH=str(wheels / "site"), PYTHONWARNINGS="error")
    printed = output(*start, RUNTIMES / "vectors.py", VECTORS, environment=variables)
    version = output(*start, "-c", "import platform; print(platform.python_version())").strip()
    return f"{version}: {found(r'^([0-9]{4,} passed, 0 failed)$', printed)}"


@functools.cache
def root(processor: Processor) -> Path:
    """Returns a folder with the processor's libraries and Python."""
    packages = ["python3.11", "libstdc++6", "libatomic1"]
    return debian.extracted(f"{processor.qemu}/root", packages, of=processor.debian)


@functools.cache
def emulation(processor: Processor) -> list[str]:
    """Returns the start of a command in whose processes the kernel runs the processor's programs.

    The kernel calls a script, which names the folder of the libraries: a test may empty the environment.
    """
    require_x64_linux()
    qemu = debian.extracted("qemu", ["qemu-user-static"]) / "usr" / "bin" / f"qemu-{processor.qemu}-static"
    interpreter = FOLDER / processor.qemu / "interpreter"
    libraries = root(processor)
    interpreter.write_text(
        f'#!/bin/sh\nexec {qemu} -L {shlex.quote(str(libraries))} "$@"\n', encoding="utf-8"
    )
    interpreter.chmod(0o755)
    magic, mask = (
        "".join(f"\\x{byte:02x}" for byte in bytes.fromhex(each))
        for each in (processor.magic, processor.mask)
    )
    rule = f":grantmint-{processor.qemu}:M::{magic}:{mask}:{interpreter}:"
    # A user namespace has rules of its own on Linux 6.7 and later.
    folder = "/proc/sys/fs/binfmt_misc"
    script = f'mount -t binfmt_misc binfmt_misc {folder} && printf %s "$0" > {folder}/register && exec "$@"'
    start = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, rule]
    tried = subprocess.run([*start, "true"], capture_output=True, text=True)
    if tried.returncode:
        raise Skipped(f"this kernel has no binfmt_misc in a user namespace: {tried.stderr.strip()}")
    return start
