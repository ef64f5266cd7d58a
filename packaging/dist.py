"""Builds the published artefacts for the platforms that this machine can build for.

``python packaging/dist.py [--target TRIPLE] [PART ...]`` builds the named parts. Defaults to all parts:
``wheel``, ``sdist``, ``native`` (Node's module), ``npm`` (the tarballs, with the WebAssembly module and every
native module in ``dist/native``) and ``crate``. It requires Rust, Node, and the programs in
``packaging/locked/build.txt``.

``SHA256SUMS`` lists the files of a release.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from checksums import write_checksums
from sbom import sbom

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
PARTS = ["wheel", "sdist", "native", "npm", "crate"]
WASM = "wasm32-unknown-unknown"
CRATES = ["grantmint", "grantmint-cli"]
INSTALL_COMMAND = ["cargo", "install", "--path", str(ROOT / "crates" / "grantmint-cli")]

# Prints the npm package of a Rust target.
NPM_PACKAGE = """
const { describe } = await import(process.argv[1])
console.log(describe(process.argv[2]).package)
"""

# The oldest C libraries that Rust supports.
COMPATIBILITY = {
    "gnu": ["--zig", "--compatibility", "manylinux2014"],
    "musl": ["--zig", "--compatibility", "musllinux_1_2"],
}


def wheel(target: str, interpreter: str | None) -> None:
    options = next((options for end, options in COMPATIBILITY.items() if target.endswith(f"linux-{end}")), [])
    if interpreter:
        options = [*options, "--interpreter", interpreter]
    listed = write_sbom("grantmint-python", target, target_folder() / "grantmint.cdx.json")
    options = [*options, "--sbom-include", str(listed), "--target", target, "--out", str(DIST)]
    if target.endswith("linux-gnu"):
        options += ["--", f"-Clink-arg={unwinder(target)}"]
    run("maturin", "build", "--release", "--locked", *options, cwd=ROOT / "python")


def unwinder(target: str) -> Path:
    """Returns a library for the linker, in whose place the module loads the system's own.

    CPython before 3.14 ends a daemon thread by unwinding its stack, with the system's library. A module with
    an unwinder of its own cannot read what that library passes to it, and crashes.
    """
    sources = ROOT / "packaging" / "unwinder"
    library = target_folder() / "unwinder" / target / "libgcc_s.so.1"
    library.parent.mkdir(parents=True, exist_ok=True)
    zig = [sys.executable, "-m", "ziglang", "cc", "-target", f"{target.split('-')[0]}-linux-gnu", "-shared"]
    flags = [f"-Wl,-soname,{library.name}", f"-Wl,--version-script={sources / 'libgcc_s.map'}", "-nostdlib"]
    run(*zig, *flags, "-o", library, sources / "libgcc_s.c")
    return library


def sdist() -> None:
    # maturin looks for a Cargo.toml beside pyproject.toml first, and Cargo lists the tests that stay out.
    noise = ("error: manifest path `Cargo.toml` does not exist", "warning: ignoring test ")
    run("maturin", "sdist", "--out", DIST, cwd=ROOT / "python", noise=noise)


def native(target: str) -> None:
    run("node", "node/build.mjs", target, DIST / "native")
    write_sbom("grantmint-node", target, DIST / "native" / f"{target}.cdx.json")


def npm(*options: str) -> None:
    run("node", "node/edge.mjs")
    write_sbom("grantmint-wasm", WASM, DIST / "native" / f"{WASM}.cdx.json")
    run("node", "node/pack.mjs", DIST, *options)


def crate() -> None:
    folder = target_folder() / "package"
    for file in folder.glob("*.crate"):
        file.unlink()
    # Packages the working tree even with uncommitted changes. `cargo publish` requires a commit. Cargo's own
    # check would compile the command with the first library of this version that it unpacked for this folder.
    packages = [f"--package={name}" for name in CRATES]
    run("cargo", "package", "--locked", "--allow-dirty", "--no-verify", *packages)
    files = []
    for name in CRATES:
        (file,) = folder.glob(f"{name}-[0-9]*.crate")
        files.append(Path(shutil.copy(file, DIST)))
        # The list is beside the crate: inside, it would describe an older lock file.
        write_sbom(name, None, DIST / f"{file.name}.cdx.json")
    check_crates(*files)


def check_crates(library: Path, command: Path) -> None:
    """Compiles the packed crates, the command with the packed library."""
    # Outside of the checkout, whose workspace Cargo would find.
    with tempfile.TemporaryDirectory() as folder:
        for file in (library, command):
            run("tar", "-xzf", file, "-C", folder)
        options = ["--quiet", "--target-dir", target_folder() / "crates"]
        unpacked = Path(folder) / library.stem
        run("cargo", "check", *options, "--locked", cwd=unpacked)
        patch = f"patch.crates-io.grantmint.path={json.dumps(str(unpacked))}"
        run("cargo", "check", *options, "--config", patch, cwd=Path(folder) / command.stem)


def write_sbom(package: str, target: str | None, file: Path) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(sbom(package, target), encoding="utf-8", newline="\n")
    return file


def run(program: str, *arguments: object, cwd: Path = ROOT, noise: tuple[str, ...] = ()) -> None:
    """Runs a program. Its messages that begin with ``noise`` are shown only if it fails."""
    # Programs installed beside this Python take precedence: maturin, cargo-zigbuild.
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    found = shutil.which(program, path=path)
    if not found:
        sys.exit(f"{program} is needed: run packaging/tools.sh build, and see CONTRIBUTING.md")
    flags = "\x1f".join(rust_flags(str(arguments)))
    environment = os.environ | {"PATH": path, "CARGO_ENCODED_RUSTFLAGS": flags}
    stderr = subprocess.PIPE if noise else None
    done = subprocess.run(
        [found, *map(str, arguments)], cwd=cwd, env=environment, stderr=stderr, text=True, encoding="utf-8"
    )
    for line in (done.stderr or "").splitlines():
        if done.returncode or not line.startswith(noise):
            print(line, file=sys.stderr)
    done.check_returncode()


def rust_flags(arguments: str) -> list[str]:
    """Returns the flags that remove this machine's folders from the paths in the binaries."""
    home = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
    # rustc applies the last prefix that matches.
    folders = {ROOT: "grantmint", home: "cargo", home / "registry" / "src": "crates"}
    flags = [f"--remap-path-prefix={folder}={name}" for folder, name in folders.items()]
    # A loadable module must use the C library of the program that loads it.
    return [*flags, "-Ctarget-feature=-crt-static"] if "linux-musl" in arguments else flags


