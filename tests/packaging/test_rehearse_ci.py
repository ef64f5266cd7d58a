"""Jobs of the workflows, run by act on this machine. ``make rehearse-ci`` runs all of a release."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import rehearse_ci
import workflows
import yaml
from checkout import working_tree

runs = pytest.mark.skipif(
    not (shutil.which("rustup") and shutil.which("act", path=sysconfig.get_path("scripts"))),
    reason="act or rustup is not installed",
)


def load(name: str) -> dict[str, Any]:
    text = (workflows.WORKFLOWS / name).read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, rehearse_ci.Loader)
    return loaded


def test_what_this_machine_cannot_run_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearse_ci, "has_target", lambda target: "x86_64" in target)
    before, after = load("packages.yml"), load("packages.yml")
    left_out = list(rehearse_ci.trim(after))
    assert left_out[:2] == [
        "build aarch64-unknown-linux-gnu (rustup target add aarch64-unknown-linux-gnu)",
        "build aarch64-unknown-linux-musl (rustup target add aarch64-unknown-linux-musl)",
    ]
    assert "install-musl (Docker)" in left_out
    assert list(after["jobs"]) == ["build", "sources", "check", "install"]
    assert after["jobs"]["sources"]["needs"] == ["build"]
    assert runs_of(after) + len(left_out) == runs_of(before)


def runs_of(workflow: dict[str, Any]) -> int:
    """Returns how many jobs a workflow starts."""
    matrices = [job.get("strategy", {}).get("matrix", {}) for job in workflow["jobs"].values()]
    return sum(len(matrix.get("include", matrix.get("os", ["one"]))) for matrix in matrices)


def test_the_copy_of_a_workflow_is_the_same() -> None:
    for file in workflows.WORKFLOWS.glob("*.yml"):
        loaded = load(file.name)
        written = yaml.dump(loaded, Dumper=rehearse_ci.Dumper, sort_keys=False)
        assert yaml.load(written, rehearse_ci.Loader) == loaded
        # Not the number that YAML reads without quotation marks.
        assert written.count("'3.10'") == file.read_text(encoding="utf-8").count('"3.10"')


@runs
def test_a_job_runs(tmp_path: Path) -> None:
    folder = working_tree(tmp_path)
    done = rehearse(folder, "release.yml", "check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "There is no release before" in done.stdout
    assert "Job succeeded" in done.stdout
    assert "packages.yml: build x86_64-pc-windows-msvc (windows-2025)" in done.stdout

    # Planted, and not committed: a script that does not exist.
    workflow = folder / ".github" / "workflows" / "release.yml"
    text = workflow.read_text(encoding="utf-8")
    workflow.write_text(text.replace("release.py check", "relaese.py check"), encoding="utf-8")
    done = rehearse(folder, "release.yml", "check")
    assert done.returncode == 1
    assert "relaese.py" in done.stdout
    assert "act ended with 1: a job above failed" in done.stderr


@runs
def test_files_go_from_job_to_job_as_on_github(tmp_path: Path) -> None:
    """The paths in an artefact begin below the folder that its patterns have in common."""
    folder = working_tree(tmp_path)
    packages = load("packages.yml")
    upload, download = (
        next(step for step in packages["jobs"][job]["steps"] if f"actions/{action}@" in step.get("uses", ""))
        for job, action in (("build", "upload-artifact"), ("sources", "download-artifact"))
    )
    (checkout,) = [step for step in packages["jobs"]["build"]["steps"] if "checkout" in step.get("uses", "")]
    build = "mkdir -p dist/native && touch dist/a.whl dist/native/b.node"
    listing = "test -e dist/a.whl -a -e dist/native/b.node"
    upload["with"]["name"] = "packages-a"
    steps = {"build": [checkout, {"run": build}, upload], "use": [checkout, download, {"run": listing}]}
    jobs = {
        name: {"runs-on": "ubuntu-24.04", "steps": each, "needs": ["build"] if name == "use" else []}
        for name, each in steps.items()
    }
    file = folder / ".github" / "workflows" / "ci.yml"
    file.write_text(yaml.dump({"on": "push", "jobs": jobs}, Dumper=rehearse_ci.Dumper), encoding="utf-8")
    done = rehearse(folder, "ci.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Job succeeded") == 2


def rehearse(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "packaging/rehearse_ci.py", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)
