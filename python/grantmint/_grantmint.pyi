"""The native module of grantmint. Import its names from ``grantmint``.

All times and lifetimes are whole seconds. Times count from the epoch (``NumericDate`` in RFC 7519, section
2). For optional values, ``None`` and ``""`` both mean that the value is not given.

Invalid input raises :class:`grantmint.InputError` (a ``ValueError``) or, for a wrong type,
:class:`grantmint.InputTypeError` (a ``TypeError``). Both have a stable ``code`` and name the ``field``.

The examples share these names; PyJWT reads the minted tokens:

>>> import jwt
>>> from grantmint import *
>>> account_sid = "AC0123456789abcdef0123456789abcdef"
>>> key_sid = "SK0123456789abcdef0123456789abcdef"
>>> secret = "fake-secret-fake-secret-fake-secret"
>>> service_sid = "IS0123456789abcdef0123456789abcdef"
>>> def claims(token):
...     return jwt.decode(token, secret, algorithms=["HS256"], options={"verify_exp": False})
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias, final, type_check_only

from .access_token import AccessTokenGrant
from .results import Claims, Inspection, IssuedToken

__all__ = [
    "_GENERATE",
    "Issuer",
    "Verifier",
    "_Hidden",
    "_Report",
    "__version__",
    "_check_grant",
    "_decode",
    "_header",
    "_hide_secret",
    "_list_of_grants",
    "_main",
    "_mint",
    "_moment",
    "_payload",
    "_read_header",
    "_refuse_unknown",
    "_register",
    "_register_results",
    "_sign",
    "_times",
    "inspect",
]

_Algorithm: TypeAlias = Literal["HS256", "HS384", "HS512"]
_Secret: TypeAlias = str | bytes | bytearray | memoryview

@final
@type_check_only
class _Generate:
    """The type of ``Jwt.GENERATE``, only for type checkers."""

__version__: str
"""The version of grantmint, the same in Rust, Python and Node.

