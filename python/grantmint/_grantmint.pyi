"""The native module of grantmint. Import its names from ``grantmint``.

All times are whole seconds: moments since the epoch, a ``NumericDate`` of RFC 7519, section 2, and lifetimes
as they are. Wherever a value is optional, ``None`` and ``""`` both mean that it is not given.

What cannot be right raises :class:`grantmint.InputError` (a ``ValueError``) or, for a wrong type,
:class:`grantmint.InputTypeError` (a ``TypeError``). Both have a stable ``code`` and name the ``field``.

The examples share these names; PyJWT reads what was minted:

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
    """The type of ``Jwt.GENERATE``, for type checkers alone."""

__version__: str
"""The version of grantmint, the same in Rust, Python and Node.

>>> import grantmint
>>> grantmint.__version__.count(".")
2
"""

def _main(arguments: list[str]) -> int:
    """The command ``grantmint``, with what stands after its name; answers with the exit code.

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
    """The ``nbf`` that stands for the second of minting.

    >>> token = AccessToken(account_sid, key_sid, secret, nbf=Jwt.GENERATE)
    >>> claims(token.to_jwt(now=1_700_000_000))["nbf"]
    1700000000
    """

    @classmethod
    def from_jwt(cls, jwt: str | bytes, key: _Secret = "") -> DecodedJwt:
        """Verifies a token as :meth:`Verifier.verify` does, at the current time.

        Args:
            jwt: the token.
            key: the secret that it is signed with. Defaults to none: then all is checked but the signature,
                and what the token says is what anybody may have written.

        Raises:
            TokenError: for a token that does not verify; see :meth:`Verifier.verify`.
            InputError: for a key that cannot be a secret; see :class:`Verifier`.

        >>> token = AccessToken(account_sid, key_sid, secret, identity="alice").to_jwt()
        >>> AccessToken.from_jwt(token, secret).payload["grants"]
        {'identity': 'alice'}
        >>> AccessToken.from_jwt(token, "another secret")
        Traceback (most recent call last):
        grantmint.errors.TokenSignatureError: the token's signature is not that of the key
        """

@final
class DecodedJwt(Jwt):
    """What :meth:`Jwt.from_jwt` gives back: a token of somebody else's, as the official class shows it.

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
        """Whom the token speaks for; an integer stands for its decimal digits."""

    @property
    def grants(self) -> dict[str, Any]:
        """The grants by their keys, without the identity."""

    @property
    def valid_until(self) -> int:
        """When the token expires, in seconds since the epoch."""

    @property
    def nbf(self) -> int | None:
        """From when the token is valid, in seconds since the epoch, if it says so."""

    @property
    def jti(self) -> str | None:
        """The token's own identifier, if it has one."""

    @property
    def algorithm(self) -> _Algorithm:
        """The algorithm that it is signed with."""

