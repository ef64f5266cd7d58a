"""`IssuedToken`, `Claims` and `Inspection` in views of web frameworks, as JSON, in models and in pickles."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
from collections.abc import Callable, Mapping
from typing import Any

import fastapi
import flask
import pydantic
import pytest

import grantmint
from credentials import ACCOUNT_SID, KEY_SID, SECRET

ISSUER = grantmint.Issuer(ACCOUNT_SID, KEY_SID, SECRET, grants=[grantmint.VideoGrant(room="daily")])
ISSUED = ISSUER.issue("alice", ttl=600)
CLAIMS = grantmint.Verifier(SECRET).verify(ISSUED.token)
INSPECTION = grantmint.inspect(ISSUED.token, f"another-{SECRET}")
RESULTS = [ISSUED, CLAIMS, INSPECTION]
BY_CLASS = pytest.mark.parametrize("result", RESULTS, ids=lambda result: type(result).__name__)


def members(result: Any) -> dict[str, Any]:
    """Returns the attributes of a result, which its JSON shows."""
    names = [name for name, value in vars(type(result)).items() if hasattr(value, "__get__")]
    values = {
        name: getattr(result, name)
        for name in names
        if not name.startswith("_") and not callable(getattr(result, name))
    }
    if isinstance(result, grantmint.Claims):
        del values["header"]
    return values


@BY_CLASS
def test_a_mapping_of_its_attributes(result: Any) -> None:
    assert isinstance(result, Mapping)
    assert dict(result) == {**result} == dict(result.items()) == members(result)
    assert list(result) == list(result.keys())
    assert list(result.values()) == [result[name] for name in result]
    assert len(result) == len(members(result))
    name = next(iter(result))
    assert name in result
    assert result[name] == result.get(name) == getattr(result, name)
    assert "nothing" not in result
    assert result.get("nothing") is None
    assert result.get("nothing", 1) == 1
    with pytest.raises(KeyError):
        result["nothing"]


@BY_CLASS
def test_pickled_and_copied(result: Any) -> None:
    protocols = range(2, pickle.HIGHEST_PROTOCOL + 1)
    pickled = [pickle.loads(pickle.dumps(result, protocol)) for protocol in protocols]
    for copied in (*pickled, copy.copy(result), copy.deepcopy(result)):
        assert type(copied) is type(result)
        assert copied == result
        assert members(copied) == members(result)
        assert (repr(copied), str(copied)) == (repr(result), str(result))


def test_restored_claims_are_those_of_a_token() -> None:
    reduced: Any = CLAIMS.__reduce__()
    restore, (header, _) = reduced
    with pytest.raises(grantmint.TokenError):
        restore(header, "{}")


@pytest.mark.parametrize("result", [ISSUED, INSPECTION], ids=lambda result: type(result).__name__)
@pytest.mark.parametrize(
    "change",
    [
        lambda result: result.update(identity="mallory"),
        lambda result: result.__setitem__("identity", "mallory"),
        lambda result: result.__delitem__("identity"),
        lambda result: result.__ior__({"identity": "mallory"}),
        lambda result: result.setdefault("room", "daily"),
        lambda result: result.pop("identity"),
        lambda result: result.popitem(),
        lambda result: result.clear(),
    ],
)
def test_read_only(result: Any, change: Callable[[Any], Any]) -> None:
    before = dict(result)
    with pytest.raises(TypeError, match=f"^{type(result).__name__} cannot be changed$"):
        change(result)
    assert dict(result) == before
    with pytest.raises(AttributeError):
        result.identity = "mallory"


def shown(result: Any) -> Any:
    """Returns the result, or the `dict` of claims, which are read only when somebody asks for them."""
    return result.to_dict() if isinstance(result, grantmint.Claims) else result


def plain(result: Any) -> Any:
    """Returns what a JSON reader gets."""
    return json.loads(json.dumps(shown(result)))


def test_json_of_an_inspection_has_its_findings() -> None:
    assert plain(INSPECTION) == INSPECTION.to_dict()
    assert [finding["code"] for finding in plain(INSPECTION)["findings"]] == ["bad_signature"]


@BY_CLASS
def test_a_view_of_flask(result: Any) -> None:
    app = flask.Flask("views")
    app.add_url_rule("/", view_func=lambda: shown(result))
    assert app.test_client().get("/").get_json() == plain(result)


async def get(app: fastapi.FastAPI, path: str) -> Any:
    """Calls an ASGI app, and returns the JSON of its answer."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [],
        "http_version": "1.1",
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["status"] == 200
    return json.loads(b"".join(message.get("body", b"") for message in sent))


@BY_CLASS
@pytest.mark.parametrize("annotated", [False, True])
def test_a_view_of_fastapi(result: Any, annotated: bool) -> None:
    app = fastapi.FastAPI()

    def view() -> Any:
        return result if annotated else shown(result)

    if annotated:
        view.__annotations__["return"] = type(result)
    app.get("/")(view)
    assert asyncio.run(get(app, "/")) == plain(result)
    assert "paths" in asyncio.run(get(app, "/openapi.json"))


@BY_CLASS
def test_a_field_of_a_model(result: Any) -> None:
    field: Any = type(result)
    model = pydantic.create_model("Answer", result=field, any=(Any, ...), mapping=(dict[str, Any], ...))
    answer = model(result=result, any=shown(result), mapping=result)
    assert json.loads(answer.model_dump_json())["result"] == plain(result)
    assert json.loads(answer.model_dump_json())["mapping"] == plain(result)
    assert answer.model_dump()["result"] == dict(result)
    with pytest.raises(pydantic.ValidationError):
        model(result={"identity": "mallory"}, any=None, mapping={})
