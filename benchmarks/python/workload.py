"""Runs one contender in one process for benchmarks/run.py.

The first line on standard input is the workload. Each later line is a number of milliseconds to run for; the
answer is a line of JSON.
"""

import itertools
import json
import sys
from collections import deque
from time import perf_counter_ns

IDENTITIES = [f"user-{number}" for number in range(1024)]


def serve(prepare):
    """Runs the contender for each line. ``prepare(workload)`` returns ``run(milliseconds)``."""
    run = prepare(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        print(json.dumps(run(int(line))), flush=True)


def loop(mint):
    """Mints for some milliseconds, and once more for the token in the answer."""
    run = repeated(mint, IDENTITIES)
    return lambda milliseconds: {
        **run(milliseconds),
        "token": mint(IDENTITIES[0]),
        "identity": IDENTITIES[0],
    }


def repeated(function, inputs):
    """Calls a function for some milliseconds. It reads the clock once a batch, since reading takes time."""
    batch = 1
    while time_batch(function, inputs, batch) < 1_000_000:
        batch *= 2

    def run(milliseconds):
        tokens = nanoseconds = 0
        while nanoseconds < milliseconds * 1_000_000:
            nanoseconds += time_batch(function, inputs, batch)
            tokens += batch
        return {"tokens": tokens, "nanoseconds": nanoseconds}

    return run


def time_batch(function, inputs, batch):
    taken = itertools.islice(itertools.cycle(inputs), batch)
    start = perf_counter_ns()
    # The fastest loop: it runs no bytecode except the contender's own.
    deque(map(function, taken), maxlen=0)
    return perf_counter_ns() - start