class AccessTokenGrant:
    """The base of all grants, and of your own: give it a ``key`` and a ``to_payload``.

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
        """The grant's name among the ``grants`` of the claims: a non-empty string other than ``"identity"``.

        A subclass may have a property or a class attribute of this name.

        Raises:
            NotImplementedError: if the subclass has neither.

        >>> SyncGrant().key, ChatGrant().key, VideoGrant().key
        ('data_sync', 'chat', 'video')
        >>> VoiceGrant().key, TaskRouterGrant().key, PlaybackGrant().key
        ('voice', 'task_router', 'player')
        """

    def to_payload(self) -> dict[str, Any]:
        """What stands under :attr:`key` in the claims.

        A ``dict`` with string keys of ``dict``, ``list``, ``tuple``, ``str``, ``int``, ``float``, ``bool``
        and ``None``. Numbers are written as ECMAScript does (RFC 8785, section 3.2.2.3). What ``to_payload``
        of your own raises passes through minting as it is.

        Raises:
            NotImplementedError: if the subclass has none.
            InputError: when minted, with the code ``not_json`` (NaN, an infinity, a cycle, another type),
                ``too_deep``, ``lossy_integer`` or ``lone_surrogate``.
            InputTypeError: when minted, with the code ``wrong_type``, if it is no ``dict``.

        >>> VideoGrant(room="daily").to_payload()
        {'room': 'daily'}
        """

@disjoint_base
class SyncGrant(AccessTokenGrant):
    """Access to a Sync service: https://www.twilio.com/docs/sync

    Args:
        service_sid: the Sync service, ``IS…``. :class:`Issuer` insists on it.
        endpoint_id: an identifier of the device, if the app has one.

    All default to ``None``, are attributes of the same name, and are left out when ``None`` or ``""``.

    >>> SyncGrant(service_sid="IS123", endpoint_id="phone").to_payload()
    {'service_sid': 'IS123', 'endpoint_id': 'phone'}
    """

    service_sid: str | None
    endpoint_id: str | None

    def __init__(self, service_sid: str | None = None, endpoint_id: str | None = None) -> None: ...
    def to_payload(self) -> dict[str, str]:
        """What stands under ``data_sync`` in the claims.

        Raises:
            InputTypeError: with the code ``wrong_type`` for a field that is no string.
            InputError: with the code ``lone_surrogate`` for a string that is not well-formed Unicode.

        >>> SyncGrant(service_sid="IS123", endpoint_id="").to_payload()
        {'service_sid': 'IS123'}
        """

@disjoint_base
class ChatGrant(AccessTokenGrant):
    """Access to a Conversations service, formerly Chat: https://www.twilio.com/docs/conversations

    Args:
        service_sid: the Conversations or Chat service, ``IS…``. :class:`Issuer` insists on it.
        endpoint_id: an identifier of the device, if the app has one.
        deployment_role_sid: the role that the user has in the deployment, ``RL…``.
        push_credential_sid: the credential for push notifications, ``CR…``.

    All default to ``None``, are attributes of the same name, and are left out when ``None`` or ``""``.

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
        """What stands under ``chat`` in the claims. Raises as :meth:`SyncGrant.to_payload` does.

        >>> ChatGrant("IS123", "phone", "RL123").to_payload()
        {'service_sid': 'IS123', 'endpoint_id': 'phone', 'deployment_role_sid': 'RL123'}
        """

@disjoint_base
class VideoGrant(AccessTokenGrant):
    """Access to Video rooms: https://www.twilio.com/docs/video

    Args:
        room: the room's name or SID. Defaults to ``None``: any room.

    It is an attribute of the same name.

    >>> VideoGrant(room="daily").to_payload()
    {'room': 'daily'}
    """

    room: str | None

    def __init__(self, room: str | None = None) -> None: ...
    def to_payload(self) -> dict[str, str]:
        """What stands under ``video`` in the claims. Raises as :meth:`SyncGrant.to_payload` does.

        >>> VideoGrant().to_payload()
        {}
        """

@disjoint_base
class VoiceGrant(AccessTokenGrant):
    """Calls from and to a client of Programmable Voice: https://www.twilio.com/docs/voice/sdks

    Args:
        incoming_allow: whether the identity can be called; written only if ``True``.
        outgoing_application_sid: the TwiML application that handles outgoing calls, ``AP…``.
        outgoing_application_params: a ``dict`` of parameters that Twilio passes on to that application.
        push_credential_sid: the credential for push notifications, ``CR…``.
        endpoint_id: an identifier of the device, if the app has one.

    All default to ``None`` and are attributes of the same name.

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
        """What stands under ``voice`` in the claims.

        Raises:
            InputError: with the code ``needs_field`` for parameters without an application; and as
                :meth:`AccessTokenGrant.to_payload` for what the parameters hold.
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

    All default to ``None``, are attributes of the same name, and are left out when ``None`` or ``""``.

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
        """What stands under ``task_router`` in the claims. Raises as :meth:`SyncGrant.to_payload` does.

        >>> TaskRouterGrant(workspace_sid="WS123").to_payload()
        {'workspace_sid': 'WS123'}
        """

