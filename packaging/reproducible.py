"""Builds the published artefacts twice from the same commit, in different folders, and compares the bytes.

``python packaging/reproducible.py [PART ...]``, with the options of ``dist.py``, prints a table, and fails if
a byte differs. The two builds differ in the folders and their depth, Cargo's home and target folder, zig's
cache, the time, the files' times and permissions, the umask, the time zone and the language.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    # `git stash create` prints a commit only if there are uncommitted changes.
    commit = git(ROOT, "stash", "create") or git(ROOT, "rev-parse", "HEAD")
    work = Path(tempfile.mkdtemp(prefix="grantmint-"))
    here, there = work / "a", work / "somewhere" / "else" / "altogether"
    first = build(here, commit, umask=0o022, time=1_000_000_000, TZ="UTC", LC_ALL="C")
    second = build(
        there / "grantmint",
        commit,
        umask=0o077,
        time=1_700_000_000,
        TZ="Pacific/Kiritimati",
        LC_ALL="C.UTF-8",
        CARGO_HOME=copy_of_cargo_home(there / "cargo"),
        CARGO_TARGET_DIR=there / "target",
        XDG_CACHE_HOME=there / "cache",
    )

    for name in sorted(first | second):
        same = first.get(name) == second.get(name)
        for contents in [first.get(name)] if same else [first.get(name), second.get(name)]:
            print(f"{'same' if same else 'different':9}  {described(contents)}  {name}")
    if first != second:
        sys.exit(f"What differs stands in {here} and {there}")
    shutil.rmtree(work)


def build(folder: Path, commit: str, umask: int, time: int, **settings: object) -> dict[str, bytes]:
    """Builds a commit as `make dist` does. Returns the contents of every file by its path."""
    git(ROOT, "clone", "--quiet", "--shared", "--no-checkout", ROOT, folder)
    git(folder, "checkout", "--quiet", "--detach", commit, umask=umask)
    for name in git(folder, "ls-files", "-z").split("\0"):
        os.utime(folder / name, (time, time))

    ours = {"CARGO_TARGET_DIR", "SOURCE_DATE_EPOCH"}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment |= {name: str(value) for name, value in settings.items()}
    program = [sys.executable, "packaging/dist.py", *sys.argv[1:]]
    # Only the table goes to standard output.
    subprocess.run(program, cwd=folder, env=environment, umask=umask, stdout=sys.stderr, check=True)
    files = [path for path in (folder / "dist").rglob("*") if path.is_file()]
    return {path.relative_to(folder / "dist").as_posix(): path.read_bytes() for path in files}


def described(contents: bytes | None) -> str:
    if contents is None:
        return f"{'missing':>75}"
    return f"{len(contents):>9,}  {hashlib.sha256(contents).hexdigest()}"


def copy_of_cargo_home(folder: Path) -> Path:
    """Copies Cargo's home with its downloads, but without the unpacked sources."""
    home = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
    shutil.copytree(home / "registry", folder / "registry", ignore=shutil.ignore_patterns("src"))
    for file in home.glob("config.toml"):
        shutil.copy(file, folder)
    return folder


def git(folder: Path, *arguments: object, umask: int = -1) -> str:
    command = ["git", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=folder, umask=umask, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return done.stdout.strip("\0\n")


if __name__ == "__main__":
    main()
