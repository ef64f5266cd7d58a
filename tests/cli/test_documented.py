"""No page advises to type a secret into a shell, which records it, or to pass one as an argument."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

WORKSPACE = Path(__file__).parents[2]
LISTED = subprocess.run(
    ["git", "ls-files", "*.md", "crates/grantmint-cli/src/help"],
    cwd=WORKSPACE,
    capture_output=True,
    text=True,
    check=True,
)
PAGES = LISTED.stdout.split()
SHELLS = ("sh", "bash", "shell", "console", "powershell", "")
SECRET = r"[A-Za-z_-]*(?:secret|auth.?token|password)[A-Za-z_-]*"
# The secret of a file or of another program is not typed.
TYPED = re.compile(rf"\b{SECRET}=(?![\"']?[$<])\S|--{SECRET}(?<!-file)[ =]", re.IGNORECASE)


def commands(page: str) -> list[str]:
    """Returns the lines for a shell: those of its blocks, and code in running text."""
    text = (WORKSPACE / page).read_text(encoding="utf-8")
    if page.endswith(".txt"):
        return text.splitlines()
    fenced = re.findall(r"^```([^\n]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    blocks = [block for language, block in fenced if language in SHELLS]
    rest = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return [*"\n".join(blocks).splitlines(), *re.findall(r"`([^`\n]+)`", rest)]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_advises_a_secret_on_a_command_line(page: str) -> None:
    assert [line for line in commands(page) if TYPED.search(line)] == []


def test_what_would_be_such_advice_is_found() -> None:
    assert {"docs/errors.md", "crates/grantmint-cli/src/help/mint.txt"} <= set(PAGES)
    assert any("grantmint inspect" in line for line in commands("docs/errors.md"))
    for line in (
        "TWILIO_API_SECRET=… grantmint inspect eyJ…",
        "export TWILIO_API_KEY=SK… TWILIO_API_SECRET=…",
        "grantmint mint --secret abc",
        "grantmint mint --auth-token=abc",
        "$env:TWILIO_API_SECRET='abc'",
    ):
        assert TYPED.search(line), line
    for line in (
        "grantmint inspect eyJ… --secret-file FILE",
        "npx wrangler secret put TWILIO_API_SECRET",
        'TWILIO_API_SECRET="$(cat secret)" grantmint verify',
    ):
        assert not TYPED.search(line), line
