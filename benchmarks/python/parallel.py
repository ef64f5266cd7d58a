"""python python/parallel.py threads|processes <workers>: an Issuer for all threads, or one a process."""

import multiprocessing
import sys
import threading
from time import perf_counter_ns

from contenders import issuer
from workload import IDENTITIES, serve


def mint_for(mint, milliseconds):
    end = perf_counter_ns() + milliseconds * 1_000_000
    tokens = 0
    while perf_counter_ns() < end:
        for identity in IDENTITIES:
            mint(identity)
        tokens += len(IDENTITIES)
    return tokens


def in_threads(workers):
    def prepare(work):
        mint = issuer(work)

        def run(milliseconds):
            counts = []
            threads = [
                threading.Thread(target=lambda: counts.append(mint_for(mint, milliseconds)))
                for _ in range(workers)
            ]
            start = perf_counter_ns()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return answer(sum(counts), perf_counter_ns() - start, mint)

        return run

    return prepare


def in_processes(workers):
    def prepare(work):
        mint = issuer(work)
        pipes = []
        for _ in range(workers):
            pipe, theirs = multiprocessing.Pipe()
            multiprocessing.Process(target=work_for, args=(work, theirs), daemon=True).start()
            pipes.append(pipe)

        def run(milliseconds):
            start = perf_counter_ns()
            for pipe in pipes:
                pipe.send(milliseconds)
            counts = [pipe.recv() for pipe in pipes]
            return answer(sum(counts), perf_counter_ns() - start, mint)

        return run

    return prepare


def work_for(work, pipe):
    mint = issuer(work)
    while True:
        pipe.send(mint_for(mint, pipe.recv()))


def answer(tokens, nanoseconds, mint):
    return {
        "tokens": tokens,
        "nanoseconds": nanoseconds,
        "token": mint(IDENTITIES[0]),
        "identity": IDENTITIES[0],
    }


if __name__ == "__main__":
    kind, workers = sys.argv[1:]
    serve({"threads": in_threads, "processes": in_processes}[kind](int(workers)))
