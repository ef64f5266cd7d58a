"""Results as SVG charts. They are transparent and readable on light and dark pages."""

from collections.abc import Collection

import matplotlib as mpl

mpl.use("svg")

from matplotlib import pyplot as plt

from . import tables
from .names import FRAMEWORKS, JWT_LIBRARIES, LANGUAGES, MINTERS, SERVERS
from .places import ROOT

IMAGES = ROOT / "docs" / "images"
# Contrast of about 4:1 on white and on GitHub's dark background.
TEXT = "#7d8590"
OTHERS = "#9aa4af"
OURS = "#1a9c7c"

STYLE = {
    "font.family": "sans-serif",
    "font.size": 9,
    "svg.fonttype": "none",
    "svg.hashsalt": "grantmint",
    "text.color": TEXT,
    "axes.labelcolor": TEXT,
    "axes.edgecolor": TEXT,
    "axes.titlecolor": TEXT,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": TEXT,
    "ytick.color": TEXT,
}


def draw(parts: dict) -> None:
    """Draws each chart whose parts were measured."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(STYLE):
        if LANGUAGES.keys() <= parts.keys():
            minting = {language: parts[language] for language in LANGUAGES}
            save(overview(minting), "overview")
            save(tokens(minting), "tokens")
        if "http" in parts:
            save(requests(parts["http"]), "requests")
        if "latency" in parts:
            save(latency(parts["latency"]), "latency")
        if "growth" in parts:
            save(growth(parts["growth"]), "growth")


def save(figure, name: str) -> None:
    figure.savefig(IMAGES / f"{name}.svg", transparent=True, metadata={"Date": None, "Creator": None})
    plt.close(figure)


def overview(languages: dict):
    """Draws our classes beside the fastest JWT library and Twilio's, large enough for a phone."""
    rows = {
        f"{LANGUAGES[language]}: {name}": 1e9 / min(part[one]["median"] for one in contenders)
        for language, part in languages.items()
        for name, contenders in {
            "Issuer": ["issuer"],
            "AccessToken": ["access_token"],
            "fastest JWT library": [one for one in JWT_LIBRARIES if one in part],
            "Twilio's library": [one for one in ("twilio",) if one in part],
        }.items()
        if contenders
    }
    figure, panel = plt.subplots(figsize=(5, 3), layout="constrained")
    names = {name: name for name in rows}
    ours = {name for name in rows if name.endswith(("Issuer", "AccessToken"))}
    bars(panel, "Tokens a second", rows, names, ours)
    return figure


def tokens(languages: dict):
    heights = [len(part) + 1 for part in languages.values()]
    figure, panels = plt.subplots(
        len(languages), figsize=(8.3, sum(heights) * 0.23), height_ratios=heights, layout="constrained"
    )
    for panel, (language, part) in zip(panels, languages.items(), strict=True):
        values = {name: 1e9 / one["median"] for name, one in part.items()}
        bars(panel, f"{LANGUAGES[language]}: tokens a second", values, MINTERS[language])
    return figure


def requests(part: dict):
    figure, panels = plt.subplots(1, len(part), figsize=(8.3, 1.6), layout="constrained", squeeze=False)
    for panel, (framework, measured) in zip(panels[0], part.items(), strict=True):
        values = {name: one["requests"]["median"] for name, one in measured.items()}
        bars(panel, f"{FRAMEWORKS[framework]}: requests a second", values, SERVERS)
    return figure


def latency(part: dict):
    """Draws the share of requests in each class of latency, a tenth of a power of ten wide."""
    figure, panels = plt.subplots(1, len(part), figsize=(8.3, 2.6), layout="constrained", sharey=True)
    for panel, (framework, measured) in zip(panels, part.items(), strict=True):
        for (name, one), style in zip(measured.items(), ("--", "-", ":"), strict=True):
            counts = one["classes"]
            edges = [0.1 * 10 ** (number / 10) for number in range(len(counts) + 1)]
            shares = [100 * count / one["total"] for count in counts]
            colour = OURS if name == "issuer" else OTHERS
            panel.stairs(shares, edges, linestyle=style, color=colour, label=plain(SERVERS[name]))
        last = max(number for one in measured.values() for number, count in enumerate(one["classes"]) if count)
        panel.set(xscale="log", xlim=(0.1, 0.1 * 10 ** ((last + 1) / 10)), xlabel="ms")
        panel.xaxis.set_major_formatter("{x:g}")
        panel.set_title(f"{FRAMEWORKS[framework]}: latency of requests")
        panel.legend(frameon=False, fontsize=8, labelcolor=TEXT, handlelength=3)
    panels[0].set_ylabel("% of requests")
    return figure


def bars(
    panel,
    title: str,
    values: dict[str, float],
    names: dict[str, str],
    ours: Collection[str] = ("issuer", "access_token"),
) -> None:
    colours = [OURS if name in ours else OTHERS for name in values]
    drawn = panel.barh(
        [plain(names[name]) for name in values], list(values.values()), color=colours, height=0.7
    )
    panel.bar_label(drawn, [tables.number(value) for value in values.values()], padding=4)
    panel.set_title(title)
    panel.set_xlim(0, max(values.values()) * 1.18)
    panel.invert_yaxis()
    panel.tick_params(length=0)
    panel.set_xticks([])
    panel.spines[["bottom", "left"]].set_visible(False)


def growth(part: dict):
    figure, panels = plt.subplots(1, len(part), figsize=(8.3, 3.8), layout="constrained", sharey=True)
    for panel, (language, sizes) in zip(panels, part.items(), strict=True):
        kilobytes = [max(int(size), 300) / 1000 for size in sizes]
        styles = iter(("-", "--", "-.", ":"))
        for name in next(iter(sizes.values())):
            ours = name in ("issuer", "access_token")
            style = "-" if name == "issuer" else "--" if ours else next(styles)
            times = [measured[name]["median"] / 1000 for measured in sizes.values() if name in measured]
            label = plain(MINTERS[language][name])
            panel.plot(kilobytes[: len(times)], times, style, color=OURS if ours else OTHERS, label=label)
        panel.set(xscale="log", yscale="log", xlabel="KB of claims")
        panel.set_xticks(kilobytes, [f"{size:g}" for size in kilobytes])
        panel.minorticks_off()
        panel.set_title(LANGUAGES[language])
        panel.legend(
            frameon=False,
            fontsize=8,
            labelcolor=TEXT,
            handlelength=3,
            loc="upper left",
            bbox_to_anchor=(0, -0.18),
        )
    panels[0].set_yticks([1, 10, 100], ["1", "10", "100"])
    panels[0].set_ylabel("µs a token")
    return figure


def plain(name: str) -> str:
    return name.replace("`", "")
