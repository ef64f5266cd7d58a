"""The names of ``twilio.jwt.access_token.grants``."""

from __future__ import annotations

from .. import _grantmint
from . import AccessTokenGrant, _hides_unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, NoReturn

    # The class in whose body a method stands, where a mock may take the place of `self`.
    __class__: Any

__all__ = [
    "AccessTokenGrant",
    "ChatGrant",
    "PlaybackGrant",
    "SyncGrant",
    "TaskRouterGrant",
    "VideoGrant",
    "VoiceGrant",
]


@_hides_unknown
class SyncGrant(AccessTokenGrant):
    """Access to a Sync service: https://www.twilio.com/docs/sync

    Args:
        service_sid: the Sync service, ``IS…``. :class:`Issuer` requires it.
        endpoint_id: an identifier of the device, if the app has one.

    All arguments default to ``None`` and are attributes of the same name. ``None`` and ``""`` are omitted.

    >>> SyncGrant(service_sid="IS123", endpoint_id="phone").to_payload()
    {'service_sid': 'IS123', 'endpoint_id': 'phone'}
    """

    __payload = staticmethod(_grantmint._payload)
    __refuse = staticmethod(_grantmint._refuse_unknown)

    def __init__(
        self, service_sid: str | None = None, endpoint_id: str | None = None, **unknown: NoReturn
    ) -> None:
        if unknown:
            __class__.__refuse(unknown, "service_sid", "endpoint_id")
        self.service_sid = service_sid
        self.endpoint_id = endpoint_id

    @property
    def key(self) -> str:
        """The grant's key in the claims' ``grants``: ``"data_sync"``."""
        return "data_sync"

    def to_payload(self) -> dict[str, str]:
        """Returns the payload under ``data_sync`` in the claims.

        Raises:
            InputTypeError: with the code ``wrong_type`` for a field that is not a string.
            InputError: with the code ``lone_surrogate`` for a string that is not well-formed Unicode.

        >>> SyncGrant(service_sid="IS123", endpoint_id="").to_payload()
        {'service_sid': 'IS123'}
        """
        return __class__.__payload("data_sync", self)  # type: ignore[no-any-return]


@_hides_unknown
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

    __payload = staticmethod(_grantmint._payload)
    __refuse = staticmethod(_grantmint._refuse_unknown)

    def __init__(
        self,
        service_sid: str | None = None,
        endpoint_id: str | None = None,
        deployment_role_sid: str | None = None,
        push_credential_sid: str | None = None,
        **unknown: NoReturn,
    ) -> None:
        if unknown:
            names = ("service_sid", "endpoint_id", "deployment_role_sid", "push_credential_sid")
            __class__.__refuse(unknown, *names)
        self.service_sid = service_sid
        self.endpoint_id = endpoint_id
        self.deployment_role_sid = deployment_role_sid
        self.push_credential_sid = push_credential_sid

    @property
    def key(self) -> str:
        """The grant's key in the claims' ``grants``: ``"chat"``."""
        return "chat"

    def to_payload(self) -> dict[str, str]:
        """Returns the payload under ``chat`` in the claims. Raises as :meth:`SyncGrant.to_payload` does.

        >>> ChatGrant("IS123", "phone", "RL123").to_payload()
        {'service_sid': 'IS123', 'endpoint_id': 'phone', 'deployment_role_sid': 'RL123'}
        """
        return __class__.__payload("chat", self)  # type: ignore[no-any-return]


@_hides_unknown
class VideoGrant(AccessTokenGrant):
    """Access to Video rooms: https://www.twilio.com/docs/video

    Args:
        room: the room's name or SID. Defaults to ``None``, which gives access to any room.

    The argument is an attribute of the same name.

    >>> VideoGrant(room="daily").to_payload()
    {'room': 'daily'}
    """

    __payload = staticmethod(_grantmint._payload)
    __refuse = staticmethod(_grantmint._refuse_unknown)

    def __init__(self, room: str | None = None, **unknown: NoReturn) -> None:
        if unknown:
            __class__.__refuse(unknown, "room")
        self.room = room

    @property
    def key(self) -> str:
        """The grant's key in the claims' ``grants``: ``"video"``."""
        return "video"

    def to_payload(self) -> dict[str, str]:
        """Returns the payload under ``video`` in the claims. Raises as :meth:`SyncGrant.to_payload` does.

        >>> VideoGrant().to_payload()
        {}
        """
        return __class__.__payload("video", self)  # type: ignore[no-any-return]


