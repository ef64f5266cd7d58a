#!/usr/bin/env python3
"""Checks that the searches for secrets notice a core that wipes less: they must fail in each broken build.

It builds copies of the workspace, each with one change, and runs `secret_memory.rs` and `secret.rs` in them.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "target/unwiped"
CORE = "crates/grantmint/src"


class Edit(NamedTuple):
    """Text of a file, and what takes its place."""

    file: str
    old: str
    new: str


PAD = Edit(f"{CORE}/jws/hmac.rs", "        pad.as_mut_slice().zeroize();\n    }", "    }")
STACK = Edit(f"{CORE}/jws/hmac.rs", "        overwrite_stack();\n", "        _ = overwrite_stack;\n")
OWNED = Edit(f"{CORE}/secret.rs", "            bytes.zeroize();\n", "            _ = bytes;\n")
STATES = Edit("Cargo.toml", 'sha2 = { version = "0.11", features = ["zeroize"] }', 'sha2 = "0.11"')

# The pad alone is not here: the stack below it is overwritten, too.
BREAKS = {
    "the core as it is": (),
    "a stack that is not overwritten": (STACK,),
    "neither the padded key nor the stack": (PAD, STACK),
    "states that are not wiped": (STATES,),
    "a secret that is not wiped": (OWNED,),
}


def main() -> None:
    shutil.rmtree(WORK / "source", ignore_errors=True)
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    for file in filter(None, files.stdout.split("\0")):
        if (ROOT / file).is_file():
            (WORK / "source" / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / file, WORK / "source" / file)
    unnoticed = [what for what, edits in BREAKS.items() if not is_as_expected(what, edits)]
    if unnoticed:
        sys.exit(f"not as expected: {', '.join(unnoticed)}")
    print(f"{len(BREAKS) - 1} broken builds were noticed")


def is_as_expected(what: str, edits: tuple[Edit, ...]) -> bool:
    sound = {edit.file: (WORK / "source" / edit.file).read_text(encoding="utf-8") for edit in edits}
    broken = dict(sound)
    for edit in edits:
        if broken[edit.file].count(edit.old) != 1:
            sys.exit(f"{edit.file} does not contain this once: {edit.old!r}")
        broken[edit.file] = broken[edit.file].replace(edit.old, edit.new)
    try:
        write(broken)
        built = run("--no-run")
        if built.returncode != 0:
            sys.exit(f"{what}: it does not compile\n{built.stderr}")
        searched = run()
    finally:
        write(sound)
    failed = r"^test (\w+) \.\.\. FAILED$|assertion.*?failed: (.+)$"
    noticed = re.findall(failed, searched.stdout, re.MULTILINE)
    print(f"{what}: {'noticed' if searched.returncode else 'sound'}")
    for test, message in noticed:
        print(f"  {test or message}")
    return (searched.returncode != 0) == bool(edits)


def write(texts: dict[str, str]) -> None:
    for file, text in texts.items():
        (WORK / "source" / file).write_text(text, encoding="utf-8")


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    tests = ("--test", "secret_memory", "--test", "secret")
    command = ("cargo", "test", "--offline", "--no-fail-fast", "--package", "grantmint", *tests, *arguments)
    environment = {**os.environ, "CARGO_TARGET_DIR": str(WORK / "build"), "CARGO_INCREMENTAL": "0"}
    source = WORK / "source"
    return subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    main()
