"""Runs grantmint on other platforms and versions than this machine's, as far as this machine can.

``python tests/platforms/platforms.py [--record] [--on NAME] [PART ...]`` runs the named parts, or all.
``--on`` chooses the checks on one interpreter or compiler, as "CPython 3.14". A check that lacks a tool is
skipped with the reason. With ``FULL=1`` in the environment, arm64 also runs the whole Node and Python tests,
which takes long. ``--record`` writes each result to ``runs.json``, from which ``support.py`` generates
the table of the README and of the book. Nothing is installed outside of ``target/platforms``.
"""

from __future__ import annotations

import argparse
import functools
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import bundles
import cpythons
import emulated
import macos
import musl
import nodes
import rust
import servers
import support
import windows
from checks import Check, Failed, Skipped

# The two groups run at the same time, and take about as long.
PARTS: list[dict[str, Callable[[], Iterable[Check]]]] = [
    {
        "python": cpythons.checks,
        "node": nodes.checks,
        "servers": servers.checks,
        "bundles": bundles.checks,
        "musl": musl.checks,
        "macos": macos.checks,
    },
    {
        "i686": rust.i686,
        "arm64": emulated.arm64,
        "s390x": emulated.s390x,
        "windows": windows.checks,
    },
]
NAMES = [name for parts in PARTS for name in parts]
printing = threading.Lock()


def run(checks: Iterable[Check], record: bool = False) -> list[support.Run]:
    """Runs each check, also after one has failed, and prints its result."""
    runs = []
    for check in checks:
        started = time.monotonic()
        try:
            result, detail = "passed", check.run()
        except Skipped as reason:
            result, detail = "skipped", str(reason)
        except Failed as reason:
            result, detail = "failed", str(reason)
        seconds = time.monotonic() - started
        done = support.Run(check.platform, check.on, check.what, check.how, support.today(), result, detail)
        with printing:
            took = f"({seconds:.0f} s)"
            print(
                f"{result:8}{done.platform}, {done.on}: {done.what} {done.how} {took}: {detail}", flush=True
            )
            if record:
                support.record([done])
        runs.append(done)
    return runs


def totals(runs: list[support.Run]) -> str:
    counts = Counter(run.result for run in runs)
    return f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Runs grantmint on other platforms.")
    parser.add_argument("parts", nargs="*", choices=[*NAMES, []], metavar="PART", help=", ".join(NAMES))
    parser.add_argument("--record", action="store_true", help="write the results to runs.json and the table")
    parser.add_argument("--on", metavar="NAME", help="only the checks on this interpreter or compiler")
    options = parser.parse_args(arguments)
    chosen = options.parts or NAMES
    lanes = [
        [
            check
            for name in parts
            if name in chosen
            for check in parts[name]()
            if options.on in (None, check.on)
        ]
        for parts in PARTS
    ]
    with ThreadPoolExecutor() as pool:
        done = pool.map(functools.partial(run, record=options.record), lanes)
        runs = [each for lane in done for each in lane]
    print(totals(runs))
    return 0 if all(run.result != "failed" for run in runs) and runs else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