@_hides_unknown
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

    __payload = staticmethod(_grantmint._payload)
    __refuse = staticmethod(_grantmint._refuse_unknown)

    def __init__(
        self,
        incoming_allow: bool | None = None,
        outgoing_application_sid: str | None = None,
        outgoing_application_params: Mapping[str, Any] | None = None,
        push_credential_sid: str | None = None,
        endpoint_id: str | None = None,
        **unknown: NoReturn,
    ) -> None:
        if unknown:
            calls = ("incoming_allow", "outgoing_application_sid", "outgoing_application_params")
            __class__.__refuse(unknown, *calls, "push_credential_sid", "endpoint_id")
        self.incoming_allow = incoming_allow
        self.outgoing_application_sid = outgoing_application_sid
        self.outgoing_application_params = outgoing_application_params
        self.push_credential_sid = push_credential_sid
        self.endpoint_id = endpoint_id

    @property
    def key(self) -> str:
        """The grant's key in the claims' ``grants``: ``"voice"``."""
        return "voice"

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
        return __class__.__payload("voice", self)  # type: ignore[no-any-return]


@_hides_unknown
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

    __payload = staticmethod(_grantmint._payload)
    __refuse = staticmethod(_grantmint._refuse_unknown)

    def __init__(
        self,
        workspace_sid: str | None = None,
        worker_sid: str | None = None,
        role: str | None = None,
        **unknown: NoReturn,
    ) -> None:
        if unknown:
            __class__.__refuse(unknown, "workspace_sid", "worker_sid", "role")
        self.workspace_sid = workspace_sid
        self.worker_sid = worker_sid
        self.role = role

    @property
    def key(self) -> str:
        """The grant's key in the claims' ``grants``: ``"task_router"``."""
        return "task_router"

    def to_payload(self) -> dict[str, str]:
        """Returns the payload under ``task_router`` in the claims.

        Raises as :meth:`SyncGrant.to_payload` does.

        >>> TaskRouterGrant(workspace_sid="WS123").to_payload()
        {'workspace_sid': 'WS123'}
        """
        return __class__.__payload("task_router", self)  # type: ignore[no-any-return]


@_hides_unknown
class PlaybackGrant(AccessTokenGrant):
    """Playback of a Twilio Live stream, a product that has ended.

    Args:
        grant: the ``dict`` that Twilio's API returned. Defaults to ``None``, which means an empty ``dict``.

    The argument is an attribute of the same name.

    >>> PlaybackGrant({"requestCredentials": None}).to_payload()
    {'requestCredentials': None}
    """

    __payload = staticmethod(_grantmint._payload)
    __refuse = staticmethod(_grantmint._refuse_unknown)

    def __init__(self, grant: Mapping[str, Any] | None = None, **unknown: NoReturn) -> None:
        if unknown:
            __class__.__refuse(unknown, "grant")
        self.grant = grant

    @property
    def key(self) -> str:
        """The grant's key in the claims' ``grants``: ``"player"``."""
        return "player"

    def to_payload(self) -> dict[str, Any]:
        """Returns the payload under ``player`` in the claims.

        Raises as :meth:`AccessTokenGrant.to_payload` does.

        >>> PlaybackGrant().to_payload()
        {}
        """
        return __class__.__payload("player", self)  # type: ignore[no-any-return]


_grantmint._register(
    AccessTokenGrant, [SyncGrant, ChatGrant, VideoGrant, VoiceGrant, TaskRouterGrant, PlaybackGrant]
)
