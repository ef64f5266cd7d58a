"""Checks what the book adds to the pages of docs/."""

from __future__ import annotations

import re

import book


def test_each_code_has_one_anchor() -> None:
    text = (book.ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    shown = book.with_anchors(text)
    anchors = re.findall(r'<span id="([^"]+)">', shown)
    assert len(anchors) == len(set(anchors))
    codes = set(re.findall(r"^\| `([a-z][a-z0-9_]*)` \|", text, re.MULTILINE))
    assert set(anchors) == codes
    assert {"bad_signature", "expired", "required"} <= codes

    links = re.findall(r"\]\(#([a-z0-9_]+)\)", shown)
    assert "bad_signature" in links
    assert set(links) - codes <= set(re.findall(r"\]\(#([a-z0-9_]+)\)", text))
    # Nothing else has changed.
    plain = re.sub(r'<span id="[^"]+"></span>', "", shown)
    assert re.sub(r"\[(`[a-z0-9_]+`)\]\(#[a-z0-9_]+\)", r"\1", plain) == text
