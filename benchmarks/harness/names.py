"""The names of the contenders in the tables."""

MINTERS = {
    "rust": {
        "hmac": "bare HMAC-SHA256 (the floor)",
        "issuer": "grantmint `Issuer`",
        "access_token": "grantmint `AccessToken`",
        "jsonwebtoken_aws_lc": "jsonwebtoken (aws_lc_rs)",
        "jsonwebtoken_rust_crypto": "jsonwebtoken (rust_crypto)",
    },
    "node": {
        "issuer": "grantmint `Issuer`",
        "access_token": "grantmint `AccessToken`",
        "by_hand_hash": "hand-written, two `crypto.hash`",
        "by_hand_hmac": "hand-written, `createHmac`",
        "by_hand_subtle": "hand-written, `crypto.subtle`",
        "fast_jwt": "fast-jwt",
        "jsonwebtoken": "jsonwebtoken",
        "node_rs": "@node-rs/jsonwebtoken",
        "jose": "jose",
        "twilio": "twilio",
    },
    "python": {
        "issuer": "grantmint `Issuer`",
        "access_token": "grantmint `AccessToken`",
        "by_hand_template": "hand-written, template + `hashlib`",
        "by_hand_json": "hand-written, `hmac.digest` + `json`",
        "joserfc": "joserfc",
        "authlib": "Authlib",
        "pyjwt": "PyJWT",
        "twilio": "twilio",
    },
}

# The general JWT libraries of MINTERS.
JWT_LIBRARIES = (
    "jsonwebtoken_aws_lc",
    "jsonwebtoken_rust_crypto",
    "fast_jwt",
    "jsonwebtoken",
    "node_rs",
    "jose",
    "joserfc",
    "authlib",
    "pyjwt",
)

VERIFIERS = {
    "rust": {
        "hmac": "bare HMAC-SHA256 (the floor)",
        "verifier": "grantmint `Verifier`",
        "verifier_grants": "grantmint `Verifier`, and `grants()`",
        "verifier_other_header": "grantmint `Verifier`, tokens of twilio-python",
        "jsonwebtoken_aws_lc": "jsonwebtoken (aws_lc_rs)",
        "jsonwebtoken_rust_crypto": "jsonwebtoken (rust_crypto)",
    },
    "node": {
        "verifier": "grantmint `Verifier`",
        "by_hand_hash": "hand-written, two `crypto.hash` + `JSON.parse`",
        "by_hand": "hand-written, `createHmac` + `JSON.parse`",
        "fast_jwt": "fast-jwt",
        "jsonwebtoken_key_object": "jsonwebtoken, the secret as a `KeyObject`",
        "jsonwebtoken_text": "jsonwebtoken, the secret as text",
        "node_rs": "@node-rs/jsonwebtoken",
        "jose": "jose",
    },
    "python": {
        "verifier": "grantmint `Verifier`",
        "verifier_read": "grantmint `Verifier`, `identity` and `grants` read",
        "from_jwt": "grantmint `AccessToken.from_jwt`",
        "by_hand": "hand-written, `hmac.digest` + `json`",
        "joserfc": "joserfc",
        "authlib": "Authlib",
        "pyjwt": "PyJWT",
        "twilio": "twilio `AccessToken.from_jwt`",
    },
}

REFUSALS = {
    "large": "8 MB",
    "dots": "a million dots",
    "forged": "a wrong signature",
}

INSPECTIONS = {
    "inspect": "`inspect`",
    "inspect_report": "`inspect`, and the report as text",
}

ENGINES = {
    "issuer": "`Issuer.mint`, native",
    "issuer_wasm": "`Issuer.mint`, WebAssembly",
    "access_token": "`AccessToken`, native",
    "access_token_wasm": "`AccessToken`, WebAssembly",
    "by_hand_subtle": "minted by hand with `crypto.subtle`",
    "jose": "minted with jose",
    "verifier": "`Verifier.verify`, native",
    "verifier_wasm": "`Verifier.verify`, WebAssembly",
    "inspect_report": "`inspect`, native",
    "inspect_report_wasm": "`inspect`, WebAssembly",
}

IN_WORKERD = {
    "issuer": "`Issuer.mint`, WebAssembly",
    "by_hand_btoa": "minted by hand with `crypto.subtle` and `btoa`",
    "by_hand_to_base64": "minted by hand with `crypto.subtle` and `toBase64`",
}

SERVERS = {
    "twilio": "twilio",
    "access_token": "grantmint `AccessToken`",
    "issuer": "grantmint `Issuer`",
    "nothing": "signs nothing (the ceiling)",
}

LANGUAGES = {"rust": "Rust", "node": "Node", "python": "Python"}
FRAMEWORKS = {"express": "Express", "fastapi": "FastAPI"}
