"""Builds the book into ``target/book``: the pages of ``docs/`` and the API references. Checks every link."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "target" / "book-source"
BOOK = ROOT / "target" / "book"


def main() -> None:
    for folder in (SOURCE, BOOK):
        shutil.rmtree(folder, ignore_errors=True)
    copy_pages()
    copy_inspector()
    settings = shutil.copy(ROOT / "packaging" / "zensical.toml", SOURCE.parent)
    run(sys.executable, "-m", "zensical", "build", "--strict", "--clean", "--config-file", settings)
    copy_markdown()
    build_references(BOOK / "api")
    broken = broken_links()
    if broken:
        sys.exit("\n".join(["Links that lead nowhere:", *broken]))
    print(BOOK / "index.html")


def copy_pages() -> None:
    shutil.copytree(ROOT / "docs", SOURCE)
    for page in SOURCE.rglob("*.md"):
        text = without_test_marks(page.read_text(encoding="utf-8"))
        text = with_anchors(text) if page.name == "errors.md" else with_tabs(text)
        page.write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "packaging" / "book.css", SOURCE)


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


LANGUAGES = {"js": "Node", "python": "Python", "rust": "Rust"}
FENCE = r"^```(?:js|python|rust|sh)\n(?:(?!```).*\n)*```\n"
LABELLED = re.compile(rf"(?:^\*\*(?:Node|Python|Rust)\*\*\n\n(?:{FENCE}\n?)+){{2,}}", re.MULTILINE)
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
        parts = re.split(r"^\*\*(Node|Python|Rust)\*\*$", found[0], flags=re.MULTILINE)[1:]
        return tabs(list(zip(parts[::2], parts[1::2], strict=True)))

    def adjacent(found: re.Match[str]) -> str:
        blocks = re.findall(FENCE, found[0], flags=re.MULTILINE)
        labels = [LANGUAGES[block[3 : block.index("\n")]] for block in blocks]
        # Two samples of one language are two samples.
        return tabs(list(zip(labels, blocks, strict=True))) if len(set(labels)) == len(labels) else found[0]

    return ADJACENT.sub(adjacent, LABELLED.sub(labelled, text))


def copy_markdown() -> None:
    """Copies each page as Markdown beside its HTML, and lists the pages in llms.txt, for programs."""
    pages = sorted((ROOT / "docs").rglob("*.md"), key=lambda page: (page.name != "index.md", page.name))
    lines = [
        "# grantmint",
        "",
        "> Mints, verifies and explains Twilio Access Tokens, in Rust, Python and Node.",
        "",
    ]
    for page in pages:
        text = without_test_marks(page.read_text(encoding="utf-8"))
        name = page.relative_to(ROOT / "docs")
        (BOOK / name).write_text(text, encoding="utf-8")
        title = text.split("\n", 1)[0].removeprefix("# ")
        lines.append(f"- [{title}]({name.as_posix()})")
    (BOOK / "llms.txt").write_text("\n".join([*lines, ""]), encoding="utf-8")


def copy_inspector() -> None:
    """Copies the page that explains a token in the browser, with the package's entry for browsers."""
    module = ROOT / "node" / "grantmint.wasm"
    if not module.exists():
        sys.exit('the inspector needs the WebAssembly module: run "make build-wasm"')
    folder = SOURCE / "inspector"
    shutil.copytree(ROOT / "packaging" / "inspector", folder)
    shutil.copytree(ROOT / "node" / "edge", folder / "edge", ignore=shutil.ignore_patterns("*.cjs"))
    shutil.copy(module, folder)


def without_test_marks(text: str) -> str:
    """Removes the parts that only tests need: names of blocks, and lines that rustdoc hides."""
    text = re.sub(r"^```(js|python|rust)[ ,].*$", r"```\1", text, flags=re.MULTILINE)
    return re.sub(r"^# Ok::<.*\n(?=```$)", "", text, flags=re.MULTILINE)


def build_references(folder: Path) -> None:
    typedoc = ROOT / "tests" / "docs" / "node_modules" / "typedoc" / "bin" / "typedoc"
    run("node", typedoc, "--options", "packaging/typedoc.json", "--out", folder / "node")
    pdoc = [sys.executable, "-W", "error", "-m", "pdoc", "--docformat", "google", "--no-show-source"]
    run(*pdoc, "--output-directory", folder / "python", "grantmint", environment={"PYTHONPATH": str(stubs())})
    run("cargo", "doc", "--locked", "--no-deps", "--package", "grantmint")
    documentation = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "doc"
    ignored = shutil.ignore_patterns("grantmint_*", ".lock")
    shutil.copytree(documentation, folder / "rust", ignore=ignored)


def stubs() -> Path:
    """Copies the stubs of the native module to the package, since pdoc looks for the names there."""
    text = (ROOT / "python" / "grantmint" / "_grantmint.pyi").read_text(encoding="utf-8")
    # The package has its own introduction, and this name is only for type checkers.
    text = re.sub(r'\A""".*?"""', "", text, count=1, flags=re.DOTALL).replace("type_check_only", "final")
    text = f"from __future__ import annotations\n{text}"
    folder = SOURCE.parent / "book-stubs"
    (folder / "grantmint-stubs").mkdir(parents=True, exist_ok=True)
    (folder / "grantmint-stubs" / "__init__.pyi").write_text(text, encoding="utf-8")
    return folder


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
