//! The mistakes that a caller can make.

use std::borrow::Cow;
use std::fmt;

use crate::algorithm::Algorithm;
use crate::limits::{DEFAULT_MAX_SIZE, MAX_DEPTH, MIN_SECRET};
use crate::shown::shown;
use crate::variables;

/// The reason why a token was not minted, or an issuer or verifier not created.
///
/// The caller made the mistake, except for [`Error::Internal`], which is a bug in grantmint. [`Error::code`] is stable
/// and equal in Rust, Python and Node; any release may reword the message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A required field is missing or empty.
    Required {
        /// The field.
        field: Field,
        /// The value in its place, such as `"empty"`, for the message.
        found: Option<&'static str>,
    },
    /// A number is outside the range of its field.
    OutOfRange {
        /// The field.
        field: Field,
        /// The value that was given.
        found: String,
        /// The smallest value accepted.
        min: u64,
        /// The largest value accepted.
        max: u64,
    },
    /// `nbf` is not before the expiry, so the token would never be valid.
    NotBeforeExpiry {
        /// The requested `nbf`, in seconds since the epoch.
        nbf: u64,
        /// The expiry that results from the other options, in seconds since the epoch.
        exp: u64,
    },
    /// The algorithm is not HS256, HS384 or HS512.
    UnsupportedAlgorithm,
    /// The algorithm is not HS256, the only one that Twilio accepts. [`Issuer`](crate::Issuer) rejects it.
    WrongAlgorithm {
        /// The algorithm that was given.
        found: Algorithm,
    },
    /// The secret is a PEM, JWK or OpenSSH key. Libraries that sign with the text of a public key can be tricked into
    /// accepting forged tokens (RFC 8725, section 2.1).
    SecretIsKey {
        /// The kind of key: "a PEM key".
        kind: &'static str,
    },
    /// The secret consists of zero bytes, such as a buffer that was never filled. HMAC pads keys with zeros, so it is
    /// equivalent to an empty secret (RFC 2104, section 2).
    SecretIsZeros,
    /// The secret is shorter than the 32 bytes that [`Issuer`](crate::Issuer) requires.
    SecretTooShort {
        /// The number of bytes given.
        bytes: usize,
    },
    /// The secret is 32 lower-case hexadecimal digits, as the account's Auth Token is. [`Issuer`](crate::Issuer) rejects it.
    SecretIsAuthToken,
    /// The secret is a SID. [`Issuer`](crate::Issuer) rejects it.
    SecretIsSid,
    /// The secret starts or ends with white space or a quotation mark. [`Issuer`](crate::Issuer) rejects it.
    SecretStrayCharacters {
        /// The problem: `"ends with a line feed"`.
        found: &'static str,
    },
    /// The secret is the text of an unset variable, or a placeholder. [`Issuer`](crate::Issuer) rejects it.
    SecretIsPlaceholder {
        /// The kind of text: `"a placeholder"`.
        found: &'static str,
    },
    /// A SID is not of the right kind: [`Issuer`](crate::Issuer) requires two letters and 32 hexadecimal digits.
    MalformedSid {
        /// The field.
        field: Field,
        /// The two letters that the SID must start with.
        prefix: &'static str,
        /// The kind of text that was given, never the text itself: it may be a secret.
        found: Cow<'static, str>,
    },
    /// A field was given an empty text, which [`Issuer`](crate::Issuer) rejects: an unset variable often causes it.
    Empty(Field),
    /// A grant breaks one of the rules of [`inspect`](crate::inspect()), so [`Issuer`](crate::Issuer) rejects it.
    BrokenGrant {
        /// The grant's key.
        key: String,
        /// The rule's code.
        code: &'static str,
        /// The problem.
        message: String,
    },
    /// The identity is longer than a product of the token accepts. [`Issuer`](crate::Issuer) rejects it.
    IdentityTooLong {
        /// The number of characters of the identity. Video counts a character beyond ASCII as two.
        counted: usize,
        /// The most characters accepted.
        max: usize,
        /// The product with this limit, unless all products have it.
        product: Option<&'static str>,
    },
    /// The token would be larger than verifiers accept by default. [`Issuer`](crate::Issuer) rejects it.
    TokenTooLarge {
        /// The size of the token in bytes.
        bytes: usize,
    },
    /// The token would contain no grant, which [`Issuer`](crate::Issuer) rejects.
    NoGrants,
    /// A custom grant has the key `identity`, which is reserved for the user's identity.
    ReservedGrantKey,
    /// A field was given without another field that it needs.
    Needs {
        /// The field that was given.
        field: Field,
        /// The field of the same grant that was not.
        needs: &'static str,
    },
    /// A free-form object is nested deeper than verifiers accept.
    TooDeep(Field),
    /// A free-form object contains an integer that a JSON reader with IEEE 754 numbers would change
    /// (RFC 8259, section 6).
    LossyInteger {
        /// The field that contains the object.
        field: Field,
        /// The integer.
        found: String,
    },
    /// Environment variables that [`Issuer::from_env`](crate::Issuer::from_env) reads are unset or empty.
    MissingVariable {
        /// The variables.
        names: Vec<String>,
        /// Those of the variables whose value another variable probably contains, each with that other one.
        instead: Vec<(String, String)>,
    },
    /// One identity of a list was rejected; no token of the list was minted.
    AtIndex {
        /// The identity's place in the list, from 0.
        index: usize,
        /// The reason for the rejection.
        error: Box<Error>,
    },
    /// A bug in grantmint, not in the caller's code.
    Internal,
}

