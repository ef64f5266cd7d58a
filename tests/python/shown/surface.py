"""The methods and properties of the official classes, and the ways to change them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest import mock

from credentials import ACCOUNT_SID, KEY_SID, SECRET, SERVICE_SID

from .cell import OFFICIAL, Program

# Calls the base's implementation: returns the value of a property, or the result of a method.
Original = Callable[..., Any]


@dataclass(frozen=True)
class Change:
    """Another behaviour of a member: `extends` calls the base's, `value` replaces its result."""

    kind: str
    extends: Callable[..., Any] | None
    value: Any


FLEET = {"fleet_sid": "FL1"}
CLAIMS = {"jti": "mine-1", "grants": {"fleet": FLEET}, "iss": KEY_SID, "sub": ACCOUNT_SID, "exp": 2**32}


def identified(original: Original, self: Any, *args: Any, **kwargs: Any) -> Any:
    self.identity = "identified"
    return original(*args, **kwargs)


def extended(**members: Any) -> Callable[..., Any]:
    """Returns a change that adds members to the `dict` of the base."""
    return lambda original, self: {**original(), **members}


def rewritten(original: Original, cls: Any, headers: Any, payload: Any, key: Any = None) -> Any:
    return original(headers, {**payload, "sub": "rewritten"}, key)


TOKEN_CHANGES = {
    "payload": Change("property", extended(tenant=7), {**CLAIMS, "tenant": 8}),
    "headers": Change("property", extended(kid="v1"), {"typ": "JWT", "alg": "HS256", "kid": "v2"}),
    "_generate_payload": Change("method", extended(tenant=7), {"jti": "mine-1", "grants": {"fleet": FLEET}}),
    "_generate_headers": Change("method", extended(kid="v1"), {"cty": "twilio-fpa;v=1", "kid": "v2"}),
    "to_jwt": Change("method", identified, "a token of its own"),
    "add_grant": Change("method", identified, None),
    "from_jwt": Change(
        "classmethod",
        lambda original, cls, jwt, key="": original(jwt, key).payload["sub"],
        "decoded elsewhere",
    ),
    "_from_jwt": Change("classmethod", rewritten, "made elsewhere"),
}
GRANT_CHANGES = {
    "key": Change("property", lambda original, self: f"{original()}_v2", "fleet"),
    "to_payload": Change("method", extended(tenant=7), {"tenant": 8}),
}
# Without a product there is nothing to extend: the base has neither.
BARE_CHANGES = {
    "key": Change("property", lambda original, self: "fleet", "fleet"),
    "to_payload": Change("method", lambda original, self: FLEET, FLEET),
}
# `nbf="now"` asks for the current second where `GENERATE` is "now".
CONSTANT_CHANGES = {
    "ALGORITHM": Change("constant", None, "HS512"),
    "GENERATE": Change("constant", None, "now"),
}


def surface(*classes: Any) -> list[str]:
    """Returns the official classes' methods and properties, other than Python's own protocols."""
    names = [
        name
        for cls in classes
        for name, value in vars(cls).items()
        if isinstance(value, property | classmethod | staticmethod) or inspect.isfunction(value)
    ]
    return [name for name in dict.fromkeys(names) if not name.startswith("__")]


TOKEN_SURFACE = surface(OFFICIAL.AccessToken, OFFICIAL.Jwt)
GRANT_SURFACE = surface(OFFICIAL.AccessTokenGrant)
CONSTANTS = {name for cls in (OFFICIAL.AccessToken, OFFICIAL.Jwt) for name in vars(cls) if name.isupper()}


@dataclass(frozen=True)
class Member:
    """A method or property of a class, and how a program uses an object of that class."""

    owner: str
    name: str
    change: Change

    def patched(self, program: Program) -> Any:
        """Returns the class of the library, which a patch changes."""
        return getattr(program.library, self.owner)

    def base(self, program: Program) -> Any:
        """Returns the class to subclass and to call."""
        if self.owner != "AccessTokenGrant":
            return self.patched(program)
        other = {"key": ("to_payload", lambda self: FLEET), "to_payload": ("key", "fleet")}[self.name]
        return type("Bare", (self.patched(program),), dict([other]))

    def changed(self, program: Program, extends: bool = True) -> Any:
        """Creates the changed member. The base's own is looked up now: a patch may replace it."""
        if self.change.extends is None:
            return self.change.value
        change, extend, static = (
            self.change,
            self.change.extends,
            inspect.getattr_static(self.patched(program), self.name),
        )

        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            if not extends:
                return change.value
            instance, owner = (None, self) if isinstance(self, type) else (self, type(self))

            def original(*args: Any, **kwargs: Any) -> Any:
                found = static.__get__(instance, owner)
                return found if change.kind == "property" else found(*args, **kwargs)

            return extend(original, self, *args, **kwargs)

        if change.kind == "classmethod":
            return classmethod(method)
        return property(method) if change.kind == "property" else method

    def subclass(self, program: Program, /, *before: Any, **members: Any) -> Any:
        return type("Shown", (*before, self.base(program)), members)

    def create(self, cls: Any, program: Program) -> Any:
        if "Grant" in self.owner:
            names = inspect.signature(cls).parameters
            given = {"service_sid": SERVICE_SID, "grant": {"playbackUrl": "https://a/"}}
            return cls(**{name: value for name, value in given.items() if name in names})
        nbf = self.change.value if self.name == "GENERATE" else None
        token = cls(ACCOUNT_SID, KEY_SID, SECRET, identity="alice", nbf=nbf)
        if self.name != "add_grant":
            token.add_grant(program.library.VideoGrant(room="daily"))
        return token

    def run(self, show: Show, program: Program) -> Any:
        """Creates an object with the changed member, and uses it."""
        made = show(self, program)
        if self.name == "add_grant":
            made.add_grant(program.library.VideoGrant(room="daily"))
        if self.change.kind != "classmethod":
            return made
        token = program.library.AccessToken(ACCOUNT_SID, KEY_SID, SECRET, nbf=None).to_jwt()
        decoded = made.from_jwt(token, SECRET)
        return decoded if isinstance(decoded, str) else [decoded.payload["sub"], decoded.subject]


