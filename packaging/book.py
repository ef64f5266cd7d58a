"""Builds the book into ``target/book``: the pages of ``docs/`` and the API references. Checks every link.

python packaging/book.py            # all
python packaging/book.py --pages    # only the pages, in target/book-pages, without a check of the links
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

ROOT = Path(__file__).resolve().parents[1]
PAGES_ONLY = "--pages" in sys.argv[1:]
BOOK = ROOT / "target" / ("book-pages" if PAGES_ONLY else "book")
SOURCE = BOOK.with_name(f"{BOOK.name}-source")
# The demonstration's page has the same logo and the same colours.
DEMO = ROOT / "node" / "examples" / "express" / "public"

# The targets of links in a checkout, and their places in the book, which has them built.
PLACES = {
    "packaging/inspector/index.html": "inspector/index.html",
    "node/index.d.ts": "api/node/index.html",
    "python/grantmint/_grantmint.pyi": "api/python/grantmint.html",
    "crates/grantmint/src/lib.rs": "api/rust/grantmint/index.html",
}


def main() -> None:
    for folder in (SOURCE, BOOK):
        shutil.rmtree(folder, ignore_errors=True)
    copy_pages()
    copy_inspector()
    run(sys.executable, "-m", "zensical", "build", "--strict", "--clean", "--config-file", write_settings())
    copy_markdown()
    finish_pages()
    if PAGES_ONLY:
        return
    build_references(BOOK / "api")
    add_ways_back(BOOK / "api")
    broken = broken_links()
    if broken:
        sys.exit("\n".join(["Links that lead nowhere:", *broken]))
    print(BOOK / "index.html")


def copy_pages() -> None:
    shutil.copytree(ROOT / "docs", SOURCE)
    for page in SOURCE.rglob("*.md"):
        text = in_the_book(page.read_text(encoding="utf-8"))
        text = with_tabs(with_anchors(text) if page.name == "errors.md" else text)
        page.write_text(text, encoding="utf-8")
    for name in ("book.css", "book.js"):
        shutil.copy(ROOT / "packaging" / name, SOURCE)
    shutil.copy(DEMO / "icon.svg", SOURCE / "images" / "logo.svg")


def write_settings() -> Path:
    """Writes zensical's settings, with the folders of this build and a link to the repository."""
    text = (ROOT / "packaging" / "zensical.toml").read_text(encoding="utf-8")
    lines = ["[project]", f'docs_dir = "{SOURCE.name}"', f'site_dir = "{BOOK.name}"']
    command = ["git", "remote", "get-url", "origin"]
    origin = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    repository = web_address(origin)
    if repository:
        lines.append(f'repo_url = "{repository}"')
    settings = SOURCE.with_suffix(".toml")
    settings.write_text(text.replace("[project]", "\n".join(lines), 1), encoding="utf-8")
    return settings


def web_address(origin: str) -> str | None:
    """Returns the page of a repository that is cloned over HTTPS, without credentials in its address."""
    parts = urlsplit(origin)
    if parts.scheme != "https" or not parts.hostname:
        return None
    port = f":{parts.port}" if parts.port else ""
    return f"https://{parts.hostname}{port}{parts.path.rstrip('/').removesuffix('.git')}"


def with_anchors(text: str) -> str:
    """Gives each code of the page of errors an anchor, and links to it from Twilio's numbers."""
    lines = text.split("\n")
    defined: set[str] = set()
    for index, line in enumerate(lines):
        row = re.match(r"\| `([a-z][a-z0-9_]*)` \|", line)
        if row and row[1] not in defined:
            defined.add(row[1])
            lines[index] = line.replace(f"`{row[1]}`", f'<span id="{row[1]}"></span>`{row[1]}`', 1)
    for index, line in enumerate(lines):
        if re.match(r"\| \d{5} \|", line):
            lines[index] = re.sub(
                r"`([a-z0-9_]+)`",
                lambda code: f"[{code[0]}](#{code[1]})" if code[1] in defined else code[0],
                line,
            )
    return "\n".join(lines)


LANGUAGES = {"js": "Node", "python": "Python", "rust": "Rust", "console": "Command"}
FENCE = r"^```(?:js|python|rust|sh|console)\n(?:(?!```).*\n)*```\n"
LABELLED = re.compile(rf"(?:^\*\*(?:Node|Python|Rust|Command)\*\*\n\n(?:{FENCE}\n?)+){{2,}}", re.MULTILINE)
ADJACENT = re.compile(rf"(?:(?!^```sh){FENCE}\n?){{2,}}", re.MULTILINE)


