"""The command is equal in every package: each invocation of invocations.json has one expected outcome.

The packages are Cargo's binary, `python -m grantmint`, the wheel's script and the npm package's command.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

import jwt
import pytest

WORKSPACE = Path(__file__).parents[2]
TABLE = json.loads((Path(__file__).parent / "invocations.json").read_text(encoding="utf-8"))
EXECUTABLE = ".exe" if sys.platform == "win32" else ""
SECRET: str = TABLE["environment"]["TWILIO_API_SECRET"]
# The variables that Windows needs to run a program, or that a shim needs to find one.
INHERITED = ("PATH", "HOME", "SYSTEMROOT", "TEMP", "PYENV_ROOT")

CARGO = [str(WORKSPACE / "target" / "debug" / f"grantmint{EXECUTABLE}")]
PACKAGES = {
    "python -m grantmint": [sys.executable, "-m", "grantmint"],
    "grantmint of the wheel": [str(Path(sysconfig.get_path("scripts")) / f"grantmint{EXECUTABLE}")],
    "grantmint of the npm package": ["node", str(WORKSPACE / "node" / "cli.js")],
}
EVERY = {"grantmint of Cargo": CARGO, **PACKAGES}


@pytest.fixture(scope="session", autouse=True)
def binary() -> None:
    subprocess.run(["cargo", "build", "--quiet", "--package", "grantmint-cli"], cwd=WORKSPACE, check=True)


def environment(variables: dict[str, str]) -> dict[str, str]:
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | variables


def stdin(case: dict[str, Any]) -> bytes:
    if "stdin_repeat" in case:
        text, times = case["stdin_repeat"]
        return str(text).encode() * int(times)
    return bytes.fromhex(case.get("stdin_hex", "")) + str(case.get("stdin", "")).encode()


def play(command: list[str], case: dict[str, Any], folder: Path) -> tuple[int, str, str]:
    """Runs a case in a folder. Returns its exit code and output."""
    for name, content in case.get("files", {}).items():
        (folder / name).write_bytes(content.encode())
    done = subprocess.run(
        [*command, *case["arguments"]],
        input=stdin(case),
        capture_output=True,
        cwd=folder,
        env=environment(case.get("environment", TABLE["environment"])),
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["title"])
def test_the_binary_has_the_outcomes_of_the_table(case: dict[str, Any], tmp_path: Path) -> None:
    code, out, err = play(CARGO, case, tmp_path)
    assert code == case["code"], err
    for printed, expected in ((out, case["stdout"]), (err, case["stderr"])):
        assert expected in printed if expected else not printed
    assert SECRET not in out + err


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["title"])
def test_every_package_has_the_outcomes_of_the_binary(
    case: dict[str, Any], package: str, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("binary", "package")]
    for folder in folders:
        folder.mkdir()
    assert play(PACKAGES[package], case, folders[1]) == play(CARGO, case, folders[0])


def test_the_tokens_of_the_table_are_verified_by_pyjwt(tmp_path: Path) -> None:
    minted = [
        case
        for case in TABLE["cases"]
        if case["arguments"][:1] == ["mint"] and case["stdout"].startswith("eyJ")
    ]
    assert len(minted) >= 8
    unchecked: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    for case in minted:
        token = play(CARGO, case, tmp_path)[1].strip()
        claims = jwt.decode(token, SECRET, algorithms=["HS256", "HS512"], options=unchecked)
        identity = case["arguments"][case["arguments"].index("--identity") + 1]
        assert claims["grants"]["identity"] == identity


def test_npx_runs_it(tmp_path: Path) -> None:
    """Runs npx as a user does, in a project in which the package is installed."""
    npx = shutil.which("npx")
    assert npx
    done = subprocess.run(
        [npx, "--no", "--", "grantmint", "--version"],
        cwd=WORKSPACE / "tests",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == play(CARGO, {"arguments": ["--version"]}, tmp_path)[:2], (
        done.stderr
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudoterminals that Python could open")
@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}, {"NO_COLOR": ""}, {"TERM": "dumb"}], ids=str)
def test_a_terminal_shows_the_same(variables: dict[str, str], tmp_path: Path) -> None:
    wants_colour = variables in ({}, {"NO_COLOR": ""})
    for arguments in (
        ["inspect", "a.b.c"],
        ["verify"],
        ["mint", "video", "--identity", "a@b", "--now", "1700000000"],
    ):
        shown = {
            name: in_terminal([*command, *arguments], {"TERM": "xterm"} | variables, tmp_path)
            for name, command in EVERY.items()
        }
        assert set(shown.values()) == {shown["grantmint of Cargo"]}, shown
        code, text = shown["grantmint of Cargo"]
        assert code == {"inspect": 1, "verify": 2, "mint": 0}[arguments[0]]
        assert ("\x1b[" in text) == (wants_colour and arguments[0] != "verify")


def in_terminal(command: list[str], variables: dict[str, str], folder: Path) -> tuple[int, str]:
    """Runs a command in a new terminal. Returns the exit code and everything that the terminal shows."""
    # Windows does not have this module.
    import pty

    ours, its = pty.openpty()
    process = subprocess.Popen(
        command,
        stdin=its,
        stdout=its,
        stderr=its,
        cwd=folder,
        env=environment(TABLE["environment"] | variables),
        start_new_session=True,
    )
    os.close(its)
    shown = b""
    try:
        while chunk := os.read(ours, 65536):
            shown += chunk
    except OSError:
        # Linux reports this error when the other side is closed.
        pass
    os.close(ours)
    return process.wait(timeout=60), shown.decode()


@pytest.mark.parametrize("name", EVERY)
def test_a_reader_that_is_gone_is_no_error(name: str, tmp_path: Path) -> None:
    for arguments, code in (
        (["inspect", "a.b.c"], 1),
        (["mint", "video", "--identity", "alice"], 0),
        (["--help"], 0),
    ):
        ours, its = os.pipe()
        os.close(ours)
        done = subprocess.run(
            [*EVERY[name], *arguments],
            stdin=subprocess.DEVNULL,
            stdout=its,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            env=environment(TABLE["environment"]),
            timeout=60,
            check=False,
        )
        os.close(its)
        assert (done.returncode, done.stderr) == (code, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes always block on Windows")
@pytest.mark.parametrize("name", EVERY)
def test_pipes_that_do_not_block_are_waited_for(name: str, tmp_path: Path) -> None:
    """Another process that shares a pipe may set this mode. Node.js does."""
    (its_stdin, stdin), (stdout, its_stdout) = os.pipe(), os.pipe()
    os.set_blocking(its_stdin, False)
    os.set_blocking(its_stdout, False)
    filler = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            filler += os.write(its_stdout, b"x" * 4096)
    process = subprocess.Popen(
        [*EVERY[name], "inspect", "--json"],
        stdin=its_stdin,
        stdout=its_stdout,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(TABLE["environment"]),
    )
    os.close(its_stdin)
    os.close(its_stdout)
    time.sleep(0.3)
    os.write(stdin, b"a.b.c")
    os.close(stdin)
    time.sleep(0.3)
    printed = b""
    while chunk := os.read(stdout, 65536):
        printed += chunk
    os.close(stdout)
    err = process.communicate(timeout=60)[1]
    assert (process.returncode, err) == (1, b"")
    assert json.loads(printed[filler:])["sound"] is False


def heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows, no process can send a signal to another")
@pytest.mark.parametrize("name", EVERY)
def test_it_can_be_interrupted_while_it_waits_for_a_token(name: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*EVERY[name], "inspect"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path,
        env=environment(TABLE["environment"]),
        # Background jobs of a shell ignore the signal, and so do their children.
        preexec_fn=heed_interrupts,
    )
    with process:
        # Most commands wait for input by then. A command that has not started yet has the same outcome.
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(timeout=20) != 0
        finally:
            process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are Unicode on Windows")
@pytest.mark.parametrize("name", EVERY)
def test_an_argument_that_is_not_unicode_is_no_crash(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [*(part.encode() for part in EVERY[name]), b"inspect", b"a\xff.b.c"],
        capture_output=True,
        cwd=tmp_path,
        env=environment({}),
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"not_base64url" in done.stdout
