"""The native module of grantmint. Import its names from ``grantmint``.

All times and lifetimes are whole seconds. Times count from the epoch (``NumericDate`` in RFC 7519, section
2). For optional values, ``None`` and ``""`` both mean that the value is not given.

Invalid input raises :class:`grantmint.InputError` (a ``ValueError``) or, for a wrong type,
:class:`grantmint.InputTypeError` (a ``TypeError``). Both have a stable ``code`` and name the ``field``.

The examples share these names; PyJWT reads the minted tokens:

>>> import jwt
>>> from grantmint import (
...     AccessToken, AccessTokenGrant, ChatGrant, InputError, Issuer, Jwt, PlaybackGrant, SyncGrant,
...     TaskRouterGrant, TokenError, Verifier, VideoGrant, VoiceGrant, inspect,
... )
>>> account_sid = "AC0123456789abcdef0123456789abcdef"
>>> key_sid = "SK0123456789abcdef0123456789abcdef"
>>> secret = "fake-secret-fake-secret-fake-secret"
>>> service_sid = "IS0123456789abcdef0123456789abcdef"
>>> def claims(token):
...     return jwt.decode(token, secret, algorithms=["HS256"], options={"verify_exp": False})
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, NoReturn, SupportsIndex, TypeAlias, final, type_check_only

from typing_extensions import disjoint_base

__all__ = [
    "AccessToken",
    "AccessTokenGrant",
    "ChatGrant",
    "Claims",
    "DecodedJwt",
    "Finding",
    "Inspection",
    "IssuedToken",
    "Issuer",
    "Jwt",
    "PlaybackGrant",
    "SyncGrant",
    "TaskRouterGrant",
    "Verifier",
    "VideoGrant",
    "VoiceGrant",
    "__version__",
    "_main",
    "inspect",
]

_Algorithm: TypeAlias = Literal["HS256", "HS384", "HS512"]
_Secret: TypeAlias = str | bytes | bytearray | memoryview
_Kind: TypeAlias = Literal[
    "access_token",
    "capability_token",
    "task_router_capability_token",
    "client_validation_token",
    "unknown",
]

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

class Jwt:
    """The base of :class:`AccessToken` and :class:`DecodedJwt`, with the constants of ``twilio.jwt.Jwt``.

    It has no instances of its own.

    >>> issubclass(AccessToken, Jwt)
    True
    """

    ALGORITHM: ClassVar[_Algorithm]
    """The algorithm that Twilio accepts, HMAC with SHA-256 (RFC 7518, section 3.2).

    >>> Jwt.ALGORITHM
    'HS256'
    """

    GENERATE: ClassVar[_Generate]
    """The ``nbf`` that means the time of minting.

    >>> token = AccessToken(account_sid, key_sid, secret, nbf=Jwt.GENERATE)
    >>> claims(token.to_jwt(now=1_700_000_000))["nbf"]
    1700000000
    """

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

@final
class DecodedJwt(Jwt):
    """The result of :meth:`Jwt.from_jwt`: a third-party token, with the attributes of the official class.

    >>> token = AccessToken(account_sid, key_sid, secret, identity="alice", grants=[VideoGrant(room="daily")])
    >>> decoded = AccessToken.from_jwt(token.to_jwt(), secret)
    >>> decoded.identity, decoded.grants, decoded.subject == account_sid
    ('alice', {'video': {'room': 'daily'}}, True)
    """

    @property
    def payload(self) -> dict[str, Any]:
        """All claims."""

    @property
    def headers(self) -> dict[str, Any]:
        """The header."""

    @property
    def issuer(self) -> str:
        """The API key's SID, the claim ``iss``."""

    @property
    def subject(self) -> str:
        """The account's SID, the claim ``sub``."""

    @property
    def identity(self) -> str | None:
        """The user's identity, if the token has one. An integer becomes its decimal digits."""

    @property
    def grants(self) -> dict[str, Any]:
        """The grants by their keys, without the identity."""

    @property
    def valid_until(self) -> int:
        """The expiry, in seconds since the epoch."""

    @property
    def nbf(self) -> int | None:
        """The time from which the token is valid, in seconds since the epoch, if it has one."""

    @property
    def jti(self) -> str | None:
        """The token's identifier, if it has one."""

    @property
    def algorithm(self) -> _Algorithm:
        """The algorithm of the signature."""

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

    def to_payload(self) -> dict[str, Any]:
        """Returns the payload under :attr:`key` in the claims.

        The payload is a ``dict`` with string keys and values of the types ``dict``, ``list``, ``tuple``,
        ``str``, ``int``, ``float``, ``bool`` and ``None``. Numbers are written as ECMAScript does (RFC 8785,
        section 3.2.2.3). An exception of your own ``to_payload`` passes through unchanged.

        Raises:
            NotImplementedError: if the subclass has none.
            InputError: when the token is minted, with the code ``not_json`` (NaN, an infinity, a cycle or
                another type), ``too_deep``, ``lossy_integer`` or ``lone_surrogate``.
            InputTypeError: when the token is minted, with the code ``wrong_type``, for a payload that is not
                a ``dict``.

        >>> VideoGrant(room="daily").to_payload()
        {'room': 'daily'}
        """

