"""The results of issuers, verifiers and :func:`inspect`: read-only ``dict`` objects with attributes."""

from __future__ import annotations

# Importing `operator`, which only renames it, would take longer.
from _operator import itemgetter

from . import _grantmint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal, NoReturn, TypeAlias

    _Kind: TypeAlias = Literal[
        "access_token",
        "capability_token",
        "task_router_capability_token",
        "client_validation_token",
        "unknown",
    ]

__all__ = ["Claims", "Finding", "Inspection", "IssuedToken"]


class _Result(dict[str, "Any"]):
    """A ``dict`` that JSON, web frameworks and Pydantic accept, whose members cannot be changed."""

    __slots__ = ()

    def _refuse(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__} cannot be changed")

    if not TYPE_CHECKING:
        __setitem__ = __delitem__ = __ior__ = _refuse
        clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> Any:
        return type(self), (dict(self),)

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return _pydantic_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> Any:
        return {"type": "object", "title": cls.__name__}


def _pydantic_schema(cls: type) -> Any:
    from pydantic_core import core_schema

    # A dict of the same members is what the result became as JSON.
    return core_schema.is_instance_schema(
        cls, serialization=core_schema.plain_serializer_function_ser_schema(dict)
    )


class IssuedToken(_Result):
    """A token and its times, the result of :meth:`Issuer.issue`. Its ``repr`` does not show the token.

    It is a read-only ``dict`` with the attributes as members, so a view of Flask or FastAPI may return it.

    >>> issuer = Issuer(account_sid, key_sid, secret, grants=[VideoGrant()])
    >>> issued = issuer.issue("alice", ttl=60, now=1_700_000_000)
    >>> issued
    <IssuedToken identity='alice' expires_at=1700000060 renew_at=1700000030>
    >>> list(issued)
    ['identity', 'token', 'expires_at', 'expires_in', 'renew_at']
    """

    __slots__ = ()

    @property
    def identity(self) -> str:
        """The user's identity."""
        return self["identity"]  # type: ignore[no-any-return]

    @property
    def token(self) -> str:
        """The token."""
        return self["token"]  # type: ignore[no-any-return]

    @property
    def expires_at(self) -> int:
        """The expiry, in seconds since the epoch."""
        return self["expires_at"]  # type: ignore[no-any-return]

    @property
    def expires_in(self) -> int:
        """The lifetime in seconds."""
        return self["expires_in"]  # type: ignore[no-any-return]

    @property
    def renew_at(self) -> int:
        """The time at which to replace the token, in seconds since the epoch.

        It is three minutes before the expiry, but not before half of the lifetime has passed.
        """
        return self["renew_at"]  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return (
            f"<IssuedToken identity={self.identity!r} expires_at={self.expires_at} renew_at={self.renew_at}>"
        )


# The members of claims, in their order.
_CLAIMS = (
    "identity",
    "grants",
    "key_sid",
    "account_sid",
    "jti",
    "issued_at",
    "not_before",
    "expires_at",
    "payload",
)


class Claims(_Result):
    """The claims of a verified token, the result of :meth:`Verifier.verify`.

    They are a read-only ``dict`` with the attributes other than :attr:`header` as members, so a view of Flask
    or FastAPI may return them. They equal any ``dict`` with the same members.

    >>> token = AccessToken(account_sid, key_sid, secret, identity="alice", grants=[VideoGrant(room="daily")])
    >>> claims_ = Verifier(secret).verify(token.to_jwt())
    >>> claims_.identity, claims_.grants["video"]["room"]
    ('alice', 'daily')
    """

    __slots__ = ("_header",)

    # The first segment of the token.
    _header: str

    @property
    def identity(self) -> str | None:
        """The user's identity, if the token has one. An integer becomes its decimal digits."""
        return self["identity"]  # type: ignore[no-any-return]

    @property
    def grants(self) -> dict[str, Any]:
        """The grants by their keys, without the identity."""
        return self["grants"]  # type: ignore[no-any-return]

    @property
    def key_sid(self) -> str:
        """The API key that signed the token, the claim ``iss``."""
        return self["key_sid"]  # type: ignore[no-any-return]

    @property
    def account_sid(self) -> str:
        """The account, the claim ``sub``."""
        return self["account_sid"]  # type: ignore[no-any-return]

    @property
    def jti(self) -> str | None:
        """The token's identifier, if it has one."""
        return self["jti"]  # type: ignore[no-any-return]

    @property
    def issued_at(self) -> int | None:
        """The time of minting in seconds since the epoch, if the token contains it."""
        return self["issued_at"]  # type: ignore[no-any-return]

    @property
    def not_before(self) -> int | None:
        """The time from which the token is valid, in seconds since the epoch, if the token contains it."""
        return self["not_before"]  # type: ignore[no-any-return]

    @property
    def expires_at(self) -> int:
        """The expiry, in seconds since the epoch."""
        return self["expires_at"]  # type: ignore[no-any-return]

    @property
    def payload(self) -> dict[str, Any]:
        """All claims."""
        return self["payload"]  # type: ignore[no-any-return]

    @property
    def header(self) -> dict[str, Any]:
        """The header, as a new ``dict``."""
        return _grantmint._read_header(self._header)

    def to_dict(self) -> dict[str, Any]:
        """Returns the members as an ordinary ``dict``.

        >>> token = AccessToken(account_sid, key_sid, secret, identity="alice").to_jwt()
        >>> Verifier(secret).verify(token).to_dict()["identity"]
        'alice'
        """
        return dict(self)

    def __hash__(self) -> int:  # type: ignore[override]
        # Equal claims have equal members, and these are neither lists nor objects.
        return hash(
            (self.identity, self.key_sid, self.account_sid, self.jti, self.issued_at, self.expires_at)
        )

    def __repr__(self) -> str:
        return f"<Claims identity={self.identity!r} key_sid={self.key_sid!r} expires_at={self.expires_at}>"

    def __reduce__(self) -> Any:
        return type(self), (dict(self),), (None, {"_header": self._header})


