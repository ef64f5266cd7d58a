"""The installed package has one version, types and all names."""

from __future__ import annotations

import importlib
import importlib.metadata
import re
from pathlib import Path

import pytest

import grantmint
from grantmint import _grantmint

WORKSPACE = Path(__file__).parents[2]
MODULES = ["grantmint", "grantmint.errors", "grantmint.access_token", "grantmint.access_token.grants"]


def test_the_version_is_the_workspaces() -> None:
    manifest = (WORKSPACE / "Cargo.toml").read_text(encoding="utf-8")
    section = manifest.split("[workspace.package]")[1].split("\n[")[0]
    version = re.search(r'^version = "(.+)"$', section, re.MULTILINE)
    assert version
    assert grantmint.__version__ == importlib.metadata.version("grantmint") == version[1]


def test_it_cannot_panic_on_demand() -> None:
    """Only the module of `make check-panics` can panic."""
    assert not [name for name in dir(_grantmint) if "panic" in name]


def test_it_is_typed() -> None:
    package = Path(grantmint.__file__).parent
    assert (package / "py.typed").is_file()
    assert (package / "_grantmint.pyi").is_file()


def test_it_needs_nothing_at_run_time() -> None:
    assert not importlib.metadata.requires("grantmint")


@pytest.mark.parametrize("name", MODULES)
def test_all_is_complete_and_sorted(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__all__ == sorted(module.__all__)
    classes = {name for name, value in vars(module).items() if isinstance(value, type)}
    assert classes | {"__version__", "inspect"} == {*module.__all__, "__version__", "inspect"}


def test_the_top_level_has_everything() -> None:
    for name in MODULES[1:]:
        module = importlib.import_module(name)
        for member in module.__all__:
            # The official name of `TokenError`.
            name = {"JwtDecodeError": "TokenError"}.get(member, member)
            assert hasattr(grantmint, name), f"python/grantmint/__init__.py lacks {name}"
            assert getattr(grantmint, name) is getattr(module, member)


def test_classes_are_named_by_where_they_are_imported_from() -> None:
    native = importlib.import_module("grantmint._grantmint")
    for name in native.__all__:
        if name.startswith("_"):
            # The command that `python -m grantmint` runs.
            continue
        member = getattr(native, name)
        assert getattr(grantmint, name) is member
        if isinstance(member, type):
            assert member.__module__ == "grantmint"
