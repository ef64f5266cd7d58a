"""Runs contenders side by side. Each is a process that stays alive and runs briefly at its turn."""

import contextlib
import json
import statistics
import subprocess
from collections.abc import Callable

from .places import HERE
from .workload import check_minted


class Contender:
    """A process that mints or verifies for the number of milliseconds that it reads from standard input."""

    def __init__(self, name: str, command: list[str], work: dict, check: Callable) -> None:
        self.name = name
        self.work = work
        self.check = check
        self.process = subprocess.Popen(
            command, cwd=HERE, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._say(json.dumps(work))

    def run(self, milliseconds: int) -> float:
        """Returns the nanoseconds for a token or another unit of work."""
        self._say(str(milliseconds))
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with exit status {self.process.wait()}")
        answer = json.loads(line)
        try:
            self.check(self.name, answer, self.work)
        except Exception as error:
            raise RuntimeError(f"{self.name} cheats: {error}") from error
        return answer["nanoseconds"] / answer["tokens"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()

    def _say(self, line: str) -> None:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()


def measure(
    commands: dict[str, list[str]],
    *,
    rounds: int,
    milliseconds: int,
    work: dict,
    check: Callable = check_minted,
) -> dict[str, dict]:
    """Returns statistics of the nanoseconds that each contender needs for a token. Checks every answer."""
    with contextlib.ExitStack() as stack:
        contenders = []
        for name, command in commands.items():
            contenders.append(Contender(name, command, work, check))
            stack.callback(contenders[-1].close)
        for contender in contenders:
            contender.run(milliseconds)  # warm-up: caches, and the JIT compilers
            contender.run(milliseconds)
        times = alternate(
            {contender.name: lambda c=contender: c.run(milliseconds) for contender in contenders}, rounds
        )
    return {name: statistics_of(values) for name, values in times.items()}


def alternate(contenders: dict, rounds: int) -> dict[str, list]:
    """Yields the results of each contender, round by round. Each round begins with another contender."""
    names = list(contenders)
    answers = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            answers[name].append(contenders[name]())
    return answers


def statistics_of(values: list[float]) -> dict:
    """Returns the median, and the quartiles as its spread."""
    low, median, high = (
        statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    )
    return {"median": median, "low": low, "high": high, "rounds": len(values)}
