"""`Issuer` checks strictly when it is created, and mints the tokens of `AccessToken`."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from credentials import ACCOUNT_SID, KEY_SID, NOW, SECRET, SERVICE_SID, claims, header
from grantmint import (
    AccessToken,
    AccessTokenGrant,
    ChatGrant,
    GrantmintError,
    InputError,
    InputTypeError,
    Issuer,
    SyncGrant,
    VideoGrant,
    VoiceGrant,
)

APPLICATION_SID = "APd3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3"

ENVIRONMENT = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_API_KEY": KEY_SID, "TWILIO_API_SECRET": SECRET}
SYNC = {"data_sync": {"service_sid": SERVICE_SID}}


def issuer(**options: Any) -> Issuer:
    credentials = {"account_sid": ACCOUNT_SID, "key_sid": KEY_SID, "secret": SECRET}
    return Issuer(**{**credentials, "grants": [SyncGrant(service_sid=SERVICE_SID)], **options})


def refusal(kind: type[GrantmintError], **options: Any) -> tuple[str, str | None]:
    with pytest.raises(kind) as caught:
        issuer(**options)
    return caught.value.code, caught.value.field


@pytest.mark.parametrize(("field", "prefix"), [("account_sid", "AC"), ("key_sid", "SK")])
def test_a_sid_is_checked(field: str, prefix: str) -> None:
    digits = "0123456789abcdefABCDEF0123456789"
    issuer(**{field: prefix + digits})
    wrong = [
        prefix,
        digits,
        prefix.lower() + digits,
        "XX" + digits,
        prefix + digits[1:],
        prefix + digits + "0",
        prefix + digits[1:] + "g",
        prefix + digits[1:] + "é",
        prefix + digits[1:] + "０",  # noqa: RUF001 - a full-width zero is no hexadecimal digit
        f" {prefix}{digits}",
        f"{prefix}{digits}\n",
        f"{prefix}{digits[1:]}\0",
    ]
    for sid in wrong:
        assert refusal(InputError, **{field: sid}) == ("malformed_sid", field)
    for missing in (None, ""):
        assert refusal(InputError, **{field: missing}) == ("required", field)
    for other in (5, b"AC", [sid]):
        assert refusal(InputTypeError, **{field: other}) == ("wrong_type", field)


def test_swapped_sids_are_noticed() -> None:
    assert refusal(InputError, account_sid=KEY_SID, key_sid=ACCOUNT_SID) == ("malformed_sid", "account_sid")
    swapped = "^account_sid must be .*, not the SID of an API key: the two are swapped$"
    with pytest.raises(InputError, match=swapped):
        issuer(account_sid=KEY_SID, key_sid=ACCOUNT_SID)
    swapped = "^key_sid must be .*, not text of another kind: it is swapped with the secret$"
    with pytest.raises(InputError, match=swapped):
        issuer(key_sid="fakesecret0123456789abcdefghijkl", secret=KEY_SID)


def test_a_secret_has_32_bytes() -> None:
    for secret in ("g" * 32, "é" * 16, b"g" * 32, bytearray(b"g" * 32), memoryview(b"g" * 32)):
        issuer(secret=secret)
    for secret in ("g" * 31, "é" * 15 + "f", b"g" * 31, bytearray(b"g" * 31), memoryview(b"g" * 31)):
        assert refusal(InputError, secret=secret) == ("secret_too_short", "secret")
    for missing in (None, "", b"", bytearray(), memoryview(b"")):
        assert refusal(InputError, secret=missing) == ("required", "secret")


@pytest.mark.parametrize(
    "key",
    [
        "-----BEGIN RSA PRIVATE KEY-----\nfake-fake-fake-fake-fake\n-----END RSA PRIVATE KEY-----",
        "\n  -----BEGIN CERTIFICATE-----\nfake-fake-fake-fake-fake",
        "\ufeff-----BEGIN PUBLIC KEY-----\nfake-fake-fake-fake-fake",
        '{"kty": "oct", "k": "fake-fake-fake-fake-fake"}',
        "ssh-rsa AAAAfake-fake-fake-fake-fake fake@example.com",
        "ecdsa-sha2-nistp256 AAAAfake-fake-fake-fake-fake",
    ],
)
def test_a_key_of_another_kind_is_no_secret(key: str) -> None:
    for secret in (key, key.encode()):
        assert refusal(InputError, secret=secret) == ("secret_is_key", "secret")
        with pytest.raises(InputError, match="not the secret of a Twilio API key"):
            AccessToken(ACCOUNT_SID, KEY_SID, secret).to_jwt()


def test_the_options_are_checked() -> None:
    for ttl in (0, -1, 86_401):
        assert refusal(InputError, ttl=ttl) == ("out_of_range", "ttl")
    for algorithm in ("none", "RS256", "hs256", "HS256 "):
        assert refusal(InputError, algorithm=algorithm) == ("unsupported_algorithm", "algorithm")
    assert refusal(InputTypeError, algorithm=256) == ("wrong_type", "algorithm")
    assert refusal(InputTypeError, region=["au1"]) == ("wrong_type", "region")


@pytest.mark.parametrize("grant", [SyncGrant, ChatGrant])
@pytest.mark.parametrize("service_sid", [None, ""])
def test_a_grant_lacks_its_service(grant: Any, service_sid: str | None) -> None:
    incomplete = grant(service_sid=service_sid, endpoint_id="phone")
    assert refusal(InputError, grants=[VideoGrant(), incomplete]) == ("required", "service_sid")
    with pytest.raises(
        InputError, match=rf"^{grant.__name__}.service_sid is required \(it was (empty|not given): "
    ):
        issuer().mint("alice", grants=[incomplete])
    assert AccessToken(ACCOUNT_SID, KEY_SID, SECRET, [incomplete]).to_jwt()


def test_a_token_needs_a_grant_and_an_identity() -> None:
    empty: list[Any] = [None, [], (), iter([])]
    for grants in empty:
        with pytest.raises(InputError, match=r"^at least one grant is required$"):
            issuer(grants=grants).mint("alice")
        assert claims(issuer(grants=None).mint("alice", grants=[VideoGrant()]))["grants"]["video"] == {}
    for identity in (None, ""):
        with pytest.raises(InputError, match=r"^identity is required \(it was (None|empty)\)$"):
            issuer().mint(identity)  # type: ignore[arg-type]


def test_grants_are_read_at_construction() -> None:
    grant = VoiceGrant(outgoing_application_sid=APPLICATION_SID, outgoing_application_params={"a": [1]})
    grants: list[AccessTokenGrant] = [grant]
    minter = issuer(grants=grants)
    before = minter.mint("alice", now=NOW)
    grant.push_credential_sid = "CR123"
    assert grant.outgoing_application_params
    grant.outgoing_application_params["a"].append(2)
    grants.append(VideoGrant())
    assert minter.mint("alice", now=NOW) == before
    voice = {"outgoing": {"application_sid": APPLICATION_SID, "params": {"a": [1]}}}
    assert claims(before)["grants"] == {"identity": "alice", "voice": voice}


def test_a_changed_secret_changes_nothing() -> None:
    secret = bytearray(SECRET.encode())
    minter = issuer(secret=secret)
    secret[:] = bytes(len(secret))
    assert claims(minter.mint("alice"))["iss"] == KEY_SID


def test_grants_of_one_token() -> None:
    minter = issuer(grants=[SyncGrant(service_sid=SERVICE_SID), VideoGrant()])
    added = [VideoGrant(room="daily"), ChatGrant(service_sid=SERVICE_SID)]
    read = claims(minter.mint("alice", grants=iter(added), now=NOW))["grants"]
    assert list(read) == ["identity", "data_sync", "video", "chat"]
    assert read["video"] == {"room": "daily"}
    assert claims(minter.mint("alice", grants=[]))["grants"] == {"identity": "alice", **SYNC, "video": {}}


def test_options_of_one_token() -> None:
    minter = issuer(ttl=600)
    read = claims(minter.mint("alice", ttl=60, nbf=NOW - 5, jti="x-1", now=NOW))
    assert read == {
        "jti": "x-1",
        "grants": {"identity": "alice", **SYNC},
        "nbf": NOW - 5,
        "iat": NOW,
        "exp": NOW + 60,
        "iss": KEY_SID,
        "sub": ACCOUNT_SID,
    }
    read = claims(minter.mint("alice", now=NOW))
    assert (read["exp"], read["jti"]) == (NOW + 600, f"{KEY_SID}-{NOW}")
    assert "nbf" not in read


@pytest.mark.parametrize("algorithm", [None, "HS256"])
@pytest.mark.parametrize("region", [None, "au1", 'é"\\\0'])
def test_region_and_algorithm(algorithm: str | None, region: str | None) -> None:
    token = issuer(algorithm=algorithm, region=region).mint("alice")
    expected = {"alg": "HS256", "typ": "JWT", "cty": "twilio-fpa;v=1"}
    assert header(token) == (expected | {"twr": region} if region else expected)
    assert claims(token)["grants"] == {"identity": "alice", **SYNC}


OPTIONS: list[dict[str, Any]] = [{}, {"ttl": 60}, {"nbf": NOW}, {"jti": "x-1", "nbf": 0, "ttl": 86_400}]
EQUAL: list[dict[str, Any]] = [
    {"identity": identity, "region": region, **options}
    for identity, region, options in itertools.product(["alice", "Ünï😀", 42], [None, "ie1"], OPTIONS)
]


@pytest.mark.parametrize("inputs", EQUAL, ids=str)
def test_it_mints_the_token_of_an_access_token(inputs: dict[str, Any]) -> None:
    inputs = dict(inputs)
    identity, region = inputs.pop("identity"), inputs.pop("region")
    grants = [VoiceGrant(True, APPLICATION_SID), SyncGrant(service_sid=SERVICE_SID)]
    token = AccessToken(ACCOUNT_SID, KEY_SID, SECRET, grants, identity, region=region, **inputs)
    expected = token.to_jwt(now=NOW)
    minter = issuer(region=region, grants=grants)
    assert minter.mint(identity, now=NOW, **inputs) == expected
    assert claims(expected)["grants"]["identity"] == str(identity)


def test_from_env(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    grants = [SyncGrant(service_sid=SERVICE_SID)]
    minter = Issuer.from_env(grants=grants, ttl=60, region="au1", algorithm="HS256")
    same = issuer(grants=grants, ttl=60, region="au1")
    assert minter.mint("alice", now=NOW) == same.mint("alice", now=NOW)
    assert Issuer.from_env().mint("alice", grants=grants, now=NOW) == issuer().mint("alice", now=NOW)


@pytest.mark.parametrize("missing", ENVIRONMENT)
@pytest.mark.parametrize("value", [None, ""])
def test_from_env_names_the_variable(
    missing: str, value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, there in ENVIRONMENT.items():
        monkeypatch.setenv(name, there)
    if value is None:
        monkeypatch.delenv(missing)
    else:
        monkeypatch.setenv(missing, value)
    with pytest.raises(InputError, match=f"^the environment variable {missing} is not set$") as caught:
        Issuer.from_env()
    assert caught.value.code == "missing_variable"


@pytest.mark.parametrize(
    ("missing", "instead"),
    [
        ("TWILIO_API_KEY", "TWILIO_API_KEY_SID"),
        ("TWILIO_API_SECRET", "TWILIO_API_KEY_SECRET"),
        ("TWILIO_API_SECRET", "TWILIO_API_SECRET_KEY"),
    ],
)
def test_from_env_names_the_variable_that_is_set_instead(
    missing: str, instead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, there in ENVIRONMENT.items():
        monkeypatch.setenv(instead if name == missing else name, there)
    monkeypatch.delenv(missing, raising=False)
    with pytest.raises(InputError) as caught:
        Issuer.from_env()
    assert caught.value.code == "missing_variable"
    assert (
        str(caught.value)
        == f"the environment variable {missing} is not set, but {instead} is; expected the name {missing}"
    )


@pytest.mark.parametrize("threads", [1, 2, 3, 4, 100])
@pytest.mark.parametrize("count", [0, 1, 2, 7, 100])
def test_mint_many_keeps_the_order_on_any_number_of_threads(threads: int, count: int) -> None:
    identities: list[str | int] = [index if index % 3 == 0 else f"user-{index}" for index in range(count)]
    minter = issuer()
    options: dict[str, Any] = {"grants": [VideoGrant()], "ttl": 60, "nbf": NOW - 1, "now": NOW}
    tokens = minter.mint_many(iter(identities), threads=threads, **options)
    assert [claims(token)["grants"]["identity"] for token in tokens] == [str(one) for one in identities]
    assert tokens == [minter.mint(identity, **options) for identity in identities]


def test_mint_many_reads_the_clock_once() -> None:
    def slow() -> Iterator[str]:
        yield "alice"
        time.sleep(1.1)
        yield "bob"

    assert len({claims(token)["iat"] for token in issuer().mint_many(slow())}) == 1


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize(
    ("wrong", "kind", "code"),
    [
        ("", InputError, "required"),
        (None, InputError, "required"),
        ("\ud800", InputError, "lone_surrogate"),
        (1.5, InputTypeError, "wrong_type"),
        (True, InputTypeError, "wrong_type"),
    ],
)
def test_one_wrong_identity_fails_all(
    threads: int, wrong: Any, kind: type[GrantmintError], code: str
) -> None:
    identities = [f"user-{index}" for index in range(50)]
    for index in (0, 1, 25, 49):
        with pytest.raises(kind, match=rf"^identities\[{index}\]: identity ") as caught:
            issuer().mint_many([*identities[:index], wrong, *identities[index:]], threads=threads)
        assert (caught.value.code, caught.value.field, caught.value.index) == (code, "identity", index)


@pytest.mark.parametrize("wrong", list(itertools.permutations(["", "\ud800", 1.5], 2)), ids=ascii)
def test_the_first_wrong_identity_is_named(wrong: tuple[Any, Any]) -> None:
    with pytest.raises(GrantmintError, match=r"^identities\[1\]: "):
        issuer().mint_many(["alice", *wrong])


def test_mint_many_leaves_the_users_exception_alone() -> None:
    def failing() -> Iterator[str]:
        yield "alice"
        raise LookupError("my own")

    with pytest.raises(LookupError, match=r"^my own$"):
        issuer().mint_many(failing())


def test_threads_share_an_issuer() -> None:
    minter = issuer()

    def mint(worker: int) -> list[str]:
        return [minter.mint(f"user-{worker}-{index}", ttl=60 + worker, now=NOW) for index in range(300)]

    with ThreadPoolExecutor(8) as pool:
        for worker, tokens in enumerate(pool.map(mint, range(8))):
            read = [claims(token) for token in tokens]
            expected = [f"user-{worker}-{index}" for index in range(300)]
            assert [one["grants"]["identity"] for one in read] == expected
            assert {one["exp"] for one in read} == {NOW + 60 + worker}


def test_an_issuer_never_changes() -> None:
    minter = issuer()
    for name in ("account_sid", "secret", "mint", "ttl"):
        with pytest.raises(AttributeError):
            setattr(minter, name, "x")
    with pytest.raises(TypeError, match="base type"):
        type("Mine", (Issuer,), {})


@pytest.mark.parametrize(
    ("threads", "code"),
    [
        (0, "out_of_range"),
        (-1, "out_of_range"),
        (1025, "out_of_range"),
        ("2", "wrong_type"),
        (True, "wrong_type"),
    ],
    ids=repr,
)
def test_an_invalid_number_of_threads(threads: Any, code: str) -> None:
    with pytest.raises((InputError, InputTypeError)) as caught:
        issuer().mint_many(["alice"], threads=threads)
    assert (caught.value.code, caught.value.field) == (code, "threads")


@pytest.mark.parametrize("threads", [0, -7, 1025, 10**30])
def test_a_number_of_threads_is_named_as_it_is(threads: int) -> None:
    with pytest.raises(InputError, match=rf"^threads must be from 1 to 1024, not {threads}$"):
        issuer().mint_many(["alice"], threads=threads)


def test_one_long_identity_takes_no_memory_for_a_thousand() -> None:
    tokens = issuer().mint_many(["a" * 256, *map(str, range(1023))])
    assert len(tokens) == 1024


def test_more_threads_than_any_machine_has() -> None:
    identities = [str(number) for number in range(2000)]
    tokens = issuer().mint_many(identities, threads=1024, now=NOW)
    assert [claims(token)["grants"]["identity"] for token in tokens] == identities


def test_an_exception_before_the_first_item_of_a_list_passes_through() -> None:
    """Such an exception comes from a query that cannot reach its database."""

    class Query:
        def __iter__(self) -> Iterator[Any]:
            raise ConnectionError("no database")

    for call in (issuer().mint_many, lambda grants: issuer().mint("alice", grants=grants)):
        with pytest.raises(ConnectionError, match="no database"):
            call(Query())


def test_a_string_is_no_list_of_identities() -> None:
    with pytest.raises(InputTypeError, match="identities must be a list, not str"):
        issuer().mint_many("alice")


@pytest.mark.parametrize(
    "identities", [b"ab", bytearray(b"ab"), memoryview(b"ab"), {"a": 1}, {"a"}], ids=repr
)
def test_some_iterables_are_rejected_as_lists(identities: Any) -> None:
    with pytest.raises(InputTypeError, match="identities must be a list"):
        issuer().mint_many(identities)


def test_the_length_that_a_list_claims_is_not_believed() -> None:
    class Boastful(list[str]):
        def __len__(self) -> int:
            return 1 << 45

    [token] = issuer().mint_many(Boastful(["alice"]))
    assert claims(token)["grants"]["identity"] == "alice"
