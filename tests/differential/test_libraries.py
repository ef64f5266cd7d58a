"""Cross-verification: other JWT libraries accept our tokens of every shape and read the same claims."""

from __future__ import annotations

import base64
import json
import warnings
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from authlib.deprecate import AuthlibDeprecationWarning  # type: ignore[import-untyped]
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import OctKey

import player
from cases import Case, Choices, good
from play import mint
from run import CASES, SEED, random_bytes

with warnings.catch_warnings():
    # authlib warns that joserfc replaces this module, which is still in use.
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.jose import JsonWebToken  # type: ignore[import-untyped]
    from authlib.jose.errors import BadSignatureError as WrongSignature  # type: ignore[import-untyped]

CASES_OF_VECTORS = player.read("tokens.json")

# Each library warns about short keys, which the vectors contain on purpose.
pytestmark = pytest.mark.filterwarnings("ignore")


def by_pyjwt(token: str, secret: bytes, algorithm: str) -> Any:
    unchecked: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    return jwt.decode(token, secret, algorithms=[algorithm], options=unchecked)


def by_joserfc(token: str, secret: bytes, algorithm: str) -> Any:
    # `twr` is a private header parameter of Twilio (RFC 7515, section 4.3).
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    return json.loads(jws.deserialize_compact(token, OctKey.import_key(secret), registry=registry).payload)


def by_authlib(token: str, secret: bytes, algorithm: str) -> Any:
    claims = JsonWebToken([algorithm]).decode(token, secret)
    # The last second at which the token is valid.
    claims.validate(now=claims["exp"] - 1, leeway=0)
    return dict(claims)


LIBRARIES: dict[str, tuple[Callable[[str, bytes, str], Any], type[Exception]]] = {
    "PyJWT": (by_pyjwt, jwt.InvalidSignatureError),
    "joserfc": (by_joserfc, BadSignatureError),
    "authlib": (by_authlib, WrongSignature),
}


def cross_verify(case: Case) -> None:
    token, secret = mint(case), case["secret"].encode()
    header, claims = (json.loads(base64.urlsafe_b64decode(f"{part}==")) for part in token.split(".")[:2])
    wrong = bytes([secret[0] ^ 1]) + secret[1:]
    for name, (verify, bad_signature) in LIBRARIES.items():
        assert verify(token, secret, header["alg"]) == claims, name
        with pytest.raises(bad_signature):
            verify(token, wrong, header["alg"])


@pytest.mark.parametrize("case", CASES_OF_VECTORS, ids=lambda case: case["title"])
def test_a_vector(case: Case) -> None:
    cross_verify({"via": "AccessToken", **case})


def test_random_inputs() -> None:
    # Fewer cases, since each token is verified six times.
    for data in random_bytes(f"{SEED}/libraries", -(-CASES // 10)):
        cross_verify(good(Choices(data)))