impl Error {
    /// Returns the stable, machine-readable name of the error, such as `"out_of_range"`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Required { .. } => "required",
            Self::OutOfRange { .. } => "out_of_range",
            Self::NotBeforeExpiry { .. } => "not_before_expiry",
            Self::UnsupportedAlgorithm => "unsupported_algorithm",
            Self::WrongAlgorithm { .. } => "wrong_algorithm",
            Self::SecretIsKey { .. } => "secret_is_key",
            Self::SecretIsZeros => "secret_is_zeros",
            Self::SecretTooShort { .. } => "secret_too_short",
            Self::SecretIsAuthToken => "secret_is_auth_token",
            Self::SecretIsSid => "secret_is_sid",
            Self::SecretStrayCharacters { .. } => "secret_stray_characters",
            Self::SecretIsPlaceholder { .. } => "secret_is_placeholder",
            Self::MalformedSid { .. } => "malformed_sid",
            Self::Empty(_) => "empty",
            Self::BrokenGrant { code, .. } => code,
            Self::IdentityTooLong { .. } => "identity_too_long",
            Self::TokenTooLarge { .. } => "token_too_large",
            Self::NoGrants => "no_grants",
            Self::ReservedGrantKey => "reserved_grant_key",
            Self::Needs { .. } => "needs_field",
            Self::TooDeep(_) => "too_deep",
            Self::LossyInteger { .. } => "lossy_integer",
            Self::MissingVariable { .. } => "missing_variable",
            Self::AtIndex { error, .. } => error.code(),
            Self::Internal => "internal",
        }
    }

    /// Returns the name of the wrong field, such as `"service_sid"`, if there is a single one.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Empty(field)
            | Self::TooDeep(field)
            | Self::Required { field, .. }
            | Self::OutOfRange { field, .. }
            | Self::MalformedSid { field, .. }
            | Self::Needs { field, .. }
            | Self::LossyInteger { field, .. } => Some(field.name()),
            Self::NotBeforeExpiry { .. } => Some("nbf"),
            Self::UnsupportedAlgorithm | Self::WrongAlgorithm { .. } => Some("algorithm"),
            Self::SecretIsKey { .. }
            | Self::SecretIsZeros
            | Self::SecretTooShort { .. }
            | Self::SecretIsAuthToken
            | Self::SecretIsSid
            | Self::SecretStrayCharacters { .. }
            | Self::SecretIsPlaceholder { .. } => Some("secret"),
            Self::NoGrants | Self::BrokenGrant { .. } => Some("grants"),
            Self::IdentityTooLong { .. } => Some("identity"),
            Self::ReservedGrantKey => Some("key"),
            Self::AtIndex { error, .. } => error.field(),
            Self::MissingVariable { .. } | Self::TokenTooLarge { .. } | Self::Internal => None,
        }
    }

    /// Returns the place in a list of the identity that was rejected, from 0.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        match self {
            Self::AtIndex { index, .. } => Some(*index),
            _ => None,
        }
    }

    /// Returns the message, with field names spelled by `spell`.
    pub(crate) fn message(&self, spell: Spelling) -> String {
        let say = |field: &Field| field.spelled(spell);
        match self {
            Self::Required { field, found } => format!("{} is required{}", say(field), field.cause(*found)),
            Self::OutOfRange { field, found, min, max } => {
                format!("{} must be from {min} to {max}, not {found}", say(field))
            }
            Self::NotBeforeExpiry { nbf, exp } => {
                format!("{} must be before the expiry ({nbf} is not before {exp})", spell("nbf"))
            }
            Self::UnsupportedAlgorithm => {
                "Algorithm not supported. Allowed values are HS256, HS384, HS512".into()
            }
            Self::WrongAlgorithm { found } => format!(
                "{} must be HS256, the only one that Twilio accepts, not {}",
                spell("algorithm"),
                found.name()
            ),
            Self::SecretIsKey { kind } => {
                format!("{} is {kind}, not the secret of a Twilio API key", spell("secret"))
            }
            Self::SecretIsZeros => format!("{} consists of zero bytes", spell("secret")),
            Self::SecretTooShort { bytes } => {
                format!("{} must be at least {MIN_SECRET} bytes long, not {bytes}", spell("secret"))
            }
            Self::SecretIsAuthToken => format!(
                "{} looks like the account's Auth Token; expected the secret of an API key",
                spell("secret")
            ),
            Self::SecretIsSid => {
                format!("{} is a SID; expected the secret shown beside it", spell("secret"))
            }
            Self::SecretStrayCharacters { found } => format!("{} {found}", spell("secret")),
            Self::SecretIsPlaceholder { found } => {
                format!("{} is {found}; expected the secret of an API key", spell("secret"))
            }
            Self::Empty(field) => format!("{} is empty; set it or leave it out", say(field)),
            Self::BrokenGrant { message, .. } => message.clone(),
            Self::IdentityTooLong { counted, max, product: Some(product) } => {
                format!(
                    "{} must have at most {max} characters for {product}, which counts {counted}",
                    spell("identity")
                )
            }
            Self::IdentityTooLong { counted, max, product: None } => {
                format!("{} must have at most {max} characters, not {counted}", spell("identity"))
            }
            Self::TokenTooLarge { bytes } => {
                format!(
                    "the token would have {bytes} bytes, more than the {DEFAULT_MAX_SIZE} that verifiers accept"
                )
            }
            Self::MalformedSid { field, prefix, found } => {
                format!("{} must be {prefix} followed by 32 hexadecimal digits, not {found}", say(field))
            }
            Self::NoGrants => "at least one grant is required".into(),
            Self::ReservedGrantKey => "a grant's key must not be \"identity\"".into(),
            Self::Needs { field, needs } => format!("{} needs {}", say(field), spell(needs)),
            Self::TooDeep(field) => format!("{} is nested deeper than {MAX_DEPTH} levels", say(field)),
            Self::LossyInteger { field, found } => {
                format!("{} contains the integer {found}, which loses precision in JSON", say(field))
            }
            Self::MissingVariable { names, instead } => variables::missing(names, instead),
            Self::AtIndex { index, error } => format!("identities[{index}]: {}", error.message(spell)),
            Self::Internal => "grantmint failed; this is a bug in grantmint, not in your code".into(),
        }
    }
}

