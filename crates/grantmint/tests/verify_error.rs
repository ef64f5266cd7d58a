//! The field, kind and message of every rejection. `documented.rs` tests the codes and Twilio's numbers.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use base64_simd::URL_SAFE_NO_PAD;
use grantmint::internal::TokenErrorKind::{self, Expired, Malformed, NotYetValid, Signature};
use grantmint::internal::kind_of;
use grantmint::{Claim, Segment, TokenError, Verifier};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::json;

const SECRET: &str = "fake-secret-0123456789-abcdefghi";
const NOW: u64 = 1_700_000_000;

fn sid(prefix: &str) -> String {
    format!("{prefix}0123456789abcdef0123456789abcdef")
}

#[test]
fn a_rejection_has_a_field_a_kind_and_a_message() {
    let (exp, nbf, now) = (1_700_000_000, 1_700_000_002, 1_700_000_001);
    for (error, field, kind, message) in [
        (TokenError::NotAString, None, Malformed, "the token is not a string"),
        (TokenError::TooLarge { max: 16 }, None, Malformed, "the token is larger than 16 bytes"),
        (
            TokenError::NotCompact,
            None,
            Malformed,
            "the token is not three segments of base64url joined by dots (header.payload.signature)",
        ),
        (
            TokenError::NotBase64url { segment: Segment::Signature, around: None },
            Some("signature"),
            Malformed,
            "the token's signature is not base64url without padding",
        ),
        (
            TokenError::NotBase64url {
                segment: Segment::Header,
                around: Some("\"Bearer\" is before the token"),
            },
            Some("header"),
            Malformed,
            "the token's header is not base64url without padding: \"Bearer\" is before the token",
        ),
        (
            TokenError::NotJsonObject(Segment::Payload),
            Some("payload"),
            Malformed,
            "the token's payload is not a JSON object",
        ),
        (
            TokenError::DuplicateMember(Segment::Header),
            Some("header"),
            Malformed,
            "the token's header contains a duplicate member name",
        ),
        (
            TokenError::TooDeep(Segment::Payload),
            Some("payload"),
            Malformed,
            "the token's payload is nested deeper than 128 levels",
        ),
        (
            TokenError::UnsupportedHeader("crit"),
            Some("crit"),
            Malformed,
            "the token's header has crit, which Access Tokens do not have",
        ),
        (TokenError::WrongAlgorithm, Some("alg"), Malformed, "the token's alg is not the expected algorithm"),
        (TokenError::WrongTyp, Some("typ"), Malformed, "the token's typ is not JWT"),
        (
            TokenError::WrongCty,
            Some("cty"),
            Malformed,
            "the token's cty is not twilio-fpa;v=1: it is a token of another kind",
        ),
        (TokenError::BadSignature, None, Signature, "the token's signature does not match the key"),
        (TokenError::UnknownKey, Some("iss"), Signature, "the token was issued by an unknown key"),
        (TokenError::MissingClaim(Claim::Exp), Some("exp"), TokenErrorKind::Claim, "the token has no exp"),
        (
            TokenError::ClaimWrongType(Claim::Jti),
            Some("jti"),
            TokenErrorKind::Claim,
            "the token's jti has the wrong type",
        ),
        (
            TokenError::ClaimOutOfRange(Claim::Nbf),
            Some("nbf"),
            TokenErrorKind::Claim,
            "the token's nbf is out of range",
        ),
        (
            TokenError::Expired { exp, now },
            Some("exp"),
            Expired,
            "the token has expired (exp is 1700000000, now is 1700000001)",
        ),
        (
            TokenError::NotYetValid { nbf, now },
            Some("nbf"),
            NotYetValid,
            "the token is not valid yet (nbf is 1700000002, now is 1700000001)",
        ),
        (
            TokenError::WrongAccount,
            Some("sub"),
            TokenErrorKind::Claim,
            "the token belongs to another account",
        ),
    ] {
        assert_eq!((error.field(), kind_of(error)), (field, kind), "{error:?}");
        assert_eq!(error.to_string(), message);
    }
}

/// Whatever an attacker writes into a token ends up in no log: a message contains nothing of it but times.
#[test]
fn no_message_repeats_what_a_token_contains() {
    const CANARY: &str = "zq-canary-qz";
    let good = [
        json!({ "alg": "HS256", "typ": "JWT", "cty": "twilio-fpa;v=1" }),
        json!({ "iss": sid("SK"), "sub": sid("AC"), "iat": NOW, "exp": NOW + 60, "grants": { "identity": "alice" } }),
    ];
    let verifier = Verifier::new(SECRET).unwrap();
    let mut rejected = BTreeSet::new();
    for (segment, member) in [
        (0, "alg"),
        (0, "typ"),
        (0, "cty"),
        (0, "crit"),
        (0, "kid"),
        (0, CANARY),
        (1, "iss"),
        (1, "sub"),
        (1, "iat"),
        (1, "nbf"),
        (1, "exp"),
        (1, "jti"),
        (1, "aud"),
        (1, "grants"),
        (1, CANARY),
    ] {
        let nested = |depth| (0..depth).fold(json!(CANARY), |inner, _| json!({ CANARY: inner }));
        for value in [json!(CANARY), json!([CANARY]), json!({ CANARY: CANARY }), nested(130)] {
            let mut parts = good.clone();
            parts[segment][member] = value;
            for twice in [false, true] {
                let mut texts = parts.clone().map(|part| part.to_string());
                if twice {
                    texts[segment].insert_str(1, &format!("\"{member}\":\"{CANARY}\","));
                }
                let message = texts.map(|text| URL_SAFE_NO_PAD.encode_to_string(text.as_bytes())).join(".");
                let key = EncodingKey::from_secret(SECRET.as_bytes());
                let right = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
                let wrong = URL_SAFE_NO_PAD.encode_to_string(CANARY.repeat(3).as_bytes());
                for signature in [right, wrong, CANARY.to_owned()] {
                    if let Err(error) = verifier.verify_at(format!("{message}.{signature}"), NOW) {
                        let shown = format!("{error} {error:?}");
                        assert!(!shown.contains("canary"), "{shown}");
                        rejected.insert(error.code());
                    }
                }
            }
        }
    }
    assert!(rejected.len() > 10, "{rejected:?}");
}
