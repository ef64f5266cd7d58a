"""The exceptions of grantmint.

They are defined in Python; the native module raises them.
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

    An exception of this class itself means a bug in grantmint. Its code is ``"internal"``.

    >>> from grantmint import SyncGrant, AccessToken, GrantmintError
    >>> try:
    ...     AccessToken("AC123", "SK123", "fake-secret", ttl=0).to_jwt()
    ... except GrantmintError as error:
    ...     print(error.code, error.field, error, sep=" | ")
    out_of_range | ttl | ttl must be from 1 to 86400, not 0
    """

    code: str
    """The stable name of the error, such as ``"out_of_range"``. It is equal in Rust, Python and Node."""

    field: str | None
    """The name of the wrong argument, attribute or part of a token, if there is a single one."""

    index: int | None
    """The index of the rejected identity in the list of ``mint_many``, from 0. Otherwise ``None``."""

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
    """The exception for an argument or attribute whose value a token cannot have."""


class InputTypeError(GrantmintError, TypeError):
    """The exception for an argument or attribute of a wrong type, such as a string for the TTL."""


class TokenError(GrantmintError):
    """The exception for a token that does not verify.

    >>> from grantmint import Verifier, TokenError
    >>> try:
    ...     Verifier("fake-secret").verify("not a token")
    ... except TokenError as error:
    ...     print(error.code, error.twilio_codes)
    not_compact [20101, 20160, 31204]
    """

    twilio_codes: list[int]
    """The codes of the errors that Twilio would probably report: https://www.twilio.com/docs/api/errors"""

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
    """The exception for a token that does not have the form of an Access Token."""


class TokenSignatureError(TokenError):
    """The exception for a token that no known key signed."""


class TokenClaimError(TokenError):
    """The exception for a missing or wrong claim, or a token of another account."""


class TokenExpiredError(TokenError):
    """The exception for a token that has expired."""


class TokenNotYetValidError(TokenError):
    """The exception for a token that is not valid yet."""
