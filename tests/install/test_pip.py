"""The wheel and the sdist as pip installs them.

Each test has a new environment without source tree or index; the wheel also needs no compiler.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
from artefacts import DIST, ROOT, one, opened, workspace_version

PROGRAM = """
    import base64, hashlib, hmac, importlib.metadata, json, sys, time
    start = time.perf_counter()
    import grantmint
    from grantmint.access_token import AccessToken
    from grantmint.access_token.grants import SyncGrant
    milliseconds = (time.perf_counter() - start) * 1000

    account, key, service = (prefix + "0123456789abcdef" * 2 for prefix in ("AC", "SK", "IS"))
    secret = "fake-secret-fake-secret-fake-secret"
    issuer = grantmint.Issuer(account, key, secret, grants=[SyncGrant(service_sid=service)])
    token = issuer.mint("alice", now=1700000000)
    verified = grantmint.Verifier({key: secret}, account_sid=account).verify(token, now=1700000001)
    inspection = grantmint.inspect(token, secret, now=1700000001)
    same = AccessToken(account, key, secret, identity="alice")
    same.add_grant(SyncGrant(service_sid=service))

    signed, _, signature = token.rpartition(".")
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    claims = signed.split(".")[1]
    print(json.dumps({
        "same": same.to_jwt(now=1700000000) == token,
        "verified": verified.identity,
        "sound": inspection.sound,
        "findings": [finding.code for finding in grantmint.inspect(token + "x").findings],
        "signed": signature == base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "grants": json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["grants"],
        "version": grantmint.__version__,
        "distribution": importlib.metadata.version("grantmint"),
        "requires": importlib.metadata.requires("grantmint"),
        "file": grantmint.__file__,
        "milliseconds": milliseconds,
    }))
"""


@pytest.fixture
def environment(tmp_path: Path) -> Callable[..., str]:
    """Runs the Python of a new environment. Only its scripts are on the PATH."""
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=True)
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ}

    def run(*arguments: object) -> str:
        program = [str(scripts / "python"), *map(str, arguments)]
        settings = kept | {"PATH": str(scripts), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        done = subprocess.run(program, cwd=tmp_path, env=settings, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_the_wheel_from_an_empty_environment(
    environment: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    environment(
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--find-links",
        DIST,
        "--only-binary=:all:",
        "grantmint",
    )
    told = json.loads(environment("-I", "-c", textwrap.dedent(PROGRAM)))
    with capsys.disabled():
        print(f"\nimport grantmint: {told['milliseconds']:.1f} ms", end="")

    assert told["version"] == told["distribution"] == workspace_version()
    assert told["requires"] is None
    assert told["same"]
    assert told["signed"]
    assert told["grants"] == {
        "identity": "alice",
        "data_sync": {"service_sid": f"IS{'0123456789abcdef' * 2}"},
    }
    assert not Path(told["file"]).is_relative_to(ROOT)
    assert told["verified"] == "alice"
    assert told["sound"]
    assert told["findings"]


def test_the_wheels_command(environment: Callable[..., str], tmp_path: Path) -> None:
    environment("-m", "pip", "install", "--quiet", "--no-index", "--find-links", DIST, "grantmint")
    (tmp_path / ".env").write_text(
        "\n".join(
            [
                f"TWILIO_ACCOUNT_SID=AC{'0123456789abcdef' * 2}",
                f"TWILIO_API_KEY=SK{'0123456789abcdef' * 2}",
                "TWILIO_API_SECRET=fake-secret-fake-secret-fake-secret",
            ]
        )
    )
    token = environment("-m", "grantmint", "mint", "video", "--identity", "alice").strip()
    assert "alice" in environment("-m", "grantmint", "verify", token)
    # The script that pip creates runs the same program.
    script = "import shutil, subprocess; subprocess.run([shutil.which('grantmint'), '--version'], check=True)"
    assert environment("-c", script) == environment("-m", "grantmint", "--version")
    assert workspace_version() in environment("-m", "grantmint", "--version")


DAEMONS = """
    import threading, time
    import grantmint

    grants = [grantmint.VideoGrant(room="daily")]
    issuer = grantmint.Issuer("AC" + "a0" * 16, "SK" + "b1" * 16, "fake-secret-" * 4, grants=grants)
    names = [str(number) for number in range(200_000)]

    def work():
        while True:
            issuer.mint_many(names, threads=4)

    for _ in range(4):
        threading.Thread(target=work, daemon=True).start()
    time.sleep(0.05)
"""


def test_the_interpreter_ends_while_daemon_threads_mint(environment: Callable[..., str]) -> None:
    environment("-m", "pip", "install", "--quiet", "--no-index", "--find-links", DIST, "grantmint")
    for _ in range(10):
        assert environment("-c", textwrap.dedent(DAEMONS)) == ""


def test_the_wheel_leaves_nothing_behind(environment: Callable[..., str]) -> None:
    environment(
        "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--find-links", DIST, "grantmint"
    )
    environment("-m", "pip", "uninstall", "--quiet", "--yes", "grantmint")
    left = environment("-c", "import importlib.util; print(importlib.util.find_spec('grantmint'))")
    assert left.strip() == "None"


@pytest.mark.skipif(not shutil.which("cargo"), reason="a build takes Rust")
def test_the_sdist_builds_by_itself(tmp_path: Path) -> None:
    """The build runs outside the repository and without network. Cargo has downloaded the crates before."""
    settings = os.environ | {"CARGO_NET_OFFLINE": "true", "PIP_NO_INDEX": "1"}
    settings["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), settings["PATH"]])
    # A new folder, since Cargo would reuse an earlier build.
    settings["CARGO_TARGET_DIR"] = str(tmp_path / "target")
    options = [
        "--quiet",
        "--disable-pip-version-check",
        "--no-build-isolation",
        "--no-deps",
        "--wheel-dir",
        str(tmp_path),
    ]
    program = [sys.executable, "-m", "pip", "wheel", *options, str(one("*.tar.gz"))]
    done = subprocess.run(program, cwd=tmp_path, env=settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    # Only `make dist` adds the list of crates.
    built = [name for name in opened(next(DIST.glob("*.whl"))) if not name.endswith(".cdx.json")]
    assert sorted(opened(wheel)) == sorted(built)
