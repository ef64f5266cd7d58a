"""The ways in which Python programs show another value of a field than the constructor was given."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any
from unittest import mock

import attrs

from .cell import Program
from .subjects import Subject

Way = Callable[[Subject, str, Program], Any]
# By the column's title, in the order of the table.
WAYS: dict[str, Way] = {}


def way(title: str) -> Callable[[Way], Way]:
    def register(function: Way) -> Way:
        WAYS[title] = function
        return function

    return register


def subclass(subject: Subject, program: Program, /, **members: Any) -> Any:
    return type("Shown", (subject.base(program),), members)


def with_decoy(cls: Any, subject: Subject, field: str, program: Program) -> Any:
    """Creates an object whose constructor gets the decoy."""
    return subject.construct(cls, program, field, subject.decoy(field, program))


def without_field(cls: Any, subject: Subject, field: str, program: Program) -> Any:
    """Creates an object whose instance lacks the field, so that the class or `__getattr__` shows it.

    A grant's own `__init__` leaves the field out. A token needs its base's `__init__`: its field is deleted.
    """
    if not subject.is_grant:
        made = with_decoy(cls, subject, field, program)
        # The official class has no attribute of this name.
        if field != "secret":
            delattr(made, field)
        return made

    def __init__(self: Any) -> None:
        for name in subject.fields():
            if name != field:
                setattr(self, name, subject.companions(field, program).get(name))

    cls.__init__ = __init__
    return cls()


@way("constructor argument")
def constructor_argument(subject: Subject, field: str, program: Program) -> Any:
    return subject.construct(subject.base(program), program, field, subject.value(field, program))


@way("argument of a subclass")
def subclass_argument(subject: Subject, field: str, program: Program) -> Any:
    return subject.construct(subclass(subject, program), program, field, subject.value(field, program))


@way("attribute set later")
def attribute_set_later(subject: Subject, field: str, program: Program) -> Any:
    made = with_decoy(subject.base(program), subject, field, program)
    setattr(made, field, subject.value(field, program))
    return made


@way("vars(…).update")
def vars_update(subject: Subject, field: str, program: Program) -> Any:
    made = with_decoy(subject.base(program), subject, field, program)
    vars(made).update({field: subject.value(field, program)})
    return made


@way("property")
def property_with_setter(subject: Subject, field: str, program: Program) -> Any:
    value = subject.value(field, program)
    shown = property(lambda self: value, lambda self, _: None)
    return with_decoy(subclass(subject, program, **{field: shown}), subject, field, program)


@way("property over what was set")
def property_over_what_was_set(subject: Subject, field: str, program: Program) -> Any:
    kept = property(lambda self: self._kept, lambda self, value: setattr(self, "_kept", value))
    cls = subclass(subject, program, **{field: kept})
    return subject.construct(cls, program, field, subject.value(field, program))


@way("read-only property")
def read_only_property(subject: Subject, field: str, program: Program) -> Any:
    value = subject.value(field, program)
    cls = subclass(subject, program, **{field: property(lambda self: value)})
    if subject.is_grant:
        return without_field(cls, subject, field, program)
    return with_decoy(cls, subject, field, program)


@way("class attribute below an instance's")
def class_attribute_hidden(subject: Subject, field: str, program: Program) -> Any:
    cls = subclass(subject, program, **{field: subject.decoy(field, program)})
    return subject.construct(cls, program, field, subject.value(field, program))


@way("class attribute alone")
def class_attribute_alone(subject: Subject, field: str, program: Program) -> Any:
    cls = subclass(subject, program, **{field: subject.value(field, program)})
    return without_field(cls, subject, field, program)


@way("cached_property")
def cached_property(subject: Subject, field: str, program: Program) -> Any:
    value = subject.value(field, program)
    cached = functools.cached_property(lambda self: value)
    cls = subclass(subject, program, **{field: cached})
    cached.__set_name__(cls, field)
    return without_field(cls, subject, field, program)


def dataclass_with(**options: Any) -> Way:
    def make(subject: Subject, field: str, program: Program) -> Any:
        return generated(subject, field, program, functools.partial(make_dataclass, options))

    return make


def make_dataclass(options: Any, base: Any, fields: dict[str, Any], body: dict[str, Any]) -> Any:
    members = [(name, Any, dataclass_field(value)) for name, value in fields.items()]
    body = {"__post_init__": body["post"]} if body else {}
    return dataclasses.make_dataclass("Shown", members, bases=(base,), namespace=body, **options)


def dataclass_field(make: Callable[[], Any]) -> Any:
    """Returns a field with a default, which `dataclass` leaves as a class attribute unless it is mutable."""
    value = make()
    return (
        dataclasses.field(default_factory=make)
        if isinstance(value, list | dict)
        else dataclasses.field(default=value)
    )


def make_attrs(options: Any, base: Any, fields: dict[str, Any], body: dict[str, Any]) -> Any:
    members = {name: attrs.field(factory=value) for name, value in fields.items()}
    body = {"__attrs_post_init__": body["post"]} if body else {}
    return attrs.make_class("Shown", members, bases=(base,), class_body=body, **options)


def attrs_with(**options: Any) -> Way:
    def make(subject: Subject, field: str, program: Program) -> Any:
        return generated(subject, field, program, functools.partial(make_attrs, options))

    return make


def generated(subject: Subject, field: str, program: Program, make_class: Any) -> Any:
    """Creates an object of a class whose `__init__` is generated from its fields."""
    base = subject.base(program)
    fields: dict[str, Any] = {field: lambda: subject.value(field, program)}
    if subject.is_grant:
        # The generated `__init__` sets every field; none calls the base's.
        given = subject.companions(field, program)
        fields |= {name: functools.partial(given.get, name) for name in subject.fields() if name != field}
        return make_class(base, fields, {})()

    def post(self: Any) -> None:
        kept = getattr(self, field)
        given = subject.companions(field, program)
        argument = subject.arguments.get(field, field)
        if argument is not None:
            given[argument] = subject.decoy(field, program)
        base.__init__(self, **given)
        setattr(self, field, kept)

    return make_class(base, fields, {"post": post})()


WAYS["dataclass"] = dataclass_with()
WAYS["frozen dataclass"] = dataclass_with(frozen=True)
WAYS["dataclass with slots"] = dataclass_with(slots=True)
WAYS["attrs with slots"] = attrs_with(slots=True)
WAYS["attrs"] = attrs_with(slots=False)
WAYS["frozen attrs"] = attrs_with(frozen=True, slots=True)


@way("__getattr__")
def dunder_getattr(subject: Subject, field: str, program: Program) -> Any:
    value = subject.value(field, program)

    def __getattr__(self: Any, name: str) -> Any:
        if name == field:
            return value
        raise AttributeError(name)

    return without_field(subclass(subject, program, __getattr__=__getattr__), subject, field, program)


@way("__getattribute__")
def dunder_getattribute(subject: Subject, field: str, program: Program) -> Any:
    value, base = subject.value(field, program), subject.base(program)

    def __getattribute__(self: Any, name: str) -> Any:
        return value if name == field else base.__getattribute__(self, name)

    return with_decoy(type("Shown", (base,), {"__getattribute__": __getattribute__}), subject, field, program)


class Descriptor:
    """A data descriptor that shows one value."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __get__(self, instance: Any, owner: Any) -> Any:
        return self if instance is None else self.value

    def __set__(self, instance: Any, value: Any) -> None:
        pass


