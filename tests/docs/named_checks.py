"""The existence of checks: of tests by file and name, and of targets of the Makefile."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATTERNS = {".rs": r"^ *fn {}\(", ".py": r"^def {}\(", ".mjs": r"test\([^\n]*{}"}


def assert_exists(check: str) -> None:
    if check.startswith("make "):
        command = ["make", "--dry-run", check.removeprefix("make ")]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
        return
    file, _, name = check.partition("::")
    text = (ROOT / file).read_text(encoding="utf-8")
    # The compiler itself checks an attribute.
    pattern = "{}" if name.startswith("#!") else PATTERNS[Path(file).suffix]
    assert re.search(pattern.format(re.escape(name)), text, re.MULTILINE), check
