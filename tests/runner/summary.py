"""Runs every test of `make test` quietly, and ends with one summary for all languages.

Each step's whole output goes to a file in target/test-logs. The console shows a dot for fifty tests and
an F for each failure. In the end, it shows all failures in full, the reasons of skipped tests, and totals.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOGS = ROOT / "target" / "test-logs"
TESTS_PER_DOT = 50
# The part of a log that is shown if a step fails and no test does, as when a build fails.
LAST_LINES = 120


@dataclass
class Step:
    name: str
    command: list[str]
    # Whether the step must run tests. The others only pass or fail.
    has_tests: bool = True


@dataclass
class Result:
    step: Step
    status: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether the step failed, which it also does if it should have run tests and ran none."""
        nothing = self.step.has_tests and self.counts["passed"] == 0
        return self.status != 0 or self.counts["failed"] > 0 or nothing


def main(steps: list[Step], logs: Path = LOGS) -> int:
    """Runs all steps, also after one has failed. Returns the status of the process."""
    logs.mkdir(parents=True, exist_ok=True)
    results = [run(step, logs) for step in steps]
    for result in results:
        for failure in result.failures:
            print(f"\n{failure}")
        if result.failed and not result.failures:
            lines = log_of(result.step, logs).read_text(errors="replace").splitlines()
            print(f"\n{result.step.name} failed. The end of its log:", *lines[-LAST_LINES:], sep="\n")
    print(summary(results, logs))
    total = totals(results)
    (logs / "summary.txt").write_text(f"{total}\n")
    print(total)
    return 1 if any(result.failed for result in results) else 0


def run(step: Step, logs: Path) -> Result:
    """Runs one step, with its output in a file of its own."""
    print(f"{step.name} ", end="", flush=True)
    result = Result(step)
    process = subprocess.Popen(
        step.command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout is not None
    seen = 0
    with process, log_of(step, logs).open("w", encoding="utf-8") as log:
        for line in process.stdout:
            log.write(line)
            log.flush()
            if is_failure(line):
                print("F", end="", flush=True)
            tests = tests_in(line)
            if (seen + tests) // TESTS_PER_DOT > seen // TESTS_PER_DOT:
                print(".", end="", flush=True)
            seen += tests
    result.status = process.wait()
    read(result, log_of(step, logs).read_text(encoding="utf-8"))
    print(" failed" if result.failed else " ok")
    return result


def log_of(step: Step, logs: Path) -> Path:
    return logs / f"{step.name.lower()}.log"


# cargo's "test a::b ... ok", Node's "ok 1 - a" at any depth, pytest's line of dots.
TEST = re.compile(r"^(?:test .+ \.\.\. |\s*(?:not )?ok \d+ - )")
DOTS = re.compile(r"^(?:\S+\.py )?([.sxXFE]+)(?: *\[ *\d+%\])?$")


def tests_in(line: str) -> int:
    dots = DOTS.match(line.rstrip())
    return len(dots[1]) if dots else 1 if TEST.match(line) else 0


def is_failure(line: str) -> bool:
    return bool(re.match(r"^(?:test .+ \.\.\. FAILED|FAILED |not ok \d+ - )", line))


def read(result: Result, log: str) -> None:
    """Reads the results of cargo test, pytest and Node's test runner from a log."""
    for passed, failed, ignored in re.findall(
        r"^test result: .* (\d+) passed; (\d+) failed; (\d+) ignored", log, re.MULTILINE
    ):
        result.counts.update(passed=int(passed), failed=int(failed), skipped=int(ignored))
    result.failures += re.findall(
        r"^(---- \S+ stdout ----\n.*?)(?=^---- |^failures:$)", log, re.MULTILINE | re.DOTALL
    )
    for name, reason in re.findall(r"^test (.+) \.\.\. ignored(?:, (.+))?$", log, re.MULTILINE):
        result.skipped[reason or f"{name} is ignored"] += 1

    for line in re.findall(r"^(?:=+ )?(\d+ \w+.*) in \d[\d.:hms ()]*s?[^\n]*$", log, re.MULTILINE):
        for number, word in re.findall(r"(\d+) (passed|failed|errors?|skipped|xfailed)\b", line):
            result.counts["failed" if word.startswith("error") else word] += int(number)
    # pytest's failures, each with its traceback, are between this line and the list of skipped tests.
    for section in re.findall(
        r"^=+ (?:FAILURES|ERRORS) =+\n(.*?)(?=^=+ (?:FAILURES|short test summary|warnings summary|\d+ \w+))",
        log,
        re.MULTILINE | re.DOTALL,
    ):
        result.failures.append(section.rstrip())
    for number, reason in re.findall(r"^SKIPPED \[(\d+)\] (?:\S+: )?(.+)$", log, re.MULTILINE):
        result.skipped[reason] += int(number)

    for word, number in re.findall(r"^(?:#|\u2139) (pass|fail|cancelled|skipped) (\d+)$", log, re.MULTILINE):
        name = {"pass": "passed", "fail": "failed", "cancelled": "failed"}.get(word, word)
        result.counts[name] += int(number)
    for reason in re.findall(r"^\s*ok \d+ - .* # SKIP(?: (.+))?$", log, re.MULTILINE):
        result.skipped[reason or "without a reason"] += 1
    # A parent fails because of its subtests, which are shown themselves.
    for indent, failure in re.findall(
        r"^( *)(not ok \d+ - .*\n\1  ---\n(?:.*\n)*?)\1  \.\.\.$", log, re.MULTILINE
    ):
        if "failureType: 'subtestsFailed'" not in failure:
            result.failures.append(re.sub(rf"^{indent}", "", failure, flags=re.MULTILINE).rstrip())


def summary(results: list[Result], logs: Path) -> str:
    """Returns a table of the steps, and the reasons of skipped tests."""
    lines = ["", f"{'':10}{'passed':>8}{'failed':>8}{'skipped':>9}"]
    for result in results:
        counts = result.counts
        numbers = (
            f"{counts['passed']:8}{counts['failed']:8}{counts['skipped']:9}" if result.step.has_tests else ""
        )
        note = ""
        if result.status and not counts["failed"]:
            note = f"  ended with status {result.status}"
        elif result.failed and not counts["failed"]:
            note = "  ran no tests"
        lines.append(f"{result.step.name:10}{numbers or ('  failed' if result.failed else '      ok')}{note}")
    skipped = sum((result.skipped for result in results), Counter[str]())
    if skipped:
        lines += ["", "Skipped:", *(f"{number:6}  {reason}" for reason, number in skipped.most_common())]
    shown = logs.relative_to(ROOT) if logs.is_relative_to(ROOT) else logs
    return "\n".join([*lines, "", f"The logs are in {shown}.", ""])


def totals(results: list[Result]) -> str:
    counts = sum((result.counts for result in results), Counter[str]())
    failed = counts["failed"] + sum(result.failed and not result.counts["failed"] for result in results)
    return f"{counts['passed']} passed, {failed} failed, {counts['skipped']} skipped"


def make(target: str) -> list[str]:
    return [
        "make",
        "--no-print-directory",
        target,
        "NODE_TEST_FLAGS=--test-reporter=tap",
    ]


if __name__ == "__main__":
    sys.exit(
        main(
            [
                Step("Rust", make("test-rust")),
                Step("Panics", make("check-panics"), has_tests=False),
                Step("Python", make("test-python")),
                Step("Node", make("test-node")),
                Step("Docs", make("test-docs")),
                Step("Packaging", make("test-packaging")),
            ]
        )
    )