def with_tabs(text: str) -> str:
    """Shows the same sample in several languages as tabs. The theme remembers the reader's language."""

    def tabs(parts: list[tuple[str, str]]) -> str:
        shown = [
            f'=== "{label}"\n\n{re.sub(r"^(?=.)", "    ", body.strip(), flags=re.MULTILINE)}\n'
            for label, body in parts
        ]
        return "\n".join(shown) + "\n"

    def labelled(found: re.Match[str]) -> str:
        parts = re.split(r"^\*\*(Node|Python|Rust|Command)\*\*$", found[0], flags=re.MULTILINE)[1:]
        return tabs(list(zip(parts[::2], parts[1::2], strict=True)))

    def adjacent(found: re.Match[str]) -> str:
        blocks = re.findall(FENCE, found[0], flags=re.MULTILINE)
        labels = [LANGUAGES[block[3 : block.index("\n")]] for block in blocks]
        # Two samples of one language are two samples.
        return tabs(list(zip(labels, blocks, strict=True))) if len(set(labels)) == len(labels) else found[0]

    return ADJACENT.sub(adjacent, LABELLED.sub(labelled, text))


def copy_markdown() -> None:
    """Copies each page as Markdown beside its HTML, and lists the pages in llms.txt (https://llmstxt.org)."""
    pages = sorted((ROOT / "docs").rglob("*.md"), key=lambda page: (page.name != "index.md", page.name))
    texts = {page: in_the_book(page.read_text(encoding="utf-8")) for page in pages}
    title, summary = introduction(texts[pages[0]])
    lines = [f"# {title}", "", f"> {summary}", "", "## Pages", ""]
    for page, text in texts.items():
        name = page.relative_to(ROOT / "docs")
        (BOOK / name).write_text(text, encoding="utf-8")
        title, summary = introduction(text)
        lines.append(f"- [{title}]({name.as_posix()}): {summary}")
    (BOOK / "llms.txt").write_text("\n".join([*lines, ""]), encoding="utf-8")


def introduction(text: str) -> tuple[str, str]:
    """Returns a page's title and its first sentence, as plain text."""
    title, _, rest = text.removeprefix("# ").partition("\n\n")
    paragraph = " ".join(rest.partition("\n\n")[0].split())
    sentence = re.sub(r"(?<=[.:])\s.*", "", paragraph)
    plain = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", sentence).replace("*", "")
    return title, re.sub(r":$", ".", plain)


def finish_pages() -> None:
    """Adds to each page what the theme has no setting for."""
    for path in BOOK.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        text = with_cards(text)
        # Nobody links to a line of a sample, and a link without words is none to a screen reader.
        text = re.sub(r'<a id="__codelineno-[^>]*></a>', "", text)
        # The theme would ask the repository's host for its number of stars.
        text = text.replace(' data-md-component="source"', "")
        markdown = path.with_suffix(".md").name
        if (BOOK / markdown).exists():
            link = f'<link rel="alternate" type="text/markdown" href="{markdown}">'
            text = text.replace("</head>", f"{link}</head>", 1)
            links = f'<a href="{markdown}">This page as Markdown</a> · <a href="llms.txt">All pages</a>'
            text = text.replace("</article>", f'<p class="as-markdown">{links}</p></article>', 1)
        path.write_text(text, encoding="utf-8")


def with_cards(html: str) -> str:
    """Names each cell of a table of texts, which a narrow screen shows as a list of cards: see book.css."""

    def labelled(found: re.Match[str]) -> str:
        table = found[0]
        heads = re.findall(r"<th[^>]*>(.*?)</th>", table, re.DOTALL)
        if len(heads) < 3 or "text-align: right" in table:
            return table

        def row(found: re.Match[str]) -> str:
            names = iter(heads)

            def cell(found: re.Match[str]) -> str:
                name = re.sub(r"<[^>]+>", "", next(names)).strip()
                return f'<td role="cell" data-name="{name}"{found[1]}>'

            return re.sub(r"<td([^>]*)>", cell, found[0])

        table = re.sub(r"<tr>.*?</tr>", row, table, flags=re.DOTALL)
        # Without these roles, a table that is displayed as blocks is no table to a screen reader.
        for tag, role in {
            "thead": "rowgroup",
            "tbody": "rowgroup",
            "tr": "row",
            "th": "columnheader",
        }.items():
            table = re.sub(rf"<{tag}(?=[ >])", f'<{tag} role="{role}"', table)
        kind = 'data-cards="wide"' if len(heads) > 5 else "data-cards"
        return table.replace("<table", f'<table {kind} role="table"', 1)

    return re.sub(r"<table>.*?</table>", labelled, html, flags=re.DOTALL)


def add_ways_back(folder: Path) -> None:
    """Adds a link to the book to each page of the API references."""
    for path in folder.rglob("*.html"):
        home = Path(os.path.relpath(BOOK / "api.html", path.parent)).as_posix()
        text = path.read_text(encoding="utf-8")
        path.write_text(with_way_back(text, home), encoding="utf-8")


def with_way_back(html: str, home: str) -> str:
    style = (
        "position:fixed;right:1rem;bottom:1rem;z-index:99;padding:.4rem .9rem;border-radius:2rem;"
        "background:#0f766e;color:#fff;font:600 14px/1.5 system-ui,sans-serif;text-decoration:none"
    )
    link = f'<a href="{home}" style="{style}">← The book of grantmint</a>'
    return re.sub(r"<body[^>]*>", lambda body: body[0] + link, html, count=1)


