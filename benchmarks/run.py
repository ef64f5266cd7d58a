#!/usr/bin/env python3
"""Compares grantmint with its peers: installs them, measures all in one run, and writes the results.

    python3 benchmarks/run.py                   # all: results.json, docs/performance.md, both READMEs, charts
    python3 benchmarks/run.py --quick           # a rough run of less than two minutes; writes nothing
    python3 benchmarks/run.py --only node,http  # some parts; writes nothing, or with --save these parts alone
    python3 benchmarks/run.py --check           # compares the last full run with the targets
    python3 benchmarks/run.py --render          # writes the documents again

It needs the result of `make build`, and an otherwise idle machine.
"""

import argparse
import os
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARTS = (
    "rust",
    "node",
    "python",
    "verify",
    "refusals",
    "inspect",
    "wasm",
    "workerd",
    "growth",
    "scaling",
    "lists",
    "http",
    "latency",
    "startup",
    "size",
)


def main() -> None:
    arguments = parse_arguments()
    enter_environment()
    from harness import session

    if arguments.check:
        sys.exit(session.check())
    if arguments.render:
        session.render()
        return
    session.measure(arguments.only, quick=arguments.quick, save=arguments.save)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--only",
        type=parts,
        default=PARTS,
        metavar="PARTS",
        help=f"some of {','.join(PARTS)}; all by default",
    )
    parser.add_argument("--quick", action="store_true", help="a fraction of the rounds")
    parser.add_argument(
        "--save",
        action="store_true",
        help="write also what a quick or partial run measured; README.md takes no quick run",
    )
    parser.add_argument("--check", action="store_true", help="compare the last full run with the targets")
    parser.add_argument(
        "--render", action="store_true", help="write tables and charts of the last full run again"
    )
    return parser.parse_args()


def parts(text: str) -> tuple[str, ...]:
    chosen = tuple(text.split(","))
    if unknown := set(chosen) - set(PARTS):
        raise argparse.ArgumentTypeError(f"no part is called {', '.join(sorted(unknown))}")
    return chosen


def enter_environment() -> None:
    """Restarts in the benchmarks' own virtual environment, which the first run creates."""
    environment = HERE / ".venv"
    if Path(sys.prefix).resolve() == environment:
        return
    if not environment.exists():
        venv.create(environment, with_pip=True)
    interpreter = environment / "bin" / "python"
    if not (environment / "installed").exists():
        # The requirements of the peers contain the libraries that draw the charts.
        command = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]
        if (
            os.spawnv(os.P_WAIT, interpreter, [str(part) for part in (*command, HERE / "requirements.txt")])
            != 0
        ):
            sys.exit("The peers cannot be installed.")
        (environment / "installed").touch()
    os.execv(interpreter, [str(interpreter), *sys.argv])


if __name__ == "__main__":
    main()