@disjoint_base
class PlaybackGrant(AccessTokenGrant):
    """Playback of a stream of Twilio Live, a product that has ended.

    Args:
        grant: a ``dict``, as Twilio's API handed it out. Defaults to ``None``: an empty one.

    It is an attribute of the same name.

    >>> PlaybackGrant({"requestCredentials": None}).to_payload()
    {'requestCredentials': None}
    """

    grant: dict[str, Any] | None

    def __init__(self, grant: dict[str, Any] | None = None) -> None: ...
    def to_payload(self) -> dict[str, Any]:
        """What stands under ``player`` in the claims. Raises as :meth:`AccessTokenGrant.to_payload` does.

        >>> PlaybackGrant().to_payload()
        {}
        """

@disjoint_base
class AccessToken(Jwt):
    """A token put together field by field, in the place of ``twilio.jwt.access_token.AccessToken``.

    As lenient about SIDs as that one, and mutable until it is signed: every argument is an attribute of the
    same name (``secret`` also as ``secret_key``), and is checked by :meth:`to_jwt`. It can be neither pickled
    nor copied, which would carry the secret away. Twilio on Access Tokens:
    https://www.twilio.com/docs/iam/access-tokens

    Args:
        account_sid: the account, ``AC…``; the claim ``sub``.
        signing_key_sid: the API key, ``SK…``; the claim ``iss``.
        secret: the secret of that key, as text or bytes.
        grants: what the token opens; one with the same key replaces an earlier one. Defaults to nothing.
        identity: whom the token speaks for; an integer stands for its decimal digits. Defaults to nobody,
            which some products accept.
        nbf: the moment before which the token is not valid (RFC 7519, section 4.1.5), or ``Jwt.GENERATE`` for
            the second of minting. Defaults to none: a server whose clock runs ahead would mint tokens that
            are refused.
        ttl: the lifetime in seconds, from 1 to 86,400. Defaults to 3600.
        valid_until: the moment at which the token expires; it goes before ``ttl``. Defaults to none.
        region: the account's region, such as ``"au1"`` (https://www.twilio.com/docs/global-infrastructure);
            the member ``twr`` of the header. Defaults to none.
        jti: the token's own identifier (RFC 7519, section 4.1.7). Defaults to the official libraries' format,
            the key's SID, a hyphen and the second of minting, which repeats within a second.

    Raises:
        InputError: with the code ``required`` for a credential that is missing, ``not_a_grant`` for something
            else among the grants. Everything else is checked by :meth:`to_jwt`.
        TypeError: for an argument that does not exist.

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
    """The grants, in the order added. What is appended to the list is granted too.

    >>> token = AccessToken(account_sid, key_sid, secret)
    >>> token.grants.append(VideoGrant(room="daily"))
    >>> claims(token.to_jwt(now=1_700_000_000))["grants"]
    {'video': {'room': 'daily'}}
    """
    identity: str | int | None
    nbf: int | _Generate | None
    ttl: int | None
    """The lifetime in seconds; ``None`` stands for the default.

    >>> AccessToken(account_sid, key_sid, secret).ttl
    3600
    """
    valid_until: int | None
    region: str | None
    jti: str | None
    algorithm: str | None
    """``"HS256"``, ``"HS384"`` or ``"HS512"``; ``None`` stands for HS256, the one that Twilio accepts.

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
        """Adds a grant; one with the same key is replaced and keeps its place.

        The grant is read when the token is signed: what is changed on it until then counts.

        Raises:
            InputError: with the code ``not_a_grant`` for anything else.

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
            ttl: the lifetime in seconds, from 1 to 86,400. Defaults to the token's own; it goes before
                ``valid_until``.
            algorithm: the signing algorithm. Defaults to the token's own, HS256 unless it was changed.
            now: the second to mint at, the claim ``iat``. Defaults to the current time.

        Raises:
            InputError: ``required``, ``not_whole``, ``out_of_range``, ``not_before_expiry``,
                ``lone_surrogate``, ``unsupported_algorithm``, ``secret_is_key``, ``reserved_grant_key``, and
                what the grants raise.
            InputTypeError: ``wrong_type`` for a value of another type, booleans among them.

        >>> token = AccessToken(account_sid, key_sid, secret, identity="alice")
        >>> claims(token.to_jwt(ttl=60, now=1_700_000_000))["exp"]
        1700000060
        >>> token.to_jwt(ttl=172_800)
        Traceback (most recent call last):
        grantmint.errors.InputError: ttl must be from 1 to 86400, not 172800
        """

    @property
    def payload(self) -> dict[str, Any]:
        """The claims that the token would have if it were signed now: a new ``dict``.

        Raises as :meth:`to_jwt` does.

        >>> AccessToken(account_sid, key_sid, secret, identity="alice", jti="x-1").payload["jti"]
        'x-1'
        """

    @property
    def headers(self) -> dict[str, str]:
        """The header that the token will have: a new ``dict``.

        Raises as :meth:`to_jwt` does.

        >>> AccessToken(account_sid, key_sid, secret, region="au1").headers
        {'alg': 'HS256', 'typ': 'JWT', 'cty': 'twilio-fpa;v=1', 'twr': 'au1'}
        """

    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> NoReturn:
        """Refuses pickling and copying with a ``TypeError``: it would carry the secret away.

        >>> import pickle
        >>> pickle.dumps(AccessToken(account_sid, key_sid, secret))
        Traceback (most recent call last):
        TypeError: cannot pickle or copy 'AccessToken': it holds the API secret
        """