class PlainDescriptor:
    """A descriptor without `__set__`: an instance's attribute hides it."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __get__(self, instance: Any, owner: Any) -> Any:
        return self if instance is None else self.value


@way("data descriptor")
def data_descriptor(subject: Subject, field: str, program: Program) -> Any:
    shown = Descriptor(subject.value(field, program))
    return with_decoy(subclass(subject, program, **{field: shown}), subject, field, program)


@way("descriptor without __set__")
def plain_descriptor(subject: Subject, field: str, program: Program) -> Any:
    shown = PlainDescriptor(subject.value(field, program))
    return without_field(subclass(subject, program, **{field: shown}), subject, field, program)


@way("slot of a subclass")
def slot_of_a_subclass(subject: Subject, field: str, program: Program) -> Any:
    cls = type("Shown", (subject.base(program),), {"__slots__": (field,)})
    return subject.construct(cls, program, field, subject.value(field, program))


@way("mixin")
def mixin(subject: Subject, field: str, program: Program) -> Any:
    value = subject.value(field, program)
    before = type("Mixin", (), {field: property(lambda self: value, lambda self, _: None)})
    return with_decoy(type("Shown", (before, subject.base(program)), {}), subject, field, program)


@way("class patched")
def class_patched(subject: Subject, field: str, program: Program) -> Any:
    made, value = with_decoy(subject.base(program), subject, field, program), subject.value(field, program)
    program.patch(subject.patched(program), field, property(lambda self: value, lambda self, _: None))
    return made


@way("class patched with a plain value")
def class_patched_with_a_value(subject: Subject, field: str, program: Program) -> Any:
    base = subject.base(program)
    program.patch(subject.patched(program), field, subject.decoy(field, program))
    return subject.construct(base, program, field, subject.value(field, program))


@way("subclass patched later")
def subclass_patched_later(subject: Subject, field: str, program: Program) -> Any:
    value, cls = subject.value(field, program), subclass(subject, program)
    made = with_decoy(cls, subject, field, program)
    setattr(cls, field, property(lambda self: value, lambda self, _: None))
    return made


@way("mock.patch.object of the instance")
def mock_instance(subject: Subject, field: str, program: Program) -> Any:
    made, value = with_decoy(subject.base(program), subject, field, program), subject.value(field, program)
    if field == "secret":
        setattr(made, field, subject.decoy(field, program))
    program.stack.enter_context(mock.patch.object(made, field, value))
    return made


@way("PropertyMock on the class")
def mock_class(subject: Subject, field: str, program: Program) -> Any:
    made, value = with_decoy(subject.base(program), subject, field, program), subject.value(field, program)
    patched = mock.patch.object(
        subject.patched(program), field, new_callable=mock.PropertyMock, return_value=value, create=True
    )
    program.stack.enter_context(patched)
    return made


@way("create_autospec")
def autospec(subject: Subject, field: str, program: Program) -> Any:
    return double(subject, field, program, lambda made: mock.create_autospec(made, instance=True))


@way("Mock(spec=…)")
def mock_spec(subject: Subject, field: str, program: Program) -> Any:
    return double(subject, field, program, lambda made: mock.Mock(spec=made))


def double(subject: Subject, field: str, program: Program, make_double: Callable[[Any], Any]) -> Any:
    """Creates a mock that shows the value and delegates its method to the class's own."""
    base = subject.base(program)
    made, value = with_decoy(base, subject, field, program), subject.value(field, program)
    if not subject.is_grant:
        # A mock has no claims of its own: it delegates to the object, where the field is set.
        shown = make_double(made)
        setattr(made, field, value)
        shown.to_jwt.side_effect = made.to_jwt
        return shown
    shown = make_double(made)
    shown.key = made.key
    for name in subject.fields():
        setattr(shown, name, getattr(made, name))
    setattr(shown, field, value)
    shown.to_payload.side_effect = lambda: base.to_payload(shown)
    return shown
