"""Lists the crates inside a package, as CycloneDX: the same each time, without the folders of the machine."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def sbom(package: str, target: str) -> str:
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    packages = {found["id"]: found for found in metadata["packages"]}
    links = {node["id"]: built_in(node) for node in metadata["resolve"]["nodes"]}
    (root,) = (name for name, found in packages.items() if found["name"] == package)

    inside: set[str] = set()
    to_see = [root]
    while to_see:
        name = to_see.pop()
        if name not in inside:
            inside.add(name)
            to_see.extend(links[name])

    sums = checksums()
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(packages[root], sums)},
        "components": sorted(
            (component(packages[name], sums) for name in inside - {root}), key=lambda each: str(each["purl"])
        ),
        "dependencies": sorted(
            (
                {
                    "ref": purl(packages[name]),
                    "dependsOn": sorted(purl(packages[link]) for link in links[name]),
                }
                for name in inside
            ),
            key=lambda each: str(each["ref"]),
        ),
    }
    return json.dumps(document, indent=1) + "\n"


def built_in(node: dict[str, Any]) -> list[str]:
    """What a crate depends on when it runs: neither its tests nor its build script."""
    return [each["pkg"] for each in node["deps"] if any(kind["kind"] is None for kind in each["dep_kinds"])]


def component(package: dict[str, Any], sums: dict[tuple[str, str], str]) -> dict[str, Any]:
    name, version, licence = package["name"], package["version"], package["license"]
    described = {
        "type": "library",
        "bom-ref": purl(package),
        "name": name,
        "version": version,
        "purl": purl(package),
    }
    if licence:
        # Older crates write a slash for "or".
        described["licenses"] = [{"expression": licence.replace("/", " OR ")}]
    if found := sums.get((name, version)):
        described["hashes"] = [{"alg": "SHA-256", "content": found}]
    return described


def purl(package: dict[str, Any]) -> str:
    return f"pkg:cargo/{package['name']}@{package['version']}"


def checksums() -> dict[tuple[str, str], str]:
    lock = (ROOT / "Cargo.lock").read_text(encoding="utf-8")
    entry = r'name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(.+)"'
    return {(name, version): checksum for name, version, checksum in re.findall(entry, lock)}
