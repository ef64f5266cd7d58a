"""Checks every row of docs/differences.md about Python: the behaviour of twilio-python and grantmint."""

from __future__ import annotations

import base64
import contextlib
import json
import pickle
import re
import time
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any
from unittest import mock

import pytest
import twilio.jwt.access_token
import twilio.jwt.access_token.grants
from jwt import InvalidSignatureError, PyJWS

import grantmint
from play import custom as custom_grant

NOW = 1_700_000_000
CREDENTIALS = ("AC1", "SK1", "fake-secret-0123456789-abcdefghi")
OFFICIAL = SimpleNamespace(**vars(twilio.jwt.access_token.grants) | vars(twilio.jwt.access_token))

Make = Callable[[Any], Any]


def create(library: Any) -> Any:
    return library.AccessToken(*CREDENTIALS, identity="alice", nbf=None)


def default(library: Any) -> Any:
    return library.AccessToken(*CREDENTIALS)


def later(**attributes: Any) -> Make:
    """Creates a token and sets attributes afterwards."""

    def make(library: Any) -> Any:
        token = create(library)
        for name, value in attributes.items():
            setattr(token, name, value)
        return token

    return make


def signed_with(secret: Any) -> Make:
    return lambda library: library.AccessToken("AC1", "SK1", secret, nbf=None)


def secret_after(**attributes: Any) -> Make:
    """Returns the secret that signs the token once attributes are set."""

    def make(library: Any) -> str:
        jwt = later(**attributes)(library).to_jwt()
        for secret in (CREDENTIALS[2], *attributes.values()):
            with contextlib.suppress(InvalidSignatureError):
                PyJWS().decode(jwt, secret, algorithms=["HS256"])
                return str(secret)
        return "another one"

    return make


class Computed(dict[str, str]):
    """A mapping that stores nothing."""

    def items(self) -> Any:
        return {"To": "+1555"}.items()


def granting(grant: Callable[[Any], Any]) -> Make:
    return lambda library: library.AccessToken(*CREDENTIALS, [grant(library)], identity="alice", nbf=None)


def granted(name: str) -> Make:
    return granting(lambda library: getattr(library, name)())


CLAIMS = {"iss": "SK1", "sub": "AC1", "exp": 2**33}


def read_back(
    claims: dict[str, Any] | str,
    again: bool = False,
    key: str = CREDENTIALS[2],
    ending: str = "",
    **header: str,
) -> Make:
    """Returns the result of `from_jwt` for a token with these claims, or for the token signed again."""
    text = claims if isinstance(claims, str) else json.dumps(claims)
    jwt = PyJWS().encode(text.encode(), CREDENTIALS[2], headers={"typ": "JWT"} | header) + ending

    def make(library: Any) -> Any:
        decoded = library.AccessToken.from_jwt(jwt, key)
        if again:
            decoded = library.AccessToken.from_jwt(decoded.to_jwt(), key)
        return str(decoded.payload)

    return make


def attribute_read_back(name: str) -> Make:
    """Returns an attribute of the result of `from_jwt`."""
    jwt = PyJWS().encode(json.dumps(CLAIMS).encode(), CREDENTIALS[2])
    return lambda library: str(getattr(library.AccessToken.from_jwt(jwt, CREDENTIALS[2]), name))


def playback(grant: Any) -> Make:
    return granting(lambda library: library.PlaybackGrant(grant))


def voice(**fields: Any) -> Make:
    return granting(lambda library: library.VoiceGrant(**fields))


def custom(key: Any, payload: Any) -> Make:
    return granting(lambda library: custom_grant(library, key, payload))


def nested(levels: int) -> dict[str, Any]:
    return {"d": 1 if levels == 1 else nested(levels - 1)}


def kept_list(library: Any) -> Any:
    grants = [library.VideoGrant()]
    token = library.AccessToken(*CREDENTIALS, grants)
    grants.append(library.SyncGrant())
    return token


def printed(library: Any) -> str:
    return "live token" if "eyJ" in str(create(library)) else "nothing secret"


def pickled(library: Any) -> str:
    return "with the secret" if CREDENTIALS[2].encode() in pickle.dumps(create(library)) else "without it"


def in_the_year_2033(library: Any) -> str:
    with mock.patch("time.time", return_value=2_000_000_000.0):
        claims = create(library).to_jwt().split(".")[1]
    return f"exp {json.loads(base64.urlsafe_b64decode(f'{claims}=='))['exp']}"


