"""Subclasses of the tokens and grants, as programs for the official library define them."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from typing import Any

import pytest

from credentials import ACCOUNT_SID, KEY_SID, NOW, SECRET, SERVICE_SID, claims
from grantmint import (
    AccessToken,
    AccessTokenGrant,
    ChatGrant,
    InputError,
    Issuer,
    Jwt,
    SyncGrant,
    VideoGrant,
    VoiceGrant,
)
from grantmint.access_token import grants

GRANTS = [getattr(grants, name) for name in grants.__all__ if name != "AccessTokenGrant"]


class AppToken(AccessToken):
    def __init__(self, user: dict[str, str], *rooms: str, hours: int = 1) -> None:
        super().__init__(ACCOUNT_SID, KEY_SID, SECRET, identity=user["name"], ttl=hours * 3600)
        self.rooms = rooms
        for room in rooms:
            self.add_grant(VideoGrant(room=room))

    def __repr__(self) -> str:
        return f"<AppToken {self.rooms}>"


def test_a_token_with_another_signature() -> None:
    token = AppToken({"name": "alice"}, "daily", hours=2)
    read = claims(token.to_jwt(now=NOW))
    assert read["grants"] == {"identity": "alice", "video": {"room": "daily"}}
    assert read["exp"] == NOW + 7200
    assert str(token) == "<AppToken ('daily',)>"
    assert isinstance(token, AccessToken)
    assert isinstance(token, Jwt)


def test_a_token_with_more_arguments_than_ours() -> None:
    class Wide(AccessToken):
        def __init__(self, *numbers: int) -> None:
            super().__init__(ACCOUNT_SID, KEY_SID, SECRET, identity=sum(numbers))

    assert claims(Wide(*range(12)).to_jwt(now=NOW))["grants"] == {"identity": "66"}


def test_a_token_without_our_init_lacks_its_attributes() -> None:
    class Forgetful(AccessToken):
        def __init__(self) -> None:
            pass

    with pytest.raises(AttributeError, match="'Forgetful' object has no attribute 'subject'"):
        Forgetful().to_jwt()


def test_a_token_of_another_algorithm() -> None:
    class Strong(AccessToken):
        ALGORITHM = "HS512"

    token = Strong(ACCOUNT_SID, KEY_SID, SECRET)
    assert token.algorithm == "HS512"
    assert claims(token.to_jwt(now=NOW), algorithm="HS512")["iss"] == KEY_SID


@pytest.mark.parametrize("base", GRANTS, ids=lambda base: base.__name__)
def test_a_grant_with_another_signature(base: Any) -> None:
    class Other(base):  # type: ignore[misc]
        def __init__(self, tenant: object, *places: int, mode: str, **rest: object) -> None:
            super().__init__()
            self.tenant, self.places, self.mode, self.rest = tenant, places, mode, rest

        def to_payload(self) -> dict[str, Any]:
            return {**super().to_payload(), "tenant": self.tenant, "mode": self.mode}

    grant = Other(7, 8, 9, 10, 11, 12, 13, mode="fast", speed=1)
    token = AccessToken(ACCOUNT_SID, KEY_SID, SECRET, [grant])
    assert claims(token.to_jwt(now=NOW))["grants"] == {base().key: {"tenant": 7, "mode": "fast"}}
    assert (grant.places, grant.rest) == ((8, 9, 10, 11, 12, 13), {"speed": 1})
    assert isinstance(grant, base)
    assert isinstance(grant, AccessTokenGrant)


def test_a_grant_that_sets_a_field_of_its_base() -> None:
    class AppSync(SyncGrant):
        def __init__(self) -> None:
            super().__init__(service_sid=SERVICE_SID)

    token = AccessToken(ACCOUNT_SID, KEY_SID, SECRET, [AppSync()])
    assert claims(token.to_jwt(now=NOW))["grants"] == {"data_sync": {"service_sid": SERVICE_SID}}


@pytest.mark.parametrize("base", [SyncGrant, ChatGrant])
def test_an_issuer_wants_the_service_of_a_subclass_too(base: Any) -> None:
    class Plain(base):  # type: ignore[misc]
        pass

    Issuer(ACCOUNT_SID, KEY_SID, SECRET, grants=[Plain(service_sid=SERVICE_SID)])
    with pytest.raises(ValueError, match=r"service_sid is required \(it was not given: "):
        Issuer(ACCOUNT_SID, KEY_SID, SECRET, grants=[Plain()])


def test_custom_grants_with_a_property_a_class_attribute_or_a_key_of_each_instance() -> None:
    class ByProperty(AccessTokenGrant):
        @property
        def key(self) -> str:
            return "by_property"

        def to_payload(self) -> dict[str, Any]:
            return {"a": 1}

    class ByClass(AccessTokenGrant):
        key = "by_class"

        def to_payload(self) -> dict[str, Any]:
            return {}

    class ByInstance(ByClass):
        def __init__(self, key: str) -> None:
            self.key = key

    grants = [ByProperty(), ByClass(), ByInstance("by_instance"), ByInstance("data_sync")]
    expected = {"by_property": {"a": 1}, "by_class": {}, "by_instance": {}, "data_sync": {}}
    assert claims(AccessToken(ACCOUNT_SID, KEY_SID, SECRET, grants).to_jwt(now=NOW))["grants"] == expected
    # An issuer requires a service in every Sync grant, also in a custom grant with that key.
    del expected["data_sync"]
    issuer = Issuer(ACCOUNT_SID, KEY_SID, SECRET, grants=grants[:3])
    assert claims(issuer.mint("alice", now=NOW))["grants"] == {"identity": "alice", **expected}
    with pytest.raises(InputError, match=r"SyncGrant\.service_sid is required"):
        Issuer(ACCOUNT_SID, KEY_SID, SECRET, grants=grants)
    assert str(ByProperty()) == "<ByProperty {'a': 1}>"


def test_only_an_access_token_grant_counts() -> None:
    class Lookalike:
        key = "fleet"

        def to_payload(self) -> dict[str, Any]:
            return {}

    with pytest.raises(ValueError, match="instances of AccessTokenGrant"):
        AccessToken(ACCOUNT_SID, KEY_SID, SECRET, [Lookalike()])  # type: ignore[list-item]


def test_a_cycle_is_collected() -> None:
    class Cyclic(AccessTokenGrant):
        key = "cyclic"

        def __init__(self, token: AccessToken) -> None:
            self.token = token

    token = AccessToken(ACCOUNT_SID, KEY_SID, SECRET)
    token.add_grant(grant := Cyclic(token))
    gone = weakref.ref(grant)
    del token, grant
    gc.collect()
    assert gone() is None


def test_grants_are_copied_and_pickled_as_any_object() -> None:
    class Room(VideoGrant):
        pass

    grant = VoiceGrant(incoming_allow=True, outgoing_application_sid="AP123")
    room = Room(room="daily")
    room.note = "mine"  # type: ignore[attr-defined]
    assert pickle.loads(pickle.dumps(grant)).to_payload() == grant.to_payload()
    for copied in (copy.copy(room), copy.deepcopy(room)):
        assert isinstance(copied, Room)
        assert (copied.room, copied.note) == ("daily", "mine")  # type: ignore[attr-defined]


def test_grants_may_look_at_the_token_while_they_are_read() -> None:
    token = AccessToken(ACCOUNT_SID, KEY_SID, SECRET, identity="alice")
    token.grants = [VideoGrant(room="daily")]
    token.grants = (grant for grant in [VideoGrant(room=str(token.identity))])  # type: ignore[assignment]
    assert claims(token.to_jwt(now=NOW))["grants"] == {"identity": "alice", "video": {"room": "alice"}}
