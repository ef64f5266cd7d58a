"""The sentences of a page of the documentation."""

import re
from collections.abc import Iterator
from pathlib import Path


def sentences(page: Path, start: str = "", end: str = "") -> Iterator[str]:
    """Yields each sentence and each row of a table between two headings, without code blocks and headings."""
    text = page.read_text(encoding="utf-8")
    text = text[text.index(start) :] if start else text
    text = text[: text.index(end)] if end else text
    text = re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.MULTILINE | re.DOTALL)
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:-|\d\.) )|\n(?=\|)", text):
        block = " ".join(block.split())
        if not block or block.startswith(("#", "<!--", "![")) or set(block) <= set("|-: "):
            continue
        if block.startswith("|"):
            yield block
            continue
        block = re.sub(r"^(?:-|\d\.) ", "", block)
        yield from re.split(r"(?<=[.:?])(?<!e\.g\.)(?<!v\.) (?=[A-Z`\[(0-9*])", block)
