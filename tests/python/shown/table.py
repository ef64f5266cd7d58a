"""The table itself: its rows, the cells of each, and the grid that a person reads."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt.warnings

from . import mappings, surface
from .cell import (
    BLANK,
    DOCUMENTED,
    OFFICIAL,
    OFFICIAL_WITH_JTI,
    SAME,
    WRONG,
    Make,
    Outcome,
    Program,
    Sign,
    both,
    compare,
    difference,
    grant_token,
    issue,
    issue_with,
    sign_token,
    without_iat,
)
from .subjects import SUBJECTS, Subject, grant_classes
from .ways import WAYS, Way

GRANT_SIGNERS: list[Sign] = [grant_token, issue, issue_with]
Documented = Callable[[Outcome, Outcome], bool]

# The rows of docs/differences.md on which cells rest.
SECRET_ALIAS = "`secret` of a token set later (Python)"
MAPPINGS = "mappings other than `dict` in free-form objects (Python)"
CLAIMED_DIFFERENCES = (SECRET_ALIAS, MAPPINGS)


@dataclass
class Row:
    """A row: one mark for each column and signer, and the cells that went wrong."""

    part: str
    title: str
    columns: list[str]
    marks: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(
        self,
        column: str,
        make: Make,
        signers: list[Sign],
        *,
        official: Any = OFFICIAL,
        documented: Documented | None = None,
        amounts_to: Make | None = None,
    ) -> None:
        """Runs a program and marks its cell.

        A documented difference is recognized by a function, or is an official program to which ours amounts.
        """
        mark = ""
        messages: dict[str, list[str]] = {}
        for sign in signers:
            theirs, ours = both(make, sign, official)
            one = compare(theirs, ours, documented)
            if one == WRONG and amounts_to is not None:
                one = DOCUMENTED if compare(*both(amounts_to, sign, official)) == SAME else WRONG
            mark += one
            if one == WRONG:
                messages.setdefault(difference(theirs, ours), []).append(sign.__name__)
        self.wrong += [f"{column} ({', '.join(signed)}): {message}" for message, signed in messages.items()]
        self.marks.append(mark)


def signed_with(secret: Any) -> Documented:
    """Recognizes the token of twilio-python, signed with another secret."""

    def recognize(theirs: Outcome, ours: Outcome) -> bool:
        if theirs.kind != "token" or ours.kind != "token":
            return False
        return bool(without_iat(theirs, ours) == {**theirs.value, "secret": secret})

    return recognize


def field_row(subject: Subject, name: str) -> Row:
    row = Row("fields", f"{subject.name}.{name}", list(WAYS))
    signers: list[Sign] = GRANT_SIGNERS if subject.is_grant else [sign_token]
    for title, way in WAYS.items():
        documented = None
        if (subject.name, name) == ("AccessToken", "secret"):
            shown = subject.values(name, Program(OFFICIAL, 0, None))[0]  # type: ignore[arg-type]
            documented = signed_with(shown)
        official = OFFICIAL_WITH_JTI if name == "jti" else OFFICIAL
        row.add(title, shown_by(way, subject, name), signers, official=official, documented=documented)
    return row


def shown_by(way: Way, subject: Subject, name: str) -> Make:
    return lambda program: way(subject, name, program)


def member_row(member: surface.Member) -> Row:
    row = Row("members", f"{member.owner}.{member.name}", list(surface.SHOWS))
    signers: list[Sign] = GRANT_SIGNERS if "Grant" in member.owner else [sign_token]
    for title, show in surface.SHOWS.items():
        row.add(title, functools.partial(member.run, show), signers)
    return row


def mapping_row(place: str) -> Row:
    row = Row("mappings", place, list(mappings.KINDS))
    is_grant = place in mappings.GRANT_PLACES
    signers: list[Sign] = GRANT_SIGNERS if is_grant else [sign_token]
    put = (mappings.GRANT_PLACES | mappings.TOKEN_PLACES)[place]
    for title, kind in mappings.KINDS.items():
        amounts_to = put_plain(put, kind) if title in mappings.BY_PROTOCOL else None
        row.add(title, put_in(put, kind), signers, amounts_to=amounts_to)
    return row


def put_in(put: mappings.Place, kind: Callable[[], Any]) -> Make:
    return lambda program: put(program, kind())


def put_plain(put: mappings.Place, kind: Callable[[], Any]) -> Make:
    """Returns a program that gives twilio-python a plain `dict` of what the mapping's `items()` show."""
    return lambda program: put(program, dict(kind().items()) if program.library is OFFICIAL else kind())


def row_makers() -> dict[str, Callable[[], Row]]:
    """Returns all rows by their titles; none has run yet."""
    rows: dict[str, Callable[[], Row]] = {}
    for subject in SUBJECTS:
        for name in subject.fields():
            rows[f"{subject.name}.{name}"] = functools.partial(field_row, subject, name)
    for member in surface.TOKEN_MEMBERS + surface.grant_members(grant_classes()):
        rows[f"{member.owner}.{member.name}()"] = functools.partial(member_row, member)
    for place in mappings.GRANT_PLACES | mappings.TOKEN_PLACES:
        rows[f"mapping: {place}"] = functools.partial(mapping_row, place)
    return rows


ROWS = row_makers()


@functools.cache
def row(title: str) -> Row:
    with warnings.catch_warnings():
        # The official library's own: `datetime` and short keys are its affair.
        warnings.simplefilter("ignore", jwt.warnings.InsecureKeyLengthWarning)
        return ROWS[title]()


LEGEND = (
    "= the same header and claims as twilio-python   e an error of grantmint's with a code   x both raise   "
    "d a row of docs/differences.md   # neither\n"
    "Three marks: AccessToken, Issuer(grants=…), Issuer.mint(grants=…)"
)


def grid() -> str:
    """Returns the table as text: a block for each part, its columns numbered."""
    blocks = [LEGEND]
    rows = [row(title) for title in ROWS]
    for part in dict.fromkeys(one.part for one in rows):
        of_part = [one for one in rows if one.part == part]
        columns = of_part[0].columns
        width = max(len(one.title) for one in of_part)
        lines = [f"{part}:"]
        lines += [f"  {number:2} {column}" for number, column in enumerate(columns, 1)]
        lines.append(" " * width + "".join(f" {number:3}" for number in range(1, len(columns) + 1)))
        lines += [f"{one.title:{width}}" + "".join(f" {mark:>3}" for mark in one.marks) for one in of_part]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def tally() -> dict[str, int]:
    """Counts the marks of all cells."""
    marks = "".join("".join(row(title).marks) for title in ROWS)
    return {mark: marks.count(mark) for mark in sorted(set(marks) - {BLANK})}


__all__ = ["CLAIMED_DIFFERENCES", "DOCUMENTED", "ROWS", "grid", "row", "tally"]