@final
class Issuer:
    """Mints many tokens for one API key: checked more strictly than by :class:`AccessToken`, and faster.

    Credentials are checked, the key is set up and the grants are read once, here. It never changes
    afterwards, and threads may share it. It can be neither pickled nor copied.

    Args:
        account_sid: the account: ``AC`` and 32 hexadecimal digits.
        key_sid: the API key: ``SK`` and 32 hexadecimal digits.
        secret: the secret of that key, as text or bytes, of at least 32 bytes (RFC 7518, section 3.2).
        grants: what every token opens. Defaults to nothing: then each call of :meth:`mint` gives some.
        ttl: the lifetime in seconds, from 1 to 86,400. Defaults to 3600.
        region: the account's region, such as ``"au1"`` (https://www.twilio.com/docs/global-infrastructure).
            Defaults to none.
        algorithm: the signing algorithm. Defaults to HS256, the one that Twilio accepts.

    Raises:
        InputError: ``required``, ``malformed_sid``, ``secret_too_short``, ``secret_is_key``,
            ``out_of_range``, ``unsupported_algorithm``, and what the grants raise; ``required`` also for a
            Sync or Chat grant without ``service_sid``: an unset environment variable is the usual cause.
        InputTypeError: ``wrong_type`` for a value of another type.
        TypeError: for an argument that does not exist.

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
        """An issuer with the credentials in the environment.

        They are ``TWILIO_ACCOUNT_SID``, ``TWILIO_API_KEY`` and ``TWILIO_API_SECRET``. The arguments are those
        of the constructor.

        Raises:
            InputError: ``missing_variable`` for one that is unset or empty; otherwise as the constructor.
            InputTypeError: as the constructor.

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
            identity: whom the token speaks for; an integer stands for its decimal digits.
            grants: grants besides the issuer's own; one with the same key replaces the issuer's and keeps its
                place. Defaults to none.
            ttl: the lifetime in seconds, from 1 to 86,400. Defaults to the issuer's.
            nbf: the moment before which the token is not valid (RFC 7519, section 4.1.5). Defaults to none.
            jti: the token's own identifier (RFC 7519, section 4.1.7). Defaults to the key's SID, a hyphen and
                the second of minting.
            now: the second to mint at, the claim ``iat``. Defaults to the current time.

        Raises:
            InputError: ``required`` for an empty identity, ``no_grants`` where neither the issuer nor the
                call has one, ``not_whole``, ``out_of_range``, ``not_before_expiry``, ``lone_surrogate``, and
                what the grants raise.
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
        """Mints a token, and says until when it is good, so that whoever asked knows when to ask again.

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
        """Mints a token for each identity, in their order and all in the same second, or none at all.

        Args:
            identities: whom the tokens speak for. A single string counts as a list of its characters: for one
                identity there is :meth:`mint`.
            threads: on how many threads to mint. Defaults to 1.
            grants: as for :meth:`mint`, for every token; so are ``ttl``, ``nbf`` and ``now``.

        Raises:
            InputError: as :meth:`mint`; for an identity, its ``index`` says which one.
            InputTypeError: as :meth:`mint`.

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
    """A token and its times, as :meth:`Issuer.issue` gives them. Its ``repr`` does not show the token.

    >>> issuer = Issuer(account_sid, key_sid, secret, grants=[VideoGrant()])
    >>> issuer.issue("alice", ttl=60, now=1_700_000_000)
    <IssuedToken identity='alice' expires_at=1700000060 renew_at=1700000030>
    """

    @property
    def identity(self) -> str:
        """Whom the token speaks for."""

    @property
    def token(self) -> str:
        """The token."""

    @property
    def expires_at(self) -> int:
        """When it expires, in seconds since the epoch."""

    @property
    def expires_in(self) -> int:
        """How long it lives, in seconds."""

    @property
    def renew_at(self) -> int:
        """When to replace it, in seconds since the epoch.

        That is three minutes before it expires, when Twilio's SDKs are told that it is about to, or when half
        of a shorter lifetime than six minutes is over.
        """

