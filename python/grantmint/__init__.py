"""Mint Twilio Access Tokens.

``AccessToken`` takes the place of the official helper library's class; ``Issuer`` mints many tokens for one
API key.

>>> from grantmint import Issuer, SyncGrant
>>> issuer = Issuer(
...     "AC0123456789abcdef0123456789abcdef",
...     "SK0123456789abcdef0123456789abcdef",
...     "fake-secret-fake-secret-fake-secret",
...     grants=[SyncGrant(service_sid="IS0123456789abcdef0123456789abcdef")],
... )
>>> token = issuer.mint("alice")
"""

from ._grantmint import (
    AccessToken,
    AccessTokenGrant,
    ChatGrant,
    Issuer,
    Jwt,
    PlaybackGrant,
    SyncGrant,
    TaskRouterGrant,
    VideoGrant,
    VoiceGrant,
    __version__,
)
from .errors import GrantmintError, InputError, InputTypeError

__all__ = [
    "AccessToken",
    "AccessTokenGrant",
    "ChatGrant",
    "GrantmintError",
    "InputError",
    "InputTypeError",
    "Issuer",
    "Jwt",
    "PlaybackGrant",
    "SyncGrant",
    "TaskRouterGrant",
    "VideoGrant",
    "VoiceGrant",
    "__version__",
]
