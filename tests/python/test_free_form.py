"""Custom grants and free-form objects: JSON as ECMAScript writes it, or an error that names the grant."""

from __future__ import annotations

import base64
import json
import math
from collections import OrderedDict
from enum import IntEnum
from typing import Any

import pytest

from credentials import ACCOUNT_SID, KEY_SID, NOW, SECRET, claims
from grantmint import (
    AccessToken,
    AccessTokenGrant,
    GrantmintError,
    InputError,
    InputTypeError,
    Issuer,
    PlaybackGrant,
    SyncGrant,
    VoiceGrant,
)


class Custom(AccessTokenGrant):
    key = "custom"

    def __init__(self, payload: Any) -> None:
        self.payload = payload

    def to_payload(self) -> dict[str, Any]:
        return self.payload  # type: ignore[no-any-return]


class Shade(IntEnum):
    GREEN = 3


class Thing:
    pass


def sign(*grants: AccessTokenGrant) -> str:
    return AccessToken(ACCOUNT_SID, KEY_SID, SECRET, grants=grants).to_jwt(now=NOW)


def payload_text(payload: Any) -> str:
    """Returns the payload in the token."""
    segment = sign(Custom(payload)).split(".")[1]
    text = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)).decode()
    return text.split('{"custom":')[1].split('},"iat":')[0]


def cyclic_dict() -> dict[str, Any]:
    cycle: dict[str, Any] = {}
    cycle["a"] = [cycle, cycle]
    return cycle


def cyclic_list() -> dict[str, Any]:
    cycle: list[Any] = []
    cycle.append(cycle)
    return {"a": cycle}


def nested(levels: int) -> dict[str, Any]:
    """Returns an object with that many levels below it."""
    payload: dict[str, Any] = {}
    for _ in range(levels):
        payload = {"a": payload}
    return payload


NOT_JSON = [
    ({"a": math.nan}, "NaN"),
    ({"a": math.inf}, "Infinity"),
    ({"a": {1, 2}}, "a value of type set"),
    ({"a": [b"bytes"]}, "a value of type bytes"),
    ({"a": (Thing(),)}, "a value of type Thing"),
    ({"a": object()}, "a value of type object"),
    ({"a": range(3)}, "a value of type range"),
    ({1: "a"}, "a key of type int"),
    ({"a": {None: 1}}, "a key of type None"),
    ({"a": [{b"b": 1}]}, "a key of type bytes"),
    ({True: 1}, "a key of type bool"),
    (cyclic_dict(), "a cycle"),
    (cyclic_list(), "a cycle"),
]


@pytest.mark.parametrize(("payload", "found"), NOT_JSON, ids=[found for _, found in NOT_JSON])
def test_values_that_json_cannot_represent(payload: dict[Any, Any], found: str) -> None:
    params = VoiceGrant(outgoing_application_sid="AP" + "d3" * 16, outgoing_application_params=payload)
    for grant, where in (
        (Custom(payload), "custom.payload"),
        (PlaybackGrant(payload), "PlaybackGrant.grant"),
        (params, "VoiceGrant.outgoing_application_params"),
    ):
        with pytest.raises(InputError) as caught:
            sign(grant)
        assert caught.value.code == "not_json"
        assert str(caught.value) == f"{where} contains {found}, which JSON cannot represent"


# RFC 8259, section 6: parsers that use IEEE 754 numbers would change these integers.
@pytest.mark.parametrize(
    "integer",
    [2**53 + 1, -(2**53) - 1, 2**63 - 1, 2**64 - 1, 10**40 + 1, 10**400, 10**5000],
    ids=lambda integer: f"{integer.bit_length()} bits",
)
def test_an_integer_that_loses_precision(integer: int) -> None:
    with pytest.raises(InputError) as caught:
        sign(Custom({"a": [integer]}))
    assert caught.value.code == "lossy_integer"
    assert "custom.payload" in str(caught.value)


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        # ECMA-262, Number::toString; see RFC 8785, section 3.2.2.3 and appendix B.
        ({"a": 2**53, "b": -(2**53)}, '{"a":9007199254740992,"b":-9007199254740992}'),
        ({"a": 1.0, "b": -0.0, "c": 10**21}, '{"a":1,"b":0,"c":1e+21}'),
        (
            {"a": 1e21, "b": 1e20, "c": 1e-6, "d": 1e-7},
            '{"a":1e+21,"b":100000000000000000000,"c":0.000001,"d":1e-7}',
        ),
        ({"a": 5e-324, "b": 333333333.33333329}, '{"a":5e-324,"b":333333333.3333333}'),
        ({"a": True, "b": False, "c": None}, '{"a":true,"b":false,"c":null}'),
        ({"a": (1, [2, ()], {})}, '{"a":[1,[2,[]],{}]}'),
        ({"z": 1, "a": 2, "é": "é\u2028\0"}, '{"z":1,"a":2,"é":"é\u2028\\u0000"}'),
        (OrderedDict(b=1, a=2), '{"b":1,"a":2}'),
        ({"a": Shade.GREEN}, '{"a":3}'),
    ],
    ids=str,
)
def test_how_values_are_written(payload: dict[str, Any], text: str) -> None:
    assert payload_text(payload) == text
    assert claims(sign(Custom(payload)))["grants"]["custom"] == json.loads(text)


