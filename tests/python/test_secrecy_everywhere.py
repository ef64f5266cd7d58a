"""Twenty places that must not contain the secret."""

from __future__ import annotations

import copy
import dataclasses
import gc
import inspect as inspection_of
import io
import json
import logging
import pickle
import pprint
import traceback
import types
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import grantmint
from credentials import ACCOUNT_SID, KEY_SID, SERVICE_SID
from grantmint import AccessToken, Issuer, SyncGrant, Verifier, inspect

CANARY = "fake-canary-that-nobody-may-ever-see"
PARTS = (CANARY, "canary", CANARY.encode().hex(), "ZmFrZS1jYW5hcnk")

PACKAGE = Path(grantmint.__file__).parent


def clean(text: object) -> bool:
    return not any(part in str(text) or part in repr(text) for part in PARTS)


def holders() -> dict[str, Any]:
    """Returns all objects that got the secret, and their results, by name."""
    issuer = Issuer(ACCOUNT_SID, KEY_SID, CANARY, grants=[SyncGrant(service_sid=SERVICE_SID)])
    token = issuer.mint("alice")
    verifier = Verifier({KEY_SID: CANARY}, account_sid=ACCOUNT_SID)
    inspection = inspect(token[:-4] + "AAAA", CANARY)
    return {
        "an access token": AccessToken(ACCOUNT_SID, KEY_SID, CANARY, identity="alice"),
        "one of bytes": AccessToken(ACCOUNT_SID, KEY_SID, bytearray(CANARY.encode())),
        "an issuer": issuer,
        "an issued token": issuer.issue("alice"),
        "a verifier": verifier,
        "a verifier of bytes": Verifier(CANARY.encode()),
        "claims": verifier.verify(token),
        "a decoded token": AccessToken.from_jwt(token, CANARY),
        "an inspection": inspection,
        "a finding": inspection.findings[0],
        "a method": issuer.mint,
    }


@dataclasses.dataclass
class Settings:
    """The settings of an application that contain such an object."""

    holder: Any


def logged(holder: Any) -> str:
    stream = io.StringIO()
    logger = logging.Logger("app")
    logger.addHandler(logging.StreamHandler(stream))
    logger.warning("%s %r %s", holder, holder, {"holder": holder})
    return stream.getvalue()


def warned(holder: Any) -> str:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn(repr(holder), stacklevel=1)
    return str(caught[0].message)


def failing(call: Callable[[], object]) -> str:
    """Returns the result, or the error with everything that a reporter can show of it."""
    try:
        return repr(call())
    except Exception as error:
        return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


def in_a_frame(holder: Any) -> str:
    """Shows the locals of every frame of a traceback, as `rich`, `pytest -l` and Sentry do."""

    def serve(holder: Any, settings: Settings) -> None:
        raise RuntimeError("as an application's code does")

    return failing(lambda: serve(holder, Settings(holder)))


DOCUMENTED = {"secret", "secret_key"}


def attributes(holder: Any) -> dict[str, Any]:
    names = [name for name in dir(holder) if name not in DOCUMENTED and not name.startswith("__")]
    return {name: getattr(holder, name) for name in names}


SURFACES: dict[str, Callable[[Any], object]] = {
    "repr": repr,
    "str": str,
    "ascii": ascii,
    "format": lambda holder: f"{holder} {holder!r} {holder!s:>200}",
    "percent": lambda holder: "%s %r" % (holder, holder),  # noqa: UP031
    "in a list": lambda holder: str([holder, {"holder": holder}, (holder,)]),
    "pprint": lambda holder: pprint.pformat({"holder": holder}),
    "logging": logged,
    "warnings": warned,
    "dir": dir,
    "attributes": attributes,
    "vars": lambda holder: getattr(holder, "__dict__", {}),
    "class members": lambda holder: inspection_of.getmembers(type(holder)),
    "signature": lambda holder: failing(lambda: inspection_of.signature(holder)),
    "doc": lambda holder: type(holder).__doc__,
    "pickle": lambda holder: failing(lambda: pickle.dumps(holder)),
    "reduce": lambda holder: failing(holder.__reduce__),
    "getstate": lambda holder: failing(lambda: holder.__getstate__()),
    "copy": lambda holder: failing(lambda: copy.copy(holder)),
    "deepcopy": lambda holder: failing(lambda: copy.deepcopy(holder)),
    "json": lambda holder: failing(lambda: json.dumps(holder)),
    "json by default": lambda holder: json.dumps(holder, default=repr),
    "dataclass": lambda holder: repr(Settings(holder)),
    "dataclass as a dict": lambda holder: failing(lambda: dataclasses.asdict(Settings(holder))),
    "buffer": lambda holder: failing(lambda: bytes(memoryview(holder))),
    "traceback with locals": in_a_frame,
    "wrong attribute": lambda holder: failing(lambda: holder.nonsense),
    "wrong call": lambda holder: failing(lambda: holder(1, nonsense=2)),
    "comparison": lambda holder: failing(lambda: (holder == 1, holder < 1)),
}


