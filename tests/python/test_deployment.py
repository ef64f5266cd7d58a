"""Installation into a plain folder, archives, and pools of processes."""

from __future__ import annotations

import multiprocessing
import shutil
import subprocess
import sys
import textwrap
import zipapp
from pathlib import Path

import pytest

import grantmint

PACKAGE = Path(grantmint.__file__).parent
PROGRAM = """
from grantmint import Issuer, VideoGrant, inspect

def mint(name):
    return issuer.mint(name, now=1_700_000_000)

issuer = Issuer("AC" + "a0" * 16, "SK" + "b1" * 16, "fake-secret-" * 4, grants=[VideoGrant()])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the package, as ``pip install --target`` makes it."""
    shutil.copytree(PACKAGE, tmp_path / "app" / "grantmint", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "app"


def test_a_plain_folder(folder: Path) -> None:
    (folder / "__main__.py").write_text(f"{PROGRAM}print(mint('alice').count('.'))", encoding="utf-8")
    # Isolated: without the environment's own packages.
    done = run("-I", "-S", folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "2\n", "")


def test_an_archive_raises_an_error_with_the_way_out(folder: Path, tmp_path: Path) -> None:
    (folder / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    archive = tmp_path / "app.pyz"
    zipapp.create_archive(folder, archive)
    done = run("-I", "-S", archive)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "ImportError: grantmint is in an archive, and Python loads native modules only from folders; "
        "unpack the archive, and run the folder"
    )
    assert "ModuleNotFoundError" not in done.stderr


def test_a_module_that_is_missing_elsewhere_is_reported_as_missing(folder: Path) -> None:
    for module in (folder / "grantmint").glob("_grantmint*.*"):
        module.unlink()
    (folder / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    done = run("-I", "-S", folder)
    assert done.stderr.splitlines()[-1] == "ModuleNotFoundError: No module named 'grantmint._grantmint'"


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_a_pool_of_processes(method: str, tmp_path: Path) -> None:
    """Each process mints with the module's issuer: created again in it, or inherited by a fork."""
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"processes cannot start by {method} here")
    program = tmp_path / "program.py"
    source = """
        if __name__ == "__main__":
            import multiprocessing
            names = [f"user-{number}" for number in range(100)]
            with multiprocessing.get_context(METHOD).Pool(4) as pool:
                assert pool.map(mint, names) == [mint(name) for name in names]
            print("the same tokens")
    """
    program.write_text(PROGRAM + textwrap.dedent(source).replace("METHOD", repr(method)), encoding="utf-8")
    done = run("-W", "error", program)
    assert (done.returncode, done.stdout, done.stderr) == (0, "the same tokens\n", "")


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
    )
