"""Creates the seed corpus in fuzz/corpus from vectors and findings.json: ``python3 fuzz/seeds.py``.

The corpus is not committed. The seeds of a target are inputs of its kind: tokens, headers, claims or
objects. The findings are short inputs of earlier runs that reach code which no vector does.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
VECTORS = ROOT / "tests" / "vectors"
CORPUS = ROOT / "fuzz" / "corpus"
# For each target, inputs in base64, from libFuzzer's -set_cover_merge=1 with the vectors first.
FINDINGS = ROOT / "fuzz" / "findings.json"
# The largest seed in bytes. A target reads 16 KiB, so that the fuzzer can add to a seed: `-max_len` in
# tests/reliability/reliability.mk.
LARGEST = 8192


def main() -> None:
    tokens = [token for file in ("tokens.json", "hostile.json") for token in tokens_of(file)]
    parts = [segments(token) for token in tokens]
    headers = [header for header, _ in parts]
    claims = [claims for _, claims in parts]
    whole = [token.encode() for token in tokens]
    findings = json.loads(FINDINGS.read_text(encoding="utf-8"))
    for target, seeds in {
        "compact": whole,
        "header": headers,
        "claims": claims,
        "inspect": whole + claims,
        "verify": whole,
        "round_trip": claims,
        "object": [json.dumps(payload).encode() for payload in objects(claims)],
    }.items():
        write(target, [*seeds, *map(base64.b64decode, findings[target])])


def tokens_of(file: str) -> list[str]:
    cases = json.loads((VECTORS / file).read_text(encoding="utf-8"))["cases"]
    return [case["token"] for case in cases if isinstance(case.get("token"), str)]


def segments(token: str) -> tuple[bytes, bytes]:
    header, _, rest = token.partition(".")
    return decoded(header), decoded(rest.partition(".")[0])


def decoded(segment: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(segment.encode() + b"==")
    except ValueError:
        return segment.encode()


def objects(claims: list[bytes]) -> list[dict[str, object]]:
    """Returns the payloads of grants and the claims themselves, as free-form objects."""
    found: list[dict[str, object]] = []
    for text in claims:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            found.append(value)
            grants = value.get("grants")
            if isinstance(grants, dict):
                found.extend(grant for grant in grants.values() if isinstance(grant, dict))
    return found


def write(target: str, seeds: list[bytes]) -> None:
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    unique = {seed for seed in seeds if 0 < len(seed) <= LARGEST}
    for seed in unique:
        (folder / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    print(f"{target}: {len(unique)} seeds", file=sys.stderr)


if __name__ == "__main__":
    main()