@pytest.mark.parametrize("surface", SURFACES)
def test_surface(surface: str) -> None:
    for what, holder in holders().items():
        assert clean(SURFACES[surface](holder)), f"{what}: {surface}"


def test_the_collector_finds_it_in_the_drop_in_alone() -> None:
    """The collector sees the references of native objects. Only ``AccessToken`` refers to its secret."""
    for what, holder in holders().items():
        if not isinstance(holder, AccessToken | types.BuiltinMethodType):
            assert clean(gc.get_referents(holder)), what


def read_secret() -> str:
    return CANARY


def mistakes() -> Iterator[Callable[[], object]]:
    """Yields calls that raise an error. No frame of the caller has a variable with the secret."""
    credentials = (ACCOUNT_SID, KEY_SID)
    yield lambda: Issuer("AC", KEY_SID, read_secret())
    yield lambda: Issuer(*credentials, f"-----BEGIN PRIVATE KEY-----\n{read_secret()}")
    yield lambda: Issuer(*credentials, read_secret()[5:]).mint("alice")
    yield lambda: Issuer(*credentials, read_secret(), grants=[SyncGrant(service_sid=SERVICE_SID)]).mint("")
    yield lambda: Issuer(*credentials, read_secret(), grants=[SyncGrant(service_sid=SERVICE_SID)]).issue("")
    yield lambda: Issuer(*credentials, read_secret()).issue("alice", ttl=0)
    yield lambda: Issuer(read_secret(), KEY_SID, ACCOUNT_SID)
    yield lambda: Issuer(ACCOUNT_SID, read_secret(), KEY_SID)
    yield lambda: Issuer(*credentials, read_secret(), algorithm=read_secret())  # type: ignore[arg-type]
    yield lambda: AccessToken(*credentials, read_secret(), ttl=0).to_jwt()
    yield lambda: AccessToken.from_jwt(read_secret(), read_secret())
    yield lambda: Verifier({KEY_SID: [read_secret()]})  # type: ignore[dict-item]
    yield lambda: Verifier({"": read_secret()})
    yield lambda: Verifier(read_secret(), leeway=-1)
    yield lambda: Verifier(f'{{"kty":"oct","k":"{read_secret()}"}}')
    yield lambda: Verifier(read_secret()).verify("a.b.c")
    yield lambda: Verifier(read_secret()).verify(read_secret())
    yield lambda: Verifier({KEY_SID: read_secret()}).verify(Issuer(*credentials, "other" * 8).mint("alice"))
    yield lambda: inspect("a.b.c", [read_secret()])  # type: ignore[arg-type]
    yield lambda: inspect("a.b.c", read_secret(), now="now")  # type: ignore[arg-type]


@pytest.mark.parametrize("place", range(20))
def test_no_error_contains_the_secret(place: int) -> None:
    """Checks the error, its causes, and the locals of its traceback. Only the drop-in classes have frames."""
    mistake = list(mistakes())[place]
    with pytest.raises(Exception) as caught:  # noqa: PT011
        mistake()
    error: BaseException | None = caught.value
    while error is not None:
        assert clean(error.args)
        assert clean(vars(error))
        frames = traceback.TracebackException.from_exception(error, capture_locals=True)
        # Only the locals: the lines would quote the source of this file.
        shown = [value for frame in frames.stack for value in (frame.locals or {}).values()]
        assert clean(shown)
        files = {Path(frame.filename) for frame in frames.stack}
        ours = {str(file.relative_to(PACKAGE)) for file in files if file.is_relative_to(PACKAGE)}
        assert ours <= {"access_token/__init__.py", "jwt.py"}
        error = error.__cause__ or error.__context__


def test_bytes_can_be_wiped_as_soon_as_they_were_given() -> None:
    """SECURITY.md promises this. ``AccessToken`` differs: it reads ``secret`` when it signs."""
    secret = bytearray(CANARY.encode())
    issuer = Issuer(ACCOUNT_SID, KEY_SID, secret, grants=[SyncGrant(service_sid=SERVICE_SID)])
    verifier = Verifier({KEY_SID: secret})
    secret[:] = bytes(len(secret))
    assert verifier.verify(issuer.mint("alice")).identity == "alice"
    assert Verifier(CANARY).verify(issuer.mint("bob")).identity == "bob"