def target_folder() -> Path:
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def host() -> str:
    if not shutil.which("rustc"):
        sys.exit("rustc is not in the PATH; README.md lists what the packages need, under Install")
    about = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    return next(line.removeprefix("host: ") for line in about.splitlines() if line.startswith("host: "))


def install_commands(target: str) -> list[tuple[str, list[str]]]:
    """Returns the commands that install what was built for ``target``, as far as it is there."""
    commands = []
    # A wheel's name ends in the processor: linux_x86_64, macosx_11_0_arm64, win_amd64.
    processor = target.split("-")[0]
    names = {
        "aarch64-apple-darwin": "arm64",
        "x86_64-pc-windows-msvc": "amd64",
        "aarch64-pc-windows-msvc": "arm64",
    }
    wheels = sorted(DIST.glob(f"*-abi3-*{names.get(target, processor)}.whl"))
    if len(wheels) == 1:
        commands.append(("Python", ["python", "-m", "pip", "install", str(wheels[0])]))
    module = subprocess.run(
        ["node", "--input-type=module", "-e", NPM_PACKAGE, (ROOT / "node" / "targets.mjs").as_uri(), target],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    packages = [*sorted(DIST.glob(f"{module}-[0-9]*.tgz")), *sorted(DIST.glob("grantmint-[0-9]*.tgz"))]
    if len(packages) == 2:
        # Both packages come from here. The packages of other platforms are not needed.
        commands.append(("Node", ["npm", "install", "--omit=optional", *map(str, packages)]))
    if list(DIST.glob("grantmint-[0-9]*.crate")):
        # Cargo installs a crate from its sources, which the .crate file contains.
        crates = ROOT / "crates"
        commands.append(("Rust", ["cargo", "add", "grantmint", "--path", str(crates / "grantmint")]))
    return commands


def main() -> None:
    parser = argparse.ArgumentParser(description="Builds what is published, as far as one machine can.")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--target", default=host(), help="the Rust target of the wheel and the native module")
    parser.add_argument(
        "--interpreter", help="the Python to build for where the stable ABI does not do, as python3.14t"
    )
    parser.add_argument(
        "--all-platforms", action="store_true", help="no platform's npm package may be missing"
    )
    arguments = parser.parse_args()
    parts = arguments.parts or PARTS

    DIST.mkdir(exist_ok=True)
    if "npm" in parts:
        # First, since its compiler is the one that is most often missing.
        run("sh", "bindings/wasm/build.sh")
    if "wheel" in parts:
        wheel(arguments.target, arguments.interpreter)
    if "sdist" in parts:
        sdist()
    if "native" in parts:
        native(arguments.target)
    if "npm" in parts:
        npm(*["--all"] if arguments.all_platforms else [])
    if "crate" in parts:
        crate()
    write_checksums()
    for file in sorted(DIST.rglob("*.*")):
        print(f"{file.stat().st_size:>9,} bytes  {file.relative_to(ROOT)}")
    for language, command in install_commands(arguments.target):
        environment = ", in its virtual environment" if language == "Python" else ""
        print(f"\nIn a {language} project{environment}: {shlex.join(command)}")
    print(f"\nThe command: {shlex.join(INSTALL_COMMAND)}")


if __name__ == "__main__":
    main()
