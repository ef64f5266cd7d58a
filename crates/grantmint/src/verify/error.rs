//! Why a token was rejected.

use std::fmt;

use crate::json::Fault;
use crate::jws::{Malformed, Segment};
use crate::limits::MAX_DEPTH;
use crate::rules::wrapping::around;
use crate::rules::{self, Rule};

/// The reason why a [`Verifier`](crate::Verifier) rejected a token.
///
/// The token's maker or presenter made the mistake, not the caller. [`TokenError::code`] is stable and equal in Rust,
/// Python and Node. Messages do not repeat text of the token, so they can be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// The token is not a string. Only callers from dynamic languages see this error.
    #[doc(hidden)]
    NotAString,
    /// The token is larger than the verifier accepts.
    TooLarge {
        /// The size limit in bytes.
        max: usize,
    },
    /// The token is not three non-empty segments joined by dots (RFC 7515, section 7.1), but a JWE, a JSON
    /// serialization or a part of a token, for example.
    NotCompact,
    /// A segment is not canonical base64url without padding (RFC 4648, sections 3.5 and 5).
    NotBase64url {
        /// The segment.
        segment: Segment,
        /// What is around the token, if that can be told: `"\"Bearer\" is before the token"`.
        around: Option<&'static str>,
    },
    /// The header or payload is not a JSON object in UTF-8 (RFC 7515, section 5.2; RFC 7519, section 7.2).
    NotJsonObject(Segment),
    /// An object contains a duplicate member name, at any depth (RFC 8725, section 2.4; RFC 7519, section 4).
    DuplicateMember(Segment),
    /// The header or payload is nested deeper than 128 levels.
    TooDeep(Segment),
    /// The header has a parameter that changes how the token must be read: `crit`, `b64`, `zip` or `enc`.
    UnsupportedHeader(&'static str),
    /// The header's `alg` is not the verifier's algorithm (RFC 8725, section 3.1).
    WrongAlgorithm,
    /// The header's `typ` is not `JWT` (RFC 8725, section 3.11).
    WrongTyp,
    /// The header's `cty` is not `twilio-fpa;v=1`: the token is of another kind (RFC 8725, section 3.12).
    WrongCty,
    /// The signature does not match the key.
    BadSignature,
    /// The token's `iss` is not one of the verifier's keys.
    UnknownKey,
    /// A required claim is missing.
    MissingClaim(Claim),
    /// A claim has a wrong type, such as a time that is not a whole number.
    ClaimWrongType(Claim),
    /// A time is before 1970 or after the year 9999.
    ClaimOutOfRange(Claim),
    /// The token has expired (RFC 7519, section 4.1.4).
    Expired {
        /// The token's expiry, in seconds since the epoch.
        exp: u64,
        /// The time of verification, in seconds since the epoch.
        now: u64,
    },
    /// The token is not valid yet (RFC 7519, section 4.1.5).
    NotYetValid {
        /// The time from which the token is valid, in seconds since the epoch.
        nbf: u64,
        /// The time of verification, in seconds since the epoch.
        now: u64,
    },
    /// The token was issued more than a minute ahead of this clock.
    IssuedInFuture {
        /// The time of minting, in seconds since the epoch.
        iat: u64,
        /// The time of verification, in seconds since the epoch.
        now: u64,
    },
    /// The token expires before it becomes valid.
    NeverValid,
    /// The token is valid for more than 24 hours, the longest lifetime that Twilio accepts.
    LifetimeTooLong {
        /// The lifetime in seconds.
        seconds: u64,
    },
    /// The token belongs to another account.
    WrongAccount,
    /// The token's `iss` is not the SID of an API key.
    MalformedIssuer,
    /// The token's `sub` is not the SID of an account.
    MalformedSubject,
    /// The token has an `aud`: it was made for another reader (RFC 7519, section 4.1.3).
    UnexpectedAudience,
}

/// A claim that verifiers read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claim {
    /// The expiry.
    Exp,
    /// The time before which the token is not valid.
    Nbf,
    /// The time of minting.
    Iat,
    /// The API key.
    Iss,
    /// The account.
    Sub,
    /// The token's identifier.
    Jti,
    /// The grants.
    Grants,
    /// The identity, a member of the grants.
    Identity,
}

impl Claim {
    /// Returns the claim's name: `"exp"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Exp => "exp",
            Self::Nbf => "nbf",
            Self::Iat => "iat",
            Self::Iss => "iss",
            Self::Sub => "sub",
            Self::Jti => "jti",
            Self::Grants => "grants",
            Self::Identity => "identity",
        }
    }
}

