"""The names of ``twilio.jwt``.

>>> from grantmint.jwt import Jwt, JwtDecodeError
"""

from __future__ import annotations

# Importing `contextvars`, which only renames it, would take longer.
import _contextvars

from . import _grantmint
from .errors import TokenError as JwtDecodeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextvars import ContextVar
    from datetime import datetime
    from typing import Any, ClassVar

    from ._grantmint import _Algorithm, _Generate, _Hidden, _Secret

__all__ = ["DecodedJwt", "Jwt", "JwtDecodeError"]


# The time of signing, which the claims and the hooks of a subclass share.
_NOW: ContextVar[int | None] = _contextvars.ContextVar("now", default=None)


class _Attributes:
    """Gives access to the attributes of an object, where a subclass has a ``__dict__`` of its own."""


class Jwt(_Attributes):
    """The base of :class:`AccessToken` and :class:`DecodedJwt`: a drop-in for ``twilio.jwt.Jwt``.

    A token of your own is a subclass with a ``_generate_payload``. It is signed as :attr:`headers` and
    :attr:`payload` show it. It cannot be pickled or copied, since a copy would contain the secret.

    Args:
        secret_key: the secret, as text or bytes.
        issuer: the claim ``iss``.
        subject: the claim ``sub``. Defaults to no such claim.
        algorithm: ``"HS256"``, ``"HS384"`` or ``"HS512"``. Defaults to :attr:`ALGORITHM`.
        nbf: the time before which the token is not valid. Defaults to the time of signing, as with the
            official class.
        ttl: the lifetime in seconds, from 1 to 86,400. Defaults to 3600.
        valid_until: the time at which the token expires. It takes precedence over ``ttl``.

    >>> class Session(Jwt):
    ...     def _generate_payload(self):
    ...         return {"room": "daily"}
    >>> claims(Session(secret, key_sid, ttl=60).to_jwt(now=1_700_000_000))["room"]
    'daily'
    """

    # Attributes, since a finalizer may run after the interpreter has cleared the module's globals.
    __hide = _grantmint._Hidden
    __decode = staticmethod(_grantmint._decode)
    __header = staticmethod(_grantmint._header)
    __moment = staticmethod(_grantmint._moment)
    __times = staticmethod(_grantmint._times)
    __sign = staticmethod(_grantmint._sign)
    __now = _NOW
    __attributes = vars(_Attributes)["__dict__"].__get__

    ALGORITHM: ClassVar[_Algorithm] = "HS256"
    """The algorithm that Twilio accepts, HMAC with SHA-256 (RFC 7518, section 3.2).

    >>> Jwt.ALGORITHM
    'HS256'
    """

    GENERATE: ClassVar[_Generate] = _grantmint._GENERATE
    """The ``nbf`` that means the time of minting.

    >>> token = AccessToken(account_sid, key_sid, secret, nbf=Jwt.GENERATE)
    >>> claims(token.to_jwt(now=1_700_000_000))["nbf"]
    1700000000
    """

    # The secret has the first name until somebody sees the attributes, whose `secret_key` then counts.
    __secret: _Hidden
    __seen_secret: _Hidden
    issuer: str
    subject: str | None
    algorithm: str | None
    nbf: int | datetime | _Generate | None
    ttl: int | None
    valid_until: int | datetime | None

    def __init__(
        self,
        secret_key: _Secret,
        issuer: str,
        subject: str | None = None,
        algorithm: _Algorithm | None = None,
        nbf: int | datetime | _Generate | None = GENERATE,
        ttl: int | None = 3600,
        valid_until: int | datetime | None = None,
    ) -> None:
        try:
            self.secret_key = secret_key
        finally:
            # Error reporters record the variables of a frame after it failed.
            del secret_key
        self.issuer = issuer
        self.subject = subject
        self.algorithm = algorithm or self.ALGORITHM
        self.nbf = nbf
        self.ttl = ttl
        self.valid_until = valid_until

    @property
    def secret_key(self) -> _Secret:
        """The secret that signs the token. ``repr``, ``vars`` and ``pickle`` do not show it.

        >>> token = AccessToken(account_sid, key_sid, secret)
        >>> token.secret_key == secret, secret in str(vars(token))
        (True, False)
        """
        try:
            return self.__secret()  # type: ignore[no-any-return]
        except AttributeError:
            values = self.__dict__
        if "secret_key" in values:
            return values["secret_key"]  # type: ignore[no-any-return]
        return self.__seen_secret()  # type: ignore[no-any-return]

    @secret_key.setter
    def secret_key(self, secret: _Secret) -> None:
        hidden = self.__hide(secret)
        del secret
        try:
            del self.__seen_secret
        except AttributeError:
            self.__secret = hidden
        else:
            self.__dict__.pop("secret_key", None)
            self.__seen_secret = hidden

    @secret_key.deleter
    def secret_key(self) -> None:
        if self.__dict__.pop("secret_key", None) is None:
            del self.__seen_secret

    @property
    def __dict__(self) -> dict[str, Any]:  # type: ignore[override]
        """The attributes. As with the official class, changes count, also of ``secret_key``.

        >>> token = AccessToken(account_sid, key_sid, secret)
        >>> vars(token)["identity"] = "alice"
        >>> claims(token.to_jwt())["grants"]
        {'identity': 'alice'}
        """
        attributes: dict[str, Any] = self.__attributes(self)
        if "_Jwt__secret" in attributes:
            # In this order, since another thread may read the secret meanwhile.
            attributes["_Jwt__seen_secret"] = attributes["_Jwt__secret"]
            attributes.pop("_Jwt__secret", None)
        return attributes

    def to_jwt(
        self, ttl: int | None = None, *, algorithm: _Algorithm | None = None, now: int | None = None
    ) -> str:
        """Signs the token: a JWS in the compact serialization (RFC 7515, section 7.1).

        Args:
            ttl: the lifetime in seconds, from 1 to 86,400. It takes precedence over ``valid_until``. Defaults
                to the token's own.
            algorithm: the signing algorithm. Defaults to the token's own.
            now: the time to sign at, the claim ``iat``. Defaults to the current time.

        Raises:
            NotImplementedError: if the subclass has no ``_generate_payload``.
            InputError: ``required`` without a secret, and the errors of :meth:`AccessToken.to_jwt`.

        >>> class Session(Jwt):
        ...     def _generate_payload(self):
        ...         return {"room": "daily"}
        >>> Session("", key_sid).to_jwt()
        Traceback (most recent call last):
        grantmint.errors.InputError: secret is required (it was empty: is TWILIO_API_SECRET set?)
        """
        secret = self.__hide(self.secret_key)
        now = self.__moment(now)
        earlier = self.__now.set(now)
        try:
            headers: Any = self.headers
            payload: Any = self.payload
        finally:
            self.__now.reset(earlier)
        # As the official class and PyJWT read them: `copy` and `update` may ignore what a subclass overrides.
        headers = {**headers.copy()} if isinstance(headers, dict) else headers
        payload = payload.copy() if isinstance(payload, dict) else payload
        return self.__sign(headers, payload, secret, algorithm, self.algorithm, ttl, now)

    @property
    def payload(self) -> dict[str, Any]:
        """The claims of the token if it were signed now, as a new ``dict``.

        Raises as :meth:`to_jwt` does.

        >>> AccessToken(account_sid, key_sid, secret, identity="alice", jti="x-1").payload["jti"]
        'x-1'
        """
        payload = self._generate_payload().copy()
        for name, value in self.__times(self.nbf, self.ttl, self.valid_until, self.__now.get()).items():
            # The official class does not write an `iat`, so one of the hook's own remains.
            if name != "iat" or name not in payload:
                payload[name] = value
        payload["iss"] = self.issuer
        subject = self.subject
        if subject:
            payload["sub"] = subject
        return payload

    @property
    def headers(self) -> dict[str, Any]:
        """The header of the token, as a new ``dict``.

        Raises as :meth:`to_jwt` does.

        >>> AccessToken(account_sid, key_sid, secret, region="au1").headers
        {'cty': 'twilio-fpa;v=1', 'twr': 'au1', 'typ': 'JWT', 'alg': 'HS256'}
        """
        headers = self._generate_headers().copy()
        headers["typ"] = "JWT"
        headers["alg"] = self.__header(None, self.algorithm)["alg"]
        return headers

    def _generate_payload(self) -> dict[str, Any]:
        """Returns the claims other than ``iss``, ``sub`` and the times. A subclass defines it."""
        raise NotImplementedError("Subclass must provide a payload.")

    def _generate_headers(self) -> dict[str, Any]:
        """Returns the header without ``typ`` and ``alg``. A subclass may override it."""
        return {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} issuer={self.issuer!r} subject={self.subject!r}>"

    def __reduce__(self) -> Any:
        """Rejects pickling and copying with a ``TypeError``, since a copy would contain the secret.

        >>> import pickle
        >>> pickle.dumps(AccessToken(account_sid, key_sid, secret))
        Traceback (most recent call last):
        TypeError: cannot pickle or copy 'AccessToken': it contains the API secret
        """
        raise TypeError(f"cannot pickle or copy '{type(self).__name__}': it contains the API secret")

    @classmethod
    def from_jwt(cls, jwt: str | bytes, key: _Secret = "") -> DecodedJwt:
        """Verifies a token as :meth:`Verifier.verify` does, at the current time.

        Args:
            jwt: the token.
            key: the secret to check the signature with. Defaults to no secret: then the signature is not
                checked, and anybody may have written the claims.

        Raises:
            TokenError: for a token that does not verify; see :meth:`Verifier.verify`.
            InputError: for a key that cannot be a secret; see :class:`Verifier`.

        >>> token = AccessToken(account_sid, key_sid, secret, identity="alice").to_jwt()
        >>> AccessToken.from_jwt(token, secret).payload["grants"]
        {'identity': 'alice'}
        >>> AccessToken.from_jwt(token, "another secret")
        Traceback (most recent call last):
        grantmint.errors.TokenSignatureError: the token's signature does not match the key
        """
        # Error reporters record the variables of a frame: neither argument is one when decoding fails.
        hidden_jwt, hidden_key = cls.__hide(jwt), cls.__hide(key)
        del jwt, key
        headers, payload = cls.__decode(hidden_jwt, hidden_key, cls.ALGORITHM)
        # Only an overridden method gets the key.
        own = getattr(cls._from_jwt, "__func__", None) is Jwt.__from_jwt
        return cls._from_jwt(headers, payload, None if own else hidden_key())

    @classmethod
    def _from_jwt(
        cls, headers: dict[str, Any], payload: dict[str, Any], key: _Secret | None = None
    ) -> DecodedJwt:
        """Returns the result of :meth:`from_jwt`. A subclass may override it, as with the official class."""
        return DecodedJwt(headers, payload)

    __from_jwt = _from_jwt.__func__  # type: ignore[attr-defined]


