"""Random programs give twilio-python's header and claims, except for the rows of docs/differences.md.

test_differences.py checks those rows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
import twilio.jwt.access_token
import twilio.jwt.access_token.grants
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from hypothesis import strategies as st
from twilio.jwt.access_token import AccessTokenGrant

import grantmint
from cases import Case, Choices, access_token, grant, times
from play import grant_of, grants_of
from run import CASES, SEED, SIZE, random_bytes

OFFICIAL = SimpleNamespace(
    **vars(twilio.jwt.access_token.grants)
    | {"AccessToken": twilio.jwt.access_token.AccessToken, "AccessTokenGrant": AccessTokenGrant}
)
# The cases of Hypothesis. A larger run plays the rest without it, which is three times as fast.
EXAMPLES = min(CASES, 10_000)
SHARE = 10_000

pytestmark = pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")


def program(choices: Choices) -> Case:
    """Returns an AccessToken, and the changes before it is signed."""
    case = {"identity": None, "nbf": None, **access_token(choices), "jti": None}
    case["identity"] = str(case["identity"] or "")
    case["grants"] = [known(grant) for grant in case["grants"]]
    steps = [step(choices, case["now"]) for _ in range(choices.below(5))]
    until = {"valid_until", "ttl"} & case.keys()
    # A TTL for `to_jwt` takes precedence over everything. `nbf` must be before the resulting expiry.
    ttl = choices.pick([None, 86_400]) if until else None
    return case | {"steps": steps, "to_jwt": ttl, "bytes": choices.once_in(4)}


def known(grant: Case) -> Case:
    """Removes the documented differences: empty parameters, and an empty playback grant."""
    [(name, fields)] = grant.items()
    if fields.get("outgoing_application_params") == {}:
        return {name: fields | {"outgoing_application_params": {"n": 1}}}
    return grant


def step(choices: Choices, now: int) -> Case:
    kind = choices.below(6)
    if kind == 0:
        return {"add": known(grant(choices))}
    if kind == 1:
        return {"add again": choices.below(5)}
    if kind == 2:
        return {
            "change": choices.below(5),
            "field": choices.below(5),
            "text": choices.text(),
            "object": choices.object(),
        }
    if kind == 3:
        # Official tokens store these twice, which is a row of docs/differences.md.
        name, twin = choices.pick([("account_sid", "subject"), ("signing_key_sid", "issuer")])
        return {"set": dict.fromkeys([name, twin], choices.given())}
    if kind == 4:
        return {"set": {"nbf": None, "valid_until": None, **times(choices, now)}}
    name = choices.pick(["identity", "region", "secret_key", "algorithm"])
    value = choices.pick(["HS256", "HS384", "HS512"]) if name == "algorithm" else choices.given()
    return {"set": {name: value}}


def signed(case: Case, library: Any, **at: int) -> tuple[str, str]:
    """Plays a program. Returns the token and the secret that signed it."""
    secret = case["secret"].encode() if case["bytes"] else case["secret"]
    options = {
        name: case[name] for name in ("identity", "nbf", "ttl", "valid_until", "region") if name in case
    }
    grants = grants_of(case["grants"], library)
    token = library.AccessToken(case["account_sid"], case["key_sid"], secret, grants, **options)
    token.algorithm = case.get("algorithm") or "HS256"
    for step in case["steps"]:
        if "add" in step:
            token.add_grant(grant_of(step["add"], library))
        elif "add again" in step and token.grants:
            token.add_grant(token.grants[step["add again"] % len(token.grants)])
        elif "change" in step and token.grants:
            change(token.grants[step["change"] % len(token.grants)], step)
        for name, value in step.get("set", {}).items():
            setattr(token, name, value)
    return token.to_jwt(case["to_jwt"], **at), token.secret_key


def change(grant: Any, step: Case) -> None:
    """Assigns a valid value to one of a grant's fields."""
    names = FIELDS.get(grant.key if "Custom" not in type(grant).__name__ else "", [])
    if not names:
        return
    name = names[step["field"] % len(names)]
    if name == "incoming_allow":
        value: Any = bool(step["text"])
    elif name == "outgoing_application_params":
        value = (step["object"] or {"n": 1}) if grant.outgoing_application_sid else None
    elif name == "outgoing_application_sid":
        value = step["text"] or "AP"
    else:
        value = step["object"] if name == "grant" else step["text"]
    setattr(grant, name, value)


FIELDS = {
    "data_sync": ["service_sid", "endpoint_id"],
    "chat": ["service_sid", "endpoint_id", "deployment_role_sid", "push_credential_sid"],
    "video": ["room"],
    "voice": [
        *("incoming_allow", "outgoing_application_sid", "outgoing_application_params"),
        *("push_credential_sid", "endpoint_id"),
    ],
    "task_router": ["workspace_sid", "worker_sid", "role"],
    "player": ["grant"],
}


def compare(data: bytes) -> None:
    case = program(Choices(data))
    note(str(case))
    now = case["now"]
    # A fraction of a second does not matter. PyJWT's own clock is not used here.
    with mock.patch.object(time, "time", return_value=now + 0.75):
        expected, _ = signed(case, OFFICIAL)
    token, secret = signed(case, grantmint, now=now)

    header, claims = read(token)
    official_header, official_claims = read(expected)
    assert header == official_header
    assert claims == official_claims | {"iat": now}
    # The order of grants counts, except for the place of the identity.
    order = [name for name in claims["grants"] if name != "identity"]
    assert order == [name for name in official_claims["grants"] if name != "identity"]
    check_signature(token, secret, header["alg"])


def read(token: str) -> list[dict[str, Any]]:
    """Returns header and claims. Numbers are doubles: 37192737505616980 equals 3.719273750561698e16."""
    parts = [base64.urlsafe_b64decode(part + "==") for part in token.split(".")[:2]]
    return [json.loads(part, parse_int=float) for part in parts]


def check_signature(token: str, secret: str | bytes, algorithm: str) -> None:
    message, _, signature = token.rpartition(".")
    key = secret.encode() if isinstance(secret, str) else secret
    digest = hmac.digest(key, message.encode(), getattr(hashlib, f"sha{algorithm[2:]}"))
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == signature


@seed(SEED)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(st.binary(min_size=SIZE, max_size=SIZE))
def test_the_header_and_claims_of_the_official_library(data: bytes) -> None:
    compare(data)


@pytest.mark.skipif(CASES <= EXAMPLES, reason="only in a run of more cases than Hypothesis is given")
def test_many_more_without_hypothesis() -> None:
    shares = range((CASES - EXAMPLES) // SHARE)
    with ProcessPoolExecutor() as processes:
        assert sum(processes.map(compare_share, shares, repeat(SHARE))) == len(shares) * SHARE


def compare_share(share: int, cases: int) -> int:
    with mock.patch(f"{__name__}.note"):
        for data in random_bytes(f"{SEED}/{share}", cases):
            try:
                compare(data)
            except BaseException:
                print(f"share {share}: {program(Choices(data))}")
                raise
    return cases
