"""Each promise in SECURITY.md names its checks, and each check exists."""

import re
import subprocess
from pathlib import Path

import pytest
from promises import EXPLANATIONS, PROMISES
from sentences import sentences

ROOT = Path(__file__).resolve().parents[2]
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


@pytest.mark.parametrize("check", [check for check in CHECKS if "::" in check])
def test_a_check_is_in_its_file(check: str) -> None:
    file, _, name = check.partition("::")
    text = (ROOT / file).read_text(encoding="utf-8")
    patterns = {".rs": r"^ *fn {}\(", ".py": r"^def {}\(", ".mjs": r"test\([^\n]*{}"}
    # The compiler itself checks an attribute.
    pattern = "{}" if name.startswith("#!") else patterns[Path(file).suffix]
    pattern = pattern.format(re.escape(name))
    assert re.search(pattern, text, re.MULTILINE), check


@pytest.mark.parametrize("check", [check for check in CHECKS if "::" not in check])
def test_a_command_is_a_target(check: str) -> None:
    target = check.removeprefix("make ")
    assert target != check
    subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=True, capture_output=True, timeout=60)
