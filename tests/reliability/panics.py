"""Checks that no panic ends the process or prints user data: ``make check-panics``.

It takes a native module with functions that panic. No released module has them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "python" / "grantmint"

PROGRAM = """
import threading
from grantmint import AccessToken, GrantmintError, PlaybackGrant, Verifier, _grantmint, inspect

CANARY = "fake-canary-that-nobody-may-ever-see"


def bug(call):
    try:
        call()
    except Exception as error:
        assert type(error) is GrantmintError and error.code == "internal", repr(error)
        assert "canary" not in str(error) + repr(vars(error))
    else:
        raise AssertionError("no error")


def mint():
    grants = [PlaybackGrant({"value": "panic!"})]
    return AccessToken("AC" + "a0" * 16, "SK" + "b1" * 16, CANARY, grants, "alice").to_jwt()


for _ in range(3):
    for detached in (False, True):
        bug(lambda: _grantmint._panic(CANARY, detached))
token = mint()
verifier = Verifier(CANARY)
# Values that are converted.
for read in (
    lambda: verifier.verify(token), lambda: AccessToken.from_jwt(token, CANARY), lambda: inspect(token),
    lambda: PlaybackGrant({"value": "panic!"}).to_payload(),
):
    bug(read)
threads = [threading.Thread(target=bug, args=(lambda: _grantmint._panic(CANARY, True),)) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
# It goes on as if nothing had happened.
plain = AccessToken("AC" + "a0" * 16, "SK" + "b1" * 16, CANARY, [], "alice").to_jwt()
for any_verifier in (verifier, Verifier(CANARY)):
    assert any_verifier.verify(plain).identity == "alice"
print("alive")
"""


def main(module: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "grantmint"
        shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"))
        shutil.copy(module, package / "_grantmint.abi3.so")
        environment = {**os.environ, "PYTHONPATH": folder, "RUST_BACKTRACE": "1"}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, timeout=60
        )
    assert (done.returncode, done.stdout) == (0, "alive\n"), f"{done.returncode}\n{done.stdout}{done.stderr}"
    lines = done.stderr.splitlines()
    # The lines contain the location, without the panic's message or a backtrace.
    assert len(lines) == 18, done.stderr
    assert all(line.startswith("grantmint: a bug, at bindings/python/src/") for line in lines), done.stderr
    print(f"Python: {len(lines)} panics, each an ordinary exception")


if __name__ == "__main__":
    main(*sys.argv[1:])
