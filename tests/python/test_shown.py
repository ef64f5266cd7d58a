"""The token contains what its object shows: twilio-python's claims for the same program, or a coded error.

`pytest tests/python/test_shown.py -s` prints the table.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from shown import mappings, surface
from shown.cell import BOTH_RAISE, REFUSED, SAME
from shown.table import CLAIMED_DIFFERENCES, ROWS, grid, row, tally

# An attribute cannot be set where a property has no setter, nor on a frozen object.
RAISING = {
    *(("fields", column) for column in ("read-only property", "frozen dataclass", "frozen attrs")),
    *(
        ("members", column)
        for column in ("instance patched", "vars(…).update", "mock.patch.object of the instance")
    ),
    *(
        ("mappings", column)
        for column in ("failing items()", *mappings.WITH_A_NAME_TWICE, *mappings.BY_PROTOCOL)
    ),
}
DIFFERENCES = Path(__file__).parents[2] / "docs" / "differences.md"


@pytest.mark.parametrize("title", ROWS)
def test_a_row(title: str) -> None:
    if wrong := row(title).wrong:
        pytest.fail(
            f"{title}: neither twilio-python's token nor an error with a code:\n" + "\n".join(wrong),
            pytrace=False,
        )


def test_the_table() -> None:
    print(f"\n{grid()}\n{tally()}")
    marks = tally()
    # Errors alone would pass every row.
    assert marks[SAME] >= 20 * marks.get(REFUSED, 0)


@pytest.mark.parametrize("kind", mappings.WITH_A_NAME_TWICE)
@pytest.mark.parametrize("place", mappings.GRANT_PLACES)
def test_a_name_twice_in_a_mapping_is_an_error(place: str, kind: str) -> None:
    """PyJWT writes both, and readers differ in which one they take."""
    marks = row(f"mapping: {place}")
    assert set(marks.marks[marks.columns.index(kind)]) <= {REFUSED, BOTH_RAISE}


def test_the_official_class_raises_only_where_the_table_says_so() -> None:
    """A mistake of the table's own could raise with both libraries, and pass."""
    raised = {
        (row.part, column)
        for row in map(row, ROWS)
        for column, mark in zip(row.columns, row.marks, strict=True)
        if BOTH_RAISE in mark
    }
    assert raised <= RAISING


def test_every_member_of_the_official_classes_has_a_row() -> None:
    assert set(surface.TOKEN_CHANGES) == set(surface.TOKEN_SURFACE)
    assert set(surface.CONSTANT_CHANGES) == surface.CONSTANTS
    assert set(surface.GRANT_CHANGES) == set(surface.BARE_CHANGES) == set(surface.GRANT_SURFACE)


@pytest.mark.parametrize("title", CLAIMED_DIFFERENCES)
def test_a_difference_that_cells_rest_on_is_documented(title: str) -> None:
    assert f"| {title} |" in DIFFERENCES.read_text(encoding="utf-8")
