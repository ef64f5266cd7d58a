"""The classes of the table, their fields and two values for each: the one to show and a decoy."""

from __future__ import annotations

import inspect
import re
from typing import Any, ClassVar

import player
from credentials import ACCOUNT_SID, KEY_SID, SECRET

from .cell import OFFICIAL, OTHER_SECRET, OURS, Program

ALLOWED, FORBIDDEN = "daily", "every-room-of-the-house"
OTHER_ACCOUNT, OTHER_KEY = "AC" + "d4" * 16, "SK" + "e5" * 16


class Subject:
    """A class with fields that a program overrides.

    `base` is the class to subclass and to call, `patched` the class that a monkeypatch changes.
    """

    name: str
    is_grant = False
    # Fields without a constructor argument of the same name.
    arguments: ClassVar[dict[str, str | None]] = {}

    def base(self, program: Program) -> Any:
        return getattr(program.library, self.name)

    def patched(self, program: Program) -> Any:
        return getattr(program.library, self.name)

    def fields(self) -> list[str]:
        raise NotImplementedError

    def value(self, field: str, program: Program) -> Any:
        """Returns the value that the program shows."""
        return self.values(field, program)[0]

    def decoy(self, field: str, program: Program) -> Any:
        """Returns the value that the constructor gets and the program hides."""
        return self.values(field, program)[1]

    def values(self, field: str, program: Program) -> tuple[Any, Any]:
        raise NotImplementedError

    def companions(self, field: str, program: Program) -> dict[str, Any]:
        """Returns the constructor's other arguments."""
        return {}

    def construct(self, cls: Any, program: Program, field: str, value: Any) -> Any:
        given = self.companions(field, program)
        argument = self.arguments.get(field, field)
        if argument is not None:
            given[argument] = value
        made = cls(**given)
        if argument is None:
            setattr(made, field, value)
        return made


def parameters(*classes: Any) -> list[str]:
    """Returns the named parameters of the classes' constructors, each once."""
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    names = [
        name
        for cls in classes
        for name, one in inspect.signature(cls).parameters.items()
        if one.kind in named
    ]
    return list(dict.fromkeys(names))


# A SID for each field that has one, from the shared vectors.
SIDS = {
    field: value
    for case in player.read("tokens.json")
    for grant in case["grants"]
    for fields in grant.values()
    for field, value in fields.items()
    if isinstance(value, str) and re.fullmatch("[A-Z]{2}[0-9a-f]{32}", value)
}


class GrantSubject(Subject):
    is_grant = True

    def __init__(self, name: str) -> None:
        self.name = name

    def fields(self) -> list[str]:
        return parameters(getattr(OFFICIAL, self.name), getattr(OURS, self.name))

    def values(self, field: str, program: Program) -> tuple[Any, Any]:
        if field == "incoming_allow":
            return True, None
        if field in ("outgoing_application_params", "grant"):
            return {"to": "alice", "deep": [{"n": 1}]}, {"to": "mallory"}
        if field in SIDS:
            return SIDS[field], SIDS[field][:2] + "f" * 32
        if field == "role":
            return "worker", "supervisor"
        return ALLOWED, FORBIDDEN

    def companions(self, field: str, program: Program) -> dict[str, Any]:
        needed = {"service_sid"} & set(self.fields())
        if field == "outgoing_application_params":
            needed = {"outgoing_application_sid"}
        return {name: SIDS[name] for name in needed - {field}}


class CustomGrantSubject(Subject):
    """A grant of the program's own, whose `to_payload` reads a field."""

    name = "AccessTokenGrant"
    is_grant = True

    def base(self, program: Program) -> Any:
        base: Any = program.library.AccessTokenGrant

        class Fleet(base):  # type: ignore[misc]
            key = "fleet"

            def __init__(self, fleet: Any = None) -> None:
                self.fleet = fleet

            def to_payload(self) -> dict[str, Any]:
                return {"fleet": self.fleet}

        return Fleet

    def fields(self) -> list[str]:
        return ["fleet"]

    def values(self, field: str, program: Program) -> tuple[Any, Any]:
        return ALLOWED, FORBIDDEN


class TokenSubject(Subject):
    name = "AccessToken"
    arguments: ClassVar[dict[str, str | None]] = {
        "secret_key": "secret",
        "issuer": "signing_key_sid",
        "subject": "account_sid",
        "algorithm": None,
    }

    def fields(self) -> list[str]:
        # The official classes' own parameters: Jwt has the attributes that are set for AccessToken.
        return parameters(OFFICIAL.AccessToken, OFFICIAL.Jwt, OURS.AccessToken)

    def values(self, field: str, program: Program) -> tuple[Any, Any]:
        now, video = program.now, program.library.VideoGrant
        return {
            "account_sid": (OTHER_ACCOUNT, ACCOUNT_SID),
            "subject": (OTHER_ACCOUNT, ACCOUNT_SID),
            "signing_key_sid": (OTHER_KEY, KEY_SID),
            "issuer": (OTHER_KEY, KEY_SID),
            "secret": (OTHER_SECRET, SECRET),
            "secret_key": (OTHER_SECRET, SECRET),
            "grants": ([video(room=ALLOWED)], [video(room=FORBIDDEN)]),
            "identity": ("tenant7-alice", "mallory"),
            "nbf": (now - 60, now - 600),
            "ttl": (60, 7200),
            "valid_until": (now + 90, now + 9000),
            "region": ("au1", "ie1"),
            "algorithm": ("HS384", "HS512"),
            "jti": ("mine-1", "mallory-1"),
        }[field]

    def companions(self, field: str, program: Program) -> dict[str, Any]:
        given = {"account_sid": ACCOUNT_SID, "signing_key_sid": KEY_SID, "secret": SECRET, "nbf": None}
        return {name: value for name, value in given.items() if name != field}


class JwtSubject(TokenSubject):
    """A token of the program's own class below `Jwt`, with claims of its own."""

    name = "Jwt"
    arguments: ClassVar[dict[str, str | None]] = {"algorithm": "algorithm"}

    def base(self, program: Program) -> Any:
        base: Any = program.library.Jwt

        class Own(base):  # type: ignore[misc]
            def _generate_payload(self) -> dict[str, Any]:
                return {"tenant": 7}

        return Own

    def fields(self) -> list[str]:
        return parameters(OFFICIAL.Jwt)

    def companions(self, field: str, program: Program) -> dict[str, Any]:
        given = {"secret_key": SECRET, "issuer": KEY_SID, "subject": ACCOUNT_SID, "nbf": None}
        return {name: value for name, value in given.items() if name != field}


def grant_classes() -> list[str]:
    """Returns the names of the official grants: the others have nothing to be compared with."""
    base = OFFICIAL.AccessTokenGrant
    return [name for name, value in vars(OFFICIAL).items() if issubclass(value, base) and value is not base]


SUBJECTS: list[Subject] = [
    TokenSubject(),
    JwtSubject(),
    *(GrantSubject(name) for name in grant_classes()),
    CustomGrantSubject(),
]