@disjoint_base
class SyncGrant(AccessTokenGrant):
    """Access to a Sync service: https://www.twilio.com/docs/sync

    Args:
        service_sid: the Sync service, ``IS…``. :class:`Issuer` requires it.
        endpoint_id: an identifier of the device, if the app has one.

    All arguments default to ``None`` and are attributes of the same name. ``None`` and ``""`` are omitted.

    >>> SyncGrant(service_sid="IS123", endpoint_id="phone").to_payload()
    {'service_sid': 'IS123', 'endpoint_id': 'phone'}
    """

    service_sid: str | None
    endpoint_id: str | None

    def __init__(self, service_sid: str | None = None, endpoint_id: str | None = None) -> None: ...
    def to_payload(self) -> dict[str, str]:
        """Returns the payload under ``data_sync`` in the claims.

        Raises:
            InputTypeError: with the code ``wrong_type`` for a field that is not a string.
            InputError: with the code ``lone_surrogate`` for a string that is not well-formed Unicode.

        >>> SyncGrant(service_sid="IS123", endpoint_id="").to_payload()
        {'service_sid': 'IS123'}
        """

@disjoint_base
class ChatGrant(AccessTokenGrant):
    """Access to a Conversations service, formerly Chat: https://www.twilio.com/docs/conversations

    Args:
        service_sid: the Conversations or Chat service, ``IS…``. :class:`Issuer` requires it.
        endpoint_id: an identifier of the device, if the app has one.
        deployment_role_sid: the role that the user has in the deployment, ``RL…``.
        push_credential_sid: the credential for push notifications, ``CR…``.

    All arguments default to ``None`` and are attributes of the same name. ``None`` and ``""`` are omitted.

    >>> ChatGrant(service_sid="IS123", push_credential_sid="CR123").to_payload()
    {'service_sid': 'IS123', 'push_credential_sid': 'CR123'}
    """

    service_sid: str | None
    endpoint_id: str | None
    deployment_role_sid: str | None
    push_credential_sid: str | None

    def __init__(
        self,
        service_sid: str | None = None,
        endpoint_id: str | None = None,
        deployment_role_sid: str | None = None,
        push_credential_sid: str | None = None,
    ) -> None: ...
    def to_payload(self) -> dict[str, str]:
        """Returns the payload under ``chat`` in the claims. Raises as :meth:`SyncGrant.to_payload` does.

        >>> ChatGrant("IS123", "phone", "RL123").to_payload()
        {'service_sid': 'IS123', 'endpoint_id': 'phone', 'deployment_role_sid': 'RL123'}
        """

@disjoint_base
class VideoGrant(AccessTokenGrant):
    """Access to Video rooms: https://www.twilio.com/docs/video

    Args:
        room: the room's name or SID. Defaults to ``None``, which gives access to any room.

    The argument is an attribute of the same name.

    >>> VideoGrant(room="daily").to_payload()
    {'room': 'daily'}
    """

    room: str | None

    def __init__(self, room: str | None = None) -> None: ...
    def to_payload(self) -> dict[str, str]:
        """Returns the payload under ``video`` in the claims. Raises as :meth:`SyncGrant.to_payload` does.

        >>> VideoGrant().to_payload()
        {}
        """