@final
class Verifier:
    """Checks tokens, from as many threads as you like.

    The order is part of the contract: size, shape, header, signature (compared in constant time), and only
    then is the payload parsed and are the claims checked. It is strict where JWT libraries differ (RFC 8725):
    one pinned algorithm, canonical base64url, no name twice, no ``crit``. (Of a token that none of several
    named keys signed, ``iss`` is looked at to tell an unknown key from a bad signature: both are refused.)

    Args:
        keys: the secret that tokens are signed with, or a mapping of API keys' SIDs to their secrets. With a
            mapping, a token's ``iss`` must be the key that signed it: that is how keys are rotated.
        account_sid: the account that tokens must be of. Defaults to any.
        leeway: by how many seconds clocks may differ, from 0 to 86,400. Defaults to 0.
        algorithm: the one algorithm that is accepted. Defaults to ``HS256``.
        max_size: the most bytes that a token may have. Defaults to 16,384.

    Raises:
        InputError: ``required`` for a missing or empty secret or SID, ``secret_is_key``, ``secret_is_zeros``,
            ``unsupported_algorithm``, ``out_of_range``.
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
        """Checks a token.

        Args:
            token: the token.
            now: the second to compare its times with. Defaults to the current time.

        Raises:
            TokenError: whatever is wrong with the token first, also where it is no string at all; its
                ``code`` says what, and its class of what sort: ``TokenMalformedError``,
                ``TokenSignatureError``, ``TokenClaimError``, ``TokenExpiredError`` or
                ``TokenNotYetValidError``.

        >>> try:
        ...     Verifier(secret).verify("eyJhbGciOiJub25lIn0.e30.")
        ... except TokenError as error:
        ...     error.code
        'not_compact'
        """

@final
class Claims:
    """What a verified token says.

    >>> token = AccessToken(account_sid, key_sid, secret, identity="alice", grants=[VideoGrant(room="daily")])
    >>> claims_ = Verifier(secret).verify(token.to_jwt())
    >>> claims_.identity, claims_.grants["video"]["room"]
    ('alice', 'daily')
    """

    @property
    def identity(self) -> str | None:
        """Whom the token speaks for; an integer stands for its decimal digits."""

    @property
    def key_sid(self) -> str:
        """The API key that signed it, the claim ``iss``."""

    @property
    def account_sid(self) -> str:
        """The account, the claim ``sub``."""

    @property
    def jti(self) -> str | None:
        """The token's own identifier, if it has one."""

    @property
    def issued_at(self) -> int | None:
        """When it was issued, in seconds since the epoch, if it says so."""

    @property
    def not_before(self) -> int | None:
        """From when it is valid, in seconds since the epoch, if it says so."""

    @property
    def expires_at(self) -> int:
        """When it expires, in seconds since the epoch."""

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
    """Explains a token: what it says, everything that is wrong with it, and what to do.

    It never fails on a bad token.

    Args:
        token: the token, or whatever is taken for one.
        secret: the secret that it should be signed with. Defaults to none: the signature is not checked then.
        now: the second to compare its times with. Defaults to the current time.

    Raises:
        InputError: for a ``now`` out of range. A bad secret is a finding.
        InputTypeError: for a secret that is neither a string nor bytes.

    >>> print(inspect("Bearer abc.def.ghi", now=1_700_000_000).findings[0].message)
    "Bearer" stands before the token.
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
      The token grants no product.
      → Add a grant for each product that the client uses: for Sync, a SyncGrant with the SID of a service.
    <BLANKLINE>
    error expired  Twilio 20104, 20156, 31205, 51119
      The token expired at 2023-11-14 22:23:20 UTC, 1m 30s ago.
      → Fetch a new token. If this one is new, a clock is wrong. SDKs ask in time: tokenAboutToExpire.
    <BLANKLINE>
    Twilio's codes are the likely ones: its backend has the last word.
    """

