"""Runs the examples in the docstrings of the stub and the modules. Everything public has an example."""

from __future__ import annotations

import ast
import doctest
import inspect
import pydoc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import grantmint

PACKAGE = Path(grantmint.__file__).parent
STUB = PACKAGE / "_grantmint.pyi"
# The drop-in classes, whose examples share the names of the stub, too.
CLASSES = [PACKAGE / "jwt.py", PACKAGE / "results.py", *PACKAGE.glob("access_token/*.py")]
FILES = [STUB, *PACKAGE.rglob("*.py")]


def docstrings(path: Path) -> Iterator[tuple[str, str, int]]:
    """Yields the name, the text and the line of each docstring of a file, also of attributes."""
    yield from documented(path.name, ast.parse(path.read_text(encoding="utf-8")))


def documented(name: str, node: Any) -> Iterator[tuple[str, str, int]]:
    if doc := ast.get_docstring(node):
        yield name, doc, node.body[0].lineno
    previous = None
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef):
            yield from documented(f"{name}:{child.name}", child)
        elif isinstance(child, ast.Expr) and isinstance(previous, ast.AnnAssign):
            value, target = child.value, previous.target
            if isinstance(value, ast.Constant) and isinstance(target, ast.Name):
                yield f"{name}:{target.id}", str(value.value), child.lineno
        previous = child


def run(name: str, text: str, line: int, names: dict[str, Any]) -> int:
    test = doctest.DocTestParser().get_doctest(text, {}, name, name, line)
    test.globs = names
    failures: list[str] = []
    doctest.DocTestRunner().run(test, out=failures.append, clear_globs=False)
    assert not failures, "".join(failures)
    return len(test.examples)


def shared_names() -> dict[str, Any]:
    """Returns the names that the stub's own docstring introduces."""
    names: dict[str, Any] = {}
    name, text, line = next(docstrings(STUB))
    assert run(name, text, line, names)
    return names


EXAMPLES = [found for path in FILES for found in docstrings(path) if ">>>" in found[1]]


@pytest.mark.parametrize(("name", "text", "line"), EXAMPLES, ids=[name for name, _, _ in EXAMPLES])
def test_an_example(name: str, text: str, line: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Undoes the example's changes to the environment.
    for variable in ("TWILIO_ACCOUNT_SID", "TWILIO_API_KEY", "TWILIO_API_SECRET"):
        monkeypatch.setenv(variable, "")
    assert run(name, text, line, shared_names() if ":" in name and not name.startswith("errors.py") else {})


def public_members(node: Any, name: str) -> Iterator[str]:
    """Yields the public classes and methods of the stub. Classes describe their constructors."""
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef) and not child.name.startswith("_"):
            # The example of the class shows the values of attributes.
            if any(isinstance(mark, ast.Name) and mark.id == "property" for mark in child.decorator_list):
                continue
            yield f"{name}:{child.name}"
            if isinstance(child, ast.ClassDef):
                yield from public_members(child, f"{name}:{child.name}")


def test_everything_public_has_an_example() -> None:
    members = {
        member
        for path in (STUB, *CLASSES)
        for member in public_members(ast.parse(path.read_text(encoding="utf-8")), path.name)
    }
    assert {"_grantmint.pyi:Issuer", "jwt.py:Jwt", "grants.py:SyncGrant"} <= members
    assert members <= {name for name, _, _ in EXAMPLES}


def test_every_module_and_exception_is_described() -> None:
    for path in FILES:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path.name
    for name in grantmint.__all__:
        if name.endswith("Error"):
            assert getattr(grantmint, name).__doc__


# At run time, a constant has the documentation of its type.
CONSTANTS = ["_Generate", "__version__"]
STUB_DOCSTRINGS = [
    (name.split(":")[1:], text)
    for name, text, _ in docstrings(STUB)
    if ":" in name and name.removeprefix(f"{STUB.name}:") not in CONSTANTS
]


@pytest.mark.parametrize(
    ("path", "text"), STUB_DOCSTRINGS, ids=[".".join(path) for path, _ in STUB_DOCSTRINGS]
)
def test_the_module_has_the_docstrings_of_the_stub(path: list[str], text: str) -> None:
    found: Any = grantmint._grantmint
    for name in path:
        found = vars(found)[name]
    documented = found.__func__.__doc__ if isinstance(found, staticmethod) else found.__doc__
    assert documented is not None
    assert inspect.cleandoc(documented) == inspect.cleandoc(text)


def test_help_shows_the_arguments_and_an_example() -> None:
    shown = pydoc.plain(pydoc.render_doc(grantmint.Issuer))
    for part in (
        "Mints many tokens for one API key",
        "account_sid: the account",
        ">>> issuer = Issuer(",
        "mint_many(",
    ):
        assert part in shown
    assert "OUT_DIR" not in shown
