"""Mints, verifies and explains Twilio Access Tokens.

``AccessToken`` is a drop-in for the class of Twilio's helper library. ``Issuer`` mints many tokens for one
API key, ``Verifier`` verifies tokens, and ``inspect`` explains them.

>>> from grantmint import Issuer, SyncGrant
>>> issuer = Issuer(
...     "AC0123456789abcdef0123456789abcdef",
...     "SK0123456789abcdef0123456789abcdef",
...     "fake-secret-fake-secret-fake-secret",
...     grants=[SyncGrant(service_sid="IS0123456789abcdef0123456789abcdef")],
... )
>>> token = issuer.mint("alice")
"""

try:
    from ._grantmint import (
        Issuer,
        Verifier,
        __version__,
        inspect,
    )
except ModuleNotFoundError as _error:
    if _error.name != f"{__name__}._grantmint" or type(__spec__.loader).__name__ != "zipimporter":
        raise
    raise ImportError(
        "grantmint is in an archive, and Python loads native modules only from folders; "
        "unpack the archive, and run the folder",
        name=_error.name,
        path=__file__,
    ) from None
from .access_token import AccessToken, AccessTokenGrant
from .access_token.grants import (
    ChatGrant,
    PlaybackGrant,
    SyncGrant,
    TaskRouterGrant,
    VideoGrant,
    VoiceGrant,
)
from .errors import (
    GrantmintError,
    InputError,
    InputTypeError,
    TokenClaimError,
    TokenError,
    TokenExpiredError,
    TokenMalformedError,
    TokenNotYetValidError,
    TokenSignatureError,
)
from .jwt import DecodedJwt, Jwt
from .results import Claims, Finding, Inspection, IssuedToken

__all__ = [
    "AccessToken",
    "AccessTokenGrant",
    "ChatGrant",
    "Claims",
    "DecodedJwt",
    "Finding",
    "GrantmintError",
    "InputError",
    "InputTypeError",
    "Inspection",
    "IssuedToken",
    "Issuer",
    "Jwt",
    "PlaybackGrant",
    "SyncGrant",
    "TaskRouterGrant",
    "TokenClaimError",
    "TokenError",
    "TokenExpiredError",
    "TokenMalformedError",
    "TokenNotYetValidError",
    "TokenSignatureError",
    "Verifier",
    "VideoGrant",
    "VoiceGrant",
    "__version__",
    "inspect",
]
