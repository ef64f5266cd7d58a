"""The release on PyPI, rehearsed with pypiserver."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import venv
from pathlib import Path

import pytest
from conftest import INSTALL, NOW, SECRET, SIDS, attested, require_working, run
from recorder import Recorder, recorder
from registries import Registry, clean_environment, get, page

pypi = pytest.mark.parametrize("published", ["pypi"], indirect=True)

PROGRAM = f"""
import importlib.metadata, json
from grantmint import Issuer, Verifier, VideoGrant, inspect

account, key, secret = "{SIDS["AC"]}", "{SIDS["SK"]}", "{SECRET}"
token = Issuer(account, key, secret, grants=[VideoGrant(room="daily")]).mint("alice", now={NOW})
identity = Verifier({{key: secret}}, account_sid=account).verify(token, now={NOW + 1}).identity
sound = inspect(token, secret, now={NOW + 1}).sound
version = importlib.metadata.version("grantmint")
print(json.dumps(dict(token=token, identity=identity, sound=sound, version=version)))
"""


@pypi
def test_the_sdist_is_the_last(published: Registry) -> None:
    # Where no wheel is found, pip would compile it.
    last = [line for line in published.log.splitlines() if " published: " in line][-1]
    assert last.endswith(".tar.gz)")


@pypi
@pytest.mark.parametrize("manager", ["pip", "uv", "Poetry"])
def test_it_is_installed_by_name(manager: str, published: Registry, tmp_path: Path, version: str) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "program.py").write_text(PROGRAM)
    environment = clean_environment() | {
        "HOME": str(tmp_path),
        "PIP_NO_CACHE_DIR": "1",
        "PIP_INDEX_URL": published.index,
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "UV_DEFAULT_INDEX": published.index,
        "UV_PYTHON": sys.executable,
        "UV_PYTHON_DOWNLOADS": "never",
        "POETRY_CACHE_DIR": str(tmp_path / "cache"),
        "POETRY_VIRTUALENVS_IN_PROJECT": "true",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    environment.pop("VIRTUAL_ENV", None)
    scripts = Path(sys.executable).parent
    if manager == "pip":
        venv.create(project / ".venv", with_pip=True)
        program = [str(project / ".venv/bin/python")]
        run(*program, "-m", *INSTALL["pip install"], cwd=project, env=environment)
    elif manager == "uv":
        program = [str(scripts / "uv"), "run", "python"]
        run(str(scripts / "uv"), "init", "--bare", "--name", "project", cwd=project, env=environment)
        run(str(scripts / "uv"), "add", "grantmint", cwd=project, env=environment)
    else:
        poetry = [str(scripts / "poetry"), "--no-interaction"]
        program = [*poetry, "run", "python"]
        python = f">={sys.version_info.major}.{sys.version_info.minor}"
        run(*poetry, "init", "--name", "project", "--python", python, cwd=project, env=environment)
        source = ["source", "add", "--priority", "primary", "rehearsal", published.index]
        run(*poetry, *source, cwd=project, env=environment)
        run(*poetry, "add", "grantmint", cwd=project, env=environment)
    require_working(run(*program, "program.py", cwd=project, env=environment), version)


@pypi
def test_what_arrived_is_what_was_attested(published: Registry, built: Path) -> None:
    expected = attested(built)
    listed = dict(re.findall(r'href="([^"#]+)#sha256=([0-9a-f]{64})"', page(published)))
    files = {*built.glob("*.whl"), *built.glob("*.tar.gz")}
    assert {address.rsplit("/", 1)[1] for address in listed} == {file.name for file in files}
    for address, digest in listed.items():
        arrived = get(published.address.rstrip("/") + address)
        name = address.rsplit("/", 1)[1]
        assert arrived == (built / name).read_bytes()
        assert hashlib.sha256(arrived).hexdigest() == digest == expected[name]


# Stands for the program that signs: Sigstore is not on loopback.
SIGNER = """
import json, sys
command, file = sys.argv[1:]
assert command == "sign"
with open(f"{file}.publish.attestation", "x") as attestation:
    json.dump({"version": 1, "of": file.rsplit("/", 1)[1]}, attestation)
"""


@pytest.mark.parametrize("registry", ["pypi"], indirect=True)
def test_under_trusted_publishing_each_file_has_its_attestation(
    registry: Registry, dist: Path, tmp_path: Path
) -> None:
    (tmp_path / "pypi_attestations.py").write_text(SIGNER)
    with recorder(registry.upload) as server:
        registry.upload = server.address
        registry.environment = registry.environment | workflow(server) | {"PYTHONPATH": str(tmp_path)}
        outcome = registry.publish(dist)
    assert outcome.status == 0, outcome.output
    files = registry.files(dist)
    assert len(server.uploads) == len(files)
    for file, upload in zip(files, server.uploads, strict=True):
        expected = json.dumps([{"version": 1, "of": file.name}]).encode()
        assert b'name="attestations"\r\n\r\n' + expected + b"\r\n" in upload


@pytest.mark.parametrize("registry", ["pypi"], indirect=True)
def test_nothing_is_uploaded_without_a_signature(registry: Registry, dist: Path) -> None:
    with recorder(registry.upload) as server:
        # The real program gets the identity of the workflow, and cannot reach Sigstore.
        nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
        registry.environment = registry.environment | workflow(server) | nowhere
        outcome = registry.publish(dist)
    assert outcome.status == 1
    assert "/identity?api=1&audience=sigstore" in server.asked, outcome.output
    assert "PyPI did not get grantmint" in outcome.output
    assert ": pypi_attestations ended with 1. 0 of 2 files are published." in outcome.output
    assert page(registry) == ""


def workflow(server: Recorder) -> dict[str, str]:
    """Returns the variables that GitHub sets for a job with `id-token: write`."""
    address = f"{server.address}identity?api=1"
    return {
        "GITHUB_ACTIONS": "true",
        "ACTIONS_ID_TOKEN_REQUEST_URL": address,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "fake-token",
    }
