"""The commands of publish.py. ``make rehearse-release`` runs them."""

from __future__ import annotations

from pathlib import Path

import publish
import pytest
import workflows


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
