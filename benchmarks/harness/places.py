"""The places of files, and the commands of each language's programs."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent.parent
ROOT = HERE.parent
# The folder of everything that is built or downloaded for a run. Git ignores `target`.
WORK = ROOT / "target" / "benchmarks"
ENVIRONMENT = HERE / ".venv"


def node(script: str, *arguments: str) -> list[str]:
    return ["node", f"node/{script}", *arguments]


def python(script: str, *arguments: str) -> list[str]:
    return [sys.executable, f"python/{script}", *arguments]


def rust(program: str, *arguments: str) -> list[str]:
    return [str(WORK / "release" / program), *arguments]


def wheel() -> Path:
    wheels = sorted((ROOT / "target" / "wheels").glob("grantmint-*.whl"))
    if not wheels:
        sys.exit("There is no wheel in target/wheels: run `make build` first.")
    return wheels[-1]


def native_module() -> Path:
    modules = list((ROOT / "node").glob("grantmint.*.node"))
    if not modules:
        sys.exit("There is no native module in node/: run `make build` first.")
    return modules[0]


def call(*command: str | Path, cwd: Path = HERE) -> None:
    """Runs a command and shows its output only if it fails."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, text=True, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(str(part) for part in command)} failed:\n{done.stdout}{done.stderr}")


def npm_version(name: str) -> str:
    return json.loads((HERE / "node_modules" / name / "package.json").read_text())["version"]


def fresh_folder(name: str) -> Path:
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
