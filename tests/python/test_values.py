"""Values of other types: each is honoured as with twilio-python, or an error shows the conversion."""

from __future__ import annotations

import datetime
import enum
import re
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import django.conf  # type: ignore[import-untyped]
import numpy as np
import pydantic
import pytest
from django.utils.functional import SimpleLazyObject  # type: ignore[import-untyped]
from django.utils.translation import gettext_lazy  # type: ignore[import-untyped]

from credentials import ACCOUNT_SID, KEY_SID, SECRET, SERVICE_SID
from grantmint import InputError
from shown.cell import OURS, Program, both, compare, difference

if not django.conf.settings.configured:
    django.conf.settings.configure(USE_I18N=False)


class Text(str, enum.Enum):
    ALICE = "alice"
    SERVICE = SERVICE_SID


class Number(enum.IntEnum):
    MINUTE = 60


class Plain(enum.Enum):
    ALICE = "alice"
    MINUTE = 60


class Sid:
    """A value object, as in a program of its own."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def in_(minutes: int, zone: datetime.tzinfo | None = datetime.timezone.utc) -> Callable[[int], Any]:
    def value(now: int) -> Any:
        return datetime.datetime.fromtimestamp(now + 60 * minutes, datetime.timezone.utc).astimezone(zone)

    return value


def naive(now: int) -> Any:
    return in_(5)(now).replace(tzinfo=None)


FAR = datetime.timezone(datetime.timedelta(hours=9))
TEXT: list[tuple[Any, str | None]] = [
    (Text.ALICE, None),
    (np.str_("alice"), None),
    (Plain.ALICE, ".value"),
    (uuid.UUID(int=7), "str(…)"),
    (Sid("alice"), "str(…)"),
    (gettext_lazy("alice"), "str(…)"),
    (SimpleLazyObject(lambda: "alice"), "str(…)"),
    (pydantic.SecretStr("alice"), ".get_secret_value()"),
    (pydantic.AnyUrl("https://alice.example"), "str(…)"),
]
NUMBERS: list[tuple[Any, str | None]] = [
    (Number.MINUTE, None),
    (Plain.MINUTE, ".value"),
    (np.int64(60), "int(…)"),
    (np.float32(60), "int(…)"),
    (Decimal(60), "int(…)"),
    (datetime.timedelta(minutes=1), "int(….total_seconds())"),
]
TIMES: list[tuple[Callable[[int], Any], str | None]] = [
    (in_(5), None),
    (in_(5, FAR), None),
    (naive, None),
    (lambda now: np.int64(now + 60), "int(…)"),
    (lambda now: Decimal(now + 60), "int(…)"),
    (lambda now: np.datetime64(now + 60, "s"), None),
    (lambda now: in_(5)(now).date(), None),
]
CASES = [
    *(("identity", lambda now, value=value: value, advice) for value, advice in TEXT),
    ("identity", lambda now: np.int64(60), "int(…)"),
    *(("region", lambda now, value=value: value, advice) for value, advice in TEXT),
    *(("secret", lambda now, value=value: value, advice) for value, advice in TEXT),
    *(("ttl", lambda now, value=value: value, advice) for value, advice in NUMBERS),
    *(("valid_until", value, advice) for value, advice in TIMES),
    *(("nbf", value, advice) for value, advice in TIMES),
    *(("service_sid", lambda now, value=value: value, advice) for value, advice in TEXT),
]


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
@pytest.mark.parametrize(("field", "value", "advice"), CASES)
def test_a_value(field: str, value: Callable[[int], Any], advice: str | None) -> None:
    def make(program: Program) -> Any:
        given = {"account_sid": ACCOUNT_SID, "signing_key_sid": KEY_SID, "secret": SECRET, "nbf": None}
        if field == "service_sid":
            grant = program.library.SyncGrant(service_sid=value(program.now))
            return program.library.AccessToken(**given, grants=[grant])
        return program.library.AccessToken(**{**given, field: value(program.now)})

    theirs, ours = both(make)
    mark = compare(theirs, ours)
    assert mark in "=ex", difference(theirs, ours)
    if advice is None:
        # Without advice, the value is honoured, or twilio-python does not take it either.
        assert mark == "=" or theirs.raised
    else:
        assert ours.coded
        assert ours.value.code == "wrong_type"
        assert str(ours.value).endswith(f" (write {advice})")


@pytest.mark.parametrize(
    ("value", "converted"),
    [
        (np.int64(7), 7),
        (np.float64(7.5), 7.5),
        (Decimal("7.5"), 7.5),
        (uuid.UUID(int=7), str(uuid.UUID(int=7))),
        (datetime.date(2026, 1, 1), "2026-01-01"),
        (gettext_lazy("alice"), "alice"),
        (Plain.ALICE, "alice"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_within_parameters(value: Any, converted: Any) -> None:
    """Parameters get the advice that is right for JSON, and `np.float64` is a float."""
    grant = OURS.VoiceGrant(
        outgoing_application_sid="AP" + "a" * 32, outgoing_application_params={"a": [value]}
    )
    if isinstance(value, float):
        assert grant.to_payload()["outgoing"]["params"] == {"a": [converted]}
        return
    with pytest.raises(InputError) as caught:
        grant.to_payload()
    found = re.search(r"\(write (.+?)\),", str(caught.value))
    assert found
    advice = found[1]
    expression = advice.replace("…", "value") if "…" in advice else f"value{advice}"
    assert eval(expression, {"value": value}) == converted
