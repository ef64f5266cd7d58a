//! Everything that can be wrong with a token that somebody presents.

use std::fmt;

use crate::finding;

/// Why a token was refused.
///
/// The mistake is that of whoever made or presented the token, not of the caller. [`TokenError::code`] is stable and
/// the same in Rust, Python and Node. No message repeats what stands in the token: it may be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// Not a string at all. Only callers from dynamic languages can find this.
    NotAString,
    /// More bytes than the verifier reads.
    TooLarge {
        /// The most that it reads.
        max: usize,
    },
    /// Not three non-empty segments joined by dots (RFC 7515, section 7.1): a JWE, a JSON serialization, half a token.
    NotCompact,
    /// A segment that is not base64url without padding in its one canonical form (RFC 4648, sections 3.5 and 5).
    NotBase64url(Segment),
    /// A header or payload that is not the UTF-8 text of a JSON object (RFC 7515, section 5.2; RFC 7519, section 7.2).
    NotJsonObject(Segment),
    /// A member name that stands twice in an object, at whatever depth (RFC 8725, section 2.4; RFC 7519, section 4).
    DuplicateMember(Segment),
    /// Nested deeper than [`json::MAX_DEPTH`](crate::json::MAX_DEPTH).
    TooDeep(Segment),
    /// A header parameter that changes how a token must be read: `crit`, `b64`, `zip`, `enc`.
    UnsupportedHeader(&'static str),
    /// Another `alg` than the one pinned (RFC 8725, section 3.1).
    WrongAlgorithm,
    /// A `typ` other than `JWT` (RFC 8725, section 3.11).
    WrongTyp,
    /// A `cty` other than `twilio-fpa;v=1`: a token of another kind (RFC 8725, section 3.12).
    WrongCty,
    /// The signature is not that of the key.
    BadSignature,
    /// The token's `iss` is none of the verifier's keys.
    UnknownKey,
    /// A claim that must be there is not.
    MissingClaim(&'static str),
    /// A claim of a wrong type: a time that is no whole number, an issuer that is no string.
    ClaimWrongType(&'static str),
    /// A time before 1970 or after the year 9999.
    ClaimOutOfRange(&'static str),
    /// The expiry has come (RFC 7519, section 4.1.4).
    Expired {
        /// The token's expiry, in seconds since the epoch.
        exp: u64,
        /// The time that it was compared with, likewise.
        now: u64,
    },
    /// The moment has not come from which the token is valid (RFC 7519, section 4.1.5).
    NotYetValid {
        /// That moment, in seconds since the epoch.
        nbf: u64,
        /// The time that it was compared with, likewise.
        now: u64,
    },
    /// The token is of another account.
    WrongAccount,
}

/// A part of a token in the compact serialization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// The first.
    Header,
    /// The second, which holds the claims.
    Payload,
    /// The third.
    Signature,
}

impl Segment {
    /// `"header"`, `"payload"` or `"signature"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        }
    }
}

/// What a refusal is about, as Python's exception classes tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenErrorKind {
    /// Not an Access Token of the form that Twilio takes.
    Malformed,
    /// Not signed by the key.
    Signature,
    /// A claim is missing or wrong.
    Claim,
    /// Expired.
    Expired,
    /// Not valid yet.
    NotYetValid,
}

