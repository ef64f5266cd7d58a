"""The contenders that verify tokens in Python.

Each takes the workload, loads its library and returns two functions. ``verify`` takes a token and raises an
exception for a bad one. ``claims`` reads from its result the values that the harness compares. Only
``verify`` is measured.
"""

import hmac
import json
from binascii import a2b_base64
from time import time

from by_hand import base64url

ALGORITHMS = ["HS256"]
REQUIRED = ["exp", "iss", "sub"]
STANDARD = bytes.maketrans(b"-_", b"+/")


def verifier(work):
    from grantmint import Verifier

    return Verifier(work["secret"]).verify, from_attributes("expires_at")


def verifier_read(work):
    """Reads the claims, too."""
    from grantmint import Verifier

    verifier = Verifier(work["secret"])

    def verify(token):
        claims = verifier.verify(token)
        return claims, claims.identity, claims.grants

    return verify, lambda result: {
        "identity": result[1],
        "grants": result[2],
        "exp": result[0].expires_at,
    }


def from_jwt(work):
    from grantmint.access_token import AccessToken

    key = work["secret"]
    return lambda token: AccessToken.from_jwt(token, key), from_attributes("valid_until")


def inspect(work):
    import grantmint

    secret = work["secret"]
    return lambda token: grantmint.inspect(token, secret), from_inspection


def inspect_report(work):
    import grantmint

    secret = work["secret"]

    def verify(token):
        inspection = grantmint.inspect(token, secret)
        return inspection, str(inspection)

    return verify, lambda result: from_inspection(result[0])


def twilio(work):
    from twilio.jwt.access_token import AccessToken

    key = work["secret"]
    return lambda token: AccessToken.from_jwt(token, key), lambda decoded: from_payload(decoded.payload)


def pyjwt(work):
    import jwt

    key = work["secret"].encode()
    options = {"require": REQUIRED}
    return lambda token: jwt.decode(token, key, ALGORITHMS, options), from_payload


def joserfc(work):
    from joserfc import jwt
    from joserfc.jwk import OctKey

    key = OctKey.import_key(work["secret"])
    required = {name: {"essential": True} for name in REQUIRED}

    def verify(token):
        claims = jwt.decode(token, key, ALGORITHMS).claims
        # A registry keeps the time of its creation, so each call needs a new one.
        jwt.JWTClaimsRegistry(**required).validate(claims)
        return claims

    return verify, from_payload


def authlib(work):
    import warnings

    # authlib warns that joserfc replaces this module.
    with warnings.catch_warnings(record=True):
        from authlib.jose import JsonWebKey, JsonWebToken

    jwt = JsonWebToken(ALGORITHMS)
    key = JsonWebKey.import_key(work["secret"], {"kty": "oct"})
    options = {name: {"essential": True} for name in REQUIRED}

    def verify(token):
        claims = jwt.decode(token, key, claims_options=options)
        claims.validate()
        return claims

    return verify, from_payload


def by_hand(work):
    """Verifies with the standard library, in a careful order: the signature first and in constant
    time, then the header, then the claims. Hand-written code ignores duplicate names."""
    key = work["secret"].encode()

    def verify(token):
        signed, _, signature = token.encode("ascii").rpartition(b".")
        header, _, payload = signed.partition(b".")
        # Comparing the base64url text is faster than decoding it, and accepts only the canonical text.
        if not hmac.compare_digest(base64url(hmac.digest(key, signed, "sha256")), signature):
            raise ValueError("another signature")
        if read_json(header)["alg"] != "HS256":
            raise ValueError("another algorithm")
        claims = read_json(payload)
        now = time()
        if type(claims["exp"]) is not int or now >= claims["exp"]:
            raise ValueError("expired")
        if "nbf" in claims and not claims["nbf"] <= now:
            raise ValueError("not valid yet")
        if not isinstance(claims["iss"], str) or not isinstance(claims["sub"], str):
            raise ValueError("a claim is missing")
        return claims

    return verify, from_payload


def read_json(segment):
    return json.loads(a2b_base64(segment.translate(STANDARD) + b"=="))


def from_attributes(exp):
    return lambda claims: {
        "identity": claims.identity,
        "grants": claims.grants,
        "exp": getattr(claims, exp),
    }


def from_inspection(inspection):
    if not inspection.sound:
        raise ValueError(inspection.findings[0].code)
    return from_attributes("expires_at")(inspection)


def from_payload(payload):
    grants = dict(payload["grants"])
    return {"identity": grants.pop("identity"), "grants": grants, "exp": payload["exp"]}
