"""Checks that resident memory stays flat: ``python soak.py [mints [refusals [inspections]]]``.

Each number defaults to the one before it, and the first to 10,000,000. Calls before the measurement allocate
the permanent objects. The operating system measures the memory.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from typing import Any

from grantmint import (
    AccessToken,
    AccessTokenGrant,
    GrantmintError,
    Issuer,
    PlaybackGrant,
    SyncGrant,
    Verifier,
    VideoGrant,
    inspect,
)

ACCOUNT_SID = "ACa0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0"
KEY_SID = "SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1"
SECRET = "fake-secret-0123456789-abcdefghij"
NOW = 1_700_000_000
LIMIT = 2 << 20

issuer = Issuer(ACCOUNT_SID, KEY_SID, SECRET, grants=[VideoGrant(room="daily")])
verifier = Verifier({KEY_SID: SECRET})
token = issuer.mint("alice", now=NOW)
forged = token[:-2] + ("AA" if token[-2:] != "AA" else "QQ")


class Throwing(AccessTokenGrant):
    key = "throwing"

    def to_payload(self) -> dict[str, Any]:
        raise RuntimeError("as a caller's code does")


class Turning(AccessTokenGrant):
    """A grant that refers to its token, so that only the garbage collector ends it."""

    key = "turning"

    def __init__(self, token: AccessToken) -> None:
        self.token = token

    def to_payload(self) -> dict[str, Any]:
        return {}


def mint_one() -> None:
    issuer.mint("alice")


def mint_with_options() -> None:
    issuer.mint("älice", grants=[SyncGrant(service_sid="IS" + "c2" * 16)], ttl=60, jti="x")


def mint_by_hand() -> None:
    by_hand = AccessToken(ACCOUNT_SID, KEY_SID, SECRET, [PlaybackGrant({"a": [1, {"b": None}]})], "alice")
    by_hand.to_jwt()


def mint_in_a_cycle() -> None:
    by_hand = AccessToken(ACCOUNT_SID, KEY_SID, SECRET, identity="alice")
    by_hand.add_grant(Turning(by_hand))
    by_hand.to_jwt()


def mint_a_list() -> None:
    issuer.mint_many(["alice", "bob", "carol"], threads=2)


def make_an_issuer() -> None:
    Issuer(ACCOUNT_SID, KEY_SID, SECRET.encode(), grants=[VideoGrant()]).issue("alice")


def refused(call: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        try:
            call()
        except (GrantmintError, RuntimeError):
            return
        raise AssertionError("not refused")

    return run


def look_at_all() -> None:
    claims = verifier.verify(token, now=NOW)
    assert claims.identity == "alice"
    assert claims.grants
    assert claims.payload
    assert claims.header


def explain(text: str) -> Callable[[], None]:
    def run() -> None:
        inspection = inspect(text, SECRET, NOW)
        assert inspection.kind
        assert inspection.findings is not None
        assert str(inspection)

    return run


# Seven of eight calls are of the first kind. The rarer kinds alternate in the others.
ROUNDS: dict[str, tuple[list[Callable[[], None]], list[Callable[[], None]]]] = {
    "mints": ([mint_one], [mint_with_options, mint_by_hand, mint_in_a_cycle, mint_a_list, make_an_issuer]),
    "refusals": (
        [refused(lambda: verifier.verify(forged, now=NOW))],
        [
            refused(lambda: verifier.verify(token)),
            refused(lambda: verifier.verify("x" * 20_000)),
            refused(lambda: verifier.verify(None)),  # type: ignore[arg-type]
            refused(lambda: issuer.mint("")),
            refused(lambda: issuer.mint_many(["alice", ""])),
            refused(lambda: issuer.mint("alice", grants=[Throwing()])),
            refused(lambda: AccessToken("", KEY_SID, SECRET)),
            refused(lambda: Issuer(ACCOUNT_SID, KEY_SID, "short")),
            look_at_all,
        ],
    ),
    "inspections": (
        [explain(token)],
        [explain(forged), explain("Bearer abc"), explain(f'"{token}"'), explain("é")],
    ),
}


def resident() -> int:
    """Returns the resident memory of this process in bytes."""
    with open("/proc/self/smaps_rollup", encoding="ascii") as file:
        for line in file:
            if line.startswith("Rss:"):
                return int(line.split()[1]) << 10
    raise AssertionError("no Rss")


def play(what: str, count: int) -> None:
    usual, rare = ROUNDS[what]
    for turn in range(count):
        (usual[0] if turn % 8 else rare[turn // 8 % len(rare)])()


def measured(what: str, count: int) -> bool:
    play(what, min(count, 50_000))
    gc.collect()
    before = resident()
    play(what, count)
    gc.collect()
    growth = resident() - before
    verdict = "flat" if growth <= LIMIT else "GROWN"
    print(
        f"Python: {count:>10,} {what}: {growth / (1 << 20):+.2f} MiB of {before / (1 << 20):.1f}, {verdict}",
        flush=True,
    )
    return growth <= LIMIT


def main(counts: list[int]) -> int:
    counts += [counts[-1] if counts else 10_000_000] * (3 - len(counts))
    ok = [measured(what, count) for what, count in zip(ROUNDS, counts, strict=True)]
    assert threading.active_count() == 1
    return 0 if all(ok) else 1


if __name__ == "__main__":
    sys.exit(main([int(argument) for argument in sys.argv[1:]]))
