//! The field, kind and message of every rejection. `documented.rs` tests the codes and Twilio's numbers.

use grantmint::internal::TokenErrorKind::{self, Expired, Malformed, NotYetValid, Signature};
use grantmint::internal::kind_of;
use grantmint::{Claim, Segment, TokenError};

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
            TokenError::NotBase64url(Segment::Signature),
            Some("signature"),
            Malformed,
            "the token's signature is not base64url without padding",
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
