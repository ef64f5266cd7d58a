"""Microseconds to verify, reject and explain a token, by language."""

import base64
import json

from .places import node, python, rust
from .rounds import measure
from .workload import BASE, TTL, verify

# It checks no claims and rejects nothing: it shows the minimum cost of a verifier.
FLOOR = "hmac"
# Our own verifier with tokens of twilio-python. It does not recognize the bytes of their header.
OTHER_HEADER = "verifier_other_header"

RUST = (
    FLOOR,
    "verifier",
    "verifier_grants",
    OTHER_HEADER,
    "jsonwebtoken_rust_crypto",
    "jsonwebtoken_aws_lc",
)
NODE = (
    "verifier",
    "by_hand_hash",
    "by_hand",
    "fast_jwt",
    "jsonwebtoken_key_object",
    "node_rs",
    "jose",
    "jsonwebtoken_text",
)
PYTHON = (
    "verifier",
    "verifier_read",
    "from_jwt",
    "by_hand",
    "joserfc",
    "authlib",
    "pyjwt",
    "twilio",
)

INSPECTING = {
    "rust": ("inspect", "inspect_report"),
    # In Node, `inspect` writes the report at once.
    "node": ("inspect_report",),
    "python": ("inspect", "inspect_report"),
}
COMMANDS = {
    "rust": {name: rust("grantmint-benchmarks-verify", name) for name in (*RUST, *INSPECTING["rust"])},
    "node": {name: node("verify.mjs", name) for name in (*NODE, *INSPECTING["node"])},
    "python": {name: python("verify.py", name) for name in (*PYTHON, *INSPECTING["python"])},
}
VERIFYING = {"rust": RUST, "node": NODE, "python": PYTHON}
# The fastest peer, and the most popular one.
REFUSING = {
    "rust": ("verifier", "jsonwebtoken_rust_crypto", "jsonwebtoken_aws_lc"),
    "node": ("verifier", "by_hand", "fast_jwt", "jsonwebtoken_key_object"),
    "python": ("verifier", "by_hand", "joserfc", "pyjwt"),
}

# A power of two, as for the identities of the minting contenders: wrapping around costs nothing.
TOKENS = 1024


def run(settings) -> dict:
    work = workload()
    return {
        language: measure(
            {name: COMMANDS[language][name] for name in names},
            rounds=settings.rounds,
            milliseconds=settings.milliseconds,
            work=work,
            check=check,
        )
        for language, names in VERIFYING.items()
    }


def run_refusals(settings) -> dict:
    work = workload()
    hostile = {
        "large": [large(work["tokens"][0])],
        "dots": ["." * 1_000_000],
        "forged": [forge(token) for token in work["tokens"]],
    }
    return {
        language: {
            kind: measure(
                {name: COMMANDS[language][name] for name in names},
                rounds=settings.few_rounds,
                milliseconds=settings.milliseconds,
                work=work | {"hostile": tokens},
                check=check,
            )
            for kind, tokens in hostile.items()
        }
        for language, names in REFUSING.items()
    }


def run_inspections(settings) -> dict:
    work = workload()
    return {
        language: measure(
            {name: COMMANDS[language][name] for name in names},
            rounds=settings.few_rounds,
            milliseconds=settings.milliseconds,
            work=work,
            check=check,
        )
        for language, names in INSPECTING.items()
    }


def workload() -> dict:
    """Returns tokens that all contenders verify, equal to twilio-node's, and tokens that all must reject."""
    # Imported here because a run installs grantmint first.
    from grantmint import AccessToken, ChatGrant, Issuer, VideoGrant

    credentials = BASE["account_sid"], BASE["key_sid"], BASE["secret"]
    grants = [ChatGrant(service_sid=BASE["service_sid"]), VideoGrant(room=BASE["room"])]
    issuer = Issuer(*credentials, grants=grants)
    identities = [f"user-{number}" for number in range(TOKENS)]
    tokens = [issuer.mint(identity) for identity in identities]
    other_header = [twilio_python(identity) for identity in identities]
    for identity, token in zip(identities, tokens, strict=True):
        verify(token, identity, BASE)
    bad = {
        "forged": forge(tokens[0]),
        "expired": issuer.mint("alice", now=decoded(tokens[0])["iat"] - 2 * TTL),
        "of another algorithm": AccessToken(*credentials, grants, "alice").to_jwt(algorithm="HS512"),
    }
    return BASE | {
        "tokens": tokens,
        "other_header": other_header,
        "bad": bad,
        "hostile": [],
    }


def twilio_python(identity: str) -> str:
    """Returns a token of twilio-python. The members of its header are in another order."""
    from twilio.jwt.access_token import AccessToken
    from twilio.jwt.access_token.grants import ChatGrant, VideoGrant

    token = AccessToken(BASE["account_sid"], BASE["key_sid"], BASE["secret"], identity=identity)
    token.add_grant(ChatGrant(service_sid=BASE["service_sid"]))
    token.add_grant(VideoGrant(room=BASE["room"]))
    return token.to_jwt()


def large(token: str) -> str:
    """Returns a token of eight million characters.

    It has a valid header, JSON as the payload, and the signature of another token.
    """
    claims = decoded(token)
    claims["grants"]["video"]["room"] = "a" * 6_000_000
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    header, _, signature = token.split(".")
    return f"{header}.{payload}.{signature}"


def forge(token: str) -> str:
    """Changes one character of the signature: the tenth, which has no unused bits."""
    signed, _, signature = token.rpartition(".")
    other = "A" if signature[9] != "A" else "B"
    return f"{signed}.{signature[:9]}{other}{signature[10:]}"


def decoded(token: str) -> dict:
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def check(name: str, answer: dict, work: dict) -> None:
    """Checks the claims that a contender read from a good token, and that it rejected every bad token."""
    if name == FLOOR:
        return
    tokens = work["other_header" if name == OTHER_HEADER else "tokens"]
    wanted = decoded(tokens[answer["place"]])
    grants = wanted["grants"]
    identity = grants.pop("identity")
    if identity != f"user-{answer['place']}":
        raise ValueError(f"identity is {identity}")
    same = {"identity": identity, "grants": grants, "exp": wanted["exp"]}
    for claim, value in same.items():
        if answer["claims"][claim] != value:
            raise ValueError(f"{claim} is {answer['claims'][claim]}, not {value}")
    for kind in work["bad"]:
        if not answer["refusals"].get(kind):
            raise ValueError(f"a token that is {kind} is not refused")
    if bool(work["hostile"]) != bool(answer["refusals"].get("hostile")):
        raise ValueError("the hostile token is not refused")
