"""Runs jobs of the workflows on this machine with ``act``, without containers and without GitHub.

``python packaging/rehearse_ci.py [WORKFLOW [JOB]]`` defaults to a manual run of ``release.yml``, which
builds, packs, checks and installs the packages of this machine, and publishes nothing. Jobs and entries of a
matrix that need a different machine are left out, and listed. The actions of ``packaging/actions`` take the
place of GitHub's, and a text that of another platform's native module.

It requires act, Rust as in ``packaging/rust-version``, Node and pip.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from reproducible import git
from sbom import sbom
from version import ROOT

ACTIONS = ROOT / "packaging" / "actions"
MACHINES = ("ubuntu-22.04", "ubuntu-24.04")
REPOSITORY = "https://github.com/somebody/grantmint"

# The jobs that need more than a machine with Linux.
NEEDS = {
    "free-threaded": "a Python without the GIL",
    "race": "a Python without the GIL",
    "install-free-threaded": "a Python without the GIL",
    "install-musl": "Docker",
}

# Takes the place of rustup: installs nothing, and changes no default of this machine.
RUSTUP = """#!/bin/sh
set -eu
case "$*" in
"toolchain install "*)
  "{rustup}" run "$3" rustc --version ||
    {{ echo "Rust $3 is needed: rustup toolchain install $3" >&2; exit 1; }} ;;
"default "*) echo "RUSTUP_TOOLCHAIN=$2" >> "$GITHUB_ENV" ;;
*) exec "{rustup}" "$@" ;;
esac
"""

# Prints the name of a target's native module.
MODULE = "import(process.argv[1]).then(({ describe }) => console.log(describe(process.argv[2]).module))"


class Loader(yaml.SafeLoader):
    """Reads `on` and `true` as texts: YAML 1.1 takes both for the same value."""


class Dumper(yaml.SafeDumper):
    """Writes such texts without quotation marks."""


for kind in (Loader, Dumper):
    kind.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":bool")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def main(workflow: str = "release.yml", job: str | None = None) -> None:
    act = shutil.which("act", path=os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]))
    if not act:
        sys.exit("act is needed: run make rehearse-ci")
    with tempfile.TemporaryDirectory(prefix="grantmint-ci-") as folder:
        work = Path(folder)
        clone, bin, artefacts = work / "grantmint", work / "bin", work / "artefacts"
        git(ROOT, "clone", "--quiet", "--shared", "--no-checkout", ROOT, clone)
        # `git stash create` prints a commit only if there are uncommitted changes.
        commit = git(ROOT, "stash", "create") or git(ROOT, "rev-parse", "HEAD")
        git(clone, "checkout", "--quiet", "-B", "main", commit)
        git(clone, "remote", "set-url", "origin", REPOSITORY)

        left_out: list[str] = []
        actions: dict[str, Path] = {}
        for file in sorted((clone / ".github" / "workflows").glob("*.yml")):
            contents = yaml.load(file.read_text(encoding="utf-8"), Loader)
            left_out += [f"{file.name}: {each}" for each in trim(contents)]
            actions |= dict(replacements(contents))
            file.write_text(yaml.dump(contents, Dumper=Dumper, sort_keys=False), encoding="utf-8")
        for target in other_targets(clone):
            stand_in(target, artefacts / f"packages-{target}" / "native")
        bin.mkdir()
        (bin / "rustup").write_text(RUSTUP.format(rustup=shutil.which("rustup")))
        (bin / "rustup").chmod(0o755)

        event = "workflow_dispatch" if workflow == "release.yml" else "push"
        command = [act, event, "--workflows", f".github/workflows/{workflow}", "--action-offline-mode"]
        command += ["--job", job] if job else []
        command += [part for machine in MACHINES for part in ("--platform", f"{machine}=-self-hosted")]
        command += [
            part for name, path in actions.items() for part in ("--local-repository", f"{name}={path}")
        ]
        command += [
            "--env",
            f"GRANTMINT_ARTEFACTS={artefacts}",
            "--no-cache-server",
            "--concurrent-jobs",
            "1",
        ]
        path = os.pathsep.join([str(bin), os.environ["PATH"]])
        settings = {"PATH": path, "XDG_CACHE_HOME": str(work / "cache"), "XDG_CONFIG_HOME": str(work)}
        done = subprocess.run(command, cwd=clone, env=os.environ | settings)
    print("\nLeft out, since they need a different machine:", *left_out, sep="\n  ")
    if done.returncode:
        sys.exit(f"act ended with {done.returncode}: a job above failed")


def trim(workflow: dict[str, Any]) -> Iterator[str]:
    """Removes the jobs that cannot run here. Yields what is removed, and why."""
    jobs = workflow["jobs"]
    for name, job in list(jobs.items()):
        matrix = job.get("strategy", {}).get("matrix", {})
        entries = matrix.get("include", [])
        for entry in [entry for entry in entries if obstacle(entry)]:
            entries.remove(entry)
            yield f"{name} {entry.get('target', '')} ({obstacle(entry)})".replace("  ", " ")
        for machine in [machine for machine in matrix.get("os", []) if machine not in MACHINES]:
            matrix["os"].remove(machine)
            yield f"{name} ({machine})"
        machine = job.get("runs-on", MACHINES[0])
        fixed = MACHINES[0] if "${{" in machine else machine
        if name in NEEDS or fixed not in MACHINES:
            yield f"{name} ({NEEDS.get(name, fixed)})"
            del jobs[name]
        elif "include" in matrix and not entries:
            del jobs[name]
    for job in jobs.values():
        if isinstance(job.get("needs"), list):
            job["needs"] = [name for name in job["needs"] if name in jobs]


def obstacle(entry: dict[str, str]) -> str | None:
    """Returns what this machine lacks for an entry of a matrix."""
    if entry["os"] not in MACHINES:
        return entry["os"]
    target = entry.get("target")
    return f"rustup target add {target}" if target and not has_target(target) else None


def has_target(target: str) -> bool:
    printed = subprocess.run(
        ["rustc", "--print", "target-libdir", "--target", target], cwd=ROOT, capture_output=True, text=True
    )
    return printed.returncode == 0 and Path(printed.stdout.strip()).is_dir()


def replacements(workflow: dict[str, Any]) -> Iterator[tuple[str, Path]]:
    """Yields the actions that have a replacement, with its folder."""
    for job in workflow["jobs"].values():
        for step in job.get("steps", []):
            name = step.get("uses", "").split("@")[0].rpartition("/")[2]
            if name and (ACTIONS / name).is_dir():
                yield step["uses"], ACTIONS / name


def other_targets(clone: Path) -> list[str]:
    packages = yaml.load((clone / ".github/workflows/packages.yml").read_text(encoding="utf-8"), Loader)
    built = {entry["target"] for entry in packages["jobs"]["build"]["strategy"]["matrix"]["include"]}
    manifest = json.loads((ROOT / "node" / "package.json").read_text(encoding="utf-8"))
    return [target for target in manifest["napi"]["targets"] if target not in built]


def stand_in(target: str, folder: Path) -> None:
    """Writes the files of a platform that is not built here: a text, and the real list of crates."""
    command = ["node", "-e", MODULE, (ROOT / "node" / "targets.mjs").as_uri(), target]
    module = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    folder.mkdir(parents=True)
    (folder / module).write_text(f"In place of the native module for {target}.\n")
    (folder / f"{target}.cdx.json").write_text(sbom("grantmint-node", target), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