# The program of each row, and its results with twilio-python and grantmint. The key is the row's first cell.
ROWS: dict[str, list[tuple[Make, str, str]]] = {
    "`iat`": [(create, '^(?!.*"iat")', f'"iat":{NOW}')],
    "default `nbf`": [(default, f'"nbf":{NOW}', '^(?!.*"nbf")')],
    "identity": [(default, '"grants":{}', '"grants":{}')],
    "integer identity": [(later(identity=-7), '"identity":-7', '"identity":"-7"')],
    "integer identity 0": [(later(identity=0), '"grants":{}', '"identity":"0"')],
    "integer identity beyond 2^53": [
        (later(identity=2**60), '"identity":1152921504606846976', '"identity":"1152921504606846976"')
    ],
    "empty identity set later": [(later(identity=""), '"grants":{}', '"grants":{}')],
    "lifetime over 24 hours, TTL 0 or negative": [
        (later(ttl=86_401), '"exp":1700086401', "^out_of_range"),
        (later(ttl=0), '"exp":1700000000', "^out_of_range"),
        (later(ttl=-5), '"exp":1699999995', "^out_of_range"),
        (later(valid_until=NOW + 86_401), '"exp":1700086401', "^out_of_range"),
    ],
    "expiry that is past (Python)": [
        (later(valid_until=NOW), '"exp":1700000000', "^out_of_range"),
        (later(valid_until=5), '"exp":5', "^out_of_range"),
        (later(valid_until=0), '"exp":1700003600', "^out_of_range"),
    ],
    "`nbf` not before the expiry": [(later(nbf=NOW + 3600), '"nbf":1700003600', "^not_before_expiry")],
    "times that are negative or not whole": [
        (later(nbf=-1), '"nbf":-1', "^out_of_range"),
        (later(nbf=1.5), '"nbf":1.5', "^not_whole"),
        (later(ttl=1.5), '"exp":1700000001.5', "^not_whole"),
    ],
    "TTL set to nothing later": [(later(ttl=None), "^TypeError", '"exp":1700003600')],
    "wrong types": [
        (later(identity=True), '"identity":true', "^wrong_type"),
        (later(identity=["x"]), r'"identity":\["x"\]', "^wrong_type"),
        (later(region=5), '"grants":{"identity":"alice"}', "^wrong_type"),
        (later(nbf="x"), '"nbf":"x"', "^wrong_type"),
        (later(nbf=""), '"nbf":""', '^(?!.*"nbf")'),
        (later(ttl="60"), "^TypeError", "^wrong_type"),
        (voice(incoming_allow="true"), '"voice":{}', "^wrong_type"),
        (
            voice(outgoing_application_sid="AP1", outgoing_application_params="x"),
            '"params":"x"',
            "^wrong_type",
        ),
        (granting(lambda library: library.VideoGrant(room=5)), '"room":5', "^wrong_type"),
        (granting(lambda library: library.VideoGrant(room=0)), '"video":{}', "^wrong_type"),
        (playback([1]), r'"player":\[1\]', "^wrong_type"),
        (custom("fleet", None), '"fleet":null', "^wrong_type"),
        (custom("fleet", [1]), r'"fleet":\[1\]', "^wrong_type"),
        (custom(5, {}), '"5":{}', "^wrong_type"),
    ],
    "a credential emptied later": [
        (later(signing_key_sid="", issuer=""), '"iss":""', "^required: signing_key_sid"),
        (later(account_sid="", subject=""), '^(?!.*"sub")', "^required: account_sid"),
        (later(secret_key=""), "^ValueError: JWT does not have a signing key", "^required: secret"),
    ],
    "a credential missing from the start (Python)": [
        (lambda library: library.AccessToken(None, "SK1", "fake"), '^(?!.*"sub")', "^required: account_sid"),
        (
            lambda library: library.AccessToken("AC1", None, "fake"),
            "^TypeError",
            "^required: signing_key_sid",
        ),
        (signed_with(None), "^ValueError: JWT does not have a signing key", "^required: secret"),
    ],
    "`secret` of a token set later (Python)": [
        (secret_after(secret="another fake secret"), CREDENTIALS[2], "another fake secret"),
    ],
    "another algorithm than HS256, HS384 and HS512": [
        (later(algorithm="none"), "^InvalidKeyError", "^unsupported_algorithm"),
        (later(algorithm="HS1"), "^NotImplementedError", "^unsupported_algorithm"),
        (later(algorithm=None), "^InvalidKeyError", '"iss":"SK1"'),
    ],
    "the list of grants given to the constructor (Python)": [
        (kept_list, '{"video":{},"data_sync":{}}', '{"video":{}}')
    ],
    "`PlaybackGrant` without a grant": [(playback(None), '"player":null', '"player":{}')],
    "parameters without an application SID": [
        (voice(outgoing_application_params={"a": 1}), '"voice":{}', "^needs_field")
    ],
    "empty parameters, `{}`": [
        (
            voice(outgoing_application_sid="AP1", outgoing_application_params={}),
            '"outgoing":{"application_sid":"AP1"}',
            '"params":{}',
        )
    ],
    "region with letters beyond ASCII": [(later(region="é"), r'"twr":"\\u00e9"', '"twr":"é"')],
    "a lone surrogate in a string": [
        (later(identity="a\ud800"), r'"identity":"a\\ud800"', "^lone_surrogate"),
        (later(secret_key="fake\ud800"), "^UnicodeEncodeError", "^lone_surrogate"),
        (playback({"text": "\udfff"}), r'"text":"\\udfff"', "^lone_surrogate"),
    ],
    "custom grant named `identity`": [
        (custom("identity", {"a": 1}), '"grants":{"identity":"alice"}', "^reserved_grant_key")
    ],
    "custom grant whose name looks like an integer": [(custom("7", {}), '"7":{}', '"7":{}')],
    "custom grant named `__proto__`": [(custom("__proto__", {}), '"__proto__":{}', '"__proto__":{}')],
    "custom grant with an empty name": [(custom("", {}), '"":{}', "^required: key")],
    "mappings other than `dict` in free-form objects (Python)": [
        (playback(Computed()), '"player":{}', '"player":{"To":"\\+1555"}'),
        (playback(MappingProxyType({"To": "a"})), "^TypeError", '"player":{"To":"a"}'),
    ],
    "keys that are not strings in free-form objects (Python)": [
        (playback({1: 2, None: 3}), '"player":{"1":2,"null":3}', "^not_json")
    ],
    "free-form objects by which the claims are nested deeper than 128 levels": [
        (playback(nested(126)), '"d":1}', '"d":1}'),
        (playback(nested(127)), '"d":1}', "^too_deep"),
    ],
    "integers in free-form objects that a double cannot hold": [
        (playback({"n": 2**53 + 1}), '"n":9007199254740993', "^lossy_integer"),
        (playback({"n": 2**60}), '"n":1152921504606846976', "^lossy_integer"),
    ],
    "NaN and infinities in free-form objects": [
        (playback({"n": float("nan")}), '"n":NaN', "^not_json"),
        (playback({"n": float("-inf")}), '"n":-Infinity', "^not_json"),
    ],
    "a secret of nothing but zero bytes": [(signed_with("\0" * 32), '"iss":"SK1"', "^secret_is_zeros")],
    "`from_jwt` of a token without `exp`, `iss` or `sub` (Python)": [
        (read_back({"iss": "SK1", "sub": "AC1"}), "SK1", "^missing_claim: the token has no exp"),
        (read_back({"exp": 2**33, "sub": "AC1"}), "AC1", "^missing_claim: the token has no iss"),
        (read_back({"exp": 2**33, "iss": "SK1"}), "SK1", "^missing_claim: the token has no sub"),
    ],
    "`from_jwt` of a token with an `aud` that is an empty list or object (Python)": [
        (read_back(CLAIMS | {"aud": []}), "SK1", "^unexpected_audience"),
        (read_back(CLAIMS | {"aud": {}}), "SK1", "^unexpected_audience"),
    ],
    "`from_jwt` of a token with `grants`, an identity or an `iss` of another type, such as `null` (Python)": [
        (read_back(CLAIMS | {"grants": None}), "SK1", "^claim_wrong_type: the token's grants"),
        (read_back(CLAIMS | {"grants": []}), "SK1", "^claim_wrong_type: the token's grants"),
        (read_back(CLAIMS | {"grants": {"identity": None}}), "SK1", "^claim_wrong_type: .* identity"),
        (read_back(CLAIMS | {"grants": {"identity": 0.5}}), "SK1", "^claim_wrong_type: .* identity"),
        (read_back(CLAIMS | {"iss": 1}), "AC1", "^claim_wrong_type: the token's iss"),
    ],
    "`from_jwt` of a token of another kind, by its `typ`, `cty`, `zip` or `enc` (Python)": [
        (read_back(CLAIMS, typ="at+jwt"), "SK1", "^wrong_typ"),
        (read_back(CLAIMS, cty="twilio-pkrv;v=1"), "SK1", "^wrong_cty"),
        (read_back(CLAIMS, zip="DEF"), "SK1", "^unsupported_header"),
        (read_back(CLAIMS, enc="A256GCM"), "SK1", "^unsupported_header"),
    ],
    "`from_jwt` of a token with a duplicate member name (Python)": [
        (read_back('{"iss":"SK1","iss":"SK2","sub":"AC1","exp":8589934592}'), "SK2", "^duplicate_member"),
    ],
    "`from_jwt` of a token with times that are strings or fractions, before 1970 or after 9999 (Python)": [
        (read_back(CLAIMS | {"exp": str(2**33)}), "SK1", "^claim_wrong_type"),
        (read_back(CLAIMS | {"nbf": 1.5}), "SK1", "^claim_wrong_type"),
        (read_back(CLAIMS | {"nbf": -1}), "SK1", "^claim_out_of_range"),
        (read_back(CLAIMS | {"exp": 1_700_000_000_000}), "SK1", "^claim_out_of_range"),
    ],
    "`from_jwt` of a token with base64 padding, a lone surrogate or `NaN`, nested deeper than 128 levels, or "
    "larger than 16,384 bytes (Python)": [
        (read_back(CLAIMS, ending="="), "SK1", "^not_base64url"),
        (read_back(json.dumps(CLAIMS | {"a": "\ud800"})), "SK1", "^not_json_object"),
        (read_back(json.dumps(CLAIMS | {"a": float("nan")})), "SK1", "^not_json_object"),
        (read_back(CLAIMS | {"a": nested(128)}), "SK1", "^nested_too_deep"),
        (read_back(CLAIMS | {"a": "a" * 16_384}), "SK1", "^token_too_large"),
    ],
    "`from_jwt` without a key (Python)": [
        (read_back(CLAIMS | {"aud": "x"}, key=""), "SK1", "^unexpected_audience"),
        (read_back(CLAIMS | {"iat": 2**33 - 1}, key=""), "SK1", "^issued_in_future"),
        (read_back(CLAIMS | {"sub": 1}, key=""), "SK1", "^claim_wrong_type: the token's sub"),
        (read_back(CLAIMS | {"jti": 1}, key=""), "SK1", "^claim_wrong_type: the token's jti"),
    ],
    "`secret_key` and `ttl` of the result of `from_jwt` (Python)": [
        (attribute_read_back("secret_key"), CREDENTIALS[2], "^AttributeError"),
        (attribute_read_back("ttl"), "3600", "^AttributeError"),
    ],
    "signing the result of `from_jwt` again (Python)": [
        (read_back(CLAIMS, again=True), "SK1", "^AttributeError"),
    ],
    "a secret that is the text of a PEM, JWK or OpenSSH key": [
        (signed_with("-----BEGIN PUBLIC KEY-----\nfake"), '"iss":"SK1"', "^secret_is_key"),
        (
            signed_with("-----BEGIN PUBLIC KEY-----\nfake\n-----END PUBLIC KEY-----\n"),
            "^InvalidKeyError",
            "^secret_is_key",
        ),
        (signed_with('{"kty":"oct","k":"fake"}'), "^InvalidKeyError", "^secret_is_key"),
        (signed_with("ssh-rsa fake"), "^InvalidKeyError", "^secret_is_key"),
    ],
    "unknown options (a misspelled `servicesid`)": [
        (granting(lambda library: library.SyncGrant(servicesid="IS1")), "^TypeError", "^unknown_option")
    ],
    "a copy or a pickle of a token object": [(pickled, "^with the secret", "^TypeError")],
    "a clock that a test has replaced, `Date` or `time.time`": [
        (in_the_year_2033, "^exp 2000003600", "^exp (?!2000003600)")
    ],
    "printing a token object": [(printed, "live token", "nothing secret")],
}


