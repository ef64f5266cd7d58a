"""The recorded runs, and the table of supported platforms that is generated from them.

``python tests/platforms/support.py`` writes the table into the README and the book.
``make record-platforms`` does so after a run.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNS = Path(__file__).parent / "runs.json"
PAGES = [ROOT / "README.md", ROOT / "docs" / "platforms.md"]
START = "<!-- The table is generated: python tests/platforms/support.py -->\n"
END = "<!-- The end of the table. -->\n"

# The Rust targets of the published packages, by their names in the table.
TARGETS = {
    "x86_64-unknown-linux-gnu": "Linux x64, glibc",
    "aarch64-unknown-linux-gnu": "Linux arm64, glibc",
    "x86_64-unknown-linux-musl": "Linux x64, musl",
    "aarch64-unknown-linux-musl": "Linux arm64, musl",
    "x86_64-apple-darwin": "macOS x64",
    "aarch64-apple-darwin": "macOS arm64",
    "x86_64-pc-windows-msvc": "Windows x64",
    "aarch64-pc-windows-msvc": "Windows arm64",
}

# The way in which a platform is checked that no run shows.
NOT_RUN = "linked, not run"


@dataclass(frozen=True)
class Run:
    """The result of a check on one day."""

    platform: str
    on: str
    what: str
    how: str
    date: str
    result: str
    detail: str

    @property
    def check(self) -> tuple[str, str, str, str]:
        return (self.platform, self.on, self.what, self.how)


def today() -> str:
    return datetime.datetime.now(datetime.timezone.utc).date().isoformat()


def recorded() -> list[Run]:
    return [Run(**run) for run in json.loads(RUNS.read_text(encoding="utf-8"))] if RUNS.exists() else []


def record(runs: Iterable[Run]) -> None:
    """Replaces the recorded runs of the same checks by later ones, and writes the table."""
    known = {run.check: run for run in recorded()}
    for run in runs:
        # A check that cannot run on this machine may have run on another.
        if run.result != "skipped" or run.check not in known:
            known[run.check] = run
    order = [*TARGETS.values(), *sorted({run.platform for run in known.values()} - set(TARGETS.values()))]
    lines = sorted(
        known.values(), key=lambda run: (order.index(run.platform), run.what, run.how, numbers(run.on))
    )
    text = json.dumps([dataclasses.asdict(run) for run in lines], indent=2, ensure_ascii=False)
    RUNS.write_text(f"{text}\n", encoding="utf-8")
    write_table()


def write_table() -> None:
    for page in PAGES:
        page.write_text(with_table(page.read_text(encoding="utf-8"), recorded()), encoding="utf-8")


def with_table(page: str, runs: list[Run]) -> str:
    before, rest = page.split(START)
    _, after = rest.split(END)
    return f"{before}{START}\n{table(runs)}\n{END}{after}"


def table(runs: list[Run]) -> str:
    """Returns the table: a row for each program that ran, and one for each platform on which none did."""
    lines = ["| platform | what ran | on | how | last run |", "|---|---|---|---|---|"]
    platforms = [*TARGETS.values(), *(run.platform for run in runs)]
    for platform in dict.fromkeys(platforms):
        grouped: dict[tuple[str, str, str], list[Run]] = {}
        for run in runs:
            if run.platform == platform:
                grouped.setdefault((run.what, run.how, last_run(run)), []).append(run)
        for (what, how, date), group in grouped.items():
            ran = f"nothing ({what})" if how == NOT_RUN and group[0].result == "passed" else what
            lines.append(f"| {platform} | {ran} | {names(group)} | {how} | {date} |")
        if not grouped:
            lines.append(f"| {platform} | nothing | | | never |")
    return "\n".join(lines) + "\n"


def last_run(run: Run) -> str:
    date = "never" if run.how == NOT_RUN else run.date
    return {"passed": date, "failed": f"failed on {run.date}", "skipped": "never"}[run.result]


def names(runs: list[Run]) -> str:
    """Returns the programs of a row: "CPython 3.10, 3.11, 3.12"."""
    versions: dict[str, list[str]] = {}
    for run in runs:
        name, _, version = run.on.partition(" ")
        versions.setdefault(name, []).append(version)
    return ", ".join(f"{name} {', '.join(filter(None, found))}".strip() for name, found in versions.items())


def numbers(text: str) -> tuple[str, list[int]]:
    """Sorts 3.9 before 3.10."""
    return re.sub(r"\d+", "", text), [int(number) for number in re.findall(r"\d+", text)]


if __name__ == "__main__":
    write_table()
