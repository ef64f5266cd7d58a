"""Random inputs in the form of tests/vectors/tokens.json, derived from a string of bytes.

Hypothesis can shrink its bytes, and `random` is faster. Both give the same cases for the same bytes.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any, TypeVar

T = TypeVar("T")
Case = dict[str, Any]

# The latest time at which grantmint mints: the last second of the year 9999, less the longest lifetime.
LAST = 253_402_300_799 - 86_400
MAX_SAFE_INTEGER = 2**53 - 1

AWKWARD_TEXTS = [
    "\u2028\u2029",
    "e\u0301 \u00e9 \u212b",
    "😀\u200d\U0001f469\U0010ffff",
    "\0\b\t\n\v\f\r\x1b\x7f\x80\x9f",
    '"\\/</script>\\u0041',
    "\ufeff\ufffe\uffff\ufffd\ud7ff\ue000",
    "שלום愛麗絲",
]
AWKWARD_NUMBERS = [
    *(0, -1, MAX_SAFE_INTEGER, -MAX_SAFE_INTEGER, 2**53, 10**20),
    *(1.0, -0.0, 0.1, 4.35, 1e-6, 1e-7, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308),
    *(1e16, 1e20, 1e21, -1e21, 2.0**60, 2.0**63, -(2.0**63), 2.0**64),
]
TEXT_FIELDS = {
    "SyncGrant": ["service_sid", "endpoint_id"],
    "ChatGrant": ["service_sid", "endpoint_id", "deployment_role_sid", "push_credential_sid"],
    "VideoGrant": ["room"],
    "TaskRouterGrant": ["workspace_sid", "worker_sid", "role"],
}
VOICE_TEXTS = ["push_credential_sid", "endpoint_id"]
# The letters of the SIDs, of which an issuer accepts no others.
PREFIXES = {
    "service_sid": "IS",
    "deployment_role_sid": "RL",
    "push_credential_sid": "CR",
    "outgoing_application_sid": "AP",
    "workspace_sid": "WS",
    "worker_sid": "WK",
}
PRODUCT_KEYS = ["video", "chat", "data_sync", "voice", "player", "task_router"]


class Choices:
    """Decisions from a string of bytes. After its end, each decision is 0: fewer bytes, simpler cases."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def below(self, count: int) -> int:
        size = (max(count - 1, 1).bit_length() + 7) // 8
        chunk = self._data[self._place : self._place + size]
        self._place += size
        return int.from_bytes(chunk, "big") % count

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def once_in(self, count: int) -> bool:
        return self.below(count) == count - 1

    def double(self) -> float:
        [number] = struct.unpack(">d", self.below(2**64).to_bytes(8, "big"))
        return number if math.isfinite(number) else 0.5

    def text(self) -> str:
        """Returns any well-formed text, which may be empty."""
        if self.once_in(8):
            return self.pick(AWKWARD_TEXTS)
        return "".join(self._letter() for _ in range(self.below(16)))

    def _letter(self) -> str:
        if not self.once_in(6):
            return chr(self.below(0x80)) if self.once_in(3) else chr(0x61 + self.below(26))
        code = self.below(0x110000 - 0x800)
        return chr(code if code < 0xD800 else code + 0x800)

    def given(self) -> str:
        """Returns non-empty text, which counts as given."""
        return self.text() or "x"

    def maybe(self) -> str | None:
        return None if self.once_in(6) else self.text()

    def number(self) -> int | float:
        kind = self.below(4)
        if kind == 0:
            return self.below(1000)
        if kind == 1:
            return self.pick(AWKWARD_NUMBERS)
        if kind == 2:
            return self.double()
        integer = self.below(2 * MAX_SAFE_INTEGER + 1) - MAX_SAFE_INTEGER
        # A large whole number: ECMAScript writes the shortest digits that identify it, then zeros.
        return float(integer) * 2**12 if self.once_in(4) else integer

    def value(self, depth: int = 0) -> Any:
        kind = self.below(8 if depth < 4 else 6)
        if kind < 2:
            return self.text()
        if kind < 4:
            return self.number()
        if kind < 6:
            return self.pick([None, True, False])
        if kind == 6:
            return [self.value(depth + 1) for _ in range(self.below(4))]
        return self.object(depth + 1)

    def object(self, depth: int = 0) -> dict[str, Any]:
        return {self.name(): self.value(depth) for _ in range(self.below(4))}

    def name(self) -> str:
        """Returns a member's name.

        JavaScript would reorder names that look like array indexes, and treats `__proto__` specially.
        """
        name = self.text()
        return f"n{name}" if name == "__proto__" or (name.isascii() and name.isdigit()) else name


def hexadecimal(choices: Choices, prefix: str) -> str:
    return prefix + choices.below(2**128).to_bytes(16, "big").hex()


