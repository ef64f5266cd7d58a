"""The workload of every contender, and the check of its tokens."""

import jwt
from joserfc import jws
from joserfc.jwk import OctKey

TTL = 3600

BASE = {
    "account_sid": "AC0123456789abcdef0123456789abcdef",
    "key_sid": "SK0123456789abcdef0123456789abcdef",
    "secret": "fake-secret-fake-secret-fake-secret",
    "service_sid": "IS0123456789abcdef0123456789abcdef",
    "room": "daily",
    "voice": None,
}


def workload(claims_bytes: int = 0) -> dict:
    """A Chat and a Video grant; with a Voice grant so large that the claims reach a size, if one is given."""
    if not claims_bytes:
        return BASE
    # Some 50 bytes each, as a call's parameters are: names and short texts, not one long string.
    count = max(1, round((claims_bytes - 400) / 50))
    params = {f"parameter{number:03}": f"value {number:03} of some thirty chars" for number in range(count)}
    return BASE | {"voice": {"application_sid": "AP0123456789abcdef0123456789abcdef", "params": params}}


def check_minted(_name: str, answer: dict, work: dict) -> None:
    """The answer of a contender that mints: a token and its identity."""
    verify(answer["token"], answer["identity"], work)


def verify(token: str, identity: str, work: dict) -> None:
    """Two libraries check the signature, and the claims must be those that were asked for."""
    claims = jwt.decode(token, work["secret"], algorithms=["HS256"])
    jws.deserialize_compact(token, OctKey.import_key(work["secret"]), algorithms=["HS256"])
    header = jwt.get_unverified_header(token)

    grants = {
        "identity": identity,
        "chat": {"service_sid": work["service_sid"]},
        "video": {"room": work["room"]},
    }
    if voice := work["voice"]:
        grants["voice"] = {
            "outgoing": {"application_sid": voice["application_sid"], "params": voice["params"]}
        }
    # twilio-python writes no `iat`, but an `nbf`.
    issued = claims.get("iat", claims.get("nbf"))
    same = {
        "alg": (header["alg"], "HS256"),
        "cty": (header["cty"], "twilio-fpa;v=1"),
        "jti": (claims["jti"], f"{work['key_sid']}-{issued}"),
        "grants": (claims["grants"], grants),
        "lifetime": (claims["exp"] - issued, TTL),
        "iss": (claims["iss"], work["key_sid"]),
        "sub": (claims["sub"], work["account_sid"]),
    }
    for name, (found, wanted) in same.items():
        if found != wanted:
            raise ValueError(f"{name} is {found}, not {wanted}")