class DecodedJwt(Jwt):
    """The result of :meth:`Jwt.from_jwt`: a third-party token, with the attributes of the official class.

    >>> token = AccessToken(account_sid, key_sid, secret, identity="alice", grants=[VideoGrant(room="daily")])
    >>> decoded = AccessToken.from_jwt(token.to_jwt(), secret)
    >>> decoded.identity, decoded.grants, decoded.subject == account_sid
    ('alice', {'video': {'room': 'daily'}}, True)
    """

    issuer: str
    """The API key's SID, the claim ``iss``."""

    subject: str
    """The account's SID, the claim ``sub``."""

    identity: str | None
    """The user's identity, if the token has one. An integer becomes its decimal digits."""

    valid_until: int
    """The expiry, in seconds since the epoch."""

    nbf: int | None
    """The time from which the token is valid, in seconds since the epoch, if it has one."""

    jti: str | None
    """The token's identifier, if it has one."""

    algorithm: _Algorithm
    """The algorithm of the signature."""

    def __init__(self, headers: dict[str, Any], payload: dict[str, Any]) -> None:
        self.__headers = headers
        self.__payload = payload
        self.algorithm = headers["alg"]
        self.issuer = payload["iss"]
        self.subject = payload["sub"]
        self.valid_until = payload["exp"]
        self.nbf = payload.get("nbf")
        self.jti = payload.get("jti")
        grants = payload.get("grants")
        grants = {**grants} if isinstance(grants, dict) else {}
        identity = grants.pop("identity", None)
        is_integer = isinstance(identity, int) and not isinstance(identity, bool)
        self.identity = str(identity) if is_integer else identity if isinstance(identity, str) else None
        self.__grants = grants

    @property
    def payload(self) -> dict[str, Any]:
        """All claims."""
        return self.__payload

    @property
    def headers(self) -> dict[str, Any]:
        """The header."""
        return self.__headers

    @property
    def grants(self) -> dict[str, Any]:
        """The grants by their keys, without the identity."""
        return self.__grants

    def __repr__(self) -> str:
        return (
            f"<DecodedJwt issuer={self.issuer!r} identity={self.identity!r} valid_until={self.valid_until}>"
        )
