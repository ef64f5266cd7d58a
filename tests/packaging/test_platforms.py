"""The runner of `make platforms`, and the table of supported platforms."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import checks
import nodes
import platforms
import rust
import support
from support import Run

ROOT = Path(__file__).parents[2]


def passing(detail: str = "3 passed") -> Callable[[], str]:
    return lambda: detail


def raising(error: Exception) -> Callable[[], str]:
    def run() -> str:
        raise error

    return run


def check(run: Callable[[], str], on: str = "CPython 3.10") -> checks.Check:
    return checks.Check("Linux x64, glibc", on, "the Python tests", "natively", run)


def main(monkeypatch: pytest.MonkeyPatch, *listed: checks.Check) -> int:
    monkeypatch.setitem(platforms.PARTS[0], "python", lambda: listed)
    return platforms.main(["python"])


def test_each_result_is_counted_and_skipped_checks_have_a_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results = [passing(), raising(checks.Skipped("there is no Wine")), passing()]
    assert main(monkeypatch, *map(check, results)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("passed  Linux x64, glibc, CPython 3.10: the Python tests natively (")
    assert lines[1].endswith(": there is no Wine")
    assert lines[-1] == "2 passed, 0 failed, 1 skipped"


def test_a_failure_ends_with_status_1_after_the_other_checks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results = [raising(checks.Failed("status 2")), passing()]
    assert main(monkeypatch, *map(check, results)) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 1 failed, 0 skipped"


def test_two_lists_of_parts_run_at_the_same_time(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Each check waits for the other one.
    barrier = threading.Barrier(2, timeout=60)

    def meet() -> str:
        barrier.wait()
        return "met"

    monkeypatch.setitem(platforms.PARTS[0], "python", lambda: [check(meet), check(passing())])
    monkeypatch.setitem(platforms.PARTS[1], "windows", lambda: [check(meet)])
    assert platforms.main(["windows", "python"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "3 passed, 0 failed, 0 skipped"


def test_the_lines_of_a_failure_are_shown() -> None:
    failure = "    not ok 1 - inner\n      ---\n      error: 'x'\n      ...\nnot ok 2 - outer\n  ---\n  ...\n"
    shown = "\n".join(nodes.failures(f"ok 1 - a\n{failure}ok 3 - b\n# fail 1\n"))
    assert "error: 'x'" in shown
    assert "not ok 2 - outer" in shown
    assert "ok 3" not in shown
    assert nodes.failures("no test\n") == ["no test"]
    failure = "failures:\n\n---- one stdout ----\n\nthread 'one' panicked\n\nfailures:\n    one\n"
    assert [line for line in rust.failures(f"running 1 test\n{failure}") if line] == [
        "---- one stdout ----",
        "thread 'one' panicked",
    ]
    assert rust.failures("error: no test\n") == ["error: no test"]


def test_a_part_without_a_check_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(monkeypatch) == 1


def test_a_command_that_fails_or_prints_something_else_is_a_failure() -> None:
    with pytest.raises(checks.Failed, match=r"ended with status 3:\nwhy$"):
        checks.output(sys.executable, "-c", "print('why'); raise SystemExit(3)")
    with pytest.raises(checks.Failed, match="does not match"):
        checks.found(r"^(\d+) passed", "0 tests")


def test_the_table_is_that_of_the_recorded_runs() -> None:
    for page in support.PAGES:
        text = page.read_text(encoding="utf-8")
        assert text == support.with_table(text, support.recorded()), (
            f"{page.name}: run python tests/platforms/support.py"
        )


def test_every_published_platform_is_in_the_table() -> None:
    workflow: dict[str, Any] = yaml.safe_load(
        (ROOT / ".github" / "workflows" / "packages.yml").read_text(encoding="utf-8")
    )
    built = workflow["jobs"]["build"]["strategy"]["matrix"]["include"]
    assert {entry["target"] for entry in built} == set(support.TARGETS)


def run(on: str, result: str = "passed", platform: str = "Linux x64, glibc") -> Run:
    return Run(platform, on, "the Python tests", "natively", "2026-07-01", result, "3 passed")


def test_the_table_shows_as_run_only_what_ran() -> None:
    shown = support.table(
        [
            run("CPython 3.9"),
            run("CPython 3.10"),
            run("CPython 3.11", "failed"),
            run("CPython 3.14", "skipped"),
        ]
    )
    assert shown.splitlines()[2:6] == [
        "| Linux x64, glibc | the Python tests | CPython 3.9, 3.10 | natively | 2026-07-01 |",
        "| Linux x64, glibc | the Python tests | CPython 3.11 | natively | failed on 2026-07-01 |",
        "| Linux x64, glibc | the Python tests | CPython 3.14 | natively | never |",
        "| Linux arm64, glibc | nothing | | | never |",
    ]
    assert shown.count("| nothing | | | never |") == len(support.TARGETS) - 1


def test_what_was_only_linked_is_not_shown_as_run() -> None:
    def linked(result: str) -> str:
        date = "2026-07-01"
        shown = support.table(
            [Run("macOS arm64", "Rust", "the command", support.NOT_RUN, date, result, "linked")]
        )
        return next(line for line in shown.splitlines() if line.startswith("| macOS arm64"))

    assert linked("passed") == "| macOS arm64 | nothing (the command) | Rust | linked, not run | never |"
    assert linked("failed") == "| macOS arm64 | the command | Rust | linked, not run | failed on 2026-07-01 |"


def test_a_skipped_check_does_not_replace_an_earlier_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(support, "RUNS", tmp_path / "runs.json")
    monkeypatch.setattr(support, "PAGES", [])
    support.record([run("CPython 3.10"), run("CPython 3.9")])
    support.record(
        [run("CPython 3.10", "skipped"), run("CPython 3.9", "failed"), run("CPython 3.14", "skipped")]
    )
    assert [(each.on, each.result) for each in support.recorded()] == [
        ("CPython 3.9", "failed"),
        ("CPython 3.10", "passed"),
        ("CPython 3.14", "skipped"),
    ]
