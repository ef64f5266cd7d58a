"""A copy of the checkout, which a test may change."""

from __future__ import annotations

import subprocess
from pathlib import Path

from version import ROOT


def working_tree(parent: Path) -> Path:
    """Creates a clone with the working tree's files, in one commit."""
    folder = parent / "clone"
    git(ROOT, "clone", "--quiet", "--shared", "--no-tags", str(ROOT), str(folder))
    changed = (
        git(ROOT, "diff", "--name-only", "HEAD"),
        git(ROOT, "ls-files", "--others", "--exclude-standard"),
    )
    for name in "\n".join(changed).splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    for setting in (
        "user.name=Somebody",
        "user.email=somebody@example.com",
        "tag.gpgSign=false",
        "commit.gpgSign=false",
    ):
        git(folder, "config", *setting.split("="))
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "everything")
    return folder


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.strip()
