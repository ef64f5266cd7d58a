"""The names of ``twilio.jwt.access_token``. A program that uses them only changes its imports.

>>> from grantmint.access_token import AccessToken
>>> from grantmint.access_token.grants import SyncGrant
"""

from __future__ import annotations

from .. import _grantmint
from ..jwt import _NOW, Jwt, JwtDecodeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Any, NoReturn, TypeVar

    from .._grantmint import _Algorithm, _Generate, _Secret

    _Class = TypeVar("_Class")

__all__ = ["AccessToken", "AccessTokenGrant", "Jwt", "JwtDecodeError"]


def _hides_unknown(cls: type[_Class]) -> type[_Class]:
    """Hides the arguments that a constructor takes only to refuse them from signatures.

    ``inspect`` follows ``__wrapped__``, here to a function without ``**unknown`` that is never called.
    """
    init: Any = cls.__init__
    var_keywords = 8  # inspect.CO_VARKEYWORDS
    code = init.__code__.replace(co_flags=init.__code__.co_flags & ~var_keywords)
    plain = type(init)(code, init.__globals__, "__init__", init.__defaults__, init.__closure__)
    plain.__kwdefaults__ = init.__kwdefaults__
    plain.__annotations__ = {k: v for k, v in init.__annotations__.items() if k != "unknown"}
    init.__wrapped__ = plain
    return cls


class AccessTokenGrant:
    """The base of all grants. A custom grant is a subclass with a ``key`` and a ``to_payload``.

    >>> class FleetGrant(AccessTokenGrant):
    ...     key = "fleet"
    ...
    ...     def __init__(self, fleet_sid):
    ...         self.fleet_sid = fleet_sid
    ...
    ...     def to_payload(self):
    ...         return {"fleet_sid": self.fleet_sid}
    >>> token = AccessToken(account_sid, key_sid, secret, grants=[FleetGrant("FL123")])
    >>> claims(token.to_jwt(now=1_700_000_000))["grants"]
    {'fleet': {'fleet_sid': 'FL123'}}
    """

    def __init__(self) -> None: ...
    @property
    def key(self) -> str:
        """The grant's key in the claims' ``grants``: a non-empty string other than ``"identity"``.

        A subclass may define it as a property or a class attribute.

        Raises:
            NotImplementedError: if the subclass has neither.

        >>> SyncGrant().key, ChatGrant().key, VideoGrant().key
        ('data_sync', 'chat', 'video')
        >>> VoiceGrant().key, TaskRouterGrant().key, PlaybackGrant().key
        ('voice', 'task_router', 'player')
        """
        raise NotImplementedError("Grant must have a key property.")

    def to_payload(self) -> dict[str, Any]:
        """Returns the payload under :attr:`key` in the claims.

        The payload is a mapping with string keys and values of the types ``dict``, ``list``, ``tuple``,
        ``str``, ``int``, ``float``, ``bool`` and ``None``. A ``dict`` is read directly, any other mapping
        through its ``items()``. Numbers are written as ECMAScript does (RFC 8785, section 3.2.2.3).
        Exceptions raised by your own ``to_payload`` pass through unchanged.

        Raises:
            NotImplementedError: if the subclass has none.
            InputError: when minted, with the code ``not_json`` (NaN, an infinity, a cycle, a duplicate key,
                another type), ``too_deep``, ``lossy_integer`` or ``lone_surrogate``.
            InputTypeError: when minted, with the code ``wrong_type``, if it is not a mapping.

        >>> VideoGrant(room="daily").to_payload()
        {'room': 'daily'}
        """
        raise NotImplementedError("Grant must implement to_payload.")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.to_payload()}>"


