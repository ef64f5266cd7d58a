"""The command reads a line of a `.env` file only if dotenv, Node.js and python-dotenv read it alike.

The lines come from tables of parts. Each file sets the account's SID, which the minted token then contains;
the other credentials are in the environment.
"""

from __future__ import annotations

import io
import itertools
import json
import logging
import random
import subprocess
from collections.abc import Sequence
from pathlib import Path

import dotenv
import jwt
import pytest

WORKSPACE = Path(__file__).parents[2]
COMMAND = WORKSPACE / "target" / "debug" / "grantmint"
NAME = "TWILIO_ACCOUNT_SID"
SID = "AC0123456789abcdef0123456789abcdef"
OTHER = "ACfedcba9876543210fedcba9876543210"
ENVIRONMENT = {
    "TWILIO_API_KEY": "SKfedcba9876543210fedcba9876543210",
    "TWILIO_API_SECRET": "fake-secret-0123456789-ABCDEFGHI",
}

# The outcomes of the command that are no value: the line is rejected, or it sets no SID.
REJECTED = "the line is rejected"
INVALID = "the value is not a SID"


@pytest.fixture(scope="module", autouse=True)
def binary() -> None:
    subprocess.run(["cargo", "build", "--quiet", "--package", "grantmint-cli"], cwd=WORKSPACE, check=True)
    logging.getLogger("dotenv").setLevel(logging.CRITICAL)


def readings(texts: list[str]) -> dict[str, list[str | None]]:
    """Returns each library's value of the SID in each text."""
    done = subprocess.run(
        ["node", str(Path(__file__).with_name("env_files.mjs"))],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[str | None]] = json.loads(done.stdout)
    found["python-dotenv"] = [
        dotenv.dotenv_values(stream=io.StringIO(text, newline="")).get(NAME) for text in texts
    ]
    return found


