"""Checks what the book adds to the pages of docs/."""

from __future__ import annotations

import json
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
            line.strip()
            for line in text.splitlines()
            if line not in ("**Node**", "**Python**", "**Rust**", "**Command**")
        ]
        assert [line for line in lines if line] == [line for line in kept if line], page.name


def test_a_repository_s_page_has_no_credentials() -> None:
    for origin, page in {
        "https://example.com/owner/name.git": "https://example.com/owner/name",
        "https://user:fake-secret@example.com:8443/owner/name/": "https://example.com:8443/owner/name",
        "git@example.com:owner/name.git": None,
        "/srv/name": None,
        "": None,
    }.items():
        assert book.web_address(origin) == page


def test_a_page_of_the_api_references_leads_back_to_the_book() -> None:
    shown = book.with_way_back('<html><body class="a">text</body></html>', "../../api.html")
    assert re.fullmatch(
        r'<html><body class="a"><a href="\.\./\.\./api\.html" .*</a>text</body></html>', shown
    )


def test_cells_of_a_table_of_texts_are_named() -> None:
    table = "<table>\n<thead>\n<tr>\n{}</tr>\n</thead>\n<tbody>\n<tr>\n{}</tr>\n</tbody>\n</table>"
    heads = "<th>code</th>\n<th>cause</th>\n<th>fix</th>\n"
    shown = book.with_cards(table.format(heads, "<td>a</td>\n<td></td>\n<td>b</td>\n"))
    cells = [("code", "a"), ("cause", ""), ("fix", "b")]
    assert re.findall(r'<td role="cell" data-name="(\w+)">(\w*)</td>', shown) == cells
    assert re.findall(r'role="(\w+)"', shown)[:4] == ["table", "rowgroup", "row", "columnheader"]
    # Two columns, and numbers, fit a phone.
    for other in (
        heads.replace("<th>fix</th>\n", ""),
        heads.replace("<th>", '<th style="text-align: right;">'),
    ):
        assert book.with_cards(table.format(other, "")) == table.format(other, "")


def test_the_introduction_of_a_page_is_its_first_sentence() -> None:
    text = "# A *page*\n\nIt *has* [one](a.md) sentence. And\nanother.\n\nMore.\n"
    assert book.introduction(text) == ("A *page*", "It has one sentence.")


def test_performance_begins_with_one_sentence_and_one_chart_and_has_no_targets() -> None:
    text = (book.ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert re.match(r"# Performance\n\n[^\n.]+\.\n\n!\[[^]]+\]\(images/overview\.svg\)\n\n", text)
    assert "benchmark:targets" not in text
    targets = (book.ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    assert re.search(r"<!-- benchmark:targets -->\n(?:\|.+\|\n){10,}<!-- /benchmark:targets -->", targets)


def test_figures_in_sentences_are_those_of_the_last_measurement() -> None:
    parts = json.loads((book.ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))["parts"]
    for language in ("rust", "node", "python"):
        assert parts[language]["issuer"]["median"] < 1000, "less than a microsecond"
    express = {name: one["requests"]["median"] for name, one in parts["http"]["express"].items()}
    share = round(100 * (1 - express["issuer"] / express["nothing"]))
    readme = (book.ROOT / "README.md").read_text(encoding="utf-8")
    assert f"signing with an `Issuer` costs {share} % of the throughput" in readme


def test_a_link_to_an_inherited_member_leads_to_its_class() -> None:
    page = '<a id="Jwt.payload"></a><a id="AccessToken.ttl"></a><a href="#{}"></a>'
    for link, shown in {"AccessToken.payload": "Jwt.payload", "AccessToken.ttl": "AccessToken.ttl"}.items():
        assert book.with_inherited(page.format(link)) == page.format(shown)
