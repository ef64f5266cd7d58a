"""Linux on other processors, under QEMU's emulation of a process: arm64, and s390x, which is big-endian."""

from __future__ import annotations

import functools
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cpythons
import debian
import nodes
import npm
import rust
from checks import (
    DIST,
    FOLDER,
    ROOT,
    Check,
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
NATIVE = "the vectors, workers, exit and imports, native module"
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
    yield node_check(ARM64, NATIVE)
    run = functools.partial(python_programs, ARM64)
    yield Check(ARM64.platform, "CPython 3.11", "the vectors, from the wheel", HOW, run)
    yield rust_check(ARM64)
    if os.environ.get("FULL"):
        yield Check(ARM64.platform, "Node 22", nodes.WHAT, HOW, functools.partial(node_suite, ARM64))
        yield Check(
            ARM64.platform, "CPython 3.11", cpythons.WHAT, HOW, functools.partial(python_suite, ARM64)
        )


def s390x() -> Iterator[Check]:
    # No native module is published for it, so Node runs WebAssembly there.
    yield node_check(S390X, "workers, exit and imports, WebAssembly")
    run = functools.partial(unpublished_module, S390X)
    yield Check(S390X.platform, f"Node {S390X.node}", NATIVE, HOW, run)
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
    engine = "native" if processor is ARM64 else "wasm"
    # Node 20.11 there, emulated by QEMU 7.2, returns a wrong token if a secret has 65 bytes.
    programs = [name for name in PROGRAMS if name != "vectors.js" or processor is not S390X]
    return run_programs(processor, node_project(processor), programs, GRANTMINT_ENGINE=engine)


def unpublished_module(processor: Processor) -> str:
    """Runs the programs of the runtimes with a native module for a processor for which none is published."""
    variables = rust.build_environment(processor.target)
    build = ["cargo-zigbuild", "build", "--release", "--locked", "--package", "grantmint-node"]
    output(*build, "--target", processor.target, environment=variables)
    folder = FOLDER / processor.qemu / "native"
    module = Path(variables["CARGO_TARGET_DIR"]) / processor.target / "release" / "libgrantmint_node.so"
    npm.project(folder, module, "linux-x64-gnu")
    # The package has no name for this processor's module, so it looks for another one's.
    named = folder / "named.cjs"
    named.write_text("Object.defineProperty(process, 'arch', { value: 'x64' })\n", encoding="utf-8")
    options = f"--require={named}"
    return run_programs(processor, folder, PROGRAMS, GRANTMINT_ENGINE="native", NODE_OPTIONS=options)


def node_suite(processor: Processor) -> str:
    """Runs the Node tests with the published module, beside the package that they import."""
    add_typescript(processor)
    module = only(published(processor.target) / "native", f"grantmint.{processor.npm}*.node")
    copy = ROOT / "node" / module.name
    shutil.copy(module, copy)
    try:
        return nodes.suite(processor.node, node(processor), emulation(processor))
    finally:
        copy.unlink()


def add_typescript(processor: Processor) -> None:
    """Adds the compiler for the processor beside the one that npm has installed for this machine."""
    modules = ROOT / "tests" / "node_modules"
    manifest = json.loads((modules / "typescript" / "package.json").read_text(encoding="utf-8"))
    name = f"@typescript/typescript-{processor.npm}"
    if (modules / name).exists():
        return
    folder = FOLDER / processor.qemu / "typescript"
    npm.unpack(f"{name}@{manifest['version']}", folder)
    (folder / "package").rename(modules / name)


def python_suite(processor: Processor) -> str:
    """Runs the Python tests with the published wheel, in Debian's Python."""
    site = FOLDER / processor.qemu / "tests"
    shutil.rmtree(site, ignore_errors=True)
    options = ["--quiet", "--python-platform", f"{processor.qemu}-manylinux_2_28", "--python-version", "3.11"]
    install = [cpythons.tools() / "uv", "pip", "install", *options, "--only-binary=:all:", "--target", site]
    wheel = only(published(processor.target), "grantmint-*-abi3-manylinux*.whl")
    output(*install, *cpythons.packages_of_the_tests(), wheel, environment=cpythons.uv_environment())
    python = root(processor) / "usr" / "bin" / "python3.11"
    return cpythons.run_suite([*emulation(processor), python], clean_environment(PYTHONPATH=str(site)))


def run_programs(processor: Processor, project: Path, programs: Iterable[str], **variables: str) -> str:
    """Runs programs of the runtimes in a project. A named engine is not replaced by another one."""
    return run_each([*emulation(processor), str(node(processor))], project, programs, **variables)


def run_each(start: list[str], project: Path, programs: Iterable[str], **variables: str) -> str:
    """Runs programs of the runtimes in a project, with the start of a command."""
    environment = clean_environment(**variables)
    results = []
    for program in programs:
        shutil.copy(RUNTIMES / program, project)
        arguments = [str(VECTORS)] if program == "vectors.js" else []
        printed = output(*start, program, *arguments, cwd=project, environment=environment)
        results.append(found(PROGRAMS[program], printed))
    version = output(*start, "--version").strip().removeprefix("v")
    return f"{version}: {', '.join(results)}"


def node(processor: Processor) -> Path:
    """Returns the path of the processor's Node, from npm."""
    folder = FOLDER / processor.qemu / "node"
    file = folder / "package" / "bin" / "node"
    if not file.exists():
        npm.unpack(f"node-{processor.npm}@{processor.node}", folder)
    return file


def node_project(processor: Processor) -> Path:
    """Returns a project with the published packages: the main one, and the processor's own, if any."""
    folder = FOLDER / processor.qemu / "project"
    shutil.rmtree(folder, ignore_errors=True)
    modules = folder / "node_modules"
    modules.mkdir(parents=True)
    for archive in node_packages(processor):
        output("tar", "-xf", archive, "-C", modules)
        manifest = json.loads((modules / "package" / "package.json").read_text(encoding="utf-8"))
        (modules / "package").rename(modules / manifest["name"])
    return folder


def node_packages(processor: Processor) -> list[Path]:
    if processor is not ARM64:
        return [only(DIST, "grantmint-[0-9]*.tgz")]
    folder = published(processor.target)
    shutil.copy(only(DIST / "native", "wasm32-*.cdx.json"), folder / "native")
    output("node", "node/pack.mjs", folder)
    return [only(folder, "grantmint-[0-9]*.tgz"), only(folder, f"grantmint-{processor.npm}*-[0-9]*.tgz")]


# The steps of a release for a Linux target, in a folder of their own.
BUILD = """
import sys
from pathlib import Path
import dist
dist.DIST, target = Path(sys.argv[1]), sys.argv[2]
dist.native(target)
dist.wheel(target, None)
"""


@functools.cache
def published(target: str) -> Path:
    """Returns a folder with the wheel and the native module of a target, built as for a release."""
    folder = FOLDER / "dist" / target
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    variables = rust.build_environment(target) | {"PYTHONPATH": str(ROOT / "packaging")}
    output(rust.BUILD_TOOLS / "python", "-c", BUILD, folder, target, environment=variables)
    return folder


def python_programs(processor: Processor) -> str:
    """Runs the shared vectors with the published wheel, in Debian's Python."""
    start = [*emulation(processor), str(root(processor) / "usr" / "bin" / "python3.11")]
    wheel = only(published(processor.target), "grantmint-*-abi3-manylinux*.whl")
    site = FOLDER / processor.qemu / "site"
    shutil.rmtree(site, ignore_errors=True)
    output(sys.executable, "-m", "zipfile", "-e", wheel, site)
    variables = clean_environment(PYTHONPATH=str(site), PYTHONWARNINGS="error")
    printed = output(*start, RUNTIMES / "vectors.py", VECTORS, environment=variables)
    version = output(*start, "-c", "import platform; print(platform.python_version())").strip()
    return f"{version}: {found(r'^([0-9]{4,} passed, 0 failed)$', printed)}"


@functools.cache
def root(processor: Processor) -> Path:
    """Returns a folder with the processor's libraries and Python."""
    packages = ["python3.11", "libstdc++6", "libatomic1"]
    return debian.extracted(f"{processor.qemu}/root", packages, of=processor.debian)


@functools.cache
def emulation(processor: Processor, libraries: Path | None = None) -> list[str]:
    """Returns the start of a command in whose processes the kernel runs the processor's programs.

    The kernel calls a script, which names the folder of the libraries: a test may empty the environment.
    """
    require_x64_linux()
    qemu = debian.extracted("qemu", ["qemu-user-static"]) / "usr" / "bin" / f"qemu-{processor.qemu}-static"
    libraries = libraries or root(processor)
    interpreter = libraries.parent / "interpreter"
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