def copy_inspector() -> None:
    """Copies the page that explains a token in the browser, with the package's entry for browsers."""
    module = ROOT / "node" / "grantmint.wasm"
    if not module.exists():
        sys.exit('the inspector needs the WebAssembly module: run "make build-wasm"')
    folder = SOURCE / "inspector"
    shutil.copytree(ROOT / "packaging" / "inspector", folder)
    for name in ("base.css", "icon.svg"):
        shutil.copy(DEMO / name, folder)
    shutil.copytree(ROOT / "node" / "edge", folder / "edge", ignore=shutil.ignore_patterns("*.cjs"))
    shutil.copy(module, folder)


def in_the_book(text: str) -> str:
    """Returns a page as the book has it: without marks for the tests, and with links to its own places."""
    for source, place in PLACES.items():
        text = text.replace(f"](../{source})", f"]({place})")
    # Other files of the repository are not in the book.
    text = re.sub(r"\[([^]]+)\]\(\.\./[^)]+\)", r"\1", text)
    return without_test_marks(text)


def without_test_marks(text: str) -> str:
    """Removes the parts that only tests need: the names of blocks."""
    return re.sub(r"^```(js|python|rust)[ ,].*$", r"```\1", text, flags=re.MULTILINE)


def build_references(folder: Path) -> None:
    typedoc = ROOT / "tests" / "docs" / "node_modules" / "typedoc" / "bin" / "typedoc"
    run("node", typedoc, "--options", "packaging/typedoc.json", "--out", folder / "node")
    stub = stubs()
    # pdoc does not find the class of a name with two underscores, and does not show such a name either.
    warnings = ["-W", "error", "-W", "ignore:Cannot determine where grantmint."]
    pdoc = ["packaging/python_reference.py", stub, "--docformat", "google", "--no-show-source"]
    options = ["--output-directory", folder / "python", "grantmint"]
    path = {"PYTHONPATH": str(stub.parents[1])}
    run(sys.executable, *warnings, *pdoc, *options, environment=path)
    page = folder / "python" / "grantmint.html"
    page.write_text(with_inherited(page.read_text(encoding="utf-8")), encoding="utf-8")
    run("cargo", "doc", "--locked", "--no-deps", "--package", "grantmint")
    documentation = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "doc"
    ignored = shutil.ignore_patterns("grantmint_*", ".lock")
    shutil.copytree(documentation, folder / "rust", ignore=ignored)


def with_inherited(html: str) -> str:
    """Lets pdoc's links to a member that ``AccessToken`` inherits lead to the class that has it."""
    anchors = set(re.findall(r'id="([\w.]+)"', html))

    def link(found: re.Match[str]) -> str:
        inherited = f"Jwt.{found[2]}"
        is_missing = f"{found[1]}.{found[2]}" not in anchors and inherited in anchors
        return f'href="#{inherited}"' if is_missing else found[0]

    return re.sub(r'href="#(\w+)\.(\w+)"', link, html)


def stubs() -> Path:
    """Copies the stub of the native module to the package, since pdoc looks for the names there."""
    text = (ROOT / "python" / "grantmint" / "_grantmint.pyi").read_text(encoding="utf-8")
    # The package has its own introduction, and this name is only for type checkers.
    text = re.sub(r'\A""".*?"""', "", text, count=1, flags=re.DOTALL).replace("type_check_only", "final")
    text = f"from __future__ import annotations\n{text}"
    stub = SOURCE.parent / "book-stubs" / "grantmint-stubs" / "__init__.pyi"
    stub.parent.mkdir(parents=True, exist_ok=True)
    stub.write_text(text, encoding="utf-8")
    return stub


def broken_links() -> list[str]:
    """Returns the links of the book's own pages whose file or heading does not exist."""
    pages = {
        path: Page(path) for path in BOOK.rglob("*.html") if not path.is_relative_to(BOOK / "api" / "rust")
    }
    broken = []
    for path, page in pages.items():
        for link in page.links:
            if re.match(r"[a-z][a-z+.-]*:|//", link):
                continue
            target, fragment = urldefrag(link)
            # A server shows this page at any missing address, so its links begin at the root.
            base = BOOK if target.startswith("/") else path.parent
            found = (base / unquote(target).lstrip("/")).resolve() if target else path
            if found.is_dir():
                found /= "index.html"
            missing = fragment and found in pages and unquote(fragment) not in pages[found].anchors
            if not found.is_file() or missing:
                broken.append(f"{path.relative_to(BOOK)}: {link}")
    return broken


class Page(HTMLParser):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = {""}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("id", "name") and value:
                self.anchors.add(value)
            if name in ("href", "src") and value:
                self.links.append(value)


def run(*command: object, environment: dict[str, str] | None = None) -> None:
    settings = os.environ | (environment or {})
    subprocess.run([str(part) for part in command], cwd=ROOT, env=settings, check=True)


if __name__ == "__main__":
    main()
