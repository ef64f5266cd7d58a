"""Checks that each sample of the book and of the READMEs is complete, and plays those of the command."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from test_samples import ROOT

import grantmint

PAGES = [
    "README.md",
    "node/README.md",
    "python/README.md",
    *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
]
TEXTS = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}
FENCED = re.compile(r"^```(js|python|rust|console)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# The code before and after a migration is part of the reader's own program.
PROGRAMS = [page for page in PAGES if page != "docs/migration.md"]
VARIABLES = ["TWILIO_ACCOUNT_SID", "TWILIO_API_KEY", "TWILIO_API_SECRET"]
VALUES = {
    "TWILIO_ACCOUNT_SID": "AC0123456789abcdef0123456789abcdef",
    "TWILIO_API_KEY": "SK0123456789abcdef0123456789abcdef",
    "TWILIO_API_SECRET": "fake-secret-for-demonstration-only-0000",
    "TWILIO_SYNC_SERVICE_SID": "IS0123456789abcdef0123456789abcdef",
}
# 2026-07-01 14:00:00 UTC, the time at which the pages' commands run.
LATER = 1_782_914_400


@pytest.mark.parametrize("page", PROGRAMS)
def test_the_variables_of_a_sample_are_named_before_it(page: str) -> None:
    text = TEXTS[page]
    for sample in FENCED.finditer(text):
        before = FENCED.sub("", text[: sample.start()])
        needed = set(re.findall(r"\bTWILIO_[A-Z_]+", sample[3]))
        # The Worker's variables are bindings of its own.
        if sample[2].strip() == "worker":
            continue
        if re.search(r"from_?env\(|grantmint mint", sample[3], re.IGNORECASE):
            needed.update(VARIABLES)
        missing = [name for name in sorted(needed) if name not in before]
        assert not missing, f"{page}: {missing} before the sample\n{sample[3]}"


@pytest.mark.parametrize("page", ["README.md", "node/README.md", "python/README.md", "docs/quickstart.md"])
def test_a_first_sample_says_what_it_prints(page: str) -> None:
    for language, _, code in FENCED.findall(TEXTS[page]):
        shown = r"=> |(?:console\.log|print|println!)\(.*\S.*\)?;? *(?://|#) \S|assert|^\$ .+\n.+"
        assert re.search(shown, code, re.MULTILINE), f"{page}: {language}\n{code}"


@pytest.mark.parametrize("page", PROGRAMS)
def test_a_sample_in_rust_is_a_whole_program(page: str) -> None:
    for language, _, code in FENCED.findall(TEXTS[page]):
        if language == "rust":
            assert "fn main()" in code or "static " in code, f"{page}\n{code}"


CONSOLE = [
    (page, code)
    for page, text in TEXTS.items()
    for language, _, code in FENCED.findall(text)
    if language == "console"
]


@pytest.mark.parametrize(("page", "code"), CONSOLE, ids=[page for page, _ in CONSOLE])
def test_a_command_prints_what_the_page_says(page: str, code: str, tmp_path: Path) -> None:
    match = re.match(r"((?:\$ (?:.*\\\n)*.*\n)+)(?s:(.*))", code)
    assert match
    command = re.sub(r"^\$ ", "", match[1], flags=re.MULTILINE).rstrip()
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TWILIO_")}
    environment = plain | VALUES
    if "date +%s" in command:
        command = command.replace("$(date +%s)", str(LATER)) + f" --now {LATER}"
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    command = command.replace("npx grantmint", "grantmint")
    shell = ["sh", "-c", f"{command} 2>&1"]
    done = subprocess.run(
        shell, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    pattern = re.escape(match[2].rstrip()).replace("…", ".*")
    assert re.fullmatch(pattern, done.stdout.rstrip(), re.DOTALL), done.stdout


def test_there_are_commands() -> None:
    assert {"README.md", "docs/quickstart.md", "docs/grants.md", "docs/explaining.md"} <= {
        page for page, _ in CONSOLE
    }


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md", "ARCHITECTURE.md", "SECURITY.md"])
def test_a_link_in_a_checkout_leads_to_a_file(page: str) -> None:
    path = ROOT / page
    links = re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_a_path_in_the_text_leads_to_a_file() -> None:
    listed = ["git", "ls-files", "*.md", ":!docs/images"]
    pages = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    folders = "benchmarks|bindings|crates|docs|fuzz|node|packaging|python|tests"
    stale = []
    for page in pages:
        text = re.sub(r"^ *```.*?^ *```", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.M | re.S)
        paths = re.findall(rf"`((?:{folders})/[\w./-]+)`", text)
        stale += [(page, path) for path in paths if not (ROOT / path).exists()]
    assert len(pages) > 30
    assert stale == []


def test_the_book_has_each_grant() -> None:
    grants = [name for name in grantmint.__all__ if name.endswith("Grant") and name != "AccessTokenGrant"]
    assert len(grants) >= 6
    for page in ("docs/grants.md", "docs/api.md"):
        missing = [name for name in grants if f"`{name}`" not in TEXTS[page]]
        assert not missing, f"{page} lacks {missing}"


def test_the_book_has_each_part_of_an_inspection() -> None:
    inspection = grantmint.inspect("a.b.c")
    tables = TEXTS["docs/explaining.md"].split("## The parts of an inspection")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| ", tables, re.MULTILINE)
    assert [python for _, python in rows] == [*inspection, *inspection.findings[0]]
    script = """
        const { inspect } = require('../node')
        const inspection = inspect('a.b.c')
        console.log(JSON.stringify([...Object.keys(inspection), ...Object.keys(inspection.findings[0])]))
    """
    command = ["node", "-e", script]
    done = subprocess.run(command, cwd=ROOT / "tests", capture_output=True, text=True, check=True)
    assert sorted(node for node, _ in rows) == sorted(json.loads(done.stdout))
