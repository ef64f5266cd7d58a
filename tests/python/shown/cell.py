"""One cell: the same program with twilio-python and with grantmint, in the same second."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import jwt
import twilio.jwt
import twilio.jwt.access_token
import twilio.jwt.access_token.grants

import grantmint.access_token
import grantmint.access_token.grants
from credentials import ACCOUNT_SID, KEY_SID, SECRET

OTHER_SECRET = "fake-other-secret-0123456789-abcdefghij-for-every-algorithm-to-HS512"
SECRETS = (SECRET, OTHER_SECRET)


def library(*modules: Any) -> SimpleNamespace:
    """Collects the names of the access-token modules of a library."""
    names: dict[str, Any] = {}
    for module in modules:
        names |= {name: value for name, value in vars(module).items() if isinstance(value, type)}
    return SimpleNamespace(**names)


OFFICIAL = library(twilio.jwt, twilio.jwt.access_token.grants, twilio.jwt.access_token)
OURS = library(grantmint.access_token.grants, grantmint.access_token)


class TokenWithJti(twilio.jwt.access_token.AccessToken):  # type: ignore[misc]
    """The official class with the one argument that grantmint adds: the reference for `jti`."""

    def __init__(self, *args: Any, jti: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.jti = jti

    def _generate_payload(self) -> dict[str, Any]:
        payload: dict[str, Any] = super()._generate_payload()
        return {**payload, "jti": self.jti} if self.jti else payload


OFFICIAL_WITH_JTI = SimpleNamespace(**{**vars(OFFICIAL), "AccessToken": TokenWithJti})


class Program:
    """A program under test, and the exit stack that undoes its patches.

    `now` is the current second, the same for both libraries.
    """

    def __init__(self, names: Any, now: int, stack: contextlib.ExitStack) -> None:
        self.library, self.now, self.stack = names, now, stack

    def patch(self, target: Any, name: str, value: Any) -> None:
        """Assigns an attribute, as monkeypatch does, until the cell has run."""
        had, old = name in vars(target), vars(target).get(name)
        setattr(target, name, value)
        self.stack.callback(lambda: setattr(target, name, old) if had else delattr(target, name))


# Signs what the program made: through AccessToken, or through Issuer in grantmint.
Sign = Callable[[Any, Any], Any]
Make = Callable[[Program], Any]


def sign_token(_: Any, made: Any) -> Any:
    return made.to_jwt() if hasattr(made, "to_jwt") else made


def grant_token(names: Any, grant: Any) -> Any:
    """Signs a token of alice's with one grant."""
    return names.AccessToken(
        ACCOUNT_SID, KEY_SID, SECRET, grants=[grant], identity="alice", nbf=None
    ).to_jwt()


def issue(names: Any, grant: Any) -> Any:
    """Gives the grant to an issuer's constructor; twilio-python has none, and signs a token."""
    if names is OFFICIAL:
        return grant_token(names, grant)
    return grantmint.Issuer(ACCOUNT_SID, KEY_SID, SECRET, grants=[grant]).mint("alice")


def issue_with(names: Any, grant: Any) -> Any:
    """Gives the grant to `mint`, beside another one with a key of its own."""
    if names is OFFICIAL:
        return grant_token(names, grant)
    issuer = grantmint.Issuer(ACCOUNT_SID, KEY_SID, SECRET, grants=[grantmint.VideoGrant(room="beside")])
    minted = issuer.mint("alice", grants=[grant])
    if (claims := read(minted)[1])["grants"].get("video") == {"room": "beside"}:
        del claims["grants"]["video"]
        return jwt.encode(claims, SECRET, headers={"cty": "twilio-fpa;v=1"})
    return minted