/// The kind of a rejection, which Python's exception classes distinguish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenErrorKind {
    /// The token does not have the form of an Access Token.
    Malformed,
    /// No known key signed the token.
    Signature,
    /// A claim is missing or wrong.
    Claim,
    /// The token has expired.
    Expired,
    /// The token is not valid yet.
    NotYetValid,
}

impl TokenError {
    /// Returns the stable, machine-readable name of the error, such as `"expired"`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAString => "not_a_string",
            Self::TooLarge { .. } => "token_too_large",
            Self::NotCompact => "not_compact",
            Self::NotBase64url { .. } => "not_base64url",
            Self::NotJsonObject(_) => "not_json_object",
            Self::DuplicateMember(_) => "duplicate_member",
            Self::TooDeep(_) => "nested_too_deep",
            Self::UnsupportedHeader(_) => "unsupported_header",
            Self::WrongAlgorithm => "wrong_algorithm",
            Self::WrongTyp => "wrong_typ",
            Self::WrongCty => "wrong_cty",
            Self::BadSignature => "bad_signature",
            Self::UnknownKey => "unknown_key",
            Self::MissingClaim(_) => "missing_claim",
            Self::ClaimWrongType(_) => "claim_wrong_type",
            Self::ClaimOutOfRange(_) => "claim_out_of_range",
            Self::Expired { .. } => "expired",
            Self::NotYetValid { .. } => "not_yet_valid",
            Self::IssuedInFuture { .. } => "issued_in_future",
            Self::NeverValid => "never_valid",
            Self::LifetimeTooLong { .. } => "lifetime_too_long",
            Self::WrongAccount => "wrong_account",
            Self::MalformedIssuer => "malformed_issuer",
            Self::MalformedSubject => "malformed_subject",
            Self::UnexpectedAudience => "unexpected_audience",
        }
    }

    /// Returns the segment, header parameter or claim that is wrong, if there is a single one.
    #[must_use]
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::NotBase64url { segment, .. }
            | Self::NotJsonObject(segment)
            | Self::DuplicateMember(segment)
            | Self::TooDeep(segment) => Some(segment.name()),
            Self::UnsupportedHeader(name) => Some(name),
            Self::WrongAlgorithm => Some("alg"),
            Self::WrongTyp => Some("typ"),
            Self::WrongCty => Some("cty"),
            Self::UnknownKey | Self::MalformedIssuer => Some("iss"),
            Self::MissingClaim(claim) | Self::ClaimWrongType(claim) | Self::ClaimOutOfRange(claim) => {
                Some(claim.name())
            }
            Self::Expired { .. } | Self::NeverValid | Self::LifetimeTooLong { .. } => Some("exp"),
            Self::IssuedInFuture { .. } => Some("iat"),
            Self::UnexpectedAudience => Some("aud"),
            Self::NotYetValid { .. } => Some("nbf"),
            Self::WrongAccount | Self::MalformedSubject => Some("sub"),
            Self::NotAString | Self::TooLarge { .. } | Self::NotCompact | Self::BadSignature => None,
        }
    }

    /// Returns the numbers with which Twilio would probably [reject the token](https://www.twilio.com/docs/api/errors).
    /// Twilio's backend has the last word.
    #[must_use]
    pub fn twilio_codes(self) -> &'static [u32] {
        self.rule().twilio_codes
    }

    /// Returns how to solve the problem.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Self::UnknownKey => {
                "Add the key, or reject the token. Keep an old key until its last token has expired."
            }
            Self::WrongAccount => "Reject the token, unless the expected account is the wrong one.",
            Self::NotBase64url { around: Some(_), .. } => rules::STRAY_TEXT.advice,
            Self::MissingClaim(Claim::Grants) => rules::GRANTS_MISSING.advice,
            Self::MissingClaim(_) => rules::MISSING_CLAIM.advice,
            Self::ClaimWrongType(Claim::Exp | Claim::Nbf | Claim::Iat) => rules::CLAIM_WRONG_TYPE.advice,
            Self::ClaimOutOfRange(_) => rules::CLAIM_OUT_OF_RANGE.advice,
            _ => self.rule().advice,
        }
    }

    /// Returns the kind of the rejection.
    pub(crate) fn kind(self) -> TokenErrorKind {
        match self {
            Self::BadSignature | Self::UnknownKey => TokenErrorKind::Signature,
            Self::MissingClaim(_)
            | Self::ClaimWrongType(_)
            | Self::ClaimOutOfRange(_)
            | Self::NeverValid
            | Self::LifetimeTooLong { .. }
            | Self::WrongAccount
            | Self::MalformedIssuer
            | Self::MalformedSubject
            | Self::UnexpectedAudience => TokenErrorKind::Claim,
            Self::Expired { .. } => TokenErrorKind::Expired,
            Self::NotYetValid { .. } | Self::IssuedInFuture { .. } => TokenErrorKind::NotYetValid,
            _ => TokenErrorKind::Malformed,
        }
    }

    /// Returns the rule with the same Twilio numbers, which is the broken rule itself wherever there is one.
    fn rule(self) -> &'static Rule {
        match self {
            Self::NotAString => &rules::NOT_A_STRING,
            Self::TooLarge { .. } => &rules::TOKEN_TOO_LARGE,
            Self::NotCompact => &rules::NOT_COMPACT,
            Self::NotBase64url { .. } => &rules::NOT_BASE64URL,
            Self::NotJsonObject(_) => &rules::NOT_JSON_OBJECT,
            Self::DuplicateMember(_) => &rules::DUPLICATE_MEMBER,
            Self::TooDeep(_) => &rules::NESTED_TOO_DEEP,
            Self::UnsupportedHeader(_) => &rules::UNSUPPORTED_HEADER,
            Self::WrongAlgorithm => &rules::WRONG_ALGORITHM,
            Self::WrongTyp => &rules::WRONG_TYP,
            Self::WrongCty => &rules::WRONG_CTY,
            Self::BadSignature => &rules::BAD_SIGNATURE,
            Self::UnknownKey | Self::MalformedIssuer => &rules::MALFORMED_ISSUER,
            Self::WrongAccount | Self::MalformedSubject => &rules::MALFORMED_SUBJECT,
            Self::UnexpectedAudience => &rules::UNEXPECTED_AUDIENCE,
            Self::IssuedInFuture { .. } => &rules::ISSUED_IN_FUTURE,
            Self::NeverValid => &rules::NEVER_VALID,
            Self::LifetimeTooLong { .. } => &rules::LIFETIME_TOO_LONG,
            Self::NotYetValid { .. } => &rules::NOT_YET_VALID,
            Self::Expired { .. } => &rules::EXPIRED,
            Self::MissingClaim(claim) | Self::ClaimWrongType(claim) | Self::ClaimOutOfRange(claim) => {
                match claim {
                    Claim::Iss => &rules::MALFORMED_ISSUER,
                    Claim::Sub => &rules::MALFORMED_SUBJECT,
                    Claim::Nbf | Claim::Iat => &rules::NOT_YET_VALID,
                    Claim::Exp => &rules::CLAIM_OUT_OF_RANGE,
                    Claim::Identity => &rules::IDENTITY_WRONG_TYPE,
                    Claim::Jti => &rules::JTI_WRONG_TYPE,
                    Claim::Grants => &rules::GRANTS_NOT_OBJECT,
                }
            }
        }
    }

    /// Returns the error for a token that cannot be split or decoded.
    pub(super) fn of_form(malformed: Malformed, token: &[u8]) -> Self {
        match malformed {
            Malformed::NotThreeSegments => Self::NotCompact,
            Malformed::NotBase64url(segment) => Self::NotBase64url { segment, around: around(token) },
        }
    }

    /// Returns the error for a segment whose JSON was rejected.
    pub(super) fn in_segment(fault: Fault, segment: Segment) -> Self {
        match fault {
            Fault::NotAnObject => Self::NotJsonObject(segment),
            Fault::Duplicate => Self::DuplicateMember(segment),
            Fault::TooDeep => Self::TooDeep(segment),
        }
    }
}

