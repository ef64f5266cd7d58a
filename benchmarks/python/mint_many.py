"""python python/mint_many.py loop|many <identities> <threads>: a list of tokens, in one call or in a loop.

Each run mints a new list. The garbage collector has Python's default settings.
"""

import sys
from time import perf_counter_ns

from contenders import issuer_itself
from workload import serve


def prepare(work):
    kind, count, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    issuer = issuer_itself(work)
    identities = [f"user-{number}" for number in range(count)]

    def run(milliseconds):
        tokens = nanoseconds = 0
        while nanoseconds < milliseconds * 1_000_000:
            start = perf_counter_ns()
            if kind == "many":
                made = issuer.mint_many(identities, threads=threads)
            else:
                made = [issuer.mint(identity) for identity in identities]
            nanoseconds += perf_counter_ns() - start
            tokens += len(made)
            last = made[-1]
            del made
        return {"tokens": tokens, "nanoseconds": nanoseconds, "token": last, "identity": identities[-1]}

    return run


serve(prepare)
