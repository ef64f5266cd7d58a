"""Hand-written minting with the standard library, for these two grants only."""

import hmac
import json
from binascii import b2a_base64
from hashlib import sha256
from json.encoder import encode_basestring
from time import time

from contenders import claims_of, grants_of

URL_SAFE = bytes.maketrans(b"+/", b"-_")


def by_hand_json(work):
    """Uses ``hmac.digest`` and ``json``, and prepares everything that does not depend on the identity."""
    header = base64url(b'{"alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}') + b"."
    key = work["secret"].encode()
    # json.dumps would create an encoder for each token.
    encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode

    def mint(identity):
        signed = header + base64url(encode(claims_of(work, identity)).encode())
        return (signed + b"." + base64url(hmac.digest(key, signed, "sha256"))).decode()

    return mint


def by_hand_template(work):
    """Uses a template, and computes HMAC (RFC 2104) from two hashes that have already read the key.

    It is the fastest version that we found.
    """
    key = work["secret"].encode()
    if len(key) > sha256().block_size:
        raise ValueError("this one takes short secrets only")
    padded = key.ljust(sha256().block_size, b"\0")
    inner_keyed = sha256(bytes(byte ^ 0x36 for byte in padded))
    outer_keyed = sha256(bytes(byte ^ 0x5C for byte in padded))

    header = base64url(b'{"alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}') + b"."
    start = f'{{"jti":"{work["key_sid"]}-'
    grants = grants_of(work, "")
    del grants["identity"]
    fixed = "," + json.dumps(grants, separators=(",", ":"), ensure_ascii=False)[1:] + ',"iat":'
    end = f',"iss":"{work["key_sid"]}","sub":"{work["account_sid"]}"}}'

    def mint(identity):
        now = int(time())
        quoted = encode_basestring(identity)
        claims = f'{start}{now}","grants":{{"identity":{quoted}{fixed}{now},"exp":{now + 3600}{end}'
        signed = header + base64url(claims.encode())
        inner = inner_keyed.copy()
        inner.update(signed)
        outer = outer_keyed.copy()
        outer.update(inner.digest())
        return (signed + b"." + base64url(outer.digest())).decode()

    return mint


def base64url(data):
    return b2a_base64(data, newline=False).translate(URL_SAFE, b"=")