/// Every code of [`TokenError`].
pub const TOKEN_ERROR_CODES: &[&str] = &[
    "not_a_string",
    "token_too_large",
    "not_compact",
    "not_base64url",
    "not_json_object",
    "duplicate_member",
    "nested_too_deep",
    "unsupported_header",
    "wrong_algorithm",
    "wrong_typ",
    "wrong_cty",
    "bad_signature",
    "unknown_key",
    "missing_claim",
    "claim_wrong_type",
    "claim_out_of_range",
    "expired",
    "not_yet_valid",
    "issued_in_future",
    "never_valid",
    "lifetime_too_long",
    "wrong_account",
    "malformed_issuer",
    "malformed_subject",
    "unexpected_audience",
];

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NotAString => f.write_str("the token is not a string"),
            Self::TooLarge { max } => write!(f, "the token is larger than {max} bytes"),
            Self::NotCompact => f.write_str(
                "the token is not three segments of base64url joined by dots (header.payload.signature)",
            ),
            Self::NotBase64url { segment, around } => {
                write!(f, "the token's {} is not base64url without padding", segment.name())?;
                around.map_or(Ok(()), |around| write!(f, ": {around}"))
            }
            Self::NotJsonObject(segment) => write!(f, "the token's {} is not a JSON object", segment.name()),
            Self::DuplicateMember(segment) => {
                write!(f, "the token's {} contains a duplicate member name", segment.name())
            }
            Self::TooDeep(segment) => {
                let levels = MAX_DEPTH;
                write!(f, "the token's {} is nested deeper than {levels} levels", segment.name())
            }
            Self::UnsupportedHeader(name) => {
                write!(f, "the token's header has {name}, which Access Tokens do not have")
            }
            Self::WrongAlgorithm => f.write_str("the token's alg is not the expected algorithm"),
            Self::WrongTyp => f.write_str("the token's typ is not JWT"),
            Self::WrongCty => {
                f.write_str("the token's cty is not twilio-fpa;v=1: it is a token of another kind")
            }
            Self::BadSignature => f.write_str("the token's signature does not match the key"),
            Self::UnknownKey => f.write_str("the token was issued by an unknown key"),
            Self::MissingClaim(claim) => write!(f, "the token has no {}", claim.name()),
            Self::ClaimWrongType(claim) => write!(f, "the token's {} has the wrong type", claim.name()),
            Self::ClaimOutOfRange(claim) => write!(f, "the token's {} is out of range", claim.name()),
            Self::Expired { exp, now } => write!(f, "the token has expired (exp is {exp}, now is {now})"),
            Self::NotYetValid { nbf, now } => {
                write!(f, "the token is not valid yet (nbf is {nbf}, now is {now})")
            }
            Self::IssuedInFuture { iat, now } => {
                write!(f, "the token was issued in the future (iat is {iat}, now is {now})")
            }
            Self::NeverValid => f.write_str("the token expires before it becomes valid"),
            Self::LifetimeTooLong { seconds } => {
                write!(f, "the token is valid for {seconds} seconds, more than 24 hours")
            }
            Self::MalformedIssuer => f.write_str("the token's iss is not the SID of an API key"),
            Self::MalformedSubject => f.write_str("the token's sub is not the SID of an account"),
            Self::UnexpectedAudience => f.write_str(
                "the token has an aud, which Access Tokens do not have: it was made for another reader",
            ),
            Self::WrongAccount => f.write_str("the token belongs to another account"),
        }
    }
}

