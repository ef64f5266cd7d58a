"""Throughput of one and two workers in Python and Node, and of lists of tokens in one call."""

from .places import node, python
from .rounds import measure
from .workload import BASE

WORKERS = {
    "python": {
        f"{kind}_{workers}": python("parallel.py", kind, str(workers))
        for kind in ("threads", "processes")
        for workers in (1, 2)
    },
    "node": {
        f"{kind}_{workers}": node("parallel.mjs", kind, str(workers))
        for kind in ("threads", "cluster")
        for workers in (1, 2)
    },
}

LISTS = {
    "python_100000": {
        "loop": python("mint_many.py", "loop", "100000", "1"),
        "many_1": python("mint_many.py", "many", "100000", "1"),
        "many_2": python("mint_many.py", "many", "100000", "2"),
    },
    **{
        f"node_{count}": {kind: node("mint_many.mjs", kind, str(count)) for kind in ("loop", "many")}
        for count in (10, 100, 1000, 100_000)
    },
}


def run_workers(settings) -> dict:
    return {
        language: measure(commands, rounds=settings.few_rounds, milliseconds=settings.milliseconds, work=BASE)
        for language, commands in WORKERS.items()
    }


def run_lists(settings) -> dict:
    # A run mints at least one list, so the milliseconds only matter for short lists.
    return {
        name: measure(commands, rounds=settings.rounds, milliseconds=settings.milliseconds // 2, work=BASE)
        for name, commands in LISTS.items()
    }
