"""The tests of the core and of the command, built for another processor. Those for i686 run natively.

Zig compiles C and links. The standard library comes from rustup. If rustup does not have it, Debian's
compiler, extracted below ``target/platforms``, builds it from its sources.
"""

from __future__ import annotations

import functools
import os
import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import debian
from checks import (
    FOLDER,
    LAST_LINES,
    ROOT,
    Check,
    Failed,
    Skipped,
    clean_environment,
    last_lines,
    output,
    require_x64_linux,
)

# maturin, cargo-zigbuild and Zig, as they build what is published.
BUILD_TOOLS = ROOT / "target" / "tools" / "build" / "bin"
WHAT = "the tests of the core and the command"
# The packages that make the random inputs of tests, and read their vectors.
QUICK = ["proptest", "serde_json"]


def i686() -> Iterator[Check]:
    run = functools.partial(run_tests, "i686-unknown-linux-gnu", i686_flags, list)
    yield Check("Linux i686, 32 bits", "Rust", WHAT, "natively", run)


def i686_flags() -> list[str]:
    """Returns the flags of an executable that uses the C library of a folder of its own."""
    libraries = debian.extracted("i686", ["libc6-i386"], without="libc6") / "lib32"
    return [
        f"-Clink-arg=-Wl,--dynamic-linker={libraries}/ld-linux.so.2",
        f"-Clink-arg=-Wl,-rpath,{libraries}",
    ]


def run_tests(target: str, flags: Callable[[], list[str]], start: Callable[[], list[str]]) -> str:
    """Runs the tests of the core and of the command, built for the target."""
    variables = build_environment(target)
    variables[f"CARGO_TARGET_{target.upper().replace('-', '_')}_RUSTFLAGS"] = shlex.join(flags())
    emulator = start()
    quick: list[str] = []
    if emulator:
        # Emulation is slow. The core stays as it is, since other code could leave copies of a secret.
        variables["PROPTEST_CASES"] = "64"
        quick = [f"--config=profile.dev.package.{package}.opt-level=2" for package in QUICK]
    return tests([*emulator, "cargo-zigbuild"], target, variables, quick)


def tests(cargo: list[str], target: str, variables: dict[str, str], options: Iterable[str]) -> str:
    """Runs the tests with a command in the place of cargo."""
    command = [*cargo, "test", "--locked", "--target", target, "--no-fail-fast", *options]
    command += ["--package", "grantmint", "--package", "grantmint-cli", "--lib", "--bins", "--tests"]
    printed = output(*command, environment=variables, reason=failures)
    lines = re.findall(r"^test result: .* (\d+) passed; (\d+) failed; (\d+) ignored", printed, re.MULTILINE)
    passed, ignored = (sum(int(line[place]) for line in lines) for place in (0, 2))
    if not passed:
        raise Failed(printed)
    return f"{passed} passed, {ignored} ignored"


def failures(printed: str) -> list[str]:
    """Returns the lines about tests that failed, or the last lines if there are none."""
    found = re.findall(r"^---- .+ stdout ----\n(?:(?!----|failures:$).*\n)*", printed, re.MULTILINE)
    return "\n".join(found).splitlines()[:LAST_LINES] if found else last_lines(printed)


def build_environment(target: str) -> dict[str, str]:
    """Returns the environment in which cargo and Zig build for a target."""
    if not (BUILD_TOOLS / "cargo-zigbuild").exists():
        raise Skipped("cargo-zigbuild is not installed")
    return compilers(target) | {"PATH": f"{BUILD_TOOLS}:{os.environ['PATH']}"}


def compilers(target: str) -> dict[str, str]:
    """Returns the environment in which cargo builds for a target with rustup's compiler, or Debian's."""
    require_x64_linux()
    variables = clean_environment(
        CARGO_TARGET_DIR=str(FOLDER / "build"),
        CARGO_INCREMENTAL="0",
        # Linking the many programs of the tests takes longer than compiling them.
        CARGO_PROFILE_DEV_DEBUG="0",
    )
    libraries = Path(output("rustc", "--print", "target-libdir", "--target", target).strip())
    return variables if libraries.is_dir() else variables | debian_rust()


@functools.cache
def debian_rust() -> dict[str, str]:
    """Returns the variables with which cargo uses Debian's compiler, and builds the standard library."""
    packages = ["rustc-web", "libstd-rust-web-dev", "rust-web-src"]
    folder = debian.extracted("rust", packages, without=r"(libc6|libgcc|libstdc|gcc|cpp|binutils|perl).*")
    variables = {"RUSTC_BOOTSTRAP": "1", "CARGO_UNSTABLE_BUILD_STD": "std"}
    for name in ("rustc", "rustdoc"):
        wrapper = folder / name
        libraries = folder / "usr" / "lib" / "x86_64-linux-gnu"
        wrapper.write_text(
            f'#!/bin/sh\nLD_LIBRARY_PATH={libraries} exec {folder}/usr/bin/{name} "$@"\n', encoding="utf-8"
        )
        wrapper.chmod(0o755)
        variables[name.upper()] = str(wrapper)
    return variables