@final
class Inspection:
    """What :func:`inspect` has to say of a token. Its ``str`` is a report for a person.

    >>> inspection = inspect("abc")
    >>> inspection.sound, inspection.kind, [finding.code for finding in inspection.findings]
    (False, 'unknown', ['not_compact'])
    """

    @property
    def kind(self) -> _Kind:
        """What kind of token it is."""

    @property
    def sound(self) -> bool:
        """Whether no finding is an error."""

    @property
    def identity(self) -> str | None:
        """Whom the token speaks for, if it says so."""

    @property
    def key_sid(self) -> str | None:
        """The API key that it says signed it, the claim ``iss``."""

    @property
    def account_sid(self) -> str | None:
        """The account, the claim ``sub``."""

    @property
    def grants(self) -> dict[str, Any] | None:
        """The grants by their keys, without the identity."""

    @property
    def signature(self) -> Literal["valid", "invalid", "not_checked"]:
        """Whether the signature is that of the secret given."""

    @property
    def issued_at(self) -> int | None:
        """When it was issued, in seconds since the epoch."""

    @property
    def not_before(self) -> int | None:
        """From when it is valid, in seconds since the epoch."""

    @property
    def expires_at(self) -> int | None:
        """When it expires, in seconds since the epoch."""

    @property
    def expires_in(self) -> int | None:
        """The seconds until it expires; negative if it has."""

    @property
    def renew_at(self) -> int | None:
        """When to replace it, as :attr:`IssuedToken.renew_at`."""

    @property
    def header(self) -> dict[str, Any] | None:
        """The header, as far as it could be read."""

    @property
    def claims(self) -> dict[str, Any] | None:
        """The claims, as far as they could be read."""

    @property
    def findings(self) -> list[Finding]:
        """What is wrong, the worst first."""

    def to_dict(self) -> dict[str, Any]:
        """All of it, of nothing but what JSON has a form for.

        >>> inspect("abc").to_dict()["findings"][0]["code"]
        'not_compact'
        """

@final
class Finding:
    """Something about a token that its maker should know.

    >>> inspect("abc").findings[0]
    <Finding error not_compact: This is not a token: there is no dot in it.>
    """

    @property
    def severity(self) -> Literal["error", "warning"]:
        """Whether it makes Twilio refuse the token."""

    @property
    def code(self) -> str:
        """Its stable name, the same in Rust, Python and Node."""

    @property
    def twilio_codes(self) -> list[int]:
        """The numbers of the errors with which Twilio would refuse the token: the likely ones."""

    @property
    def message(self) -> str:
        """What is wrong with this token."""

    @property
    def advice(self) -> str:
        """What to do about it."""