>>> import grantmint
>>> grantmint.__version__.count(".")
2
"""

def _main(arguments: list[str]) -> int:
    """Runs the command ``grantmint`` with the arguments after its name, and returns the exit code.

    >>> from grantmint._grantmint import _main
    >>> _main(["inspect", "--no-such-option"])
    2
    """

@final
class _Hidden:
    def __new__(cls, value: object, /) -> _Hidden: ...
    def __call__(self) -> Any: ...

_GENERATE: _Generate

def _mint(
    subject: object,
    issuer: object,
    signing_key_sid: object,
    secret: object,
    grants: object,
    identity: object,
    nbf: object,
    ttl: object,
    valid_until: object,
    region: object,
    jti: object,
    algorithm: object,
    given_ttl: object,
    now: object,
    claims_only: object = False,
    /,
) -> Any: ...
def _sign(
    headers: object,
    payload: object,
    secret: object,
    given_algorithm: object,
    algorithm: object,
    given_ttl: object,
    now: object,
    /,
) -> str: ...
def _moment(now: object, /) -> int: ...
def _times(nbf: object, ttl: object, valid_until: object, now: object, /) -> dict[str, int]: ...
def _header(region: object, algorithm: object, /) -> dict[str, Any]: ...
def _decode(jwt: _Hidden, key: object, algorithm: object, /) -> tuple[dict[str, Any], dict[str, Any]]: ...
def _read_header(segment: str, /) -> dict[str, Any]: ...
def _hide_secret(account_sid: object, signing_key_sid: object, secret: object, /) -> _Hidden: ...
def _list_of_grants(grants: object, /) -> list[AccessTokenGrant]: ...
def _check_grant(grant: object, /) -> None: ...
def _refuse_unknown(unknown: dict[str, Any], /, *known: str) -> None: ...
def _payload(key: str, grant: object, /) -> dict[str, Any]: ...
def _register(base: type, classes: list[type], /) -> None: ...
def _register_results(
    issued: type, claims: type, no_claims: dict[str, None], finding: type, inspection: type, /
) -> None: ...

@final
class Issuer:
    """Mints many tokens for one API key. It is stricter than :class:`AccessToken`, and faster.

    The constructor checks the credentials, prepares the key and reads the grants. Afterwards, an issuer never
    changes, and threads may share it. It cannot be pickled or copied.

    Args:
        account_sid: the account: ``AC`` and 32 hexadecimal digits.
        key_sid: the API key: ``SK`` and 32 hexadecimal digits.
        secret: the secret of that key, as text or bytes, of at least 32 bytes (RFC 7518, section 3.2).
        grants: the grants of every token. Defaults to no grants: then each call of :meth:`mint` must have a
            grant.
        ttl: the lifetime in seconds, from 1 to 86,400. Defaults to 3600.
        region: the account's region, such as ``"au1"`` (https://www.twilio.com/docs/global-infrastructure).
            Defaults to no region.
        algorithm: the signing algorithm. Defaults to HS256, the only one that Twilio and an issuer accept.

    Raises:
        InputError: ``required``, ``malformed_sid``, ``empty`` for an empty ``region`` or field of a grant,
            ``secret_too_short``, ``secret_is_key``, ``secret_is_zeros``, ``secret_is_auth_token``,
            ``secret_is_sid``, ``secret_stray_characters``, ``secret_is_placeholder``, ``not_whole``,
            ``out_of_range``, ``lone_surrogate``, ``unsupported_algorithm``, ``wrong_algorithm``,
            ``not_a_grant``, and the errors of the grants. ``required`` is also the code for a Sync or Chat
            grant without ``service_sid``, such as from an unset environment variable. ``misspelt_grant``,
            ``misspelt_field``, ``wrong_sid_prefix``, ``claim_wrong_type`` and ``identity_misplaced`` are
            the codes for a custom grant of which :func:`inspect` would report an error.
        InputTypeError: ``wrong_type`` for a value of another type.
        TypeError: for an unknown argument.

    >>> issuer = Issuer(account_sid, key_sid, secret, grants=[SyncGrant(service_sid=service_sid)])
    >>> claims(issuer.mint("alice", now=1_700_000_000))["exp"]
    1700003600
    >>> Issuer("ACxxxxxxxx", key_sid, secret)
    Traceback (most recent call last):
    grantmint.errors.InputError: account_sid must be AC followed by 32 hexadecimal digits, not a placeholder
    """

    def __new__(
        cls,
        account_sid: str,
        key_sid: str,
        secret: _Secret,
        *,
        grants: Iterable[AccessTokenGrant] | None = None,
        ttl: int | None = 3600,
        region: str | None = None,
        algorithm: Literal["HS256"] | None = "HS256",
    ) -> Issuer: ...
    @classmethod
    def from_env(
        cls,
        *,
        grants: Iterable[AccessTokenGrant] | None = None,
        ttl: int | None = 3600,
        region: str | None = None,
        algorithm: Literal["HS256"] | None = "HS256",
    ) -> Issuer:
        """Creates an issuer with the credentials in the environment.

        The variables are ``TWILIO_ACCOUNT_SID``, ``TWILIO_API_KEY`` and ``TWILIO_API_SECRET``. The arguments
        are those of the constructor.

        Raises:
            InputError: ``missing_variable`` for an unset or empty variable, and the constructor's errors.
            InputTypeError: as for the constructor.

        >>> import os
        >>> os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_API_KEY"] = account_sid, key_sid
        >>> os.environ["TWILIO_API_SECRET"] = secret
        >>> Issuer.from_env(grants=[VideoGrant()])
        <Issuer account_sid='AC0123456789abcdef0123456789abcdef' key_sid='SK0123456789abcdef0123456789abcdef'>
        """

    def mint(
        self,
        identity: str | int,
        *,
        grants: Iterable[AccessTokenGrant] | None = None,
        ttl: int | None = None,
        nbf: int | datetime | None = None,
        jti: str | None = None,
        now: int | None = None,
    ) -> str:
        """Mints a token for an identity.

        Args:
            identity: the user's identity. An integer becomes its decimal digits.
            grants: more grants. A grant with the same key replaces the issuer's grant in its place. Defaults
                to no more grants.
            ttl: the lifetime in seconds, from 1 to 86,400. Defaults to the issuer's.
            nbf: the time before which the token is not valid (RFC 7519, section 4.1.5). Defaults to no
                ``nbf``.
            jti: the token's identifier (RFC 7519, section 4.1.7). Defaults to the key SID, a hyphen and the
                time of minting.
            now: the time to mint at, the claim ``iat``. Defaults to the current time.

        Raises:
            InputError: ``required`` for an empty identity, ``identity_too_long``, ``empty`` for an empty
                ``jti``, ``token_too_large``, ``no_grants`` if neither the issuer nor the call has a grant,
                ``not_whole``, ``out_of_range``, ``not_before_expiry``, ``lone_surrogate``, and
                the errors of the grants.
            InputTypeError: ``wrong_type`` for a value of another type.

        >>> issuer = Issuer(account_sid, key_sid, secret, ttl=600, grants=[VideoGrant()])
        >>> token = issuer.mint("alice", grants=[VideoGrant(room="daily")], jti="x-1", now=1_700_000_000)
        >>> claims(token)["jti"], claims(token)["grants"]
        ('x-1', {'identity': 'alice', 'video': {'room': 'daily'}})
        """

    def issue(
        self,
        identity: str | int,
        *,
        grants: Iterable[AccessTokenGrant] | None = None,
        ttl: int | None = None,
        nbf: int | datetime | None = None,
        jti: str | None = None,
        now: int | None = None,
    ) -> IssuedToken:
        """Mints a token and returns it with its expiry and renewal times, ready to send to the client.

        The arguments and errors are those of :meth:`mint`.

        >>> issuer = Issuer(account_sid, key_sid, secret, grants=[VideoGrant()])
        >>> issued = issuer.issue("alice", now=1_700_000_000)
        >>> issued.expires_at, issued.renew_at
        (1700003600, 1700003420)
        """

    def mint_many(
        self,
        identities: Iterable[str | int],
        *,
        threads: int = 1,
        grants: Iterable[AccessTokenGrant] | None = None,
        ttl: int | None = None,
        nbf: int | datetime | None = None,
        now: int | None = None,
    ) -> list[str]:
        """Mints a token for each identity. Returns the tokens in the order of the identities.

        All tokens have the same time of minting. If one identity is rejected, the call returns no token.

        Args:
            identities: the identities of the tokens, as a list or another iterable. A string, bytes, a
                mapping or a set is rejected.
            threads: the number of threads to mint on, from 1 to 1024. Defaults to 1.
            grants: more grants of every token, as for :meth:`mint`.
            ttl: the lifetime of every token, as for :meth:`mint`.
            nbf: the time before which no token is valid, as for :meth:`mint`.
            now: the time to mint at, as for :meth:`mint`.

        Raises:
            InputError: as for :meth:`mint`. For an identity, ``index`` is its index in the list.
            InputTypeError: as for :meth:`mint`, and for ``identities`` that are not a list.

        >>> issuer = Issuer(account_sid, key_sid, secret, grants=[VideoGrant()])
        >>> tokens = issuer.mint_many(["alice", "bob"], now=1_700_000_000)
        >>> [claims(token)["grants"]["identity"] for token in tokens]
        ['alice', 'bob']
        >>> issuer.mint_many(["alice", ""])
        Traceback (most recent call last):
        grantmint.errors.InputError: identities[1]: identity is required (it was empty)
        """

@final
class Verifier:
    """Verifies tokens. Threads may share a verifier.

    The order of checks is part of the contract: size, shape, header, signature (in constant time), and only
    then the payload and its claims. A verifier is strict where JWT libraries differ (RFC 8725): it accepts
    one algorithm and only canonical base64url, and rejects duplicate names and ``crit``. If no key matches
    the signature, the unverified ``iss`` only chooses between ``unknown_key`` and ``bad_signature``.

    Args:
        keys: the secret of the tokens, or a mapping of API keys' SIDs to their secrets. With a mapping, a
            token's ``iss`` must be the key that signed it. Several keys allow rotation.
        account_sid: the account that tokens must belong to. Leave it out to accept every account; ``None``
            and ``""`` are errors.
        leeway: the tolerated difference between clocks in seconds, from 0 to 86,400. Defaults to 0.
        algorithm: the only algorithm that is accepted. Defaults to HS256.
        max_size: the largest accepted token in bytes, from 1 to 1,073,741,824. Defaults to 16,384.

    Raises:
        InputError: ``required`` for a missing or empty secret or SID, ``secret_is_key``, ``secret_is_zeros``,
            ``unsupported_algorithm``, ``not_whole``, ``out_of_range``, ``lone_surrogate``.
        InputTypeError: ``wrong_type`` for a value of another type.

    >>> verifier = Verifier({key_sid: secret}, account_sid=account_sid)
    >>> token = AccessToken(account_sid, key_sid, secret, identity="alice").to_jwt(now=1_700_000_000)
    >>> verifier.verify(token, now=1_700_000_100).identity
    'alice'
    >>> verifier.verify(token, now=1_800_000_000)
    Traceback (most recent call last):
    grantmint.errors.TokenExpiredError: the token has expired (exp is 1700003600, now is 1800000000)
    """

    def __new__(
        cls,
        keys: _Secret | Mapping[str, _Secret],
        *,
        account_sid: str = ...,
        leeway: int | None = 0,
        algorithm: _Algorithm | None = "HS256",
        max_size: int | None = 16384,
    ) -> Verifier: ...
    def verify(self, token: str | bytes, *, now: int | None = None) -> Claims:
        """Verifies a token and returns its claims.

        Args:
            token: the token.
            now: the time of the checks. Defaults to the current time.

        Raises:
            TokenError: for the first check that fails, also for a value that is not a string. Its ``code``
                names the problem. Its class is the kind of problem: ``TokenMalformedError``,
                ``TokenSignatureError``, ``TokenClaimError``, ``TokenExpiredError`` or
                ``TokenNotYetValidError``.
            InputError: ``not_whole`` or ``out_of_range`` for ``now``.
            InputTypeError: ``wrong_type`` for ``now``.

        >>> try:
        ...     Verifier(secret).verify("eyJhbGciOiJub25lIn0.e30.")
        ... except TokenError as error:
        ...     error.code
        'not_compact'
        """

@final
class _Report: ...

def inspect(token: object, secret: _Secret | None = None, now: int | None = None) -> Inspection:
    """Explains a token. Returns its contents, all its problems, and advice for each problem.

    No token causes an exception.

    Args:
        token: the token, or any other value.
        secret: the secret to check the signature with. Defaults to no secret: then the signature is not
            checked.
        now: the time of inspection. Defaults to the current time.

    Raises:
        InputError: ``not_whole`` or ``out_of_range`` for ``now``. A bad secret is a finding instead.
        InputTypeError: ``wrong_type`` for ``now``, or for a secret that is neither a string nor bytes.

    >>> print(inspect("Bearer abc.def.ghi", now=1_700_000_000).findings[0].message)
    "Bearer" is before the token.
    >>> token = AccessToken(account_sid, key_sid, secret, identity="alice", ttl=600).to_jwt(now=1_700_000_000)
    >>> print(inspect(token, now=1_700_000_690))
    Twilio Access Token: 2 errors
    <BLANKLINE>
      identity    alice
      account     AC0123456789abcdef0123456789abcdef
      key         SK0123456789abcdef0123456789abcdef
      issued      2023-11-14 22:13:20 UTC (11m 30s ago)
      renew       2023-11-14 22:20:20 UTC (4m 30s ago)
      expires     2023-11-14 22:23:20 UTC (1m 30s ago)
      signature   not checked
    <BLANKLINE>
    error no_product_grant  Twilio 20106, 51103, 51007
      The token gives access to no product.
      → Add a grant for each product that the client uses: for Sync, a SyncGrant
        with the SID of a service.
    <BLANKLINE>
    error expired  Twilio 20104, 20156, 31205, 51119
      The token expired at 2023-11-14 22:23:20 UTC, 1m 30s ago.
      → Fetch a new token. If this one is new, a clock is wrong. Most SDKs emit an
        event before, such as tokenAboutToExpire.
    <BLANKLINE>
    Twilio's codes are likely ones; its backend has the last word.
    """
