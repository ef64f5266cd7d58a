"""The commands of publish.py. ``make rehearse-release`` runs them."""

from __future__ import annotations

import io
import json
import re
import tarfile
from pathlib import Path

import publish
import pytest
import workflows
from version import workspace_version


def test_npm_gets_no_bare_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    commands: list[str] = []
    monkeypatch.setattr(publish, "run", lambda *command, cwd: commands.append(" ".join(command)))
    monkeypatch.chdir(tmp_path)
    artefact = publish.Artefact("grantmint", "0.1.0", Path("dist/grantmint-0.1.0.tgz"))
    publish.Npm().upload(artefact)
    publish.Npm().rehearse([artefact])
    assert len(commands) == 2
    for command in commands:
        assert str(tmp_path / "dist") in command
        assert not workflows.BARE_PUBLISH.search(command), f"npm reads a bare path as a repository: {command}"


@pytest.mark.parametrize("address", [None, "git+https://github.com/somebody/else.git"])
def test_a_package_of_a_different_repository_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str | None
) -> None:
    """npm would reject its provenance, after others of the nine packages are published."""
    monkeypatch.setattr(publish, "DIST", tmp_path)
    expected = "git+https://github.com/somebody/grantmint.git"
    pack(tmp_path, "grantmint-linux-x64-gnu", expected)
    pack(tmp_path, "grantmint", address, {"grantmint-linux-x64-gnu": "0.1.0"})
    assert len(publish.Npm().artefacts()) == 2
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
    monkeypatch.setenv("GITHUB_REPOSITORY", "somebody/grantmint")
    sentence = f"The npm package grantmint has the repository {address}; expected {expected}."
    with pytest.raises(SystemExit, match=re.escape(sentence)):
        publish.Npm().artefacts()
    pack(tmp_path, "grantmint", expected, {"grantmint-linux-x64-gnu": "0.1.0"})
    assert len(publish.Npm().artefacts()) == 2


def test_a_file_of_a_different_version_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(publish, "DIST", tmp_path)
    version = workspace_version()
    names = [f"grantmint-{version}-cp310-abi3-win_amd64.whl", f"grantmint-{version}.tar.gz"]
    for name in names:
        (tmp_path / name).touch()
    assert [artefact.file.name for artefact in publish.of_this_version(publish.Pypi())] == names
    # Left from an earlier release.
    old = tmp_path / "grantmint-0.0.9-cp310-abi3-win_amd64.whl"
    old.touch()
    sentence = f"dist has grantmint 0.0.9 ({old.name}), but the version in Cargo.toml is {version}."
    with pytest.raises(SystemExit, match=re.escape(sentence)):
        publish.of_this_version(publish.Pypi())


def pack(folder: Path, name: str, address: str | None, needs: dict[str, str] | None = None) -> None:
    manifest: dict[str, object] = {"name": name, "version": "0.1.0", "optionalDependencies": needs or {}}
    if address:
        manifest["repository"] = {"type": "git", "url": address}
    contents = json.dumps(manifest).encode()
    with tarfile.open(folder / f"{name}-0.1.0.tgz", "w:gz") as archive:
        member = tarfile.TarInfo("package/package.json")
        member.size = len(contents)
        archive.addfile(member, io.BytesIO(contents))
