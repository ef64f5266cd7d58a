"""How many cases a run has and where its randomness starts, unless the environment says otherwise."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

CASES = int(os.environ.get("GRANTMINT_CASES", "10000"))
SEED = int(os.environ.get("GRANTMINT_SEED", "20260701"))

# Enough for all but the largest cases, which end simpler than they began.
SIZE = 768


def random_bytes(seed: str, cases: int) -> Iterator[bytes]:
    """The source of cases, equal for equal seeds."""
    source = random.Random(seed)
    return (source.randbytes(SIZE) for _ in range(cases))
