"""The exceptions of grantmint.

They are defined in Python, and raised by the native module.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "GrantmintError",
    "InputError",
    "InputTypeError",
    "TokenClaimError",
    "TokenError",
    "TokenExpiredError",
    "TokenMalformedError",
    "TokenNotYetValidError",
    "TokenSignatureError",
]


class GrantmintError(Exception):
    """The base of every exception of grantmint.

    It is raised itself only for a bug in grantmint, with the code ``"internal"``.

    >>> from grantmint import SyncGrant, AccessToken, GrantmintError
    >>> try:
    ...     AccessToken("AC123", "SK123", "fake-secret", ttl=0).to_jwt()
    ... except GrantmintError as error:
    ...     print(error.code, error.field, error, sep=" | ")
    out_of_range | ttl | ttl must be from 1 to 86400, not 0
    """

    code: str
    """The stable name of the error, equal in Rust, Python and Node: ``"out_of_range"``."""

    field: str | None
    """The name of the wrong argument or attribute, if there is a single one."""

    index: int | None
    """The place in a list of the identity that was rejected, from 0."""

    def __init__(
        self, message: str = "", code: str = "internal", field: str | None = None, index: int | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.index = index

    def __reduce__(self) -> tuple[type[GrantmintError], tuple[str, str, str | None, int | None]]:
        return type(self), (str(self), self.code, self.field, self.index)


class InputError(GrantmintError, ValueError):
    """An argument or attribute has a value that a token cannot have."""


class InputTypeError(GrantmintError, TypeError):
    """An argument or attribute has a wrong type, such as a string for the TTL."""


class TokenError(GrantmintError):
    """The rejection of a token.

    >>> from grantmint import Verifier, TokenError
    >>> try:
    ...     Verifier("fake-secret").verify("not a token")
    ... except TokenError as error:
    ...     print(error.code, error.twilio_codes)
    not_compact [20101, 20160, 31204]
    """

    twilio_codes: list[int]
    """The numbers with which Twilio would probably reject the token."""

    def __init__(
        self,
        message: str = "",
        code: str = "internal",
        field: str | None = None,
        twilio_codes: Iterable[int] = (),
    ) -> None:
        super().__init__(message, code, field)
        self.twilio_codes = list(twilio_codes)

    def __reduce__(self) -> tuple[type[TokenError], tuple[str, str, str | None, list[int]]]:  # type: ignore[override]
        return type(self), (str(self), self.code, self.field, self.twilio_codes)


class TokenMalformedError(TokenError):
    """The token does not have the form of an Access Token."""


class TokenSignatureError(TokenError):
    """No known key signed the token."""


class TokenClaimError(TokenError):
    """A claim of the token is missing or wrong, or the token belongs to another account."""


class TokenExpiredError(TokenError):
    """The token has expired."""


class TokenNotYetValidError(TokenError):
    """The token is not valid yet."""
