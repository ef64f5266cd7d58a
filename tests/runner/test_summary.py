"""Checks the summary of `make test` on real test runs of cargo's harness, pytest and Node."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest


def load() -> ModuleType:
    file = Path(__file__).with_name("summary.py")
    specification = importlib.util.spec_from_file_location("summary", file)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    # A dataclass looks for its module there.
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


runner = load()

PYTEST = """
import pytest

def test_good(): pass

@pytest.mark.skip(reason="no courier here")
def test_skipped(): pass
"""
NODE = """
const test = require('node:test')
test('good', () => {})
test('group', async (t) => { await t.test('inner', () => {}) })
test('skipped', { skip: 'no browser here' }, () => {})
"""
RUST = """
#[test] fn good() {}
#[test] #[ignore = "slow"] fn skipped() {}
"""


def steps(folder: Path, *, failing: bool) -> list[object]:
    (folder / "test_sample.py").write_text(
        PYTEST + ("\ndef test_bad():\n    assert 1 + 1 == 3\n" if failing else "")
    )
    bad = "test('outer', async (t) => { await t.test('bad', () => { throw new Error('node-words') }) })"
    (folder / "sample.test.cjs").write_text(NODE + (bad if failing else ""))
    (folder / "sample.rs").write_text(RUST + ('#[test] fn bad() { panic!("rust-words") }' if failing else ""))
    found = [
        runner.Step("Python", [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", str(folder)]),
        runner.Step("Node", ["node", "--test", "--test-reporter=tap", str(folder / "sample.test.cjs")]),
    ]
    if shutil.which("rustc"):
        program = folder / "sample"
        subprocess.run(["rustc", "--test", "-o", program, folder / "sample.rs"], check=True)
        found.append(runner.Step("Rust", [str(program)]))
    return found


def test_everything_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = steps(tmp_path, failing=False)
    assert runner.main(found, tmp_path / "logs") == 0
    lines = capsys.readouterr().out.splitlines()
    passed = 1 + 3 + (len(found) - 2)
    assert lines[-1] == f"{passed} passed, 0 failed, {len(found)} skipped"
    assert (tmp_path / "logs/summary.txt").read_text() == f"{lines[-1]}\n"
    for reason in ("no courier here", "no browser here"):
        assert f"     1  {reason}" in lines
    assert len(lines) < 25
    assert "test_sample" in (tmp_path / "logs/python.log").read_text()


def test_failures_are_printed_in_full(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = steps(tmp_path, failing=True)
    assert runner.main(found, tmp_path / "logs") == 1
    out = capsys.readouterr().out
    for words in ("assert (1 + 1) == 3", "error: 'node-words'", "sample.test.cjs"):
        assert words in out
    assert out.count("node-words'") == 1
    if len(found) == 3:
        assert "rust-words" in out
        assert "sample.rs" in out
    # Node counts the outer test, too.
    assert out.splitlines()[-1].endswith(f"{len(found) + 1} failed, {len(found)} skipped")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("pass", "ran no tests"),
        ("raise SystemExit('cannot build')", "cannot build"),
        ("print('test result: ok. 3 passed; 0 failed; 0 ignored'); raise SystemExit(2)", "status 2"),
        ("print('test result: ok. 0 passed; 0 failed; 2 ignored')", "ran no tests"),
    ],
)
def test_a_step_that_runs_nothing_or_breaks(
    code: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert runner.main([runner.Step("Broken", [sys.executable, "-c", code])], tmp_path) == 1
    out = capsys.readouterr().out
    assert words in out
    assert " 1 failed" in out.splitlines()[-1]


def test_a_step_without_tests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ok = runner.Step("Check", [sys.executable, "-c", ""], has_tests=False)
    assert runner.main([ok], tmp_path) == 0
    bad = runner.Step("Check", [sys.executable, "-c", "raise SystemExit(3)"], has_tests=False)
    assert runner.main([ok, bad], tmp_path) == 1
    assert "0 passed, 1 failed, 0 skipped" in capsys.readouterr().out
