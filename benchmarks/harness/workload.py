"""The workload of every contender, and the check of the minted tokens."""

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
    """Returns a workload with a Chat and a Video grant.

    `claims_bytes` adds a Voice grant that makes the claims as large.
    """
    if not claims_bytes:
        return BASE
    # About 50 bytes each. The parameters of a call are names and short texts rather than one long string.
    count = max(1, round((claims_bytes - 400) / 50))
    params = {f"parameter{number:03}": f"value {number:03} of some thirty chars" for number in range(count)}
    return BASE | {"voice": {"application_sid": "AP0123456789abcdef0123456789abcdef", "params": params}}


def check_minted(_name: str, answer: dict, work: dict) -> None:
    """Checks the answer of a minting contender: a token and its identity."""
    verify(answer["token"], answer["identity"], work)


def verify(token: str, identity: str, work: dict) -> None:
    """Checks the signature with two libraries, and that the claims are the requested ones."""
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
    # twilio-python writes `nbf` instead of `iat`.
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