/// Every code of [`Error`].
pub const ERROR_CODES: &[&str] = &[
    "required",
    "out_of_range",
    "not_before_expiry",
    "unsupported_algorithm",
    "wrong_algorithm",
    "secret_is_key",
    "secret_is_zeros",
    "secret_too_short",
    "secret_is_auth_token",
    "secret_is_sid",
    "secret_stray_characters",
    "secret_is_placeholder",
    "malformed_sid",
    "empty",
    "misspelt_grant",
    "misspelt_field",
    "wrong_sid_prefix",
    "claim_wrong_type",
    "identity_misplaced",
    "identity_too_long",
    "token_too_large",
    "no_grants",
    "reserved_grant_key",
    "needs_field",
    "too_deep",
    "lossy_integer",
    "missing_variable",
    "internal",
];

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(str::to_owned))
    }
}

impl std::error::Error for Error {}

/// A function that spells a field's name as a language does, given the core's spelling.
pub type Spelling = fn(&str) -> String;

/// A field of the public API, and the grant that it belongs to, if any.
///
/// Its `Display` is the name in error messages: `ttl`, `SyncGrant.service_sid`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    owner: Option<String>,
    name: String,
}

impl Field {
    /// Creates a field of a token, an issuer or a verifier.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { owner: None, name: name.into() }
    }

    /// Creates a field of a grant class, or of a custom grant named by its key.
    #[must_use]
    pub fn of(owner: impl Into<String>, name: impl Into<String>) -> Self {
        Self { owner: Some(owner.into()), name: name.into() }
    }

    /// Returns the field's name without its grant.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the probable cause of a missing value, in parentheses: ` (it was empty: is TWILIO_API_KEY set?)`.
    fn cause(&self, found: Option<&str>) -> String {
        let Some(found) = found else { return String::new() };
        match (&self.owner, variables::of(&self.name)) {
            (None, Some(variable)) => format!(" (it was {found}: is {variable} set?)"),
            (Some(_), _) if self.name.ends_with("_sid") => {
                format!(" (it was {found}: is its environment variable set?)")
            }
            _ => format!(" (it was {found})"),
        }
    }

    /// Returns the field's name with its grant, spelled by `spell`.
    pub(crate) fn spelled(&self, spell: Spelling) -> String {
        let name = spell(&self.name);
        match &self.owner {
            // The key of a custom grant may be any text.
            Some(owner) => format!("{}.{name}", shown(owner)),
            None => name,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spelled(str::to_owned))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Creates a list with a sample of each variant. It does not compile while a variant is missing.
    macro_rules! one_of_each {
        ($type:ty { $($variant:pat_param => $sample:expr,)* }) => {{
            let _ = |value: &$type| match value { $($variant)|* => () };
            vec![$($sample),*]
        }};
    }
    pub(crate) use one_of_each;

    /// The codes of the rules that a custom grant can break.
    const BROKEN: [&str; 5] =
        ["misspelt_grant", "misspelt_field", "wrong_sid_prefix", "claim_wrong_type", "identity_misplaced"];

    #[test]
    fn every_code_is_listed() {
        let field = || Field::new("field");
        let found = String::new;
        let samples = one_of_each!(Error {
            Error::Required { .. } => Error::Required { field: field(), found: None },
            Error::OutOfRange { .. } => Error::OutOfRange { field: field(), found: found(), min: 0, max: 0 },
            Error::NotBeforeExpiry { .. } => Error::NotBeforeExpiry { nbf: 0, exp: 0 },
            Error::UnsupportedAlgorithm => Error::UnsupportedAlgorithm,
            Error::WrongAlgorithm { .. } => Error::WrongAlgorithm { found: Algorithm::Hs384 },
            Error::SecretIsKey { .. } => Error::SecretIsKey { kind: "" },
            Error::SecretIsZeros => Error::SecretIsZeros,
            Error::SecretTooShort { .. } => Error::SecretTooShort { bytes: 0 },
            Error::MalformedSid { .. } => Error::MalformedSid { field: field(), prefix: "", found: "".into() },
            Error::SecretIsAuthToken => Error::SecretIsAuthToken,
            Error::SecretIsSid => Error::SecretIsSid,
            Error::SecretStrayCharacters { .. } => Error::SecretStrayCharacters { found: "" },
            Error::SecretIsPlaceholder { .. } => Error::SecretIsPlaceholder { found: "" },
            Error::Empty(_) => Error::Empty(field()),
            // Its code is that of the rule in it, one of `BROKEN`.
            Error::BrokenGrant { .. } => Error::BrokenGrant { key: found(), code: BROKEN[0], message: found() },
            Error::IdentityTooLong { .. } => Error::IdentityTooLong { counted: 0, max: 0, product: None },
            Error::TokenTooLarge { .. } => Error::TokenTooLarge { bytes: 0 },
            Error::NoGrants => Error::NoGrants,
            Error::ReservedGrantKey => Error::ReservedGrantKey,
            Error::Needs { .. } => Error::Needs { field: field(), needs: "" },
            Error::TooDeep(_) => Error::TooDeep(field()),
            Error::LossyInteger { .. } => Error::LossyInteger { field: field(), found: found() },
            Error::MissingVariable { .. } => Error::MissingVariable { names: vec![found()], instead: Vec::new() },
            // Its code is that of the error in it.
            Error::AtIndex { .. } => Error::AtIndex { index: 0, error: Box::new(Error::NoGrants) },
            Error::Internal => Error::Internal,
        });
        let samples = samples.iter().map(Error::code).chain(BROKEN);
        let listed: BTreeSet<_> = ERROR_CODES.iter().copied().collect();
        assert_eq!(samples.collect::<BTreeSet<_>>(), listed);
        assert_eq!(ERROR_CODES.len(), listed.len(), "a duplicate code");
    }
}
