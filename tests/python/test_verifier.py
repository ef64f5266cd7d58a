"""`Verifier`, `from_jwt` and `Issuer.issue`, beyond the single tokens of the shared vectors."""

from __future__ import annotations

import copy
import gc
import pickle
import threading
import time
import weakref
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import jwt
import pytest
import twilio.jwt.access_token as official
import twilio.jwt.access_token.grants as official_grants
from hypothesis import given
from hypothesis import strategies as st
from twilio.jwt import JwtDecodeError as OfficialDecodeError

from credentials import ACCOUNT_SID, KEY_SID, SECRET, SERVICE_SID
from grantmint import (
    AccessToken,
    ChatGrant,
    Claims,
    DecodedJwt,
    GrantmintError,
    InputError,
    InputTypeError,
    Issuer,
    Jwt,
    SyncGrant,
    TokenClaimError,
    TokenError,
    TokenExpiredError,
    TokenMalformedError,
    TokenNotYetValidError,
    TokenSignatureError,
    Verifier,
    VideoGrant,
)
from grantmint.access_token import JwtDecodeError

NOW = 1_700_000_000
OLD_KEY, OLD_SECRET = "SK" + "0" * 32, "fake-old-secret-fake-old-secret-fake"


def mint(key: str = KEY_SID, secret: str = SECRET, **options: Any) -> str:
    return Issuer(ACCOUNT_SID, key, secret, grants=[SyncGrant(service_sid=SERVICE_SID)]).mint(
        "alice", now=NOW, **options
    )


def signed(claims: dict[str, Any], secret: str = SECRET, **header: Any) -> str:
    return jwt.encode(claims, secret, headers={"cty": "twilio-fpa;v=1"} | header)


GOOD = {"iss": KEY_SID, "sub": ACCOUNT_SID, "exp": NOW + 60, "grants": {"identity": "alice", "video": {}}}


def test_the_claims() -> None:
    claims = Verifier({KEY_SID: SECRET}, account_sid=ACCOUNT_SID).verify(mint(nbf=NOW, jti="x"), now=NOW)
    assert (claims.identity, claims.key_sid, claims.account_sid) == ("alice", KEY_SID, ACCOUNT_SID)
    assert (claims.jti, claims.issued_at, claims.not_before, claims.expires_at) == ("x", NOW, NOW, NOW + 3600)
    assert claims.grants == {"data_sync": {"service_sid": SERVICE_SID}}
    assert claims.payload["grants"]["identity"] == "alice"
    assert claims.header == {"alg": "HS256", "typ": "JWT", "cty": "twilio-fpa;v=1"}


def test_claims_that_are_absent() -> None:
    claims = Verifier(SECRET).verify(signed(GOOD | {"grants": {}}), now=NOW)
    assert (claims.identity, claims.jti, claims.issued_at, claims.not_before) == (None, None, None, None)
    assert claims.grants == {}


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_option_that_is_present_has_a_value(nothing: Any) -> None:
    """An unset variable must not accept every account."""
    calls: list[tuple[Callable[[], Verifier], str]] = [
        (lambda: Verifier(SECRET, account_sid=nothing), "account_sid"),
        (lambda: Verifier({KEY_SID: nothing}), "secret"),
        (lambda: Verifier(nothing), "secret"),
    ]
    for call, field in calls:
        with pytest.raises(InputError) as caught:
            call()
        assert (caught.value.code, caught.value.field) == ("required", field)


def test_an_integer_identity_is_its_digits() -> None:
    token = signed({**GOOD, "grants": {"identity": 7}})
    assert Verifier(SECRET).verify(token, now=NOW).identity == "7"


def test_keys_may_be_any_mapping() -> None:
    verifier = Verifier(MappingProxyType({KEY_SID: SECRET.encode()}))
    assert verifier.verify(mint(), now=NOW).identity == "alice"


def test_a_cycle_through_a_decoded_token_is_collected() -> None:
    class Canary:
        """An object that supports weak references."""

    decoded = AccessToken.from_jwt(signed({**GOOD, "exp": int(time.time()) + 60}), SECRET)
    canary = Canary()
    decoded.payload["self"], decoded.headers["canary"] = decoded, canary
    watch = weakref.ref(canary)
    del decoded, canary
    gc.collect()
    assert watch() is None


