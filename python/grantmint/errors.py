"""The exceptions of grantmint.

They are defined in Python, and raised by the native module.
"""

from __future__ import annotations

__all__ = ["GrantmintError", "InputError", "InputTypeError"]


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
