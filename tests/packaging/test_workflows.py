"""The workflows as data, and faults planted in them."""

from __future__ import annotations

import pytest
import workflows
import yaml

TEXTS = {file.name: file.read_text(encoding="utf-8") for file in sorted(workflows.WORKFLOWS.glob("*.yml"))}


@pytest.mark.parametrize("name", TEXTS)
def test_a_workflow_has_no_fault(name: str) -> None:
    assert workflows.faults(name, TEXTS[name]) == []


def test_an_action_has_one_pin() -> None:
    assert workflows.inconsistent_pins(list(TEXTS.values())) == []


def test_no_script_publishes_a_bare_path() -> None:
    scripts = [*workflows.ROOT.glob("packaging/*.sh"), *workflows.ROOT.glob("packaging/*.mk")]
    assert scripts
    for file in scripts:
        assert workflows.script_faults(file.name, file.read_text(encoding="utf-8")) == []


PUBLISH = 'python packaging/publish.py npm --attempt "$GITHUB_RUN_ATTEMPT"'
CHECKOUT = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8"
PLANTED = {
    "bare path": (PUBLISH, "npm publish --access public dist/grantmint-0.1.0.tgz", "publishes a bare path"),
    "bare path in a loop": (
        PUBLISH,
        "for file in dist/*; do npm publish packages/a.tgz; done",
        "publishes a bare path",
    ),
    "shell in the workflow": (PUBLISH, "npm publish ./dist/grantmint-0.1.0.tgz", "runs more than one script"),
    "two commands": (PUBLISH, f"{PUBLISH} && true", "runs more than one script"),
    "an expression in the shell": (
        PUBLISH,
        "make dist X=${{ github.ref_name }}",
        "runs more than one script",
    ),
    "unknown script": (
        PUBLISH,
        "python packaging/publich.py npm",
        "packaging/publich.py, which does not exist",
    ),
    "unknown target": (PUBLISH, "make publich", "make publich, which is not a target"),
    "unpinned action": (CHECKOUT, "actions/checkout@v5", "the action actions/checkout@v5 is not pinned"),
    "no permissions stated": ("permissions: {}", "env: {}", "has the permissions None"),
    "all permissions": (
        "    environment: npm\n    permissions:\n      contents: read\n      id-token: write\n",
        "    environment: npm\n    permissions: write-all\n",
        "has the permissions write-all",
    ),
    "too many permissions": (
        "    environment: npm\n    permissions:\n      contents: read\n",
        "    environment: npm\n    permissions:\n      contents: write\n",
        "job npm: has contents: write; its steps need contents: read",
    ),
    "too few permissions": (
        "      attestations: write\n",
        "",
        "job attest: has attestations: none; its steps need attestations: write",
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault: str) -> None:
    text = TEXTS["release.yml"]
    if fault == "no permissions stated":
        # A job without permissions of its own, under a workflow without any.
        text = text.replace("    permissions:\n      contents: write\n", "")
    old, new, sentence = PLANTED[fault]
    assert old in text
    found = workflows.faults("release.yml", text.replace(old, new))
    assert any(sentence in line for line in found), found


def test_two_pins_of_one_action_are_found() -> None:
    other = TEXTS["ci.yml"].replace("08c6903cd8c0fde910a37f88322edcfb5dd907a8", "0" * 40)
    assert any(
        "actions/checkout is pinned to" in line
        for line in workflows.inconsistent_pins([*TEXTS.values(), other])
    )


def test_a_bare_path_in_a_script_is_found() -> None:
    assert workflows.script_faults("a.sh", "npm publish --provenance dist/grantmint-0.1.0.tgz\n")
    assert not workflows.script_faults("a.sh", "npm publish --provenance ./dist/grantmint-0.1.0.tgz\n")


def test_a_free_threaded_wheel_is_released_after_the_race() -> None:
    text = (workflows.WORKFLOWS / "packages.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    steps = [step.get("run") or step["with"].get("name", "") for step in jobs["race"]["steps"]]
    uploaded = "packages-free-threaded-${{ matrix.target }}"
    assert steps[-2:] == ["packaging/race.sh", uploaded]
    # Nothing else uploads such a wheel under a name of the packages.
    assert text.count("name: packages-free-threaded") == 1
    assert "race" in jobs["sources"]["needs"]