def test_lone_surrogates_count_as_one_character() -> None:
    verifier = Verifier(SECRET, max_size=12)
    for token, code in (("a" * 9 + "\ud800", "not_compact"), ("a" * 10 + "\ud800", "token_too_large")):
        with pytest.raises(TokenMalformedError) as caught:
            verifier.verify(token)
        assert caught.value.code == code


def test_keys_are_rotated() -> None:
    verifier = Verifier({OLD_KEY: OLD_SECRET, KEY_SID: SECRET})
    assert verifier.verify(mint(), now=NOW).key_sid == KEY_SID
    assert verifier.verify(mint(OLD_KEY, OLD_SECRET), now=NOW).key_sid == OLD_KEY
    # Signed by one key, with the SID of the other.
    for key, secret in ((KEY_SID, OLD_SECRET), (OLD_KEY, SECRET)):
        with pytest.raises(TokenSignatureError) as caught:
            verifier.verify(mint(key, secret), now=NOW)
        assert caught.value.code == "bad_signature"
    with pytest.raises(TokenSignatureError) as caught:
        verifier.verify(mint("SK" + "9" * 32, "fake-third-secret-fake-third-secret!"), now=NOW)
    assert (caught.value.code, caught.value.field) == ("unknown_key", "iss")


def test_two_keys_with_one_secret() -> None:
    verifier = Verifier({OLD_KEY: SECRET, KEY_SID: SECRET})
    assert verifier.verify(mint(), now=NOW).key_sid == KEY_SID
    assert verifier.verify(mint(OLD_KEY), now=NOW).key_sid == OLD_KEY


@pytest.mark.parametrize("leeway", [0, 1, 86_400])
def test_leeway_on_each_side(leeway: int) -> None:
    verifier = Verifier(SECRET, leeway=leeway)
    token = mint(ttl=60, nbf=NOW + 10)
    for now in (NOW + 10 - leeway, NOW + 59 + leeway):
        assert verifier.verify(token, now=now).identity == "alice"
    with pytest.raises(TokenNotYetValidError):
        verifier.verify(token, now=NOW + 9 - leeway)
    with pytest.raises(TokenExpiredError):
        verifier.verify(token, now=NOW + 60 + leeway)


def test_the_current_time_is_the_default() -> None:
    verifier = Verifier(SECRET)
    assert verifier.verify(signed({**GOOD, "exp": int(time.time()) + 60})).identity == "alice"
    with pytest.raises(TokenExpiredError):
        verifier.verify(signed({**GOOD, "exp": int(time.time())}))


def test_the_algorithm_is_pinned() -> None:
    token = AccessToken(ACCOUNT_SID, KEY_SID, SECRET, identity="alice").to_jwt(algorithm="HS512", now=NOW)
    assert Verifier(SECRET, algorithm="HS512").verify(token, now=NOW).identity == "alice"
    with pytest.raises(TokenMalformedError) as caught:
        Verifier(SECRET).verify(token, now=NOW)
    assert caught.value.code == "wrong_algorithm"


def test_the_account() -> None:
    with pytest.raises(TokenClaimError) as caught:
        Verifier(SECRET, account_sid="AC" + "1" * 32).verify(mint(), now=NOW)
    assert (caught.value.code, caught.value.field) == ("wrong_account", "sub")


def test_a_token_may_be_bytes_and_nothing_else() -> None:
    verifier = Verifier(SECRET)
    assert verifier.verify(mint().encode(), now=NOW).identity == "alice"
    others: list[Any] = [None, 7, [], bytearray(mint().encode()), {"token": mint()}]
    for other in others:
        with pytest.raises(TokenMalformedError) as caught:
            verifier.verify(other)
        assert caught.value.code == "not_a_string"


