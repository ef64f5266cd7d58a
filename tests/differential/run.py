"""The number of cases of a run and its seed, with their defaults."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

CASES = int(os.environ.get("GRANTMINT_CASES", "10000"))
SEED = int(os.environ.get("GRANTMINT_SEED", "20260701"))

# Enough bytes for all but the largest cases. The rest of such a case is simpler.
SIZE = 768


def random_bytes(seed: str, cases: int) -> Iterator[bytes]:
    """Yields the bytes of each case. Equal seeds give equal bytes."""
    source = random.Random(seed)
    return (source.randbytes(SIZE) for _ in range(cases))
