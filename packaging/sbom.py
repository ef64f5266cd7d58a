"""Lists the crates inside a package, as CycloneDX.

The list is reproducible and does not contain folders of the machine.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def sbom(package: str, target: str | None) -> str:
    """Returns the list for ``package``, built for ``target``. ``None`` means every target, as for sources."""
    # Leaves out the crates that only tests, build scripts or macros use. `cargo metadata` would add the
    # dependencies that other crates of the workspace enable.
    options = ["--edges", "normal,no-proc-macro", "--target", target or "all"]
    layout = ["--no-dedupe", "--prefix", "depth", "--format", "{p}|{l}"]
    command = ["cargo", "tree", "--locked", "--package", package, *options, *layout]
    tree = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout

    sums = checksums()
    components: dict[str, dict[str, Any]] = {}
    links: dict[str, set[str]] = {}
    path: list[str] = []
    for depth, name, version, licence in re.findall(r"(?m)^(\d+)(\S+) v(\S+).*\|(.*)$", tree):
        purl = f"pkg:cargo/{name}@{version}"
        path[int(depth) :] = [purl]
        components[purl] = component(purl, name, version, licence, sums.get((name, version)))
        links.setdefault(purl, set())
        if len(path) > 1:
            links[path[-2]].add(purl)

    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": components.pop(path[0])},
        "components": [components[purl] for purl in sorted(components)],
        "dependencies": [{"ref": purl, "dependsOn": sorted(links[purl])} for purl in sorted(links)],
    }
    return json.dumps(document, indent=1) + "\n"


def component(purl: str, name: str, version: str, licence: str, checksum: str | None) -> dict[str, Any]:
    described: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
    }
    if licence:
        # Older crates write "/" instead of "OR" between licences.
        described["licenses"] = [{"expression": licence.replace("/", " OR ")}]
    if checksum:
        described["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return described


def checksums() -> dict[tuple[str, str], str]:
    lock = (ROOT / "Cargo.lock").read_text(encoding="utf-8")
    entry = r'name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(.+)"'
    return {(name, version): checksum for name, version, checksum in re.findall(entry, lock)}
