"""Each promise in SECURITY.md names its checks, and each check exists."""

import pytest
from named_checks import ROOT, assert_exists
from promises import EXPLANATIONS, PROMISES
from sentences import sentences

SECURITY = list(sentences(ROOT / "SECURITY.md", "## Promises", "## Limits"))
CHECKS = sorted({check for checks in PROMISES.values() for check in checks})


def test_each_sentence_is_a_promise_with_checks_or_an_explanation() -> None:
    promised = [sentence for sentence in SECURITY if sentence not in EXPLANATIONS]
    without = [sentence for sentence in promised if not any(map(sentence.startswith, PROMISES))]
    assert without == []


def test_each_entry_belongs_to_a_sentence() -> None:
    gone = [start for start in PROMISES if sum(sentence.startswith(start) for sentence in SECURITY) != 1]
    assert gone == []
    assert set(SECURITY) >= EXPLANATIONS


def test_a_sentence_without_a_check_would_be_seen() -> None:
    assert not any(map("grantmint never sleeps.".startswith, PROMISES))
    assert all(checks for checks in PROMISES.values())


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_exists(check: str) -> None:
    assert_exists(check)
