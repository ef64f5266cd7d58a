"""The verifier rejects every small change to a good token with a typed error."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterator

import player
from grantmint import TokenError

CHARACTERS = [*string.ascii_letters, *string.digits, *"-_", *".=+/ \0é\ud800"]
CASE = player.hostile()[0]
GOOD: str = player.token_of(CASE)


def changes() -> Iterator[str]:
    for at in range(len(GOOD) + 1):
        before, after = GOOD[:at], GOOD[at:]
        for text in CHARACTERS:
            yield before + text + after
            if after:
                yield before + text + after[1:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def test_every_small_change_to_a_good_token_is_refused() -> None:
    verifier, now = player.verifier_of(CASE), CASE["now"]
    verifier.verify(GOOD, now=now)
    codes: Counter[str] = Counter()
    for changed in changes():
        if changed == GOOD:
            continue
        try:
            verifier.verify(changed, now=now)
        except TokenError as error:
            codes[error.code] += 1
        else:
            raise AssertionError(f"accepted: {changed!r}")
    assert codes.total() > 60_000
    # No code about the payload: the verifier reads it only after the signature, which never matches.
    assert codes.keys() == {
        "bad_signature",
        "not_base64url",
        "not_compact",
        "not_json_object",
        "wrong_algorithm",
        "wrong_cty",
        "wrong_typ",
    }