class Finding(_Result):
    """A problem of a token, with advice for the developer who mints it.

    >>> inspect("abc").findings[0]
    <Finding error not_compact: This is not a token: it contains no dot.>
    """

    __slots__ = ()

    @property
    def severity(self) -> Literal["error", "warning", "note"]:
        """``"error"`` if Twilio rejects such a token, ``"warning"`` for a probable mistake, or ``"note"``."""
        return self["severity"]  # type: ignore[no-any-return]

    @property
    def code(self) -> str:
        """The stable name of the problem. It is equal in Rust, Python and Node."""
        return self["code"]  # type: ignore[no-any-return]

    @property
    def twilio_codes(self) -> list[int]:
        """The codes of the errors that Twilio would probably report: https://www.twilio.com/docs/api/errors"""
        return self["twilio_codes"]  # type: ignore[no-any-return]

    @property
    def message(self) -> str:
        """The description of the problem in this token."""
        return self["message"]  # type: ignore[no-any-return]

    @property
    def advice(self) -> str:
        """The recommended fix."""
        return self["advice"]  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<Finding {self.severity} {self.code}: {self.message}>"


class Inspection(_Result):
    """The result of :func:`inspect`. Its ``str`` is a readable report.

    Attributes are ``None`` if the token does not contain the value, or contains it in an unreadable form.

    >>> inspection = inspect("abc")
    >>> inspection.sound, inspection.kind, [finding.code for finding in inspection.findings]
    (False, 'unknown', ['not_compact'])
    """

    __slots__ = ("_report",)

    _report: object

    @property
    def kind(self) -> _Kind:
        """The kind of token."""
        return self["kind"]  # type: ignore[no-any-return]

    @property
    def sound(self) -> bool:
        """Whether the token has no finding that is an error."""
        return self["sound"]  # type: ignore[no-any-return]

    @property
    def identity(self) -> str | None:
        """The user's identity, if the token has one."""
        return self["identity"]  # type: ignore[no-any-return]

    @property
    def key_sid(self) -> str | None:
        """The API key that the token names as its issuer, the claim ``iss``."""
        return self["key_sid"]  # type: ignore[no-any-return]

    @property
    def account_sid(self) -> str | None:
        """The account, the claim ``sub``."""
        return self["account_sid"]  # type: ignore[no-any-return]

    @property
    def grants(self) -> dict[str, Any] | None:
        """The grants by their keys, without the identity."""
        return self["grants"]  # type: ignore[no-any-return]

    @property
    def signature(self) -> Literal["valid", "invalid", "not_checked"]:
        """The result of the signature check."""
        return self["signature"]  # type: ignore[no-any-return]

    @property
    def issued_at(self) -> int | None:
        """The time of minting, in seconds since the epoch."""
        return self["issued_at"]  # type: ignore[no-any-return]

    @property
    def not_before(self) -> int | None:
        """The time from which the token is valid, in seconds since the epoch."""
        return self["not_before"]  # type: ignore[no-any-return]

    @property
    def expires_at(self) -> int | None:
        """The expiry, in seconds since the epoch."""
        return self["expires_at"]  # type: ignore[no-any-return]

    @property
    def expires_in(self) -> int | None:
        """The seconds until the token expires; negative if it has expired."""
        return self["expires_in"]  # type: ignore[no-any-return]

    @property
    def renew_at(self) -> int | None:
        """The time at which to replace the token, in seconds since the epoch.

        It is computed as for :attr:`IssuedToken.renew_at`.
        """
        return self["renew_at"]  # type: ignore[no-any-return]

    @property
    def header(self) -> dict[str, Any] | None:
        """The header, if it could be read."""
        return self["header"]  # type: ignore[no-any-return]

    @property
    def claims(self) -> dict[str, Any] | None:
        """The claims, if they could be read."""
        return self["claims"]  # type: ignore[no-any-return]

    @property
    def findings(self) -> list[Finding]:
        """The problems, the worst first."""
        return self["findings"]  # type: ignore[no-any-return]

    def to_dict(self) -> dict[str, Any]:
        """Returns the inspection as a ``dict`` that JSON can represent.

        >>> inspect("abc").to_dict()["findings"][0]["code"]
        'not_compact'
        """
        return {**self, "findings": [dict(finding) for finding in self.findings]}

    def __str__(self) -> str:
        return str(self._report)

    def __repr__(self) -> str:
        return f"<Inspection kind={self.kind!r} findings={[finding.code for finding in self.findings]}>"

    def __reduce__(self) -> Any:
        return Inspection, (dict(self),), (None, {"_report": str(self)})


for _name in _CLAIMS:
    # An equal property without a function of Python's, which takes half the time.
    setattr(Claims, _name, property(itemgetter(_name), doc=getattr(Claims, _name).__doc__))

_grantmint._register_results(IssuedToken, Claims, dict.fromkeys(_CLAIMS), Finding, Inspection)
