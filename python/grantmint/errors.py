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

    Raised itself only for a bug in grantmint, with the code ``"internal"``.

    >>> from grantmint import SyncGrant, AccessToken, GrantmintError
    >>> try:
    ...     AccessToken("AC123", "SK123", "fake-secret", ttl=0).to_jwt()
    ... except GrantmintError as error:
    ...     print(error.code, error.field, error, sep=" | ")
    out_of_range | ttl | ttl must be from 1 to 86400, not 0
    """

    code: str
    """The stable name of the mistake, the same in Rust, Python and Node: ``"out_of_range"``."""

    field: str | None
    """The argument or attribute that is wrong, where it is one."""

    index: int | None
    """The place in a list of identities of the one that was refused, from 0, where it was a list."""

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
    """An argument or attribute of the right type has a value that no token can have."""


class InputTypeError(GrantmintError, TypeError):
    """An argument or attribute is of a wrong type, such as a string for the TTL."""


class TokenError(GrantmintError):
    """A token that somebody presented is refused.

    >>> from grantmint import Verifier, TokenError
    >>> try:
    ...     Verifier("fake-secret").verify("not a token")
    ... except TokenError as error:
    ...     print(error.code, error.twilio_codes)
    not_compact [20101, 20160, 31204]
    """

    twilio_codes: list[int]
    """The numbers of the errors with which Twilio would refuse the token: the likely ones."""

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
    """The token is not an Access Token of the form that Twilio takes."""


class TokenSignatureError(TokenError):
    """The token is not signed by the key, or by a key that is not known."""


class TokenClaimError(TokenError):
    """A claim of the token is missing or wrong, or it is of another account."""


class TokenExpiredError(TokenError):
    """The token has expired."""


class TokenNotYetValidError(TokenError):
    """The token is not valid yet."""
