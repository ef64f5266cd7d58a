"""The commands that ``make dist`` prints, in empty projects and without a registry."""

from __future__ import annotations

import json
import os
import subprocess
import venv
from pathlib import Path

import pytest
from artefacts import workspace_version
from dist import INSTALL_COMMAND, host, install_commands, target_folder

COMMANDS = dict(install_commands(host()))


def test_there_is_a_command_for_each_language() -> None:
    assert COMMANDS.keys() == {"Python", "Node", "Rust"}, 'run "make clean-dist dist" first'


@pytest.fixture
def offline(tmp_path: Path) -> dict[str, str]:
    nowhere = "http://127.0.0.1:9/"
    settings = {"HOME": str(tmp_path), "PIP_INDEX_URL": nowhere, "npm_config_registry": nowhere}
    return os.environ | settings | {"npm_config_fetch_retries": "0"}


def test_the_command_for_python_installs(tmp_path: Path, offline: dict[str, str]) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    (folder,) = {*tmp_path.glob("env/bin"), *tmp_path.glob("env/Scripts")}
    environment = offline | {"PATH": os.pathsep.join([str(folder), offline["PATH"]])}
    program = "import grantmint; print(grantmint.__version__)"
    run(COMMANDS["Python"], tmp_path, environment)
    assert run(["python", "-c", program], tmp_path, environment).strip() == workspace_version()


def test_the_command_for_node_installs(tmp_path: Path, offline: dict[str, str]) -> None:
    (tmp_path / "package.json").write_text('{ "name": "project", "private": true }\n')
    run(COMMANDS["Node"], tmp_path, offline)
    program = (
        "console.log(JSON.stringify(require('grantmint').inspect('x').findings.map(({ code }) => code)))"
    )
    assert json.loads(run(["node", "-e", program], tmp_path, offline)) == ["not_compact"]


def test_the_command_for_rust_adds_the_crate(tmp_path: Path) -> None:
    environment = dict(os.environ)
    run(["cargo", "init", "--name", "project", "."], tmp_path, environment)
    run(COMMANDS["Rust"], tmp_path, environment)
    (tmp_path / "src" / "main.rs").write_text(
        'fn main() { println!("{}", grantmint::inspect("x", &Default::default()).is_sound()) }\n'
    )
    # The workspace's build has downloaded the dependencies.
    assert run(["cargo", "run", "--quiet", "--offline"], tmp_path, environment) == "false\n"


def test_the_command_for_the_command_installs(tmp_path: Path) -> None:
    settings = {
        "CARGO_INSTALL_ROOT": str(tmp_path),
        "CARGO_TARGET_DIR": str(target_folder() / "crates"),
        "CARGO_NET_OFFLINE": "true",
        # Compiles faster than a release.
        "CARGO_PROFILE_RELEASE_LTO": "off",
        "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
        "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0",
    }
    run(INSTALL_COMMAND, tmp_path, os.environ | settings)
    (program,) = tmp_path.glob("bin/grantmint*")
    assert workspace_version() in run([str(program), "--version"], tmp_path, dict(os.environ))


def run(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
