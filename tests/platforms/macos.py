"""macOS on arm64: type-checked, and linked by Zig. Nothing of it is run."""

from __future__ import annotations

import shlex
import struct
from collections.abc import Iterator

import rust
from checks import FOLDER, Check, Failed, output
from support import NOT_RUN

TARGET = "aarch64-apple-darwin"
PACKAGES = ["grantmint-cli", "grantmint-node", "grantmint-python"]
# The linked files, with the kinds that a Mach-O header has for them: MH_EXECUTE and MH_DYLIB.
FILES = {"grantmint": 2, "libgrantmint_node.dylib": 6, "lib_grantmint.dylib": 6}
# Magic number, processor (arm64), its variant, kind of file.
HEADER = struct.Struct("<IIII")
MAGIC, ARM64 = 0xFEEDFACF, 0x0100000C


def checks() -> Iterator[Check]:
    yield Check("macOS arm64", "Rust", "the command and both modules", NOT_RUN, linked)


def linked() -> str:
    variables = rust.build_environment(TARGET)
    # Python and Node have the functions that the modules call, as maturin and napi-build tell the linker.
    flags = ["-Clink-arg=-undefined", "-Clink-arg=dynamic_lookup"]
    variables["CARGO_TARGET_AARCH64_APPLE_DARWIN_RUSTFLAGS"] = shlex.join(flags)
    # As maturin sets it: otherwise, PyO3 links Python. Debian's package lacks Rust's tool to strip.
    variables |= {"PYO3_BUILD_EXTENSION_MODULE": "1", "CARGO_PROFILE_DEV_STRIP": "none"}
    packages = [f"--package={package}" for package in PACKAGES]
    output("cargo-zigbuild", "build", "--locked", "--target", TARGET, *packages, environment=variables)
    folder = FOLDER / "build" / TARGET / "debug"
    for name, kind in FILES.items():
        with (folder / name).open("rb") as file:
            header = HEADER.unpack(file.read(HEADER.size))
        if header[:2] != (MAGIC, ARM64) or header[3] != kind:
            raise Failed(f"{name} is not a program for macOS on arm64: {header}")
    return f"linked {', '.join(FILES)}; nothing was run"
