"""The contenders that mint in Python.

Each takes the workload, loads its library and returns a function from an identity to a token. Each gets its
key and claims in the form in which it is fastest.
"""

from time import time

CTY = "twilio-fpa;v=1"


def issuer(work):
    return issuer_itself(work).mint


def issuer_itself(work):
    from grantmint import ChatGrant, Issuer, VideoGrant, VoiceGrant

    grants = [ChatGrant(service_sid=work["service_sid"]), VideoGrant(room=work["room"])]
    if work["voice"]:
        grants.append(VoiceGrant(**voice_arguments(work)))
    return Issuer(work["account_sid"], work["key_sid"], work["secret"], grants=grants)


def access_token(work):
    from grantmint.access_token import AccessToken
    from grantmint.access_token.grants import ChatGrant, VideoGrant, VoiceGrant

    return official(AccessToken, ChatGrant, VideoGrant, VoiceGrant, work)


def twilio(work):
    from twilio.jwt.access_token import AccessToken
    from twilio.jwt.access_token.grants import ChatGrant, VideoGrant, VoiceGrant

    return official(AccessToken, ChatGrant, VideoGrant, VoiceGrant, work)


def official(AccessToken, ChatGrant, VideoGrant, VoiceGrant, work):
    """Mints as Twilio's quickstarts do. Both libraries run this code."""
    account_sid, key_sid, secret = work["account_sid"], work["key_sid"], work["secret"]
    service_sid, room, voice = work["service_sid"], work["room"], work["voice"] and voice_arguments(work)

    def mint(identity):
        token = AccessToken(account_sid, key_sid, secret, identity=identity)
        token.add_grant(ChatGrant(service_sid=service_sid))
        token.add_grant(VideoGrant(room=room))
        if voice:
            token.add_grant(VoiceGrant(**voice))
        return token.to_jwt()

    return mint


def voice_arguments(work):
    return {
        "outgoing_application_sid": work["voice"]["application_sid"],
        "outgoing_application_params": work["voice"]["params"],
    }


def pyjwt(work):
    import jwt

    key = work["secret"].encode()
    headers = {"cty": CTY}
    return lambda identity: jwt.encode(claims_of(work, identity), key, "HS256", headers)


def joserfc(work):
    from joserfc import jwt
    from joserfc.jwk import OctKey

    key = OctKey.import_key(work["secret"])
    header = {"alg": "HS256", "typ": "JWT", "cty": CTY}
    return lambda identity: jwt.encode(header, claims_of(work, identity), key)


def authlib(work):
    import warnings

    # authlib warns that joserfc replaces this module.
    with warnings.catch_warnings(record=True):
        from authlib.jose import JsonWebKey, JsonWebToken

    jwt = JsonWebToken(["HS256"])
    key = JsonWebKey.import_key(work["secret"], {"kty": "oct"})
    header = {"alg": "HS256", "typ": "JWT", "cty": CTY}
    return lambda identity: jwt.encode(header, claims_of(work, identity), key).decode()


def claims_of(work, identity):
    now = int(time())
    return {
        "jti": f"{work['key_sid']}-{now}",
        "grants": grants_of(work, identity),
        "iat": now,
        "exp": now + 3600,
        "iss": work["key_sid"],
        "sub": work["account_sid"],
    }


def grants_of(work, identity):
    grants = {
        "identity": identity,
        "chat": {"service_sid": work["service_sid"]},
        "video": {"room": work["room"]},
    }
    if voice := work["voice"]:
        grants["voice"] = {
            "outgoing": {"application_sid": voice["application_sid"], "params": voice["params"]}
        }
    return grants