def reading(text: str, folder: Path) -> str | None:
    """Returns the command's value of the SID in a text, or why it has none."""
    (folder / ".env").write_bytes(text.encode())
    done = subprocess.run(
        [str(COMMAND), "mint", "video", "--identity=alice"],
        env=ENVIRONMENT,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode == 0:
        claims = jwt.decode(done.stdout.strip(), options={"verify_signature": False})
        return str(claims["sub"])
    assert SID not in done.stderr, done.stderr
    assert OTHER not in done.stderr, done.stderr
    if ".env, line " in done.stderr:
        return REJECTED
    if " is set neither in " in done.stderr:
        return None
    assert f"{NAME} in .env must be AC followed by 32 hexadecimal digits" in done.stderr, (text, done.stderr)
    return INVALID


BEFORE_NAME = [
    "",
    " ",
    "   ",
    "\t",
    "\x0b",
    "\xa0",
    "\ufeff",
    "export ",
    " export ",
    "export\t",
    "export  ",
    "set ",
]
AFTER_NAME = ["", " ", "  ", "\t", "\n", "'"]
SIGNS = ["=", ": ", ":", " ", "+=", "=="]
BEFORE_VALUE = ["", " ", "  ", "\t", "\n", "\r\n", "\xa0"]
AFTER_VALUE = [
    "",
    " ",
    "\t",
    "\r",
    "\r\n",
    " # c",
    "# c",
    "#c",
    "\t# c",
    " #",
    ' # it\'s "x"',
    " x",
    ";",
    "'",
    "\x0b",
    "\u2028X",
]
QUOTES = [
    ("", ""),
    ("'", "'"),
    ('"', '"'),
    ("`", "`"),
    ("'", ""),
    ("", '"'),
    ('"', "'"),
    ("'", "'x"),
    ("' ", " '"),
]
VALUES = [
    SID,
    "",
    f"{SID}#x",
    f"{SID} #x",
    f"#{SID}",
    f"$A{SID}",
    f"${{A}}{SID}",
    f"{SID}\\n",
    f"{SID}\\\\",
    f"{SID}=",
    f"{SID}'x",
    f'{SID}"x"',
    f"{SID} x",
    f"é{SID}",
]


def lines() -> list[str]:
    """Returns lines that set the SID: all pairs of spellings of two parts, the others plain."""
    plain = ("", "", "=", "", ("", ""), SID, "")
    parts: list[Sequence[object]] = [
        BEFORE_NAME,
        AFTER_NAME,
        SIGNS,
        BEFORE_VALUE,
        QUOTES,
        VALUES,
        AFTER_VALUE,
    ]
    found = set()
    for one, other in itertools.combinations(range(len(parts)), 2):
        for first, second in itertools.product(parts[one], parts[other]):
            chosen: list[object] = list(plain)
            chosen[one], chosen[other] = first, second
            before, after, sign, space, quotes, value, end = chosen
            assert isinstance(quotes, tuple)
            found.add(f"{before}{NAME}{after}{sign}{space}{quotes[0]}{value}{quotes[1]}{end}")
    found |= {f"'{NAME}'={SID}", f'"{NAME}"={SID}', f"{NAME}.x={SID}", f"{NAME}-x={SID}", f"X_{NAME}={SID}"}
    found |= {f"# {NAME}={SID}", f"#{NAME}={SID}", f"{NAME}={OTHER}\n{NAME}={SID}"}
    return sorted(found)


def test_a_line_that_libraries_read_differently_is_rejected(tmp_path: Path) -> None:
    texts = [line + ("\n", "\nPORT=1\n")[place % 2] for place, line in enumerate(lines())]
    found = readings(texts)
    read = 0
    for place, text in enumerate(texts):
        values = {reader: values[place] for reader, values in found.items()}
        ours = reading(text, tmp_path)
        distinct = set(values.values())
        if ours is None:
            # An empty variable counts as an unset one.
            assert distinct <= {None, ""}, (text, values)
        elif ours is INVALID:
            assert len(distinct - {SID}) == len(distinct) == 1, (text, values)
        elif ours is not REJECTED:
            read += 1
            assert distinct == {ours}, (text, values)
        # Of the lines that these versions read alike, it rejects only those with characters no SID needs,
        # and with two spaces after `export`, which Node.js 20 does not read.
        if distinct == {SID} and ours is REJECTED:
            needless = set(text) & set("\t\x0b\xa0\ufeff\r\u2028\\$`\"'")
            assert needless or "export  " in text, (text, values)
    assert read > 100, read


# Lines that do not concern the command, and what people leave in such files.
OTHER_LINES = [
    "PORT=3000",
    "EMPTY=",
    "EMPTY= ",
    "# a comment",
    "# it's one",
    "",
    "   ",
    "no assignment",
    "yaml: 1",
    "=",
    "=x",
    "'",
    '"',
    "`",
    "X='a b'",
    'X="It\'s"',
    "X='It's'",
    "X=O'Brien",
    "X='tis",
    'X="5 inch',
    "X=`",
    "X='a' b",
    'X="a" # "b"',
    "export X='",
    "X: '",
    'X = "',
    'PEM="-----BEGIN',
    '-----END"',
    "-----END",
    "JSON='{",
    '  "a": 1',
    "}'",
    'X="a\\"',
    "X='a\\",
    "X=\\",
    "X=$(a",
    "X=${A:-'b}",
    'foo X="',
    "\u2028",
    "X=a\rb",
    "\ufeffX=1",
    "é=1",
    "'X'=1",
    "'X",
    "X=a#'",
    f"# {NAME}={OTHER}",
    f"X_{NAME}={OTHER}",
    f"{NAME}_2='",
    f'{NAME}.x="',
]


def test_a_line_that_others_need_never_spoils_the_file(tmp_path: Path) -> None:
    """A library may lose the variable by a fault in another line. None may find another value."""
    plain = f"{NAME}={SID}"
    ends = ["PORT=3000", "'", '# don\'t say "x"', "`"]
    texts = [f"{before}\n{plain}\n{after}\n" for before in OTHER_LINES for after in ends]
    chosen = random.Random(15)
    for _ in range(600):
        others = chosen.choices(OTHER_LINES, k=chosen.randint(2, 7))
        others.insert(
            chosen.randint(0, len(others)), chosen.choice([plain, f"{NAME}='{SID}'", f'{NAME}="{SID}"'])
        )
        texts.append("\n".join(others))
    found = readings(texts)
    read = 0
    for place, text in enumerate(texts):
        values = {reader: values[place] for reader, values in found.items()}
        ours = reading(text, tmp_path)
        distinct = set(values.values()) - {None}
        if ours is REJECTED:
            # Only where libraries disagree, which python-dotenv's and Node.js's versions do, too.
            assert {"'", '"', "`"} & set(text), (text, values)
        else:
            read += ours is not None
            assert distinct <= {ours}, (text, values)
            assert ours is not None or distinct == set(), (text, values)
    assert read > len(texts) / 2, read