def read(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns header and claims without a look at times and signature."""
    return jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})


@dataclass
class Outcome:
    """The result of a program: a token's parts, another value, or an exception."""

    kind: str
    value: Any

    @property
    def raised(self) -> bool:
        return self.kind == "raised"

    @property
    def coded(self) -> bool:
        """Whether this is an error of grantmint's that names the mistake."""
        error = self.value
        return (
            self.raised
            and isinstance(error, grantmint.GrantmintError)
            and bool(error.code)
            and error.code != "internal"
        )

    def __str__(self) -> str:
        if not self.raised:
            return json.dumps(self.value, default=repr, ensure_ascii=False)
        code = getattr(self.value, "code", None)
        return f"{type(self.value).__name__}{f'[{code}]' if code else ''}: {self.value}"


def outcome(make: Make, sign: Sign, names: Any, now: int) -> Outcome:
    try:
        # Undoing a patch is part of the program: `mock.patch` deletes the attribute that it set.
        with contextlib.ExitStack() as stack:
            result = sign(names, make(Program(names, now, stack)))
    except Exception as error:
        # Without its frames, which would keep the objects of every cell alive.
        return Outcome("raised", error.with_traceback(None))
    if not isinstance(result, str) or result.count(".") != 2:
        return Outcome("value", result)
    try:
        header, claims = read(result)
    except jwt.PyJWTError as error:
        return Outcome("value", f"{result}: {error}")
    return Outcome("token", {"header": header, "claims": claims, "secret": signed_with(result, header)})


def signed_with(token: str, header: Mapping[str, Any]) -> str | None:
    """Returns the secret that verifies the token."""
    for secret in SECRETS:
        try:
            jwt.PyJWS().decode(token, secret, algorithms=[str(header["alg"])])
        except jwt.PyJWTError:
            continue
        return secret
    return None


def both(make: Make, sign: Sign = sign_token, official: Any = OFFICIAL) -> tuple[Outcome, Outcome]:
    """Runs a program with both libraries in the same second: grantmint reads the clock natively."""
    while True:
        now = int(time.time())
        theirs, ours = (outcome(make, sign, names, now) for names in (official, OURS))
        if int(time.time()) == now:
            return theirs, ours


# The marks of a cell.
SAME, REFUSED, BOTH_RAISE, DOCUMENTED, WRONG, BLANK = "=", "e", "x", "d", "#", " "


def compare(
    theirs: Outcome, ours: Outcome, documented: Callable[[Outcome, Outcome], bool] | None = None
) -> str:
    """Classifies a cell. `documented` recognizes a difference that docs/differences.md lists."""
    if theirs.raised and ours.raised and (ours.coded or type(ours.value) is type(theirs.value)):
        return BOTH_RAISE
    if not theirs.raised and same(theirs, ours):
        return SAME
    if not theirs.raised and ours.coded:
        return REFUSED
    if documented is not None and documented(theirs, ours):
        return DOCUMENTED
    return WRONG


def difference(theirs: Outcome, ours: Outcome) -> str:
    """Describes both outcomes: of two tokens, the members that differ."""
    if theirs.kind == "token" and ours.raised:
        return f"twilio-python signs a token; grantmint {shorten(ours)}"
    if theirs.kind != "token" or ours.kind != "token":
        return f"twilio-python {shorten(theirs)}; grantmint {shorten(ours)}"
    flat = [
        {
            **one["claims"],
            **{f"header {name}": value for name, value in one["header"].items()},
            "secret": one["secret"],
        }
        for one in (theirs.value, without_iat(theirs, ours))
    ]
    names = [name for name in dict.fromkeys([*flat[0], *flat[1]]) if flat[0].get(name) != flat[1].get(name)]
    shown = [f"{name}: {flat[0].get(name)!r}; grantmint {flat[1].get(name)!r}" for name in names]
    return f"twilio-python {', '.join(shown)}"


def shorten(one: Outcome) -> str:
    text = str(one)
    return text if len(text) < 120 else f"{text[:120]}…"


def same(theirs: Outcome, ours: Outcome) -> bool:
    if theirs.kind != "token" or ours.kind != "token":
        return theirs.kind == ours.kind and bool(theirs.value == ours.value)
    return bool(theirs.value == without_iat(theirs, ours))


def without_iat(theirs: Outcome, ours: Outcome) -> dict[str, Any]:
    """Returns our token without the `iat` that only grantmint adds."""
    claims = dict(ours.value["claims"])
    if "iat" not in theirs.value["claims"]:
        claims.pop("iat", None)
    return {**ours.value, "claims": claims}
