"""The fake credentials of these tests, and functions that read a token with PyJWT instead of grantmint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt

if TYPE_CHECKING:
    from jwt.types import Options

ACCOUNT_SID = "ACa0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0"
KEY_SID = "SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1"
SECRET = "fake-secret-0123456789-abcdefghij-for-every-algorithm-up-to-HS512"
SERVICE_SID = "ISc2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2"
NOW = 1_700_000_000


def claims(token: str, secret: str | bytes = SECRET, algorithm: str = "HS256") -> dict[str, Any]:
    """Returns the claims of a token after checking its signature. It does not check the times."""
    unchecked: Options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    return jwt.decode(token, secret, algorithms=[algorithm], options=unchecked)


def header(token: str) -> dict[str, Any]:
    return jwt.get_unverified_header(token)