Show = Callable[[Member, Program], Any]
# By the column's title, in the order of the table.
SHOWS: dict[str, Show] = {}


def show(title: str) -> Callable[[Show], Show]:
    def register(function: Show) -> Show:
        SHOWS[title] = function
        return function

    return register


@show("subclass extends")
def subclass_extends(it: Member, program: Program) -> Any:
    return it.create(it.subclass(program, **{it.name: it.changed(program)}), program)


@show("subclass replaces")
def subclass_replaces(it: Member, program: Program) -> Any:
    return it.create(it.subclass(program, **{it.name: it.changed(program, extends=False)}), program)


@show("subclass of a subclass")
def subclass_of_a_subclass(it: Member, program: Program) -> Any:
    first = it.subclass(program, **{it.name: it.changed(program)})
    return it.create(type("Second", (first,), {}), program)


@show("mixin")
def mixin(it: Member, program: Program) -> Any:
    before = type("Mixin", (), {it.name: it.changed(program)})
    return it.create(it.subclass(program, before), program)


@show("class attribute")
def class_attribute(it: Member, program: Program) -> Any:
    is_value = it.change.kind in ("property", "constant")
    value = it.change.value if is_value else it.changed(program, extends=False)
    return it.create(it.subclass(program, **{it.name: value}), program)


@show("cached_property")
def cached_property(it: Member, program: Program) -> Any:
    changed = it.changed(program)
    if it.change.kind == "property":
        changed = functools.cached_property(changed.fget)
        changed.__set_name__(it.base(program), it.name)
    return it.create(it.subclass(program, **{it.name: changed}), program)


@show("__getattribute__")
def dunder_getattribute(it: Member, program: Program) -> Any:
    base, changed = it.base(program), it.changed(program)

    def __getattribute__(self: Any, name: str) -> Any:
        if name != it.name:
            return base.__getattribute__(self, name)
        return changed if it.change.kind == "constant" else changed.__get__(self, type(self))

    return it.create(it.subclass(program, __getattribute__=__getattribute__), program)


@show("class patched before")
def class_patched_before(it: Member, program: Program) -> Any:
    program.patch(it.patched(program), it.name, it.changed(program))
    return it.create(it.base(program), program)


@show("class patched later")
def class_patched_later(it: Member, program: Program) -> Any:
    made = it.create(it.base(program), program)
    program.patch(it.patched(program), it.name, it.changed(program))
    return made


@show("subclass patched later")
def subclass_patched_later(it: Member, program: Program) -> Any:
    cls = it.subclass(program)
    made = it.create(cls, program)
    setattr(cls, it.name, it.changed(program))
    return made


@show("class of the instance assigned")
def class_assigned(it: Member, program: Program) -> Any:
    made = it.create(it.subclass(program), program)
    made.__class__ = it.subclass(program, **{it.name: it.changed(program)})
    return made


@show("instance patched")
def instance_patched(it: Member, program: Program) -> Any:
    made = it.create(it.base(program), program)
    setattr(made, it.name, bound(it, program, made))
    return made


@show("vars(…).update")
def vars_update(it: Member, program: Program) -> Any:
    made = it.create(it.base(program), program)
    vars(made).update({it.name: bound(it, program, made)})
    return made


@show("mock.patch.object of the class")
def mock_class(it: Member, program: Program) -> Any:
    made = it.create(it.base(program), program)
    program.stack.enter_context(mock.patch.object(it.patched(program), it.name, it.changed(program)))
    return made


@show("PropertyMock or return_value")
def mock_value(it: Member, program: Program) -> Any:
    made = it.create(it.base(program), program)
    options: dict[str, Any] = {"return_value": it.change.value}
    if it.change.kind != "method":
        options["new_callable"] = mock.PropertyMock if it.change.kind != "classmethod" else mock.Mock
    program.stack.enter_context(mock.patch.object(it.patched(program), it.name, **options))
    return made


@show("mock.patch.object of the instance")
def mock_instance(it: Member, program: Program) -> Any:
    made = it.create(it.base(program), program)
    program.stack.enter_context(mock.patch.object(made, it.name, bound(it, program, made)))
    return made


@show("Mock(spec=…, wraps=…)")
def wraps(it: Member, program: Program) -> Any:
    made = it.create(it.subclass(program, **{it.name: it.changed(program)}), program)
    double = mock.Mock(spec=made, wraps=made)
    if "Grant" in it.owner:
        double.key = made.key
    return double


def bound(it: Member, program: Program, made: Any) -> Any:
    """Returns what the instance shows: a value for a property, a bound method otherwise."""
    changed = it.changed(program, extends=False)
    return changed if it.change.kind == "constant" else changed.__get__(made, type(made))


TOKEN_MEMBERS = [
    Member("AccessToken", name, change) for name, change in (TOKEN_CHANGES | CONSTANT_CHANGES).items()
]


def grant_members(owners: list[str]) -> list[Member]:
    products = [Member(owner, name, change) for owner in owners for name, change in GRANT_CHANGES.items()]
    return products + [Member("AccessTokenGrant", name, change) for name, change in BARE_CHANGES.items()]
