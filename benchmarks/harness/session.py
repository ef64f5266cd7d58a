"""A run of the benchmarks: it prepares, measures, prints and writes."""

import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version

from . import charts, documents, http, latency, minting, scaling, size, startup, tables, targets, verifying, wasm
from .places import ENVIRONMENT, HERE, ROOT, WORK, call, npm_version, wheel

RESULTS = HERE / "results.json"


@dataclass(frozen=True)
class Settings:
    rounds: int = 15
    few_rounds: int = 7
    milliseconds: int = 100
    http_rounds: int = 3
    http_seconds: int = 5
    storm_seconds: int = 60
    fresh_processes: int = 25


QUICK = Settings(
    rounds=3,
    few_rounds=2,
    milliseconds=50,
    http_rounds=1,
    http_seconds=1,
    storm_seconds=2,
    fresh_processes=3,
)

PARTS = {
    "rust": lambda settings: minting.run("rust", settings),
    "node": lambda settings: minting.run("node", settings),
    "python": lambda settings: minting.run("python", settings),
    "verify": verifying.run,
    "refusals": verifying.run_refusals,
    "inspect": verifying.run_inspections,
    "wasm": wasm.run,
    "workerd": wasm.run_workerd,
    "growth": minting.run_growth,
    "scaling": scaling.run_workers,
    "lists": scaling.run_lists,
    "http": http.run,
    "latency": latency.run,
    "startup": startup.run,
    "size": size.run,
}


def measure(parts: tuple[str, ...], *, quick: bool, save: bool) -> None:
    prepare(parts)
    results = {"quick": quick, "machine": machine(), "versions": versions(), "parts": {}}
    for part in parts:
        print(f"measuring: {part}", file=sys.stderr, flush=True)
        results["parts"][part] = PARTS[part](QUICK if quick else Settings())
        print(tables.PARTS[part](results["parts"][part]), end="\n\n", flush=True)
    print(tables.targets(targets.compare(results["parts"])))
    if save or (not quick and len(parts) == len(PARTS)):
        results = merged(results)
        RESULTS.write_text(json.dumps(rounded(results), indent=1) + "\n")
        render()


def merged(results: dict) -> dict:
    """Adds the parts of the last run that were not measured again. Both runs must be alike, on such a machine."""
    if len(results["parts"]) == len(PARTS) or not RESULTS.exists():
        return results
    last = load()
    for key in ("quick", "machine"):
        if last[key] != results[key]:
            sys.exit(f"Nothing was written: `{key}` is {results[key]}, and was {last[key]} in the last run.")
    known = last["parts"] | results["parts"]
    return results | {"parts": {part: known[part] for part in PARTS if part in known}}


def check() -> int:
    """Prints each target beside its measurement. Returns 1 as the exit status if one is missed."""
    rows = targets.compare(load()["parts"])
    print(tables.targets(rows))
    return int(not all(row.met for row in rows))


def render() -> None:
    results = load()
    charts.draw(results["parts"])
    documents.write(results)


def load() -> dict:
    if not RESULTS.exists():
        sys.exit("There are no results yet: run without --check and --render first.")
    return json.loads(RESULTS.read_text())


def prepare(parts: tuple[str, ...]) -> None:
    """Installs the peers at the versions that the lock files name, and this checkout's grantmint."""
    print("preparing: npm packages, the wheel, the Rust contenders", file=sys.stderr, flush=True)
    # `npm ci` would reject a lock file without the native modules of all other platforms.
    call("npm", "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    if (HERE / "requirements.txt").stat().st_mtime > (ENVIRONMENT / "installed").stat().st_mtime:
        call(*pip, "--requirement", HERE / "requirements.txt")
        (ENVIRONMENT / "installed").touch()
    call(*pip, "--no-deps", "--force-reinstall", wheel())
    if {"rust", "verify", "refusals", "inspect", "wasm", "growth"} & set(parts):
        call("cargo", "build", "--release", "--target-dir", WORK, cwd=HERE / "rust")


def machine() -> dict:
    """Describes the machine in general terms that do not identify it."""
    rustc = subprocess.run(
        ["rustc", "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "sha_extensions": has_sha_extensions(),
        "rust": rustc.split()[1],
        "node": node.strip().removeprefix("v"),
        "python": platform.python_version(),
    }


def has_sha_extensions() -> bool | None:
    try:
        with open("/proc/cpuinfo") as file:
            flags = file.read().split()
    except OSError:
        return None
    return "sha_ni" in flags or "sha2" in flags


def versions() -> dict:
    lock = (HERE / "rust" / "Cargo.lock").read_text()
    crate = lock.split('name = "jsonwebtoken"\nversion = "')[1].split('"')[0]
    npm = json.loads((HERE / "package.json").read_text())["dependencies"]
    pip = ("twilio", "PyJWT", "joserfc", "Authlib", "fastapi", "uvicorn")
    return {
        "crates": {"jsonwebtoken": crate},
        "npm": {name: npm_version(name) for name in npm if name != "grantmint"},
        "pip": {name: version(name) for name in pip},
    }


def rounded(value):
    """Rounds to four significant digits. More would be noise and make the diff of each run longer."""
    if isinstance(value, dict):
        return {key: rounded(member) for key, member in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value
