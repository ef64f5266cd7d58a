"""The cost of loading a package in new processes.

It is measured for the statement, and for the process beside one that loads nothing.
"""

import subprocess
import sys
from functools import partial
from time import perf_counter

from .places import HERE
from .rounds import alternate, statistics_of

NODE = ("grantmint", "twilio", "jsonwebtoken", "jose", "fast-jwt")
PYTHON = ("grantmint", "twilio.jwt.access_token", "jwt", "joserfc.jwt")


def run(settings) -> dict:
    return {
        "node": measure(node_command, NODE, settings.fresh_processes),
        "python": measure(python_command, PYTHON, settings.fresh_processes),
    }


def measure(command, names: tuple[str, ...], rounds: int) -> dict:
    contenders = {name: partial(start, command(name)) for name in ("", *names)}
    for contender in contenders.values():
        contender()  # caches the files and compiles them to bytecode
    answers = alternate(contenders, rounds)
    return {
        name or "nothing": {
            "load": statistics_of([load for load, _ in answers[name]]),
            "process": statistics_of([process for _, process in answers[name]]),
        }
        for name in contenders
    }


def start(command: list[str]) -> tuple[float, float]:
    """Returns the milliseconds for the statement, by the process's own clock, and for the whole process."""
    before = perf_counter()
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True)
    return float(done.stdout), (perf_counter() - before) * 1000


def node_command(name: str) -> list[str]:
    load = f"require('{name}')" if name else ""
    program = (
        f"const t = process.hrtime.bigint(); {load}; console.log(Number(process.hrtime.bigint() - t) / 1e6)"
    )
    return ["node", "--input-type=commonjs", "--eval", program]


def python_command(name: str) -> list[str]:
    load = f"import {name}" if name else "pass"
    return [
        sys.executable,
        "-c",
        f"import time; t = time.perf_counter()\n{load}\nprint((time.perf_counter() - t) * 1e3)",
    ]
