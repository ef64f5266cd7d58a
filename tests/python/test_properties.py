"""Random inputs give the official library's claims, except for intended differences."""

from __future__ import annotations

import json
import time
from typing import Any
from unittest import mock

import twilio.jwt.access_token
import twilio.jwt.access_token.grants
from hypothesis import given, settings
from hypothesis import strategies as st

import grantmint
from credentials import NOW, claims, header

# Without surrogates, which UTF-8 cannot represent and grantmint rejects.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SECRET = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=64, max_size=140).filter(
    lambda secret: not secret.lstrip().startswith(("-----BEGIN", "---- BEGIN", "ssh-", "ecdsa-", "sk-", "{"))
)
MAYBE = st.none() | TEXT
EXACT = st.integers(-(2**53), 2**53)
JSON = st.recursive(
    st.none() | st.booleans() | EXACT | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
# Not empty: the official Node library writes an empty object, and the Python library does not.
OBJECT = st.dictionaries(TEXT, JSON, min_size=1, max_size=4)
VOICE = st.fixed_dictionaries(
    {"incoming_allow": st.sampled_from([None, True, False]), "outgoing_application_sid": TEXT.filter(bool)},
    optional={"outgoing_application_params": OBJECT, "push_credential_sid": MAYBE, "endpoint_id": MAYBE},
)
FIELDS = {
    "SyncGrant": st.fixed_dictionaries({}, optional=dict.fromkeys(["service_sid", "endpoint_id"], MAYBE)),
    "ChatGrant": st.fixed_dictionaries(
        {}, optional=dict.fromkeys(["service_sid", "deployment_role_sid", "push_credential_sid"], MAYBE)
    ),
    "VideoGrant": st.fixed_dictionaries({"room": MAYBE}),
    "VoiceGrant": VOICE,
    "TaskRouterGrant": st.fixed_dictionaries({}, optional=dict.fromkeys(["worker_sid", "role"], MAYBE)),
    "PlaybackGrant": st.fixed_dictionaries({"grant": OBJECT}),
}
GRANT = st.one_of([st.tuples(st.just(name), fields) for name, fields in FIELDS.items()])
OPTIONS = st.fixed_dictionaries(
    {"nbf": st.none() | st.integers(0, NOW), "identity": MAYBE},
    optional={
        "ttl": st.integers(1, 86_400),
        "valid_until": st.integers(NOW + 1, NOW + 86_400),
        "region": MAYBE,
    },
)


@settings(max_examples=300, deadline=None)
@given(TEXT.filter(bool), TEXT.filter(bool), SECRET, st.lists(GRANT, max_size=4), OPTIONS)
def test_the_claims_and_header_of_the_official_library(
    account_sid: str, key_sid: str, secret: str, grants: list[tuple[str, Any]], options: dict[str, Any]
) -> None:
    def token(library: Any, products: Any) -> Any:
        added = [getattr(products, name)(**fields) for name, fields in grants]
        return library.AccessToken(account_sid, key_sid, secret, added, **options)

    ours = token(grantmint, grantmint).to_jwt(now=NOW)
    with mock.patch.object(time, "time", return_value=float(NOW)):
        theirs = token(twilio.jwt.access_token, twilio.jwt.access_token.grants).to_jwt()

    assert as_numbers(claims(ours, secret)) == as_numbers({**claims(theirs, secret), "iat": NOW})
    assert header(ours) == header(theirs)


def as_numbers(read: dict[str, Any]) -> Any:
    """Converts every number to a double, so that 37192737505616980 equals 3.719273750561698e16."""
    return json.loads(json.dumps(read), parse_int=float)
