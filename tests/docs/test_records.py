"""Each statement in docs/reliability.md names its checks, each check exists, and the numbers are right."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from named_checks import ROOT, assert_exists
from records import EXPLANATIONS, RECORDS
from sentences import sentences

PAGE = ROOT / "docs" / "reliability.md"
SENTENCES = list(sentences(PAGE))
STARTS = [start for _, starts in RECORDS for start in starts] + EXPLANATIONS
TESTS = ROOT / "tests"


def test_each_sentence_has_checks_or_explains() -> None:
    without = [sentence for sentence in SENTENCES if not any(map(sentence.startswith, STARTS))]
    assert without == []


def test_each_entry_belongs_to_a_sentence() -> None:
    gone = [start for start in STARTS if not any(sentence.startswith(start) for sentence in SENTENCES)]
    assert gone == []
    assert len(STARTS) == len(set(STARTS))


@pytest.mark.parametrize("check", sorted({check for checks, _ in RECORDS for check in checks}))
def test_a_check_exists(check: str) -> None:
    assert_exists(check)


def test_the_fuzz_targets_are_listed() -> None:
    rows = [match[1] for sentence in SENTENCES if (match := re.match(r"\| `(\w+)` \|", sentence))]
    assert sorted(rows) == sorted(path.stem for path in (ROOT / "fuzz" / "fuzz_targets").glob("*.rs"))


def test_the_calls_at_the_boundary() -> None:
    python = number(r'"GRANTMINT_CASES", "(\d+)"', TESTS / "python" / "test_boundary.py")
    node = number(r"GRANTMINT_CASES \?\? (\d+)", TESTS / "node" / "boundary.test.mjs")
    assert f"`make test` makes {python} and {node} calls." in SENTENCES


def test_the_places_where_callbacks_throw() -> None:
    python = size("THROWING", TESTS / "reliability" / "orders.py")
    text = (TESTS / "reliability" / "orders.mjs").read_text(encoding="utf-8")
    node = len(re.findall(r"^  \(other\) =>", between(text, "const THROWING = [", "\n]"), re.MULTILINE))
    assert f"Its callbacks throw in {python} places in Python and {node} in Node." in SENTENCES


def test_the_panics() -> None:
    python = number(r"len\(lines\) == (\d+)", TESTS / "reliability" / "panics.py")
    node = number(r"lines\.length, (\d+)", TESTS / "reliability" / "panics.mjs")
    start = f"{python} panics in Python and {node} in Node became ordinary errors"
    assert any(sentence.startswith(start) for sentence in SENTENCES)


def test_the_places_where_the_secret_is_searched() -> None:
    python = size("SURFACES", TESTS / "python" / "test_secrecy_everywhere.py")
    text = (TESTS / "node" / "secrecy_everywhere.test.mjs").read_text(encoding="utf-8")
    surfaces = between(text, "const SURFACES = {", "\n}")
    node = len(re.findall(r"^  (?:'[^']+'|\w+): \(holder\)", surfaces, re.MULTILINE))
    assert f"The tests search {python} and {node} outputs of them." in SENTENCES


def test_nothing_logs() -> None:
    printing = re.compile(r"^(?!\s*//).*\b(?:e?println!|dbg!|log::|tracing)", re.MULTILINE)
    assert [path for path in sources() if printing.search(path.read_text(encoding="utf-8"))] == []
    assert printing.search('    println!("x");')


def test_the_blocks_of_unsafe_code() -> None:
    blocks = {path.parent.parent.name: 0 for path in sources()}
    for path in sources():
        blocks[path.parent.parent.name] += len(re.findall(r"\bunsafe \{", path.read_text(encoding="utf-8")))
    assert {name: count for name, count in blocks.items() if count} == {"node": 8, "python": 1, "wasm": 1}
    assert "The released code of the bindings contains ten `unsafe` blocks." in SENTENCES


def test_releases_check_arithmetic() -> None:
    release = between((ROOT / "Cargo.toml").read_text(encoding="utf-8"), "[profile.release]", "\n\n")
    assert "overflow-checks = true" in release


def sources() -> Iterator[Path]:
    """Yields the released code of the core and the bindings, which the command is no part of."""
    for folder in (ROOT / "crates" / "grantmint" / "src", *(ROOT / "bindings").glob("*/src")):
        yield from sorted(path for path in folder.rglob("*.rs") if "test" not in path.stem)


def size(name: str, path: Path) -> int:
    """Returns the number of members that a module gives the list or dict of this name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            assert isinstance(node.value, ast.List | ast.Dict)
            return len(node.value.elts if isinstance(node.value, ast.List) else node.value.keys)
    raise LookupError(name)


def number(pattern: str, path: Path) -> int:
    match = re.search(pattern, path.read_text(encoding="utf-8"))
    assert match, pattern
    return int(match[1])


def between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0]
