"""Checks the workflows as data, because most of their jobs run only on a CI service.

``python packaging/workflows.py`` prints a sentence for each fault:

- a step that runs anything other than one script of ``packaging/`` or one target of ``make``,
- a third-party action without the hash of a commit, or with two hashes,
- a job with more or fewer permissions than its steps need,
- the publication of a bare path: npm reads ``folder/file.tgz`` as a repository on GitHub.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = ROOT / ".github" / "workflows"

SCRIPT = re.compile(r"(?:python )?((?:packaging|\.ci)/[\w./-]+)((?: [\w./:=,-]+| \"\$[A-Z_]+\")*)")
MAKE = re.compile(r"make ([a-z-]+)((?: [A-Z_]+=[\w.-]+)*)")
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
# A path that neither begins with `/`, `.`, `$` or a quoted variable, nor is an option.
BARE_PUBLISH = re.compile(
    r"\b(?:npm|pnpm|yarn|bun)\b[^\n]*\bpublish\b[^\n]*\s[\"']?(?![-./$\"'])[\w.-]+/[^\s\"']+"
)

# The permissions of the token that a step needs, by the action or the script that it calls.
NEEDS = {
    "actions/checkout": {"contents": "read"},
    "actions/attest-build-provenance": {"id-token": "write", "attestations": "write"},
    "rust-lang/crates-io-auth-action": {"id-token": "write"},
    "packaging/publish.py pypi --attempt": {"id-token": "write"},
    "packaging/publish.py npm --attempt": {"id-token": "write"},
    "packaging/release.py page": {"contents": "write"},
}


def faults(name: str, text: str) -> list[str]:
    """Returns a sentence for each fault of one workflow."""
    workflow: dict[str, Any] = yaml.safe_load(text)
    found = []
    for title, job in workflow["jobs"].items():
        place = f"{name}, job {title}"
        for step in job.get("steps", []):
            found += [f"{place}: {fault}" for fault in step_faults(step)]
        if "uses" in job:
            found += [f"{place}: {fault}" for fault in action_faults(job["uses"])]
        granted = job.get("permissions", workflow.get("permissions"))
        found += [f"{place}: {fault}" for fault in permission_faults(granted, needed(job))]
    return found


def step_faults(step: dict[str, Any]) -> Iterator[str]:
    if "uses" in step:
        yield from action_faults(step["uses"])
    if "run" not in step:
        return
    command = step["run"].strip()
    if BARE_PUBLISH.search(command):
        yield f"publishes a bare path, which npm reads as a GitHub repository; write ./ before it: {command}"
    if match := SCRIPT.fullmatch(command):
        if not (ROOT / match[1]).is_file():
            yield f"runs {match[1]}, which does not exist"
    elif match := MAKE.fullmatch(command):
        if match[1] not in make_targets():
            yield f"runs make {match[1]}, which is not a target"
    else:
        yield f"runs more than one script of packaging/ or one make target: {command}"


def action_faults(action: str) -> Iterator[str]:
    if not action.startswith("./") and not PINNED.fullmatch(action):
        yield f"the action {action} is not pinned; expected the hash of a commit after @"


def permission_faults(granted: object, needs: dict[str, str]) -> Iterator[str]:
    if not isinstance(granted, dict):
        yield f"has the permissions {granted}; expected exactly {needs}"
        return
    for permission in sorted(granted.keys() | needs.keys()):
        has, need = granted.get(permission, "none"), needs.get(permission, "none")
        if has != need:
            yield f"has {permission}: {has}; its steps need {permission}: {need}"


def needed(job: dict[str, Any]) -> dict[str, str]:
    """Returns the permissions that the steps of a job need."""
    if str(job.get("uses", "")).startswith("./"):
        called = yaml.safe_load((ROOT / job["uses"]).read_text(encoding="utf-8"))
        return dict(called["permissions"])
    needs: dict[str, str] = {}
    for step in job.get("steps", []):
        called_by_step = step.get("uses", "").split("@")[0] or step.get("run", "")
        for name, permissions in NEEDS.items():
            if name == called_by_step or name in step.get("run", ""):
                for permission, level in permissions.items():
                    needs[permission] = max(level, needs.get(permission, ""))
    return needs


def inconsistent_pins(texts: list[str]) -> list[str]:
    """Returns a sentence for each action whose hash or version comment differs between two places."""
    pins: dict[str, str] = {}
    found = []
    for action, pin in re.findall(r"uses: ([\w./-]+)@(.+)", "\n".join(texts)):
        if pins.setdefault(action, pin) != pin:
            found.append(f"the action {action} is pinned to {pins[action]} and to {pin}")
        if not re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", pin):
            found.append(
                f"the action {action} is pinned to {pin}; expected a commit and its version as a comment"
            )
    return list(dict.fromkeys(found))


def script_faults(name: str, text: str) -> list[str]:
    """Returns a sentence for each bare path that a script publishes."""
    return [
        f"{name} publishes a bare path, which npm reads as a repository on GitHub: {line.strip()}"
        for line in text.splitlines()
        if BARE_PUBLISH.search(line)
    ]


def make_targets() -> set[str]:
    files = [ROOT / "Makefile", *ROOT.glob("packaging/*.mk"), *ROOT.glob("tests/*/*.mk")]
    return {
        name for file in files for name in re.findall(r"(?m)^([a-z-]+):", file.read_text(encoding="utf-8"))
    }


def main() -> None:
    texts = {file.name: file.read_text(encoding="utf-8") for file in sorted(WORKFLOWS.glob("*.yml"))}
    found = [fault for name, text in texts.items() for fault in faults(name, text)]
    found += inconsistent_pins(list(texts.values()))
    for file in [
        *sorted(ROOT.glob("packaging/*.sh")),
        *sorted(ROOT.glob("packaging/*.mk")),
        ROOT / "Makefile",
    ]:
        found += script_faults(file.name, file.read_text(encoding="utf-8"))
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