@pytest.mark.parametrize("grant", [Custom, PlaybackGrant])
def test_nesting_ends_at_level_128_of_the_claims(grant: Any) -> None:
    # The claims, their `grants` and the payload itself are the first three levels.
    assert claims(sign(grant(nested(125))))["grants"].popitem()[1] == nested(125)
    for payload in (nested(126), {"a": nested(5000)}, {"a": [[nested(124)]]}):
        with pytest.raises(InputError, match=r"is nested deeper than 128 levels$") as caught:
            sign(grant(payload))
        assert caught.value.code == "too_deep"


@pytest.mark.parametrize("payload", [{"\ud800": 1}, {"a": "\udfff"}, {"a": [{"b": "x\udc00"}]}], ids=ascii)
def test_a_lone_surrogate(payload: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        sign(Custom(payload))
    assert caught.value.code == "lone_surrogate"
    assert str(caught.value).startswith("custom.payload is not well-formed Unicode")


@pytest.mark.parametrize("payload", [None, 5, "{}", [], (), {"a"}], ids=repr)
def test_a_payload_that_is_no_dict(payload: object) -> None:
    name = "None" if payload is None else type(payload).__name__
    with pytest.raises(InputTypeError) as caught:
        sign(Custom(payload))
    assert caught.value.code == "wrong_type"
    assert str(caught.value) == f"custom.payload must be an object, not {name}"


@pytest.mark.parametrize(
    ("key", "kind", "code"),
    [
        (None, InputTypeError, "wrong_type"),
        (5, InputTypeError, "wrong_type"),
        (b"custom", InputTypeError, "wrong_type"),
        ("", InputError, "required"),
        ("identity", InputError, "reserved_grant_key"),
        ("a\ud800", InputError, "lone_surrogate"),
    ],
    ids=ascii,
)
def test_a_key_that_cannot_be(key: Any, kind: type[GrantmintError], code: str) -> None:
    grant = type("Renamed", (Custom,), {"key": key})({})
    with pytest.raises(kind) as caught:
        sign(grant)
    assert (caught.value.code, caught.value.field) == (code, "key")


def test_a_key_or_payload_that_is_not_there() -> None:
    class NoKey(AccessTokenGrant):
        def to_payload(self) -> dict[str, Any]:
            return {}

    class NoPayload(AccessTokenGrant):
        key = "custom"

    with pytest.raises(NotImplementedError, match="key"):
        sign(NoKey())
    with pytest.raises(NotImplementedError, match="to_payload"):
        sign(NoPayload())


class Mine(Exception):
    pass


@pytest.mark.parametrize(
    "error", [Mine("my own"), KeyError("x"), SystemExit(3), KeyboardInterrupt()], ids=repr
)
def test_an_exception_of_the_users_passes_through(error: BaseException) -> None:
    class Raising(AccessTokenGrant):
        key = "custom"

        def to_payload(self) -> dict[str, Any]:
            raise error

    class RaisingKey(AccessTokenGrant):
        @property
        def key(self) -> str:
            raise error

    for grant in (Raising(), RaisingKey()):
        with pytest.raises(type(error)) as caught:
            sign(grant)
        assert caught.value is error
        with pytest.raises(type(error)) as caught:
            Issuer(ACCOUNT_SID, KEY_SID, SECRET, grants=[grant])
        assert caught.value is error


def test_a_payload_may_look_at_its_token_and_change_it() -> None:
    class Nosy(AccessTokenGrant):
        key = "nosy"

        def to_payload(self) -> dict[str, Any]:
            token.identity = "bob"
            token.add_grant(SyncGrant(service_sid="IS123"))
            return {"was": len(token.grants)}

    token = AccessToken(ACCOUNT_SID, KEY_SID, SECRET, [Nosy()], "alice")
    assert claims(token.to_jwt(now=NOW))["grants"]["nosy"] == {"was": 2}
    assert token.identity == "bob"