def product(choices: Choices, name: str) -> Case:
    """Returns a product grant with some of its fields."""
    names = TEXT_FIELDS.get(name, VOICE_TEXTS)
    fields: dict[str, Any] = {field: choices.maybe() for field in names if not choices.once_in(3)}
    if name == "PlaybackGrant":
        fields = {"grant": choices.object()}
    if name == "VoiceGrant":
        fields["incoming_allow"] = choices.pick([None, True, False])
        if not choices.once_in(4):
            fields["outgoing_application_sid"] = choices.given()
            # The order of the arguments is arbitrary; the order in the payload is fixed.
            fields = {"outgoing_application_params": choices.pick([None, choices.object()]), **fields}
    return {name: fields}


def custom(choices: Choices) -> Case:
    key = choices.pick([*PRODUCT_KEYS, "my_product", "", "", ""]) or choices.given()
    return {
        "custom": {"key": "other" if key in ("identity", "__proto__") else key, "payload": choices.object()}
    }


def grant(choices: Choices) -> Case:
    name = choices.pick(["VideoGrant", *TEXT_FIELDS, "VoiceGrant", "VoiceGrant", "PlaybackGrant", "custom"])
    return custom(choices) if name == "custom" else product(choices, name)


def moment(choices: Choices) -> int:
    return choices.pick([1_700_000_000, 0, LAST, choices.below(LAST), choices.below(2**31)])


def times(choices: Choices, now: int) -> Case:
    """Returns a lifetime from now on, and sometimes an `nbf` before its end."""
    lifetime = choices.pick([3600, 1, 86_400, 1 + choices.below(86_400)])
    case: Case = {"ttl": lifetime}
    if choices.once_in(4):
        case |= {"ttl": 1 + choices.below(86_400), "valid_until": now + lifetime}
    if choices.once_in(3):
        case["nbf"] = choices.pick([0, now, now + lifetime - 1, choices.below(now + lifetime)])
    return case


def access_token(choices: Choices) -> Case:
    """Returns a case for `AccessToken`."""
    now = moment(choices)
    case: Case = {"via": "AccessToken", "now": now, **times(choices, now)}
    case |= {"account_sid": choices.given(), "key_sid": choices.given()}
    case["secret"] = "fake-" + choices.text() * (1 + choices.below(12))
    if not choices.once_in(8):
        integer = choices.below(2 * MAX_SAFE_INTEGER + 1) - MAX_SAFE_INTEGER
        case["identity"] = choices.pick(
            [choices.given(), "alice", None, "", integer] if choices.once_in(3) else [choices.given()]
        )
    for name in ("region", "jti"):
        if choices.once_in(3):
            case[name] = choices.maybe()
    if choices.once_in(3):
        case["algorithm"] = choices.pick(["HS256", "HS384", "HS512", "", None])
    case["grants"] = [grant(choices) for _ in range(choices.below(5))]
    return case


def issuer(choices: Choices) -> Case:
    """Returns a case for `Issuer`, which requires SIDs, a long secret, an identity, grants and services.

    It signs with HS256 alone, and rejects empty text.
    """
    case = access_token(choices)
    case.pop("valid_until", None)
    if case.get("algorithm") in ("HS384", "HS512"):
        case["algorithm"] = "HS256"
    for name in ("region", "jti"):
        case[name] = case.get(name) or None
    case |= {
        "via": "Issuer",
        "account_sid": hexadecimal(choices, "AC"),
        "key_sid": hexadecimal(choices, "SK"),
    }
    case["secret"] = f"{case['secret']}0".ljust(32, "0")
    case["identity"] = case.get("identity") or choices.pick([choices.given(), 0, 42])
    case["grants"] = [complete(choices, grant) for grant in case["grants"]] or [{"VideoGrant": {}}]
    case["ttl"] = ttl = min(case["ttl"], 86_400)
    if choices.once_in(3):
        more = [complete(choices, grant(choices)) for _ in range(choices.below(3))]
        case["mint"] = {"ttl": choices.pick([None, ttl, 86_400]), "grants": more}
    case["nbf"] = min(case["nbf"], case["now"] + ttl - 1) if "nbf" in case else None
    return case


def complete(choices: Choices, grant: Case) -> Case:
    """Returns a grant with right SIDs and without empty text.

    A Sync or Chat grant of any class gets a service.
    """
    [(name, fields)] = grant.items()
    where = fields["payload"] if fields.get("key") in ("data_sync", "chat") else fields
    if name in ("SyncGrant", "ChatGrant") or where is not fields:
        where["service_sid"] = hexadecimal(choices, "IS")
    if name == "custom":
        return grant
    right = {
        field: hexadecimal(choices, PREFIXES[field]) if value and field in PREFIXES else value
        for field, value in fields.items()
    }
    return {name: {field: None if value == "" else value for field, value in right.items()}}


def good(choices: Choices) -> Case:
    return issuer(choices) if choices.once_in(3) else access_token(choices)
