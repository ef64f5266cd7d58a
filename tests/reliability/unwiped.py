#!/usr/bin/env python3
"""Checks that the searches for secrets notice a core that wipes less: they must fail in each broken build.

It builds copies of the workspace, each with one change, and runs `secret_memory.rs` and `secret.rs` in them.
For the WebAssembly module, it runs the search of `wasm.test.mjs`.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "target/unwiped"
CORE = "crates/grantmint/src"
WASM = "bindings/wasm/src/state.rs"


class Edit(NamedTuple):
    """Text of a file, and what takes its place."""

    file: str
    old: str
    new: str


PAD = Edit(f"{CORE}/jws/hmac.rs", "        pad.as_mut_slice().zeroize();\n    }", "    }")
STACK = Edit(f"{CORE}/jws/hmac.rs", "        overwrite_stack();\n", "        _ = overwrite_stack;\n")
OWNED = Edit(f"{CORE}/secret.rs", "            bytes.zeroize();\n", "            _ = bytes;\n")
STATES = Edit("Cargo.toml", 'sha2 = { version = "0.11", features = ["zeroize"] }', 'sha2 = "0.11"')

WASM_STACK = Edit(WASM, "[0_u8; 32 * 1024]", "[0_u8; 1]")
WASM_TEXT = Edit(WASM, "        units.zeroize();\n", "")
WASM_BYTES = Edit(
    WASM,
    "        self.input.get_mut(..length.div_ceil(2)).unwrap_or_default().zeroize();\n",
    "",
)

# The pad alone is not here: the stack below it is overwritten, too.
BREAKS = {
    "the core as it is": (),
    "a stack that is not overwritten": (STACK,),
    "neither the padded key nor the stack": (PAD, STACK),
    "states that are not wiped": (STATES,),
    "a secret that is not wiped": (OWNED,),
}
# The core leaves no key on the stack, and the module wipes its stack again: enough where the core does not.
BREAKS_OF_WASM = {
    "the WebAssembly module as it is": (),
    "in it, the core's padded key and stack, not wiped": (PAD, STACK),
    "these, and the module's stack": (PAD, STACK, WASM_STACK),
    "its input, not wiped after a secret as text": (WASM_TEXT,),
    "its input, not wiped after a secret as bytes": (WASM_BYTES,),
    "its secrets, not wiped": (OWNED,),
}
SOUND = {
    "the core as it is",
    "the WebAssembly module as it is",
    "in it, the core's padded key and stack, not wiped",
}


def main() -> None:
    shutil.rmtree(WORK / "source", ignore_errors=True)
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    for file in filter(None, files.stdout.split("\0")):
        if (ROOT / file).is_file():
            (WORK / "source" / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / file, WORK / "source" / file)
    checked = [(what, is_as_expected(what, edits, build, search)) for what, edits in BREAKS.items()]
    if has_compiler_for_wasm():
        # The copy's tests find all packages here, and load the module from the copy.
        (WORK / "source/tests/node_modules").symlink_to(ROOT / "tests/node_modules")
        checked += [
            (what, is_as_expected(what, edits, build_wasm, search_wasm))
            for what, edits in BREAKS_OF_WASM.items()
        ]
    else:
        print("the WebAssembly module was skipped: there is no compiler for it")
    if unexpected := [what for what, is_right in checked if not is_right]:
        sys.exit(f"not as expected: {', '.join(unexpected)}")
    print(f"{sum(what not in SOUND for what, _ in checked)} broken builds were noticed")


Step = Callable[[], "subprocess.CompletedProcess[str]"]


def is_as_expected(what: str, edits: tuple[Edit, ...], build: Step, search: Step) -> bool:
    sound = {edit.file: (WORK / "source" / edit.file).read_text(encoding="utf-8") for edit in edits}
    broken = dict(sound)
    for edit in edits:
        if broken[edit.file].count(edit.old) != 1:
            sys.exit(f"{edit.file} does not contain this once: {edit.old!r}")
        broken[edit.file] = broken[edit.file].replace(edit.old, edit.new)
    try:
        write(broken)
        built = build()
        if built.returncode != 0:
            sys.exit(f"{what}: it does not compile\n{built.stderr}")
        searched = search()
    finally:
        write(sound)
    failed = r"^test (\w+) \.\.\. FAILED$|assertion.*?failed: (.+)$|^  error: '(.+)'$"
    noticed = re.findall(failed, searched.stdout, re.MULTILINE)
    print(f"{what}: {'noticed' if searched.returncode else 'sound'}")
    for found in noticed:
        print(f"  {''.join(found)}")
    return (searched.returncode != 0) == (what not in SOUND)


def write(texts: dict[str, str]) -> None:
    for file, text in texts.items():
        (WORK / "source" / file).write_text(text, encoding="utf-8")


def build() -> "subprocess.CompletedProcess[str]":
    return search("--no-run")


def search(*arguments: str) -> "subprocess.CompletedProcess[str]":
    tests = ("--test", "secret_memory", "--test", "secret")
    return run("cargo", "test", "--offline", "--no-fail-fast", "--package", "grantmint", *tests, *arguments)


def has_compiler_for_wasm() -> bool:
    """Returns whether `make build-wasm`, which runs before, has found a compiler."""
    return (ROOT / "node/grantmint.wasm").exists()


def build_wasm() -> "subprocess.CompletedProcess[str]":
    return run("sh", "bindings/wasm/build.sh")


def search_wasm() -> "subprocess.CompletedProcess[str]":
    """Runs the search in a fresh module, and reports it as text that is the same in each version of Node."""
    title = "no call leaves a secret in memory"
    return run(
        "node", "--test", "--test-reporter=tap", f"--test-name-pattern={title}", "tests/node/wasm.test.mjs"
    )


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "CARGO_TARGET_DIR": str(WORK / "build"), "CARGO_INCREMENTAL": "0"}
    source = WORK / "source"
    return subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    main()
