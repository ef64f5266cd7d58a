"""`IssuedToken`, `Claims` and `Inspection` in views of web frameworks, as JSON, in models and in pickles."""

from __future__ import annotations

import asyncio
import copy
import gc
import json
import pickle
import weakref
from collections.abc import Callable, Mapping
from typing import Any

import fastapi
import flask
import jwt
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

import grantmint
from credentials import ACCOUNT_SID, KEY_SID, NOW, SECRET

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


@BY_CLASS
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


def plain(result: Any) -> Any:
    """Returns what a JSON reader gets."""
    return json.loads(json.dumps(result))


@BY_CLASS
def test_json_has_the_attributes(result: Any) -> None:
    as_dicts = result.to_dict() if hasattr(result, "to_dict") else dict(result)
    assert plain(result) == as_dicts
    assert list(plain(result)) == list(result)
    assert isinstance(result, dict)
    assert type(as_dicts) is dict


@BY_CLASS
def test_json_of_a_library_that_reads_the_storage_of_a_dict(result: Any) -> None:
    orjson = pytest.importorskip("orjson")
    assert json.loads(orjson.dumps(result)) == plain(result)


def test_json_of_an_inspection_has_its_findings() -> None:
    assert [finding["code"] for finding in plain(INSPECTION)["findings"]] == ["bad_signature"]


@BY_CLASS
def test_a_view_of_flask(result: Any) -> None:
    app = flask.Flask("views")
    app.add_url_rule("/", "returned", lambda: result)
    app.add_url_rule("/jsonify", "jsonify", lambda: flask.jsonify(result))
    for path in ("/", "/jsonify"):
        assert app.test_client().get(path).get_json() == plain(result)


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
        return result

    if annotated:
        view.__annotations__["return"] = type(result)
    app.get("/")(view)
    assert asyncio.run(get(app, "/")) == plain(result)
    assert "paths" in asyncio.run(get(app, "/openapi.json"))


@BY_CLASS
def test_a_field_of_a_model(result: Any) -> None:
    field: Any = type(result)
    model = pydantic.create_model("Answer", result=field, any=(Any, ...), mapping=(dict[str, Any], ...))
    answer = model(result=result, any=result, mapping=result)
    assert json.loads(answer.model_dump_json())["result"] == plain(result)
    assert json.loads(answer.model_dump_json())["mapping"] == plain(result)
    assert json.loads(answer.model_dump_json())["any"] == plain(result)
    assert answer.model_dump()["result"] == dict(result)
    assert dict(model.model_validate({"result": result, "any": None, "mapping": {}}))["result"] is result
    with pytest.raises(pydantic.ValidationError):
        model(result={"identity": "mallory"}, any=None, mapping={})


@BY_CLASS
def test_no_other_attributes(result: Any) -> None:
    with pytest.raises(TypeError):
        vars(result)
    with pytest.raises(TypeError):
        weakref.ref(result)
    with pytest.raises(AttributeError):
        result.other = 1


def verified(claims: dict[str, Any], secret: str = SECRET, **header: Any) -> grantmint.Claims:
    algorithm = header.pop("alg", "HS256")
    token = jwt.encode(claims, secret, algorithm, headers={"cty": "twilio-fpa;v=1", **header})
    return grantmint.Verifier(secret, algorithm=algorithm, max_size=2**20).verify(token, now=NOW)


GOOD = {"iss": KEY_SID, "sub": ACCOUNT_SID, "exp": NOW + 60, "grants": {"identity": "alice"}}


def test_the_members_of_claims() -> None:
    assert dict(verified(GOOD | {"jti": "x", "iat": NOW, "nbf": NOW})) == {
        "identity": "alice",
        "grants": {},
        "key_sid": KEY_SID,
        "account_sid": ACCOUNT_SID,
        "jti": "x",
        "issued_at": NOW,
        "not_before": NOW,
        "expires_at": NOW + 60,
        "payload": GOOD | {"jti": "x", "iat": NOW, "nbf": NOW},
    }
    absent = verified(GOOD | {"grants": {}})
    assert list(absent) == list(CLAIMS)
    assert [name for name in absent if absent[name] is None] == ["identity", "jti", "issued_at", "not_before"]


