"""The names of ``twilio.jwt.access_token``. A program that uses them only changes its imports.

>>> from grantmint.access_token import AccessToken
>>> from grantmint.access_token.grants import SyncGrant
"""

from .._grantmint import AccessToken, AccessTokenGrant, Jwt
from ..errors import TokenError as JwtDecodeError

__all__ = ["AccessToken", "AccessTokenGrant", "Jwt", "JwtDecodeError"]
