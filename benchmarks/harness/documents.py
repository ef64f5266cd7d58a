"""Writes the tables between the marks in docs/performance.md, README.md and benchmarks/README.md."""

import re

from . import tables, targets
from .names import JWT_LIBRARIES, MINTERS
from .places import HERE, ROOT


def write(results: dict) -> None:
    parts = results["parts"]
    blocks = {f"benchmark:{name}": tables.PARTS[name](part) for name, part in parts.items()}
    blocks["benchmark:targets"] = tables.targets(targets.compare(parts))
    blocks["benchmark:machine"] = machine(results)
    if {"rust", "node", "python", "http"} <= parts.keys():
        blocks["benchmark"] = summary(parts)
    readme = ROOT / "README.md"
    for document in (ROOT / "docs" / "performance.md", HERE / "README.md", readme):
        # The numbers of a `--quick` run are too rough for the README.
        if document.exists() and not (results["quick"] and document == readme):
            text = document.read_text()
            for mark, block in blocks.items():
                text = between(mark, block, text)
            document.write_text(text)


def between(mark: str, block: str, text: str) -> str:
    """Replaces the text between `<!-- mark -->` and `<!-- /mark -->`, if the marks exist."""
    start, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    return re.sub(
        f"{re.escape(start)}.*?{re.escape(end)}", lambda _: f"{start}\n{block}\n{end}", text, flags=re.S
    )


def machine(results: dict) -> str:
    about, versions = results["machine"], results["versions"]
    sha = {True: ", with SHA extensions", False: ", without SHA extensions", None: ""}[
        about["sha_extensions"]
    ]
    named = ", ".join(
        f"{name} {number}" for packages in versions.values() for name, number in packages.items()
    )
    quick = " **These are the numbers of a quick run on a busy machine.**" if results["quick"] else ""
    return (
        f"{about['cores']} virtual cores of a server CPU ({about['architecture']}{sha}), {about['system']}, "
        f"Rust {about['rust']}, Node {about['node']}, Python {about['python']}; {named}.{quick}"
    )


def summary(parts: dict) -> str:
    """Returns the short table, with one line for each kind of contender."""
    libraries = {
        language: tuple(name for name in names if name in JWT_LIBRARIES)
        for language, names in MINTERS.items()
    }
    by_hand = {
        language: tuple(name for name in names if name.startswith("by_hand"))
        for language, names in MINTERS.items()
    }
    kinds = {
        "grantmint `Issuer`": dict.fromkeys(MINTERS, ("issuer",)),
        "grantmint `AccessToken`": dict.fromkeys(MINTERS, ("access_token",)),
        "the best hand-written": by_hand,
        "the fastest JWT library": libraries,
        "Twilio's library": dict.fromkeys(("node", "python"), ("twilio",)),
    }
    rows = [
        [kind, *(fastest(parts[language], names.get(language, ())) for language in MINTERS)]
        for kind, names in kinds.items()
    ]
    express = parts["http"]["express"]
    requests = {name: tables.number(one["requests"]["median"]) for name, one in express.items()}
    return "\n\n".join(
        [
            tables.table(["µs a token", "Rust", "Node", "Python"], rows),
            f"An Express endpoint answers {requests['issuer']} requests a second with an `Issuer`, "
            f"{requests['access_token']} with `AccessToken`, {requests['twilio']} with Twilio's library, "
            f"and {requests['nothing']} if it signs nothing.",
            "![Tokens a second in Rust, Node and Python](docs/images/tokens.svg)",
        ]
    )


def fastest(part: dict, names: tuple[str, ...]) -> str:
    return tables.microseconds(min(part[name]["median"] for name in names)) if names else "–"
