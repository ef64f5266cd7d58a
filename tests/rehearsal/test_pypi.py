"""The release on PyPI, rehearsed with pypiserver."""

from __future__ import annotations

import hashlib
import re
import sys
import urllib.error
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import NOW, SECRET, SIDS, attested, checksums, require_working, run
from registries import Registry, clean_environment, get, pypiserver

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


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Iterator[Registry]:
    registry = pypiserver(tmp_path_factory.mktemp("pypiserver"))
    outcome = registry.publish(built)
    assert outcome.status == 0, outcome.output
    # The sdist is the last: where no wheel is found, pip would compile it.
    last = [line for line in outcome.output.splitlines() if " published: " in line][-1]
    assert last.endswith(".tar.gz)")
    yield registry
    registry.die()


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    folder = tmp_path / "pypiserver"
    folder.mkdir()
    registry = pypiserver(folder)
    yield registry
    registry.die()


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
        run(*program, "-m", "pip", "install", "grantmint", cwd=project, env=environment)
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


def test_what_arrived_is_what_was_attested(published: Registry, built: Path) -> None:
    expected = attested(built)
    page = get(f"{published.index}grantmint/").decode()
    listed = dict(re.findall(r'href="([^"#]+)#sha256=([0-9a-f]{64})"', page))
    files = {*built.glob("*.whl"), *built.glob("*.tar.gz")}
    assert {address.rsplit("/", 1)[1] for address in listed} == {file.name for file in files}
    for address, digest in listed.items():
        arrived = get(published.address.rstrip("/") + address)
        name = address.rsplit("/", 1)[1]
        assert arrived == (built / name).read_bytes()
        assert hashlib.sha256(arrived).hexdigest() == digest == expected[name]


def test_the_same_version_is_refused(published: Registry, built: Path, version: str) -> None:
    before = get(f"{published.index}grantmint/")
    outcome = published.publish(built)
    assert outcome.status == 1
    assert (
        f"PyPI already has version {version}, complete and identical. Nothing was uploaded." in outcome.output
    )
    outcome = published.publish(built, "--attempt", "2")
    assert outcome.status == 0, outcome.output
    assert outcome.output.count("already there") == before.count(b"#sha256=")
    assert get(f"{published.index}grantmint/") == before


def test_other_bytes_of_the_same_version_are_refused(published: Registry, dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("grantmint/changed.py", "")
    checksums(dist)
    outcome = published.publish(dist, "--attempt", "2")
    assert outcome.status == 1
    assert "PyPI has other bytes as grantmint " in outcome.output


def test_a_release_is_resumed_after_the_registry_died(registry: Registry, built: Path) -> None:
    def watch(line: str) -> None:
        if line.startswith("1 of 2 published"):
            registry.die()

    outcome = registry.publish(built, watch=watch)
    assert outcome.status == 1
    assert "PyPI did not accept grantmint" in outcome.output
    assert "1 of 2 files are published. To resume without a new version, use --attempt 2." in outcome.output
    registry.start()
    outcome = registry.publish(built, "--attempt", "2")
    assert outcome.status == 0, outcome.output
    assert outcome.output.count("already there") == 1
    assert outcome.output.count(" published: ") == 1


def test_a_changed_file_is_refused(registry: Registry, dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    wheel.write_bytes(wheel.read_bytes() + b"\0")
    outcome = registry.publish(dist)
    assert outcome.status == 1
    assert f"{wheel.name} is not the attested file: checksum " in outcome.output
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(f"{registry.index}grantmint/")


def test_a_missing_sdist_is_named(registry: Registry, dist: Path) -> None:
    for file in dist.glob("*.tar.gz"):
        file.unlink()
    checksums(dist)
    outcome = registry.publish(dist)
    assert outcome.status == 1
    assert "dist needs wheels and one sdist; it has 1 wheels and 0 sdists" in outcome.output