@pytest.mark.parametrize(
    ("options", "code", "field"),
    [
        ({"keys": ""}, "required", "secret"),
        ({"keys": None}, "required", "secret"),
        ({"keys": {}}, "required", "keys"),
        ({"keys": {KEY_SID: ""}}, "required", "secret"),
        ({"keys": {KEY_SID: None}}, "required", "secret"),
        ({"keys": {"": SECRET}}, "required", "key_sid"),
        ({"keys": bytes(32)}, "secret_is_zeros", "secret"),
        ({"keys": "-----BEGIN PUBLIC KEY-----"}, "secret_is_key", "secret"),
        ({"keys": {7: SECRET}}, "wrong_type", "keys"),
        ({"keys": {KEY_SID: 7}}, "wrong_type", "secret"),
        ({"keys": 7}, "wrong_type", "keys"),
        ({"leeway": -1}, "out_of_range", "leeway"),
        ({"leeway": 86_401}, "out_of_range", "leeway"),
        ({"leeway": 0.5}, "not_whole", "leeway"),
        ({"leeway": True}, "wrong_type", "leeway"),
        ({"max_size": 0}, "out_of_range", "max_size"),
        ({"max_size": -1}, "out_of_range", "max_size"),
        ({"max_size": 2**64}, "out_of_range", "max_size"),
        ({"max_size": "1"}, "wrong_type", "max_size"),
        ({"algorithm": "none"}, "unsupported_algorithm", "algorithm"),
        ({"algorithm": "RS256"}, "unsupported_algorithm", "algorithm"),
        ({"account_sid": 7}, "wrong_type", "account_sid"),
    ],
)
def test_wrong_arguments(options: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises((InputError, InputTypeError)) as caught:
        Verifier(**{"keys": SECRET} | options)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_the_exceptions() -> None:
    assert JwtDecodeError is TokenError
    assert issubclass(TokenError, GrantmintError)
    assert not issubclass(TokenError, ValueError)
    with pytest.raises(TokenExpiredError) as caught:
        Verifier(SECRET).verify(mint(), now=2 * NOW)
    error = caught.value
    assert error.twilio_codes == [20104, 20156, 31205, 51119]
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is TokenExpiredError
        assert (str(twin), twin.code, twin.field) == (str(error), error.code, error.field)
        assert twin.twilio_codes == error.twilio_codes
    # A log may contain the error, so it must not contain the token.
    assert mint() not in repr(error)


def test_the_printed_form() -> None:
    verifier = Verifier({KEY_SID: SECRET})
    claims = verifier.verify(mint(), now=NOW)
    for text in (repr(verifier), str(verifier), repr(claims), str(claims)):
        assert SECRET not in text
        assert "eyJ" not in text
    assert "alice" in repr(claims)


def test_one_verifier_for_many_threads() -> None:
    verifier, failures = Verifier({OLD_KEY: OLD_SECRET, KEY_SID: SECRET}), []
    good, bad = mint(), mint(secret=OLD_SECRET)

    def work() -> None:
        for _ in range(2000):
            if verifier.verify(good, now=NOW).identity != "alice":
                failures.append("claims")
            try:
                verifier.verify(bad, now=NOW)
                failures.append("accepted")
            except TokenError:
                pass

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@given(identity=texts, room=texts, service=texts, ttl=st.integers(60, 86_400), region=st.none() | texts)
def test_from_jwt_gives_the_values_of_the_official_class(
    identity: str, room: str, service: str, ttl: int, region: str | None
) -> None:
    grants = [official_grants.VideoGrant(room=room), official_grants.ChatGrant(service_sid=service)]
    minted = official.AccessToken(
        ACCOUNT_SID, KEY_SID, SECRET, grants, identity, ttl=ttl, region=region
    ).to_jwt()
    for key in (SECRET, ""):
        theirs, ours = official.AccessToken.from_jwt(minted, key), AccessToken.from_jwt(minted, key)
        assert isinstance(ours, Jwt)
        for name in ("payload", "headers", "issuer", "subject", "nbf", "valid_until", "algorithm"):
            assert getattr(ours, name) == getattr(theirs, name), name
        assert (ours.identity, ours.grants) == (
            identity,
            {"video": {"room": room}, "chat": {"service_sid": service}},
        )


def test_from_jwt_rejects_the_tokens_that_the_official_class_rejects() -> None:
    good = AccessToken(ACCOUNT_SID, KEY_SID, SECRET, identity="alice")
    token = good.to_jwt()
    cases: list[tuple[Any, Any]] = [
        (token, "another secret"),
        (token[:-2], SECRET),
        (token.replace(".", "", 1), SECRET),
        ("", SECRET),
        (None, SECRET),
        (good.to_jwt(now=NOW), SECRET),
        (good.to_jwt(now=NOW), ""),
        (good.to_jwt(algorithm="HS512"), SECRET),
        (signed({**GOOD, "exp": int(time.time()) + 60, "nbf": int(time.time()) + 30}), SECRET),
    ]
    for case in cases:
        with pytest.raises(OfficialDecodeError):
            official.AccessToken.from_jwt(*case)
        with pytest.raises(JwtDecodeError):
            AccessToken.from_jwt(*case)


def test_a_finalizer_may_read_an_unfinished_object() -> None:
    token = AccessToken(ACCOUNT_SID, KEY_SID, SECRET, identity="alice").to_jwt()
    seen: list[object] = []

    class Curious:
        """Part of a cycle, so that the collector ends it. On CPython 3.11, it may run in any call."""

        def __init__(self, decoded: Any) -> None:
            self.decoded, self.cycle = decoded, self

        def __del__(self) -> None:
            seen.append(self.decoded.payload["iss"])

    threshold = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for _ in range(100):
            decoded = AccessToken.from_jwt(token, SECRET)
            Curious(decoded)
            payload = decoded.payload
            assert payload is decoded.payload
    finally:
        gc.set_threshold(*threshold)
    gc.collect()
    assert seen == [KEY_SID] * 100


def test_from_jwt_takes_the_algorithm_of_the_class() -> None:
    class Longer(AccessToken):
        ALGORITHM = "HS512"

    token = Longer(ACCOUNT_SID, KEY_SID, SECRET, identity="alice").to_jwt()
    assert Longer.from_jwt(token, SECRET).algorithm == "HS512"
    with pytest.raises(TokenMalformedError):
        AccessToken.from_jwt(token, SECRET)


def test_the_attributes_of_a_decoded_token_are_read_once() -> None:
    decoded = AccessToken.from_jwt(
        AccessToken(ACCOUNT_SID, KEY_SID, SECRET, [VideoGrant(room="daily")], "alice").to_jwt(),
        SECRET.encode(),
    )
    assert type(decoded) is DecodedJwt
    assert decoded.payload is decoded.payload
    assert decoded.headers is decoded.headers
    assert decoded.grants is decoded.grants
    assert SECRET not in repr(decoded)
    with pytest.raises(AttributeError):
        decoded.payload = {}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("ttl", "renew_after"),
    [(3600, 3420), (86_400, 86_220), (360, 180), (361, 181), (359, 179), (60, 30), (1, 0)],
)
def test_issue_returns_the_renewal_time(ttl: int, renew_after: int) -> None:
    issuer = Issuer(ACCOUNT_SID, KEY_SID, SECRET, grants=[ChatGrant(service_sid=SERVICE_SID)])
    issued = issuer.issue("alice", ttl=ttl, now=NOW)
    assert issued.token == issuer.mint("alice", ttl=ttl, now=NOW)
    assert (issued.identity, issued.expires_at, issued.expires_in) == ("alice", NOW + ttl, ttl)
    assert issued.renew_at == NOW + renew_after
    assert issued.token not in repr(issued)


def test_issue_has_the_arguments_of_mint() -> None:
    issuer = Issuer(ACCOUNT_SID, KEY_SID, SECRET)
    issued = issuer.issue(7, grants=[VideoGrant()], nbf=NOW, jti="x", now=NOW)
    claims: Claims = Verifier(SECRET).verify(issued.token, now=NOW)
    assert (issued.identity, claims.identity, claims.jti, claims.not_before) == ("7", "7", "x", NOW)
    with pytest.raises(InputError) as caught:
        issuer.issue("alice")
    assert caught.value.code == "no_grants"
