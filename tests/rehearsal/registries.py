"""The registries of the rehearsal, on loopback, and the program of the workflow that publishes to them."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
# Node's modules of the registry and of the package managers.
MODULES = HERE / "node_modules"
NODE = shutil.which("node") or "node"
CRATES_IO = "https://index.crates.io/"
CACHE = tempfile.mkdtemp(prefix="grantmint-crates-")
atexit.register(shutil.rmtree, CACHE)


@dataclass
class Registry:
    """A registry that can die and come back with the same files."""

    name: str
    title: str
    command: list[str]
    address: str
    index: str
    upload: str
    environment: dict[str, str]
    patterns: list[str]
    # The page of the index that lists the file published last, and a text that is there only with that file.
    last_page: str
    last_mark: str
    process: subprocess.Popen[bytes] | None = field(default=None)
    # The output of the publication.
    log: str = ""

    def files(self, dist: Path) -> list[Path]:
        return [file for pattern in self.patterns for file in sorted(dist.glob(pattern))]

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(self.address, timeout=5).close()
                return
            except urllib.error.HTTPError as error:
                error.close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the registry did not start: {self.command}") from None
                time.sleep(0.1)

    def die(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def publish(self, dist: Path, *options: str, watch: Callable[[str], None] = lambda line: None) -> Outcome:
        """Runs the program of the workflow. Only the addresses and credentials are different."""
        program = [sys.executable, str(ROOT / "packaging" / "publish.py"), self.name]
        addresses = ["--index", self.index, "--upload", self.upload, "--patience", "20"]
        environment = clean_environment() | self.environment | {"GRANTMINT_DIST": str(dist)}
        lines = []
        with subprocess.Popen(
            [*program, *addresses, *options],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            assert process.stdout
            for line in process.stdout:
                lines.append(line)
                watch(line)
        return Outcome(process.returncode, "".join(lines))


@dataclass
class Outcome:
    status: int
    output: str


def verdaccio(folder: Path) -> Registry:
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    (folder / "config.yaml").write_text(
        f"""
storage: {folder}/storage
auth: {{ htpasswd: {{ file: {folder}/htpasswd }} }}
packages: {{ "**": {{ access: $all, publish: $authenticated }} }}
web: {{ enable: false }}
log: {{ type: stdout, level: error }}
"""
    )
    program = MODULES / "verdaccio" / "bin" / "verdaccio"
    command = [NODE, str(program), "--config", str(folder / "config.yaml"), "--listen", f"127.0.0.1:{port}"]
    settings = folder / "npmrc"
    registry = Registry(
        name="npm",
        title="npm",
        command=command,
        address=address,
        index=address,
        upload=address,
        environment={"NPM_CONFIG_USERCONFIG": str(settings)},
        patterns=["*.tgz"],
        last_page="grantmint",
        last_mark="dist",
    )
    registry.start()
    user = json.dumps({"name": "rehearsal", "password": "fake-password"}).encode()
    request = urllib.request.Request(
        f"{address}-/user/org.couchdb.user:rehearsal",
        user,
        {"Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(request) as response:
        token = json.load(response)["token"]
    settings.write_text(
        f"//127.0.0.1:{port}/:_authToken={token}\naudit=false\nupdate-notifier=false\nfetch-retries=0\n"
    )
    return registry


def pypiserver(folder: Path) -> Registry:
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    files = folder / "files"
    files.mkdir()
    options = ["--port", str(port), "--interface", "127.0.0.1", "--disable-fallback", "--hash-algo", "sha256"]
    # pypiserver checks passwords only with a further package. Only this machine can reach it.
    program = [sys.executable, "-m", "pypiserver", "run", *options, "--passwords", ".", "--authenticate", "."]
    credentials = {"TWINE_USERNAME": "rehearsal", "TWINE_PASSWORD": "fake-password"}
    registry = Registry(
        name="pypi",
        title="PyPI",
        command=[*program, str(files)],
        address=address,
        index=f"{address}simple/",
        upload=address,
        environment=credentials,
        patterns=["*.whl", "*.tar.gz"],
        last_page="grantmint/",
        last_mark=".tar.gz",
    )
    registry.start()
    return registry


def crates(folder: Path) -> Registry:
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    token = "fake-token"
    files = folder / "crates"
    files.mkdir()
    command = [
        sys.executable,
        str(HERE / "crates_registry.py"),
        str(files),
        str(port),
        token,
        CRATES_IO,
        CACHE,
    ]
    home = folder / "cargo"
    home.mkdir()
    # Cargo takes every crate of crates.io from the rehearsal's registry, which forwards those that it lacks.
    (home / "config.toml").write_text(
        f"""
[source.crates-io]
replace-with = "rehearsal"
[registries.rehearsal]
index = "sparse+{address}"
[source.rehearsal]
registry = "sparse+{address}"
"""
    )
    environment = {
        "CARGO_HOME": str(home),
        "CARGO_REGISTRIES_REHEARSAL_TOKEN": token,
        "CARGO_TARGET_DIR": str(folder / "target"),
    }
    registry = Registry(
        name="crates",
        title="crates.io",
        command=command,
        address=f"{address}config.json",
        index=address,
        upload="rehearsal",
        environment=environment,
        patterns=["*.crate"],
        last_page="gr/an/grantmint-cli",
        last_mark="cksum",
    )
    registry.start()
    return registry


STARTS: dict[str, Callable[[Path], Registry]] = {"npm": verdaccio, "pypi": pypiserver, "crates": crates}


def clean_environment() -> dict[str, str]:
    """The environment without the settings of pip, npm, twine and Cargo that this machine may have."""
    tools = ("PIP_", "NPM_", "npm_", "YARN_", "TWINE_", "CARGO_", "UV_", "POETRY_", "GRANTMINT_")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith((*tools, "GITHUB_", "ACTIONS_"))
    }


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as response:
        body: bytes = response.read()
        return body


def page(registry: Registry) -> str:
    """Returns the page of the index that lists the file published last. Empty if there is none."""
    try:
        return get(registry.index + registry.last_page).decode()
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