def test_a_number_that_is_whole_is_an_integer() -> None:
    claims = verified(GOOD | {"exp": NOW + 60.0, "iat": float(NOW), "nbf": float(NOW)})
    times = (claims.issued_at, claims.not_before, claims.expires_at)
    assert times == (NOW, NOW, NOW + 60)
    assert [type(time) for time in times] == [int] * 3
    assert type(claims.payload["exp"]) is float
    numbered = verified(GOOD | {"grants": {"identity": 7}})
    assert (numbered.identity, numbered.payload["grants"]) == ("7", {"identity": 7})


def test_names_that_are_those_of_attributes_are_data() -> None:
    hostile = [
        "__class__",
        "__dict__",
        "__reduce__",
        "_header",
        "header",
        "key_sid",
        "keys",
        "payload",
        "to_dict",
    ]
    evil = dict.fromkeys(hostile, "evil")
    given = GOOD | evil | {"grants": {"identity": "alice", "jti": "evil", "iss": "evil", "video": evil}}
    for claims in (verified(given), pickle.loads(pickle.dumps(verified(given)))):
        assert type(claims) is grantmint.Claims
        assert list(claims) == list(CLAIMS)
        assert (claims.key_sid, claims.jti, claims.expires_at) == (KEY_SID, None, NOW + 60)
        assert claims.payload == given
        assert claims.grants == {"jti": "evil", "iss": "evil", "video": evil}
        assert claims.header["alg"] == "HS256"


@pytest.mark.parametrize("header", [{}, {"twr": "au1"}, {"alg": "HS512"}, {"kid": "x", "twr": None}], ids=str)
def test_the_header_of_claims_and_of_their_copies(header: dict[str, Any]) -> None:
    secret = SECRET * 2
    claims = verified(GOOD, secret, **header)
    expected = {"alg": "HS256", "typ": "JWT", "cty": "twilio-fpa;v=1"} | header
    for copied in (claims, copy.deepcopy(claims), pickle.loads(pickle.dumps(claims))):
        assert copied.header == expected
    assert claims.header is not claims.header
    issued = grantmint.AccessToken(ACCOUNT_SID, KEY_SID, SECRET, region=header.get("twr")).to_jwt()
    assert grantmint.Verifier(SECRET).verify(issued).header.get("twr") == header.get("twr")


def test_equal_claims_have_the_same_hash() -> None:
    claims, same = verified(GOOD), verified(GOOD)
    assert claims is not same
    assert claims == same == dict(claims)
    assert hash(claims) == hash(same) == hash(pickle.loads(pickle.dumps(claims)))
    other = verified(GOOD | {"exp": NOW + 61})
    assert claims != other
    assert len({claims, same, other}) == 2


def test_a_verifier_tells_issuers_and_accounts_apart() -> None:
    parties = [("SK" + digit * 32, "AC" + digit * 32) for digit in "0123"]
    tokens = [
        grantmint.AccessToken(account_sid, key_sid, SECRET, identity=key_sid).to_jwt(now=NOW)
        for key_sid, account_sid in parties
    ]
    verifier = grantmint.Verifier(SECRET)
    for (key_sid, account_sid), token in 2 * list(zip(parties, tokens, strict=True)):
        claims = verifier.verify(token, now=NOW)
        assert (claims.key_sid, claims.account_sid, claims.identity) == (key_sid, account_sid, key_sid)
        assert (claims.payload["iss"], claims.payload["sub"]) == (key_sid, account_sid)


# The native module has its own table of the usual names. Others may differ from them in the middle only.
usual_names = st.sampled_from(["jti", "iat", "grants", "identity", "video", "service_sid", "alg", "twr"])
names = st.one_of(
    usual_names,
    st.builds(lambda name, middle: name[0] + middle + name[-1], usual_names, st.text(max_size=8)),
    st.text(st.characters(codec="utf-8"), max_size=4),
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"))
    | st.sampled_from([KEY_SID, ACCOUNT_SID]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=16),
    max_leaves=20,
)


@given(st.dictionaries(names, values, max_size=16), values)
def test_the_payload_is_that_of_the_token(grants: dict[str, Any], value: Any) -> None:
    given = {"custom": value, **GOOD, "grants": grants | {"identity": "alice"}}
    claims = verified(given)
    # As JSON, since `1 == 1.0 == True`. The order counts, too.
    assert json.dumps(claims.payload) == json.dumps(given)
    assert claims.grants == {name: value for name, value in grants.items() if name != "identity"}


def test_claims_are_collected() -> None:
    token = ISSUER.mint("alice")
    verifier = grantmint.Verifier(SECRET)
    verifier.verify(token)
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(100):
        verifier.verify(token)
    assert len(gc.get_objects()) <= before + 5
