//! The parts that the fuzz targets share: tokens with any contents and a good signature, and a peer's verdict on them.
//!
//! A mutated token fails at its signature, so the checks after it would never run. The targets fuzz the parts of a
//! token and sign the result.

use base64_simd::URL_SAFE_NO_PAD;
use grantmint::{TokenError, VerifiedClaims, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};
use serde_json::{Map, Value};

/// The time at which tokens are verified.
pub const NOW: u64 = 1_700_000_000;
/// The secret that tokens are signed with.
pub const SECRET: &str = "fake-secret-0123456789-abcdefghi";

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}"#;
/// The account and the key of every token.
pub const ACCOUNT: &str = "ACa0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0";
/// See [`ACCOUNT`].
pub const KEY: &str = "SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1";
const CLAIMS: &str = r#"{"jti":"SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1-1","grants":{"identity":"alice","video":{}},"iat":1700000000,"exp":1700003600,"iss":"SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1","sub":"ACa0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0"}"#;

/// Returns a token with this header.
pub fn with_header(header: &[u8]) -> String {
    signed(&encode(header), &encode(CLAIMS.as_bytes()))
}

/// Returns a token with these claims.
pub fn with_claims(claims: &[u8]) -> String {
    signed(&encode(HEADER.as_bytes()), &encode(claims))
}

/// Returns two segments, unchanged, and the signature of both.
pub fn signed(header: &str, payload: &str) -> String {
    let message = format!("{header}.{payload}");
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode_to_string(bytes)
}

/// Returns the verdict on a token, after comparing it with the peer's: the peer must accept the tokens that the
/// verifier accepts, with the same claims.
pub fn verdict(token: &str) -> Result<VerifiedClaims, TokenError> {
    // As lenient as the peer, which knows nothing of Twilio.
    let claims = Verifier::builder().secret(SECRET).lenient().build().unwrap().verify_at(token, NOW)?;
    match peer(token) {
        Ok(theirs) => assert_eq!(Value::Object(claims.payload()), theirs, "other claims in {token}"),
        Err(rejection)
            if depth(&Value::Object(claims.payload())).max(depth(&Value::Object(claims.header())))
                > DEPTH =>
        {
            assert!(rejection.contains("JSON"), "the peer rejects {token}: {rejection}");
        }
        // Without the parameters that only the peer reads, it must agree.
        Err(rejection) => {
            let (_, rest) = token.split_once('.').unwrap();
            let (payload, _) = rest.split_once('.').unwrap();
            let theirs = peer(&signed(&encode(&without_unread(claims.header())), payload));
            assert_eq!(Ok(Value::Object(claims.payload())), theirs, "the peer rejects {token}: {rejection}");
        }
    }
    assert!(claims.expires_at() > NOW);
    assert!(claims.not_before().is_none_or(|nbf| nbf <= NOW));
    Ok(claims)
}

fn peer(token: &str) -> Result<Value, String> {
    let mut validation = Validation::new(Algorithm::HS256);
    // The peer reads the clock itself; the times are compared here.
    validation.validate_exp = false;
    // The peer rejects any `aud` that it does not expect, and Access Tokens have none.
    validation.validate_aud = false;
    validation.set_required_spec_claims(&["exp", "iss", "sub"]);
    let key = DecodingKey::from_secret(SECRET.as_bytes());
    jsonwebtoken::decode::<Value>(token, &key, &validation)
        .map(|data| data.claims)
        .map_err(|error| error.to_string())
}

/// serde_json's own limit of levels: one less than `grantmint::internal::MAX_DEPTH`.
const DEPTH: usize = 127;

/// Returns a header without the parameters for finding a key. A verifier with keys ignores them (RFC 7515, section 4),
/// but the peer rejects them if they have a wrong type.
fn without_unread(mut header: Map<String, Value>) -> Vec<u8> {
    header.retain(|name, _| {
        !["kid", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "url", "nonce"].contains(&name.as_str())
    });
    serde_json::to_vec(&header).unwrap()
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Object(object) => 1 + object.values().map(depth).max().unwrap_or(0),
        Value::Array(array) => 1 + array.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