@disjoint_base
class VoiceGrant(AccessTokenGrant):
    """Calls from and to a client of Programmable Voice: https://www.twilio.com/docs/voice/sdks

    Args:
        incoming_allow: whether the client can receive calls. The payload contains it only if it is ``True``.
        outgoing_application_sid: the TwiML application that handles outgoing calls, ``AP…``.
        outgoing_application_params: a ``dict`` of parameters that Twilio passes on to that application.
        push_credential_sid: the credential for push notifications, ``CR…``.
        endpoint_id: an identifier of the device, if the app has one.

    All arguments default to ``None`` and are attributes of the same name.

    >>> VoiceGrant(incoming_allow=True, outgoing_application_sid="AP123").to_payload()
    {'incoming': {'allow': True}, 'outgoing': {'application_sid': 'AP123'}}
    """

    incoming_allow: bool | None
    outgoing_application_sid: str | None
    outgoing_application_params: dict[str, Any] | None
    push_credential_sid: str | None
    endpoint_id: str | None

    def __init__(
        self,
        incoming_allow: bool | None = None,
        outgoing_application_sid: str | None = None,
        outgoing_application_params: dict[str, Any] | None = None,
        push_credential_sid: str | None = None,
        endpoint_id: str | None = None,
    ) -> None: ...
    def to_payload(self) -> dict[str, Any]:
        """Returns the payload under ``voice`` in the claims.

        Raises:
            InputError: with the code ``needs_field`` for parameters without an application, and the codes of
                :meth:`AccessTokenGrant.to_payload` for the parameters.
            InputTypeError: with the code ``wrong_type`` for a field of another type.

        >>> VoiceGrant(outgoing_application_params={"agent": "bob"}).to_payload()
        Traceback (most recent call last):
        grantmint.errors.InputError: VoiceGrant.outgoing_application_params needs outgoing_application_sid
        """

@disjoint_base
class TaskRouterGrant(AccessTokenGrant):
    """Access to a TaskRouter workspace: https://www.twilio.com/docs/taskrouter

    Args:
        workspace_sid: the workspace, ``WS…``.
        worker_sid: the worker, ``WK…``.
        role: ``"worker"`` or ``"supervisor"``.

    All arguments default to ``None`` and are attributes of the same name. ``None`` and ``""`` are omitted.

    >>> TaskRouterGrant("WS123", "WK123", "worker").to_payload()
    {'workspace_sid': 'WS123', 'worker_sid': 'WK123', 'role': 'worker'}
    """

    workspace_sid: str | None
    worker_sid: str | None
    role: str | None

    def __init__(
        self, workspace_sid: str | None = None, worker_sid: str | None = None, role: str | None = None
    ) -> None: ...
    def to_payload(self) -> dict[str, str]:
        """Returns the payload under ``task_router`` in the claims.

        Raises as :meth:`SyncGrant.to_payload` does.

        >>> TaskRouterGrant(workspace_sid="WS123").to_payload()
        {'workspace_sid': 'WS123'}
        """

@disjoint_base
class PlaybackGrant(AccessTokenGrant):
    """Playback of a Twilio Live stream, a product that has ended.

    Args:
        grant: the ``dict`` that Twilio's API returned. Defaults to ``None``, which means an empty ``dict``.

    The argument is an attribute of the same name.

    >>> PlaybackGrant({"requestCredentials": None}).to_payload()
    {'requestCredentials': None}
    """

    grant: dict[str, Any] | None

    def __init__(self, grant: dict[str, Any] | None = None) -> None: ...
    def to_payload(self) -> dict[str, Any]:
        """Returns the payload under ``player`` in the claims.

        Raises as :meth:`AccessTokenGrant.to_payload` does.

        >>> PlaybackGrant().to_payload()
        {}
        """

