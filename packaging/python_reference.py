"""Writes Python's API reference: pdoc with the names that only the stubs of the native module have.

python packaging/python_reference.py STUB [OPTIONS OF PDOC]
"""

from __future__ import annotations

import sys
from pathlib import Path

from pdoc.__main__ import cli

from grantmint import _grantmint


def main(stub: Path, options: list[str]) -> None:
    names: dict[str, object] = {"__name__": _grantmint.__name__, "__package__": "grantmint"}
    exec(compile(stub.read_text(encoding="utf-8"), stub, "exec"), names)
    # pdoc imports the types of annotations, which the module itself lacks.
    for name, value in names.items():
        if not hasattr(_grantmint, name):
            setattr(_grantmint, name, value)
    sys.argv = ["pdoc", *options]
    cli()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
