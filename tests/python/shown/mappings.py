"""The kinds of mapping that a program has, as parameters and as what its own methods return."""

from __future__ import annotations

import collections
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import django.conf  # type: ignore[import-untyped]
import django.http  # type: ignore[import-untyped]
import flask
import multidict

from credentials import ACCOUNT_SID, KEY_SID, SECRET

from .cell import Program

SID = "AP" + "a3" * 16


def request_form() -> Any:
    """Returns the form of a Flask request, with one name that came twice."""
    with flask.Flask("shown").test_request_context(method="POST", data={"To": ["+1555", "+1666"], "n": "1"}):
        return flask.request.form


def query_dict() -> Any:
    if not django.conf.settings.configured:
        django.conf.settings.configure(USE_I18N=False)
    return django.http.QueryDict("To=%2B1555&To=%2B1666&n=1")


class Renamed(dict[str, Any]):
    def items(self) -> Any:
        return [(f"x_{name}", value) for name, value in super().items()]


class Twice(dict[str, Any]):
    def items(self) -> Any:
        return [("To", "+1555"), ("To", "+1666")]


class Computed(dict[str, Any]):
    """Its `items()` are not what is stored in it."""

    def items(self) -> Any:
        return {"To": "+1555"}.items()


class Empty(dict[str, Any]):
    """Nothing is stored in it: PyJWT's encoder looks no further."""

    def __bool__(self) -> bool:
        return True

    def items(self) -> Any:
        return {"To": "+1555"}.items()


class Indexed(dict[str, Any]):
    """Only `__getitem__`, `keys` and `__iter__` are overridden: `items()` shows what is stored."""

    def __getitem__(self, name: str) -> Any:
        return "indexed"

    def keys(self) -> Any:
        return {"indexed": 1}.keys()

    def __iter__(self) -> Iterator[str]:
        return iter(["indexed"])


class Failing(dict[str, Any]):
    def items(self) -> Any:
        raise LookupError("of the caller's own")


class Custom(Mapping[str, Any]):
    """A mapping that is no `dict`."""

    def __getitem__(self, name: str) -> Any:
        return {"To": "+1555"}[name]

    def __iter__(self) -> Iterator[str]:
        return iter(["To"])

    def __len__(self) -> int:
        return 1


KINDS: dict[str, Callable[[], Any]] = {
    "dict": lambda: {"To": "+1555", "n": 1},
    "OrderedDict": lambda: collections.OrderedDict([("To", "+1555"), ("n", 1)]),
    "defaultdict": lambda: collections.defaultdict(list, To=["+1555"]),
    "Counter": lambda: collections.Counter("aab"),
    "request.form of Flask": request_form,
    "QueryDict of Django": query_dict,
    "own items()": lambda: Renamed(To="+1555"),
    "a name twice in items()": lambda: Twice(To="+1555"),
    "computed items()": lambda: Computed(stored=1),
    "items() over nothing stored": Empty,
    "own __getitem__ and keys()": lambda: Indexed(To="+1555"),
    "failing items()": lambda: Failing(To="+1555"),
    "MultiDict of aiohttp": lambda: multidict.MultiDict([("To", "+1555"), ("To", "+1666")]),
    "UserDict": lambda: collections.UserDict(To="+1555"),
    "ChainMap": lambda: collections.ChainMap({"To": "+1555"}, {"n": 1}),
    "MappingProxyType": lambda: types.MappingProxyType({"To": "+1555"}),
    "a Mapping of its own": Custom,
}
# PyJWT's encoder takes subclasses of `dict` alone, and none that is empty.
BY_PROTOCOL = (
    "items() over nothing stored",
    "UserDict",
    "ChainMap",
    "MappingProxyType",
    "a Mapping of its own",
)
# No token can contain these.
WITH_A_NAME_TWICE = ("a name twice in items()", "MultiDict of aiohttp")

Place = Callable[[Program, Any], Any]


def token(program: Program, grant: Any) -> Any:
    return program.library.AccessToken(ACCOUNT_SID, KEY_SID, SECRET, [grant], nbf=None)


def voice(program: Program, parameters: Any) -> Any:
    return program.library.VoiceGrant(outgoing_application_sid=SID, outgoing_application_params=parameters)


def custom(program: Program, payload: Any) -> Any:
    members = {"key": "fleet", "to_payload": lambda self: payload}
    return type("Fleet", (program.library.AccessTokenGrant,), members)()


def returned_by(name: str) -> Place:
    """Returns a place: the member of an AccessToken's subclass that returns the mapping."""

    def make(program: Program, mapping: Any) -> Any:
        def method(self: Any) -> Any:
            return mapping

        members = {name: method if name.startswith("_") else property(method)}
        return type("Shown", (program.library.AccessToken,), members)(ACCOUNT_SID, KEY_SID, SECRET, nbf=None)

    return make


# Those that make a grant are also given to an issuer.
GRANT_PLACES: dict[str, Place] = {
    "outgoing_application_params": voice,
    "outgoing_application_params, deep": lambda program, it: voice(program, {"deep": [{"er": it}]}),
    "PlaybackGrant.grant": lambda program, it: program.library.PlaybackGrant(grant=it),
    "PlaybackGrant.grant, deep": lambda program, it: program.library.PlaybackGrant(grant={"deep": [it]}),
    "to_payload": custom,
    "to_payload, deep": lambda program, it: custom(program, {"deep": (it,)}),
}
TOKEN_PLACES: dict[str, Place] = {
    name: returned_by(name) for name in ("payload", "headers", "_generate_payload", "_generate_headers")
}