# A row for each grant that twilio-python lacks.
for name in grantmint.access_token.grants.__all__:
    if not hasattr(OFFICIAL, name):
        lacked = getattr(grantmint, name)()
        ROWS[f"`{name}`"] = [(granted(name), "^AttributeError", f'"{lacked.key}":{{}}')]


def outcome(make: Make, library: Any, **at: int) -> str:
    """Returns the result: the header and claims as text, or the error."""
    try:
        made = make(library)
        if isinstance(made, str):
            return made
        parts = made.to_jwt(**at).split(".")[:2]
        return " ".join(base64.urlsafe_b64decode(f"{part}==").decode() for part in parts)
    except grantmint.GrantmintError as error:
        return f"{error.code}: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
@pytest.mark.parametrize("row", ROWS)
def test_a_row(row: str) -> None:
    for make, official, ours in ROWS[row]:
        with mock.patch.object(time, "time", return_value=float(NOW)):
            assert re.search(braces(official), outcome(make, OFFICIAL))
        assert re.search(braces(ours), outcome(make, grantmint, now=NOW))


def braces(pattern: str) -> str:
    """Escapes the braces of JSON, which are not repetitions in a regular expression."""
    return pattern.replace("{", r"\{").replace("}", r"\}")


def test_exactly_the_documented_rows_about_twilio_python_are_here() -> None:
    table = Path(__file__).parents[2] / "docs" / "differences.md"
    lines = table.read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if line.startswith("| ")]
    documented = {title for _, title, _, python, *_ in rows[1:] if python}
    assert documented == ROWS.keys()