@disjoint_base
class AccessToken(Jwt):
    """A token built field by field: a drop-in for ``twilio.jwt.access_token.AccessToken``.

    It accepts any SID, as the official class does. Every argument is an attribute of the same name;
    ``secret`` is also ``secret_key``. Attributes can change at any time, and :meth:`to_jwt` checks them. A
    token cannot be pickled or copied, since a copy would contain the secret. See
    https://www.twilio.com/docs/iam/access-tokens

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

    account_sid: str
    signing_key_sid: str
    secret: _Secret
    secret_key: _Secret
    grants: list[AccessTokenGrant]
    """The grants, in the order added. The list itself may also be changed.

    >>> token = AccessToken(account_sid, key_sid, secret)
    >>> token.grants.append(VideoGrant(room="daily"))
    >>> claims(token.to_jwt(now=1_700_000_000))["grants"]
    {'video': {'room': 'daily'}}
    """
    identity: str | int | None
    nbf: int | _Generate | None
    ttl: int | None
    """The lifetime in seconds; ``None`` means the default.

    >>> AccessToken(account_sid, key_sid, secret).ttl
    3600
    """
    valid_until: int | None
    region: str | None
    jti: str | None
    algorithm: str | None
    """``"HS256"``, ``"HS384"`` or ``"HS512"``; ``None`` means HS256, the one that Twilio accepts.

    >>> AccessToken(account_sid, key_sid, secret).algorithm
    'HS256'
    """
    issuer: str
    """Another name of :attr:`signing_key_sid`.

    >>> AccessToken(account_sid, key_sid, secret).issuer == key_sid
    True
    """
    subject: str
    """Another name of :attr:`account_sid`.

    >>> AccessToken(account_sid, key_sid, secret).subject == account_sid
    True
    """

    def __init__(
        self,
        account_sid: str,
        signing_key_sid: str,
        secret: _Secret,
        grants: Iterable[AccessTokenGrant] | None = None,
        identity: str | int | None = None,
        nbf: int | _Generate | None = None,
        ttl: int | None = 3600,
        valid_until: int | None = None,
        region: str | None = None,
        *,
        jti: str | None = None,
    ) -> None: ...
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

    @property
    def payload(self) -> dict[str, Any]:
        """The claims of the token if it were signed now, as a new ``dict``.

        Raises as :meth:`to_jwt` does.

        >>> AccessToken(account_sid, key_sid, secret, identity="alice", jti="x-1").payload["jti"]
        'x-1'
        """

    @property
    def headers(self) -> dict[str, str]:
        """The header of the token, as a new ``dict``.

        Raises as :meth:`to_jwt` does.

        >>> AccessToken(account_sid, key_sid, secret, region="au1").headers
        {'alg': 'HS256', 'typ': 'JWT', 'cty': 'twilio-fpa;v=1', 'twr': 'au1'}
        """

    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> NoReturn:
        """Rejects pickling and copying with a ``TypeError``, since a copy would contain the secret.

        >>> import pickle
        >>> pickle.dumps(AccessToken(account_sid, key_sid, secret))
        Traceback (most recent call last):
        TypeError: cannot pickle or copy 'AccessToken': it contains the API secret
        """

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
        algorithm: the signing algorithm. Defaults to HS256, the one that Twilio accepts.

    Raises:
        InputError: ``required``, ``malformed_sid``, ``secret_too_short``, ``secret_is_key``,
            ``secret_is_zeros``, ``not_whole``, ``out_of_range``, ``lone_surrogate``,
            ``unsupported_algorithm``, ``not_a_grant``, and the errors of the grants. ``required`` is
            also the code for a Sync or Chat grant without ``service_sid``, such as from an unset environment
            variable.
        InputTypeError: ``wrong_type`` for a value of another type.
        TypeError: for an unknown argument.

    >>> issuer = Issuer(account_sid, key_sid, secret, grants=[SyncGrant(service_sid=service_sid)])
    >>> claims(issuer.mint("alice", now=1_700_000_000))["exp"]
    1700003600
    >>> Issuer("AC123", key_sid, secret)
    Traceback (most recent call last):
    grantmint.errors.InputError: account_sid must be AC followed by 32 hexadecimal digits
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
        algorithm: _Algorithm | None = "HS256",
    ) -> Issuer: ...
    @classmethod
    def from_env(
        cls,
        *,
        grants: Iterable[AccessTokenGrant] | None = None,
        ttl: int | None = 3600,
        region: str | None = None,
        algorithm: _Algorithm | None = "HS256",
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
        nbf: int | None = None,
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
            InputError: ``required`` for an empty identity, ``no_grants`` if neither the issuer nor the call
                has a grant, ``not_whole``, ``out_of_range``, ``not_before_expiry``, ``lone_surrogate``, and
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
        nbf: int | None = None,
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
        nbf: int | None = None,
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
        grantmint.errors.InputError: identities[1]: identity is required
        """