impl TokenError {
    /// The stable, machine-readable name of what is wrong, such as `"expired"`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAString => "not_a_string",
            Self::TooLarge { .. } => "token_too_large",
            Self::NotCompact => "not_compact",
            Self::NotBase64url(_) => "not_base64url",
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
            Self::WrongAccount => "wrong_account",
        }
    }

    /// The segment, header parameter or claim that is wrong, where it is one.
    #[must_use]
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::NotBase64url(segment)
            | Self::NotJsonObject(segment)
            | Self::DuplicateMember(segment)
            | Self::TooDeep(segment) => Some(segment.name()),
            Self::UnsupportedHeader(name) => Some(name),
            Self::WrongAlgorithm => Some("alg"),
            Self::WrongTyp => Some("typ"),
            Self::WrongCty => Some("cty"),
            Self::UnknownKey => Some("iss"),
            Self::MissingClaim(claim) | Self::ClaimWrongType(claim) | Self::ClaimOutOfRange(claim) => {
                Some(claim)
            }
            Self::Expired { .. } => Some("exp"),
            Self::NotYetValid { .. } => Some("nbf"),
            Self::WrongAccount => Some("sub"),
            Self::NotAString | Self::TooLarge { .. } | Self::NotCompact | Self::BadSignature => None,
        }
    }

    /// What the refusal is about.
    #[must_use]
    pub fn kind(self) -> TokenErrorKind {
        match self {
            Self::BadSignature | Self::UnknownKey => TokenErrorKind::Signature,
            Self::MissingClaim(_)
            | Self::ClaimWrongType(_)
            | Self::ClaimOutOfRange(_)
            | Self::WrongAccount => TokenErrorKind::Claim,
            Self::Expired { .. } => TokenErrorKind::Expired,
            Self::NotYetValid { .. } => TokenErrorKind::NotYetValid,
            _ => TokenErrorKind::Malformed,
        }
    }

    /// The numbers with which Twilio would [refuse the token](https://www.twilio.com/docs/api/errors): the likely ones,
    /// since Twilio's backend has the last word.
    #[must_use]
    pub fn twilio_codes(self) -> &'static [u32] {
        // Those of the finding that says the same.
        let rule = match self {
            Self::NotAString => &finding::NOT_A_STRING,
            Self::TooLarge { .. } => &finding::TOKEN_TOO_LARGE,
            Self::NotCompact => &finding::NOT_COMPACT,
            Self::NotBase64url(_) => &finding::NOT_BASE64URL,
            Self::NotJsonObject(_) => &finding::NOT_JSON_OBJECT,
            Self::DuplicateMember(_) => &finding::DUPLICATE_MEMBER,
            Self::TooDeep(_) => &finding::NESTED_TOO_DEEP,
            Self::UnsupportedHeader(_) => &finding::UNSUPPORTED_HEADER,
            Self::WrongAlgorithm => &finding::WRONG_ALGORITHM,
            Self::WrongTyp => &finding::WRONG_TYP,
            Self::WrongCty => &finding::WRONG_CTY,
            Self::BadSignature => &finding::BAD_SIGNATURE,
            Self::UnknownKey | Self::MissingClaim("iss") | Self::ClaimWrongType("iss") => {
                &finding::MALFORMED_ISSUER
            }
            Self::WrongAccount | Self::MissingClaim("sub") | Self::ClaimWrongType("sub") => {
                &finding::MALFORMED_SUBJECT
            }
            Self::NotYetValid { .. }
            | Self::ClaimWrongType("nbf" | "iat")
            | Self::ClaimOutOfRange("nbf" | "iat") => &finding::NOT_YET_VALID,
            Self::Expired { .. } => &finding::EXPIRED,
            Self::MissingClaim("exp") | Self::ClaimWrongType("exp") | Self::ClaimOutOfRange("exp") => {
                &finding::CLAIM_OUT_OF_RANGE
            }
            Self::ClaimWrongType("identity") => &finding::IDENTITY_NOT_STRING,
            Self::MissingClaim(_) | Self::ClaimWrongType(_) | Self::ClaimOutOfRange(_) => {
                &finding::GRANTS_NOT_OBJECT
            }
        };
        rule.twilio_codes
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NotAString => f.write_str("the token is not a string"),
            Self::TooLarge { max } => write!(f, "the token is larger than {max} bytes"),
            Self::NotCompact => f.write_str(
                "the token is not three segments of base64url joined by dots (header.payload.signature)",
            ),
            Self::NotBase64url(segment) => {
                write!(f, "the token's {} is not base64url without padding", segment.name())
            }
            Self::NotJsonObject(segment) => write!(f, "the token's {} is not a JSON object", segment.name()),
            Self::DuplicateMember(segment) => {
                write!(f, "the token's {} holds a member name twice", segment.name())
            }
            Self::TooDeep(segment) => {
                let levels = crate::json::MAX_DEPTH;
                write!(f, "the token's {} is nested deeper than {levels} levels", segment.name())
            }
            Self::UnsupportedHeader(name) => {
                write!(f, "the token's header has {name}, which no Access Token has")
            }
            Self::WrongAlgorithm => f.write_str("the token's alg is not the algorithm expected"),
            Self::WrongTyp => f.write_str("the token's typ is not JWT"),
            Self::WrongCty => {
                f.write_str("the token's cty is not twilio-fpa;v=1: it is a token of another kind")
            }
            Self::BadSignature => f.write_str("the token's signature is not that of the key"),
            Self::UnknownKey => f.write_str("the token was issued by an unknown key"),
            Self::MissingClaim(claim) => write!(f, "the token has no {claim}"),
            Self::ClaimWrongType(claim) => write!(f, "the token's {claim} is of a wrong type"),
            Self::ClaimOutOfRange(claim) => write!(f, "the token's {claim} is out of range"),
            Self::Expired { exp, now } => write!(f, "the token has expired (exp is {exp}, now is {now})"),
            Self::NotYetValid { nbf, now } => {
                write!(f, "the token is not valid yet (nbf is {nbf}, now is {now})")
            }
            Self::WrongAccount => f.write_str("the token is of another account"),
        }
    }
}

impl std::error::Error for TokenError {}
