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


def test_samples_in_several_languages_become_tabs() -> None:
    several = """# A

**Node**

```sh
npm install a
```

```js
let a = 1

a
```

**Python**

```python
a = 1
```

Text.

```js
b
```
```python
b
```

More.

```js
c
```
```js
d
```
"""
    shown = book.with_tabs(several)
    assert re.findall(r'^=== "(\w+)"$', shown, re.MULTILINE) == ["Node", "Python"] * 2
    assert "    let a = 1\n\n    a\n" in shown
    # Two samples of one language stay as they are.
    assert shown.endswith("```js\nc\n```\n```js\nd\n```\n")
    # No page loses a line of its samples.
    for page in (book.ROOT / "docs").glob("*.md"):
        text = book.without_test_marks(page.read_text(encoding="utf-8"))
        lines = [line.strip() for line in book.with_tabs(text).splitlines() if not line.startswith('=== "')]
        kept = [
            line.strip() for line in text.splitlines() if line not in ("**Node**", "**Python**", "**Rust**")
        ]
        assert [line for line in lines if line] == [line for line in kept if line], page.name