impl std::error::Error for TokenError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::tests::one_of_each;

    #[test]
    fn every_code_is_listed() {
        let segment = Segment::Header;
        let samples = one_of_each!(TokenError {
            TokenError::NotAString => TokenError::NotAString,
            TokenError::TooLarge { .. } => TokenError::TooLarge { max: 0 },
            TokenError::NotCompact => TokenError::NotCompact,
            TokenError::NotBase64url { .. } => TokenError::NotBase64url { segment, around: None },
            TokenError::NotJsonObject(_) => TokenError::NotJsonObject(segment),
            TokenError::DuplicateMember(_) => TokenError::DuplicateMember(segment),
            TokenError::TooDeep(_) => TokenError::TooDeep(segment),
            TokenError::UnsupportedHeader(_) => TokenError::UnsupportedHeader("crit"),
            TokenError::WrongAlgorithm => TokenError::WrongAlgorithm,
            TokenError::WrongTyp => TokenError::WrongTyp,
            TokenError::WrongCty => TokenError::WrongCty,
            TokenError::BadSignature => TokenError::BadSignature,
            TokenError::UnknownKey => TokenError::UnknownKey,
            TokenError::MissingClaim(_) => TokenError::MissingClaim(Claim::Exp),
            TokenError::ClaimWrongType(_) => TokenError::ClaimWrongType(Claim::Exp),
            TokenError::ClaimOutOfRange(_) => TokenError::ClaimOutOfRange(Claim::Exp),
            TokenError::Expired { .. } => TokenError::Expired { exp: 0, now: 0 },
            TokenError::NotYetValid { .. } => TokenError::NotYetValid { nbf: 0, now: 0 },
            TokenError::IssuedInFuture { .. } => TokenError::IssuedInFuture { iat: 0, now: 0 },
            TokenError::NeverValid => TokenError::NeverValid,
            TokenError::LifetimeTooLong { .. } => TokenError::LifetimeTooLong { seconds: 0 },
            TokenError::WrongAccount => TokenError::WrongAccount,
            TokenError::MalformedIssuer => TokenError::MalformedIssuer,
            TokenError::MalformedSubject => TokenError::MalformedSubject,
            TokenError::UnexpectedAudience => TokenError::UnexpectedAudience,
        });
        let codes: Vec<_> = samples.into_iter().map(TokenError::code).collect();
        assert_eq!(codes, TOKEN_ERROR_CODES);
    }
}