@_hides_unknown
class AccessToken(Jwt):
    """A token built field by field: a drop-in for ``twilio.jwt.access_token.AccessToken``.

    It accepts any SID, as the official class does. Every argument is an attribute of the same name;
    ``secret`` is also ``secret_key``. Attributes can change at any time, and :meth:`to_jwt` checks them. A
    token cannot be pickled or copied, since a copy would contain the secret. See
    https://www.twilio.com/docs/iam/access-tokens

    The token contains the values that the object shows, so a subclass may override attributes,
    :attr:`payload`, :attr:`headers`, and the hooks ``_generate_payload`` and ``_generate_headers``.

    Args:
        account_sid: the account, ``AC…``; the claim ``sub``.
        signing_key_sid: the API key, ``SK…``; the claim ``iss``.
        secret: the secret of that key, as text or bytes.
        grants: the grants of the token. A grant with the same key replaces an earlier one. Defaults to no
            grants.
        identity: the user's identity. An integer becomes its decimal digits. Defaults to no identity, which
            some products accept.
        nbf: the time before which the token is not valid (RFC 7519, section 4.1.5), or ``Jwt.GENERATE`` for
            the time of minting. Defaults to no ``nbf``, since a server with a fast clock would mint tokens
            that Twilio rejects at first.
        ttl: the lifetime in seconds, from 1 to 86,400. Defaults to 3600.
        valid_until: the time at which the token expires, at most 86,400 seconds after minting. It takes
            precedence over ``ttl``. Defaults to ``None``, which means that ``ttl`` applies.
        region: the account's region, such as ``"au1"`` (https://www.twilio.com/docs/global-infrastructure);
            the member ``twr`` of the header. Defaults to no region.
        jti: the token's identifier (RFC 7519, section 4.1.7). Defaults to the official libraries' format: the
            key SID, a hyphen and the time of minting. Tokens of the same second get equal identifiers.

    ``nbf`` and ``valid_until`` may be ``datetime`` objects, which are in UTC unless they have a time zone.

    Raises:
        InputError: with the code ``required`` for a missing credential, or ``not_a_grant`` for a value that
            is not a grant. :meth:`to_jwt` checks everything else.
        InputTypeError: with the code ``wrong_type`` for ``grants`` that are not a list.
        TypeError: for an unknown argument.

    >>> token = AccessToken(account_sid, key_sid, secret, identity="alice", ttl=600)
    >>> token.add_grant(SyncGrant(service_sid=service_sid))
    >>> claims(token.to_jwt(now=1_700_000_000))["grants"]
    {'identity': 'alice', 'data_sync': {'service_sid': 'IS0123456789abcdef0123456789abcdef'}}
    """

    # Attributes, since a finalizer may run after the interpreter has cleared the module's globals.
    __hide_secret = staticmethod(_grantmint._hide_secret)
    __refuse = staticmethod(_grantmint._refuse_unknown)
    __arguments = (
        *("account_sid", "signing_key_sid", "secret", "grants", "identity"),
        *("nbf", "ttl", "valid_until", "region", "jti"),
    )
    __list_of_grants = staticmethod(_grantmint._list_of_grants)
    __check_grant = staticmethod(_grantmint._check_grant)
    __mint = staticmethod(_grantmint._mint)
    __header = staticmethod(_grantmint._header)
    __now = _NOW

    account_sid: str
    signing_key_sid: str
    issuer: str
    """The claim ``iss``: the key's SID, unless it is set later.

    >>> AccessToken(account_sid, key_sid, secret).issuer == key_sid
    True
    """
    subject: str
    """The claim ``sub``: the account's SID, unless it is set later.

    >>> AccessToken(account_sid, key_sid, secret).subject == account_sid
    True
    """
    grants: list[AccessTokenGrant]
    """The grants, in the order added. The list itself may also be changed.

    >>> token = AccessToken(account_sid, key_sid, secret)
    >>> token.grants.append(VideoGrant(room="daily"))
    >>> claims(token.to_jwt(now=1_700_000_000))["grants"]
    {'video': {'room': 'daily'}}
    """
    identity: str | int | None
    nbf: int | datetime | _Generate | None
    ttl: int | None
    """The lifetime in seconds; ``None`` means the default.

    >>> AccessToken(account_sid, key_sid, secret).ttl
    3600
    """
    valid_until: int | datetime | None
    region: str | None
    jti: str | None
    algorithm: str | None
    """``"HS256"``, ``"HS384"`` or ``"HS512"``; ``None`` means HS256, the one that Twilio accepts.

    >>> AccessToken(account_sid, key_sid, secret).algorithm
    'HS256'
    """

    def __init__(
        self,
        account_sid: str,
        signing_key_sid: str,
        secret: _Secret,
        grants: Iterable[AccessTokenGrant] | None = None,
        identity: str | int | None = None,
        nbf: int | datetime | _Generate | None = None,
        ttl: int | None = 3600,
        valid_until: int | datetime | None = None,
        region: str | None = None,
        *,
        jti: str | None = None,
        **unknown: NoReturn,
    ) -> None:
        if unknown:
            # Error reporters record the variables of a frame after it failed.
            del secret
            names = dict.fromkeys(unknown)
            del unknown
            self.__refuse(names, *self.__arguments)
        try:
            hidden = self.__hide_secret(account_sid, signing_key_sid, secret)
        finally:
            # Error reporters record the variables of a frame after it failed.
            del secret
        self.account_sid = account_sid
        self.signing_key_sid = signing_key_sid
        self.identity = identity
        self.nbf = nbf
        self.ttl = ttl
        self.valid_until = valid_until
        self.region = region
        self.jti = jti
        self.algorithm = self.ALGORITHM
        self.grants = [] if grants is None else self.__list_of_grants(grants)
        cls = type(self)
        if cls.secret_key is _SECRET_KEY:
            self._Jwt__secret = hidden
        else:
            self.secret_key = hidden()
        self.subject = self.account_sid
        self.issuer = signing_key_sid

    @property
    def secret(self) -> _Secret:
        """Another name of :attr:`secret_key`.

        >>> AccessToken(account_sid, key_sid, secret).secret == secret
        True
        """
        return self.secret_key

    @secret.setter
    def secret(self, secret: _Secret) -> None:
        try:
            self.secret_key = secret
        finally:
            del secret

    @secret.deleter
    def secret(self) -> None:
        del self.secret_key

    def add_grant(self, grant: AccessTokenGrant) -> None:
        """Adds a grant. A grant with the same key is replaced in its place.

        The grant is read when the token is signed, so later changes to it count.

        Raises:
            InputError: with the code ``not_a_grant`` for a value that is not a grant.

        >>> token = AccessToken(account_sid, key_sid, secret)
        >>> token.add_grant("video")
        Traceback (most recent call last):
        grantmint.errors.InputError: Grant must be an instance of AccessTokenGrant.
        """
        if not isinstance(grant, AccessTokenGrant):
            self.__check_grant(grant)  # type: ignore[unreachable]
        self.grants.append(grant)

    def to_jwt(
        self, ttl: int | None = None, *, algorithm: _Algorithm | None = None, now: int | None = None
    ) -> str:
        """Signs the token: a JWS in the compact serialization (RFC 7515, section 7.1).

        Args:
            ttl: the lifetime in seconds, from 1 to 86,400. It takes precedence over ``valid_until``. Defaults
                to the token's own.
            algorithm: the signing algorithm. Defaults to the token's own, which defaults to HS256.
            now: the time to mint at, the claim ``iat``. Defaults to the current time.

        Raises:
            InputError: ``required``, ``not_whole``, ``out_of_range``, ``not_before_expiry``,
                ``lone_surrogate``, ``unsupported_algorithm``, ``secret_is_key``, ``secret_is_zeros``,
                ``reserved_grant_key``, and the errors of the grants.
            InputTypeError: ``wrong_type`` for a value of another type. A boolean is not an integer.

        >>> token = AccessToken(account_sid, key_sid, secret, identity="alice")
        >>> claims(token.to_jwt(ttl=60, now=1_700_000_000))["exp"]
        1700000060
        >>> token.to_jwt(ttl=172_800)
        Traceback (most recent call last):
        grantmint.errors.InputError: ttl must be from 1 to 86400, not 172800
        """
        cls = type(self)
        try:
            # Missing once somebody has seen the attributes.
            hidden = self._Jwt__secret
            # A hook may also be replaced on the instance, and `to_jwt` on the base.
            is_plain = (
                cls.__getattribute__ is _GETATTRIBUTE
                and cls.payload is _PAYLOAD
                and cls.headers is _HEADERS
                and cls.secret_key is _SECRET_KEY
                and self._generate_payload.__func__ is _GENERATE_PAYLOAD  # type: ignore[attr-defined]
                and self._generate_headers.__func__ is _GENERATE_HEADERS  # type: ignore[attr-defined]
                and Jwt.to_jwt is _TO_JWT
            )
        except AttributeError:
            is_plain = False
        if not is_plain:
            self.__hide_secret(self.subject, self.issuer, self.secret_key)
            return super().to_jwt(ttl, algorithm=algorithm, now=now)
        return self.__mint(  # type: ignore[no-any-return]
            self.subject,
            self.issuer,
            self.signing_key_sid,
            hidden,
            self.grants,
            self.identity,
            self.nbf,
            self.ttl,
            self.valid_until,
            self.region,
            self.jti,
            self.algorithm if algorithm is None else algorithm,
            ttl,
            now,
        )

    def _generate_payload(self) -> dict[str, Any]:
        """Returns the claims ``jti`` and ``grants``. A subclass may override it."""
        claims = self.__mint(
            self.subject,
            self.issuer,
            self.signing_key_sid,
            "-",
            self.grants,
            self.identity,
            self.nbf,
            self.ttl,
            self.valid_until,
            self.region,
            self.jti,
            None,
            None,
            self.__now.get(),
            True,
        )
        return {"jti": claims["jti"], "grants": claims["grants"]}

    def _generate_headers(self) -> dict[str, Any]:
        """Returns the header without ``typ`` and ``alg``. A subclass may override it."""
        header = self.__header(self.region, None)
        return {name: value for name, value in header.items() if name not in ("typ", "alg")}

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} account_sid={self.account_sid!r} "
            f"signing_key_sid={self.signing_key_sid!r} identity={self.identity!r}>"
        )


# The members of the class unless a subclass overrides them or somebody patches them.
_GETATTRIBUTE = AccessToken.__getattribute__
_PAYLOAD = AccessToken.payload
_HEADERS = AccessToken.headers
_GENERATE_PAYLOAD = AccessToken._generate_payload
_GENERATE_HEADERS = AccessToken._generate_headers
_SECRET_KEY = AccessToken.secret_key
_TO_JWT = Jwt.to_jwt
