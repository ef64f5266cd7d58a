"""One contender in one process, driven by benchmarks/run.py: the first line on standard input is the
workload; each line after it is a number of milliseconds to mint or to verify for, and is answered by a line
of JSON."""

import itertools
import json
import sys
from collections import deque
from time import perf_counter_ns

IDENTITIES = [f"user-{number}" for number in range(1024)]


def serve(prepare):
    """Serves the runs that are asked for. ``prepare(workload)`` answers with ``run(milliseconds)``."""
    run = prepare(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        print(json.dumps(run(int(line))), flush=True)


def loop(mint):
    """Mints for some milliseconds, and once more for a token to show."""
    run = repeated(mint, IDENTITIES)
    return lambda milliseconds: {
        **run(milliseconds),
        "token": mint(IDENTITIES[0]),
        "identity": IDENTITIES[0],
    }


def repeated(function, inputs):
    """Calls for some milliseconds, in batches: reading the clock must not cost more than it measures."""
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
    # The loop that costs least: no bytecode but the contender's own.
    deque(map(function, taken), maxlen=0)
    return perf_counter_ns() - start
