"""Results as Markdown tables."""

from .names import (
    ENGINES,
    FRAMEWORKS,
    IN_WORKERD,
    INSPECTIONS,
    LANGUAGES,
    MINTERS,
    REFUSALS,
    SERVERS,
    VERIFIERS,
)

MIB = 1024 * 1024


def table(heads: list[str], rows: list[list[str]]) -> str:
    """Returns a Markdown table. All columns except the first are numbers."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def number(value: float) -> str:
    """Returns a number with three significant digits and without an exponent."""
    if value >= 100:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}" if value < 1 else f"{value:.{1 if value >= 10 else 2}f}"


def minting(language: str, part: dict) -> str:
    return contenders(language, part, MINTERS, "issuer", "against `Issuer`")


def verify(part: dict) -> str:
    return "\n\n".join(
        contenders(language, measured, VERIFIERS, "verifier", "against `Verifier`")
        for language, measured in part.items()
    )


def contenders(language: str, part: dict, names: dict, ours: str, against: str) -> str:
    rows = [
        [
            names[language][name],
            microseconds(one["median"]),
            f"{microseconds(one['low'])}–{microseconds(one['high'])}",
            number(1e9 / one["median"]),
            f"{number(one['median'] / part[ours]['median'])} ×",
        ]
        for name, one in part.items()
    ]
    return table([LANGUAGES[language], "µs a token", "quartiles", "tokens a second", against], rows)


def refusals(part: dict) -> str:
    rows = [
        [
            f"{LANGUAGES[language]}: {VERIFIERS[language][name]}",
            *(microseconds(measured[kind][name]["median"]) for kind in REFUSALS),
        ]
        for language, measured in part.items()
        for name in next(iter(measured.values()))
    ]
    return table(["µs to refuse a token of", *REFUSALS.values()], rows)


def inspect(part: dict) -> str:
    rows = [
        [
            f"{LANGUAGES[language]}: {INSPECTIONS[name]}",
            microseconds(one["median"]),
            f"{microseconds(one['low'])}–{microseconds(one['high'])}",
        ]
        for language, measured in part.items()
        for name, one in measured.items()
    ]
    return table(["call", "µs a token", "quartiles"], rows)


def wasm(part: dict) -> str:
    return engines("Node", part, ENGINES)


def workerd(part: dict) -> str:
    return engines("workerd", part, IN_WORKERD)


def engines(runtime: str, part: dict, names: dict) -> str:
    rows = [
        [
            name,
            microseconds(part[contender]["median"]),
            f"{microseconds(part[contender]['low'])}–{microseconds(part[contender]['high'])}",
        ]
        for contender, name in names.items()
    ]
    return table([runtime, "µs a token", "quartiles"], rows)


def microseconds(nanoseconds: float) -> str:
    return number(nanoseconds / 1000)


def growth(part: dict) -> str:
    return "\n\n".join(
        table(
            [
                f"{LANGUAGES[language]}: µs a token, with claims of",
                *(claims_size(int(size)) for size in sizes),
            ],
            [
                [
                    MINTERS[language][name],
                    *(
                        microseconds(measured[name]["median"]) if name in measured else "refused"
                        for measured in sizes.values()
                    ),
                ]
                for name in next(iter(sizes.values()))
            ],
        )
        for language, sizes in part.items()
    )


def claims_size(size: int) -> str:
    return f"{size // 1000} KB" if size else "0.3 KB"


def scaling(part: dict) -> str:
    rows = []
    for language, measured in part.items():
        for kind in dict.fromkeys(name.rpartition("_")[0] for name in measured):
            one, two = (1e9 / measured[f"{kind}_{workers}"]["median"] for workers in (1, 2))
            rows.append(
                [f"{LANGUAGES[language]}, {kind}", number(one), number(two), f"{number(two / one)} ×"]
            )
    return table(["tokens a second, `Issuer`", "one worker", "two", "two against one"], rows)


LISTS = {
    "python_100000": "Python, 100,000 identities",
    "node_10": "Node, 10 identities",
    "node_100": "Node, 100 identities",
    "node_1000": "Node, 1,000 identities",
    "node_100000": "Node, 100,000 identities",
}
WAYS = {
    "loop": "`mint` in a loop",
    "many": "`mintMany`",
    "many_1": "`mint_many`, one thread",
    "many_2": "`mint_many`, two threads",
}


def lists(part: dict) -> str:
    rows = [
        [
            f"{LISTS[name]}: {WAYS[way]}",
            microseconds(one["median"]),
            f"{microseconds(one['low'])}–{microseconds(one['high'])}",
            f"{number(measured['loop']['median'] / one['median'])} ×",
        ]
        for name, measured in part.items()
        for way, one in measured.items()
    ]
    return table(["list", "µs a token", "quartiles", "speed against the loop"], rows)


def http(part: dict) -> str:
    heads = [
        "requests a second",
        "quartiles",
        "against signing nothing",
        "p50, ms",
        "p99, ms",
        "peak memory, MiB",
    ]
    return "\n\n".join(
        table(
            [FRAMEWORKS[framework], *heads],
            [
                [
                    SERVERS[name],
                    number(one["requests"]["median"]),
                    f"{number(one['requests']['low'])}–{number(one['requests']['high'])}",
                    f"{number(one['requests']['median'] / measured['nothing']['requests']['median'])} ×",
                    number(one["p50"]),
                    number(one["p99"]),
                    number(one["peak_memory"] / MIB) if one["peak_memory"] else "?",
                ]
                for name, one in measured.items()
            ],
        )
        for framework, measured in part.items()
    )


def startup(part: dict) -> str:
    word = {"node": "require", "python": "import"}
    rows = []
    for language, measured in part.items():
        grantmint, empty = measured["grantmint"]["load"]["median"], measured["nothing"]["process"]["median"]
        for name, one in measured.items():
            if name != "nothing":
                load = one["load"]
                rows.append(
                    [
                        f"{LANGUAGES[language]}: {word[language]} `{name}`",
                        number(load["median"]),
                        f"{number(load['low'])}–{number(load['high'])}",
                        f"{number(load['median'] / grantmint)} ×",
                        number(max(one["process"]["median"] - empty, 0)),
                    ]
                )
    heads = ["statement", "ms", "quartiles", "against grantmint", "whole process, less an empty one's, ms"]
    return table(heads, rows)


def size(part: dict) -> str:
    rows = [
        [f"{manager}: {name}", f"{one['bytes'] / MIB:.2f}", str(one["packages"])]
        for manager, measured in part.items()
        for name, one in measured.items()
    ]
    return table(["package", "MiB", "packages"], rows)


def targets(rows: list) -> str:
    return table(
        ["what", "target", "measured", "result"],
        [[row.text, row.target, row.measured, "met" if row.met else "**short**"] for row in rows],
    )


def latency(part: dict) -> str:
    heads = ["requests a second", "p50, ms", "p99, ms", "p99.9, ms", "slowest, ms", "lost"]
    return "\n\n".join(
        table(
            [FRAMEWORKS[framework], *heads],
            [
                [
                    SERVERS[name],
                    number(one["rate"]),
                    *(number(one[place]) for place in ("p50", "p99", "p999", "longest")),
                    f"{one['failed']} of {one['total']:,}",
                ]
                for name, one in measured.items()
            ],
        )
        for framework, measured in part.items()
    )


PARTS = {
    "rust": lambda part: minting("rust", part),
    "node": lambda part: minting("node", part),
    "python": lambda part: minting("python", part),
    "verify": verify,
    "refusals": refusals,
    "inspect": inspect,
    "wasm": wasm,
    "workerd": workerd,
    "growth": growth,
    "scaling": scaling,
    "lists": lists,
    "http": http,
    "latency": latency,
    "startup": startup,
    "size": size,
}
