"""Every Node that npm has for this machine runs the Node suite. Other runtimes run a few programs."""

from __future__ import annotations

import functools
import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from checks import LAST_LINES, ROOT, Check, Failed, Skipped, clean_environment, found, last_lines, output

PLATFORM = "Linux x64, glibc"
RUNTIMES = ROOT / "tests" / "runtimes"
PACKAGES = RUNTIMES / "node_modules"
NODES = ["20", "22", "24", "newest"]
WHAT = "the Node tests"
PROGRAMS = "the vectors, workers, exit and imports"


def checks() -> Iterator[Check]:
    for version in NODES:
        package = PACKAGES / f"node-{version}-linux-x64"
        full = version_of(package) or version
        run = functools.partial(suite, full, package / "bin" / "node")
        yield Check(PLATFORM, f"Node {full.split('.')[0]}", WHAT, "natively", run)
    for name in ("Bun", "Deno"):
        run = functools.partial(programs, name)
        yield Check(PLATFORM, name, PROGRAMS, "natively", run)
    for version in NODES:
        full = version_of(PACKAGES / f"node-{version}-linux-x64") or version
        run = functools.partial(executables, version)
        yield Check(PLATFORM, f"Node {full.split('.')[0]}", "single executables", "natively", run)
    yield Check(PLATFORM, "Electron", PROGRAMS, "natively", electron)


def version_of(package: Path) -> str:
    manifest = package / "package.json"
    return str(json.loads(manifest.read_text(encoding="utf-8"))["version"]) if manifest.exists() else ""


def suite(version: str, node: Path, start: Sequence[str] = ()) -> str:
    """Runs the Node tests. `start` is the start of a command under which the kernel can run this Node."""
    if not node.exists():
        raise Skipped(f"npm has no Node {version} for this machine")
    variables = clean_environment(PATH=f"{node.parent}:{clean_environment()['PATH']}")
    tests = sorted((ROOT / "tests" / "node").glob("*.test.mjs"))
    command = [*start, node, "--test", "--test-reporter=tap", *tests]
    printed = output(*command, environment=variables, reason=failures)
    return f"{version}: {counts(printed)}"


def failures(tap: str) -> list[str]:
    """Returns the lines about tests that failed, or the last lines if there are none."""
    # The report of a failure is indented below its line, down to three dots.
    found = re.findall(r"^ *not ok .*(?:\n +(?!\.\.\.|not ok ).*)*", tap, re.MULTILINE)
    return "\n".join(found).splitlines()[:LAST_LINES] if found else last_lines(tap)


def counts(tap: str) -> str:
    skipped = found(r"^# skipped ([0-9]+)$", tap)
    return f"{found(r'^# pass ([0-9]+)$', tap)} passed" + (f", {skipped} skipped" if skipped != "0" else "")


@functools.cache
def tap(test: str, **variables: str) -> str:
    """Runs a file that tests several runtimes. Returns the results, also if some failed."""
    file = RUNTIMES / f"{test}.test.mjs"
    command = ["node", "--test", "--test-reporter=tap", str(file)]
    return subprocess.run(
        command, cwd=ROOT, env=clean_environment(**variables), stdout=subprocess.PIPE, text=True
    ).stdout


def programs(name: str) -> str:
    return result(name, tap("runtimes"))


def executables(version: str) -> str:
    return result(f"single executables of Node {version}", tap("single_executables", GRANTMINT_NODE=version))


def result(name: str, printed: str) -> str:
    """Reads the result of a test and its parts."""
    test = rf"# Subtest: {re.escape(name)}\n(.*?)^ *((?:not )?ok) \d+ - {re.escape(name)}( # SKIP.*)?$"
    match = re.search(test, printed, re.MULTILINE | re.DOTALL)
    if not match or match[2] != "ok":
        raise Failed(match[0] if match else printed)
    if match[3]:
        raise Skipped(match[3].removeprefix(" # SKIP").strip() or "it does not run on this machine")
    parts = re.findall(r"^ *ok \d+ - .*$", match[1], re.MULTILINE)
    skipped = sum("# SKIP" in part for part in parts)
    return f"{len(parts) - skipped} passed" + (f", {skipped} skipped" if skipped else "")


def electron() -> str:
    raise Skipped("npm's package electron downloads its program from another server")
