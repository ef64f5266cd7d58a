"""Checks the stubs, and a program that uses the whole API, with Pyright. `make lint` runs mypy."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import grantmint

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "python" / "typing_sample.py"
PACKAGE = Path(grantmint.__file__).parent
TYPED = [
    PACKAGE / "_grantmint.pyi",
    PACKAGE / "jwt.py",
    PACKAGE / "results.py",
    *PACKAGE.glob("access_token/*.py"),
]

# The places where the API accepts or returns a free-form object: a `dict[str, Any]` and nothing wider.
FREE_FORM = {
    "AccessTokenGrant.to_payload",
    "VoiceGrant.__init__(outgoing_application_params)",
    "VoiceGrant.to_payload",
    "DecodedJwt.__init__(headers)",
    "DecodedJwt.__init__(payload)",
    "PlaybackGrant.__init__(grant)",
    "PlaybackGrant.to_payload",
    "Jwt.payload",
    "Jwt.headers",
    *(f"{name}.{member}" for name in ("Claims", "Inspection") for member in ("grants", "header", "to_dict")),
    *(f"DecodedJwt.{member}" for member in ("payload", "headers", "grants")),
    "Claims.payload",
    "Inspection.claims",
}

# A grant's `key` may be a property or a class attribute. Pyright accepts only the form of the base, a
# property. mypy accepts both.
KNOWN = {("key", "reportIncompatibleMethodOverride"), ("property", "reportAssignmentType")}

with_node = pytest.mark.skipif(not shutil.which("node"), reason="pyright needs Node.js")


def pyright(cwd: Path, *arguments: str) -> dict[str, Any]:
    program = HERE / "node_modules" / "pyright" / "index.js"
    assert program.is_file(), "run `npm ci --ignore-scripts` in tests/frameworks first"
    # Pyright finds packages through the first Python on PATH.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["node", str(program), "--outputjson", *arguments],
        cwd=cwd,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except json.JSONDecodeError:
        raise AssertionError(done.stdout + done.stderr) from None
    return found


@with_node
def test_pyright_on_a_program_that_uses_everything(tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path)
    # The sample's wrong lines must be wrong for pyright too: a `type: ignore` for nothing is an error.
    settings = {"typeCheckingMode": "strict", "reportUnnecessaryTypeIgnoreComment": "error"}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    found = pyright(tmp_path)
    assert found["summary"]["filesAnalyzed"] == 1
    others = [
        diagnostic
        for diagnostic in found["generalDiagnostics"]
        if not any(
            f'"{word}"' in diagnostic["message"] and rule == diagnostic.get("rule") for word, rule in KNOWN
        )
    ]
    assert others == []
    assert len(found["generalDiagnostics"]) <= len(KNOWN)


@with_node
def test_every_public_type_is_known_to_pyright(tmp_path: Path) -> None:
    found = pyright(tmp_path, "--verifytypes", "grantmint", "--ignoreexternal")["typeCompleteness"]
    assert found["completenessScore"] == 1
    exported = found["exportedSymbolCounts"]
    assert exported["withKnownType"] >= len(grantmint.__all__)
    assert (exported["withAmbiguousType"], exported["withUnknownType"]) == (0, 0)


def annotated(node: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yields every annotation of the stub with its dotted name."""
    for child in node.body:
        match child:
            case ast.ClassDef():
                yield from annotated(child, f"{name}{child.name}.")
            case ast.FunctionDef():
                function = f"{name}{child.name}"
                if child.returns:
                    yield function, ast.unparse(child.returns)
                arguments = child.args
                named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
                for argument in [*named, *filter(None, [arguments.vararg, arguments.kwarg])]:
                    if argument.annotation:
                        yield f"{function}({argument.arg})", ast.unparse(argument.annotation)
            case ast.AnnAssign():
                yield f"{name}{ast.unparse(child.target)}", ast.unparse(child.annotation)
            case _:
                pass


def is_public(name: str) -> bool:
    return all(not part.startswith("_") or part == "__init__" for part in re.split(r"[.(]", name))


def test_nothing_is_any_but_free_form_objects() -> None:
    modules = [ast.parse(path.read_text(encoding="utf-8")) for path in TYPED]
    found = {name: text for module in modules for name, text in annotated(module) if is_public(name)}
    assert len(found) > 80
    with_any = {name: text for name, text in found.items() if re.search(r"\b(Any|object)\b", text)}
    # `inspect` explains any value.
    assert with_any.pop("inspect(token)") == "object"
    assert set(with_any) == FREE_FORM
    for name in FREE_FORM:
        text = with_any[name].removesuffix(" | None")
        assert text in ("dict[str, Any]", "Mapping[str, Any]"), name
