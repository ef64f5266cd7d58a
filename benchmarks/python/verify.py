"""python python/verify.py <contender>

Verifies good tokens, or rejects hostile ones if the workload has some. Each answer contains the claims of a
good token and the errors of the bad ones. benchmarks/harness/verifying.py checks them.
"""

import itertools
import sys

import verifiers
from workload import repeated, serve


def prepare(work):
    verify, claims = getattr(verifiers, sys.argv[1])(work)
    tokens, hostile, bad = work["tokens"], work["hostile"], work["bad"]
    if hostile:
        bad = {**bad, "hostile": hostile[0]}
    timed = repeated(refusing(verify), hostile) if hostile else repeated(verify, tokens)
    turns = itertools.count()

    def refusal(token):
        try:
            claims(verify(token))
        except Exception as error:
            return repr(error)

    def run(milliseconds):
        place = next(turns) % len(tokens)
        return {
            **timed(milliseconds),
            "place": place,
            "claims": claims(verify(tokens[place])),
            "refusals": {kind: refusal(token) for kind, token in bad.items()},
        }

    return run


def refusing(verify):
    def refuse(token):
        try:
            verify(token)
        except Exception as error:
            return error
        raise SystemExit("a hostile token was accepted")

    return refuse


serve(prepare)
