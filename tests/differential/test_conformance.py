"""Rust, Python and Node mint the same token from an input, or reject it with the same code and field."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import twilio.jwt.access_token.grants

import grantmint
from cases import TEXT_FIELDS, Case, Choices, good
from mistakes import bad
from play import outcome
from run import CASES, SEED, random_bytes

HERE = Path(__file__).parent
# `cargo run` builds the program first, if the sources changed.
RUST = ["cargo", "run", "--quiet", "--release", "--package", "grantmint-conformance"]
NODE = ["node", str(HERE / "outcomes.mjs")]
LANGUAGES = ("rust", "python", "node")
SHARE = 10_000


def inputs(seed: str, count: int) -> Iterator[Case]:
    """Yields good and bad inputs in turn. A third of them are bad in a way that each language can express."""
    for place, data in enumerate(random_bytes(seed, count)):
        yield (bad if place % 2 else good)(Choices(data))


def played_by(command: list[str], lines: Path) -> Iterator[Any]:
    with lines.open(encoding="ascii") as source:
        played = subprocess.run(command, stdin=source, stdout=subprocess.PIPE, cwd=HERE, check=True)
    # `splitlines` would also split at characters that may be in JSON strings.
    return map(json.loads, played.stdout.decode().rstrip("\n").split("\n"))


def test_each_grant_that_twilio_has_is_among_the_inputs() -> None:
    ours = {name for name in grantmint.__all__ if name.endswith("Grant") and name != "AccessTokenGrant"}
    known = {*TEXT_FIELDS, "VoiceGrant", "PlaybackGrant"}
    lacking = {name for name in ours - known if hasattr(twilio.jwt.access_token.grants, name)}
    assert not lacking, f"tests/differential/cases.py lacks {sorted(lacking)}"
    assert known <= ours


def test_three_languages_agree() -> None:
    seen: Counter[str] = Counter()
    for share in range(0, CASES, SHARE):
        seen += compare(f"{SEED}/{share // SHARE}", min(SHARE, CASES - share))
    assert seen["inputs"] == CASES
    # Enough inputs of both kinds were compared.
    assert seen["refused by all"] > 0.3 * CASES
    assert seen["signed by all"] > 0.4 * CASES


def compare(seed: str, count: int) -> Counter[str]:
    cases = list(inputs(seed, count))
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder, "inputs.jsonl")
        lines.write_text("".join(f"{json.dumps(case)}\n" for case in cases), encoding="ascii")
        node = played_by(NODE, lines)
        lines.write_text("".join(f"{rust(case)}\n" for case in cases), encoding="ascii")
        in_rust = played_by(RUST, lines)
    seen: Counter[str] = Counter()
    differ = []
    for case, *others in zip(cases, in_rust, node, strict=True):
        python = outcome(case) if case.get("python", True) else None
        outcomes = dict(zip(LANGUAGES, (others[0], python, others[1]), strict=True))
        played = [outcome for outcome in outcomes.values() if outcome is not None]
        if any(outcome != played[0] for outcome in played):
            differ.append((case, outcomes))
        what = "signed" if "token" in played[0] else "refused"
        seen += Counter({"inputs": 1, f"{what} by all": len(played) == len(LANGUAGES)})
        seen[f"{what}: {played[0].get('code')}"] += 1
    summary = "\n".join(f"{case}\n  {outcomes}" for case, outcomes in differ[:5])
    assert not differ, f"{len(differ)} of {count} inputs of seed {seed} differ\n{summary}"
    return seen


def rust(case: Case) -> str:
    """Returns the line for Rust, without an input that Rust skips and may not be able to read."""
    return json.dumps(case if case.get("rust", True) else {"rust": False})