@final
class IssuedToken:
    """A token and its times, the result of :meth:`Issuer.issue`. Its ``repr`` does not show the token.

    >>> issuer = Issuer(account_sid, key_sid, secret, grants=[VideoGrant()])
    >>> issuer.issue("alice", ttl=60, now=1_700_000_000)
    <IssuedToken identity='alice' expires_at=1700000060 renew_at=1700000030>
    """

    @property
    def identity(self) -> str:
        """The user's identity."""

    @property
    def token(self) -> str:
        """The token."""

    @property
    def expires_at(self) -> int:
        """The expiry, in seconds since the epoch."""

    @property
    def expires_in(self) -> int:
        """The lifetime in seconds."""

    @property
    def renew_at(self) -> int:
        """The time at which to replace the token, in seconds since the epoch.

        It is three minutes before the expiry, but not before half of the lifetime has passed.
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
        account_sid: the account that tokens must belong to. Defaults to any account.
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
        account_sid: str | None = None,
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
class Claims:
    """The claims of a verified token.

    >>> token = AccessToken(account_sid, key_sid, secret, identity="alice", grants=[VideoGrant(room="daily")])
    >>> claims_ = Verifier(secret).verify(token.to_jwt())
    >>> claims_.identity, claims_.grants["video"]["room"]
    ('alice', 'daily')
    """

    @property
    def identity(self) -> str | None:
        """The user's identity, if the token has one. An integer becomes its decimal digits."""

    @property
    def key_sid(self) -> str:
        """The API key that signed the token, the claim ``iss``."""

    @property
    def account_sid(self) -> str:
        """The account, the claim ``sub``."""

    @property
    def jti(self) -> str | None:
        """The token's identifier, if it has one."""

    @property
    def issued_at(self) -> int | None:
        """The time of minting in seconds since the epoch, if the token contains it."""

    @property
    def not_before(self) -> int | None:
        """The time from which the token is valid, in seconds since the epoch, if the token contains it."""

    @property
    def expires_at(self) -> int:
        """The expiry, in seconds since the epoch."""

    @property
    def grants(self) -> dict[str, Any]:
        """The grants by their keys, without the identity."""

    @property
    def payload(self) -> dict[str, Any]:
        """All claims."""

    @property
    def header(self) -> dict[str, Any]:
        """The header."""

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
    error no_product_grant  Twilio 20106, 51007
      The token gives access to no product.
      → Add a grant for each product that the client uses: for Sync, a SyncGrant with the SID of a service.
    <BLANKLINE>
    error expired  Twilio 20104, 20156, 31205, 51119
      The token expired at 2023-11-14 22:23:20 UTC, 1m 30s ago.
      → Fetch a new token. If this one is new, a clock is wrong. SDKs emit tokenAboutToExpire in time.
    <BLANKLINE>
    Twilio's codes are likely ones; its backend has the last word.
    """

@final
class Inspection:
    """The result of :func:`inspect`. Its ``str`` is a readable report.

    Attributes are ``None`` if the token does not contain the value, or contains it in an unreadable form.

    >>> inspection = inspect("abc")
    >>> inspection.sound, inspection.kind, [finding.code for finding in inspection.findings]
    (False, 'unknown', ['not_compact'])
    """

    @property
    def kind(self) -> _Kind:
        """The kind of token."""

    @property
    def sound(self) -> bool:
        """Whether the token has no finding that is an error."""

    @property
    def identity(self) -> str | None:
        """The user's identity, if the token has one."""

    @property
    def key_sid(self) -> str | None:
        """The API key that the token names as its issuer, the claim ``iss``."""

    @property
    def account_sid(self) -> str | None:
        """The account, the claim ``sub``."""

    @property
    def grants(self) -> dict[str, Any] | None:
        """The grants by their keys, without the identity."""

    @property
    def signature(self) -> Literal["valid", "invalid", "not_checked"]:
        """The result of the signature check."""

    @property
    def issued_at(self) -> int | None:
        """The time of minting, in seconds since the epoch."""

    @property
    def not_before(self) -> int | None:
        """The time from which the token is valid, in seconds since the epoch."""

    @property
    def expires_at(self) -> int | None:
        """The expiry, in seconds since the epoch."""

    @property
    def expires_in(self) -> int | None:
        """The seconds until the token expires; negative if it has expired."""

    @property
    def renew_at(self) -> int | None:
        """The time at which to replace the token, in seconds since the epoch.

        It is computed as for :attr:`IssuedToken.renew_at`.
        """

    @property
    def header(self) -> dict[str, Any] | None:
        """The header, if it could be read."""

    @property
    def claims(self) -> dict[str, Any] | None:
        """The claims, if they could be read."""

    @property
    def findings(self) -> list[Finding]:
        """The problems, with errors before warnings."""

    def to_dict(self) -> dict[str, Any]:
        """Returns the inspection as a ``dict`` that JSON can represent.

        >>> inspect("abc").to_dict()["findings"][0]["code"]
        'not_compact'
        """

@final
class Finding:
    """A problem of a token, with advice for the developer who mints it.

    >>> inspect("abc").findings[0]
    <Finding error not_compact: This is not a token: it contains no dot.>
    """

    @property
    def severity(self) -> Literal["error", "warning"]:
        """``"error"`` if Twilio rejects such a token, otherwise ``"warning"``."""

    @property
    def code(self) -> str:
        """The stable name of the problem. It is equal in Rust, Python and Node."""

    @property
    def twilio_codes(self) -> list[int]:
        """The codes of the errors that Twilio would probably report: https://www.twilio.com/docs/api/errors"""

    @property
    def message(self) -> str:
        """The description of the problem in this token."""

    @property
    def advice(self) -> str:
        """The recommended fix."""
