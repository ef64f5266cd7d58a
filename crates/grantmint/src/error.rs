//! Everything that can be wrong with what a caller passes in.

use std::fmt;

/// Why a token was not minted.
///
/// Each variant is the mistake of the caller, except [`Error::Internal`], which is ours. [`Error::code`] is stable
/// and the same in Rust, Python and Node; the message may be reworded in any release.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A field that must be there is missing or empty.
    Required(Field),
    /// Options were given, but no identity among them (Node's constructor, in twilio-node's words).
    IdentityRequired,
    /// A value of another type than the field takes. Only callers from dynamic languages can make this mistake.
    WrongType {
        /// The field.
        field: Field,
        /// What it takes, with its article: "a string".
        expected: &'static str,
        /// What was given, with its article: "a number".
        found: String,
    },
    /// A time or lifetime that is not a whole number of seconds: a fraction, NaN or an infinity.
    NotWhole {
        /// The field.
        field: Field,
        /// What was given.
        found: String,
    },
    /// A number outside the range that the field takes.
    OutOfRange {
        /// The field.
        field: Field,
        /// What was given.
        found: String,
        /// The smallest value taken.
        min: i64,
        /// The largest value taken.
        max: i64,
    },
    /// `nbf` is not before the expiry: the token would never be valid.
    NotBeforeExpiry {
        /// The `nbf` asked for, in seconds since the epoch.
        nbf: u64,
        /// The expiry that results from the other options, in seconds since the epoch.
        exp: u64,
    },
    /// A string with half of a surrogate pair in it, which no UTF-8 token can carry (RFC 8259, section 8.2).
    LoneSurrogate(Field),
    /// Another algorithm than HS256, HS384 and HS512.
    UnsupportedAlgorithm,
    /// An option that does not exist. Only callers from dynamic languages can make this mistake.
    UnknownOption {
        /// The option, as it was spelt.
        name: String,
        /// The options that there are, as the caller's language spells them.
        known: String,
    },
    /// The secret is a PEM, JWK or OpenSSH key: signing with its text is the classic way to forge tokens
    /// (RFC 8725, section 2.1).
    SecretIsKey {
        /// What kind of key: "a PEM key".
        kind: &'static str,
    },
    /// The secret is nothing but zero bytes: a buffer that was never filled. HMAC pads keys with zeros, so it is as good
    /// as an empty one (RFC 2104, section 2).
    SecretIsZeros,
    /// Two options that exclude each other.
    Conflict {
        /// The one.
        field: Field,
        /// The other.
        other: &'static str,
    },
    /// [`Issuer`](crate::Issuer) takes no secret shorter than the 32 bytes that Twilio hands out.
    SecretTooShort {
        /// How many bytes were given.
        bytes: usize,
    },
    /// Not a SID of the right kind: [`Issuer`](crate::Issuer) wants two letters and 32 hexadecimal digits.
    MalformedSid {
        /// The field.
        field: Field,
        /// The two letters that it starts with.
        prefix: &'static str,
    },
    /// [`Issuer`](crate::Issuer) mints no token that grants nothing.
    NoGrants,
    /// Something that is not a grant, where a grant is wanted. Only callers from dynamic languages can do this.
    NotAGrant {
        /// What a grant is in the caller's language.
        expected: &'static str,
    },
    /// A custom grant called `identity`: that name in `grants` is the user's identity.
    ReservedGrantKey,
    /// A field that means nothing without another one.
    Needs {
        /// The field that was given.
        field: Field,
        /// The field of the same grant that was not.
        needs: &'static str,
    },
    /// A free-form object holds something that JSON has no form for.
    NotJson {
        /// The field that holds the object.
        field: Field,
        /// What it holds: "a set", "NaN", "a cycle".
        found: String,
    },
    /// A free-form object is nested deeper than a verifier will read.
    TooDeep(Field),
    /// A free-form object holds an integer that a JSON reader with IEEE 754 numbers would change
    /// (RFC 8259, section 6).
    LossyInteger {
        /// The field that holds the object.
        field: Field,
        /// The integer.
        found: String,
    },
    /// An environment variable that [`Issuer::from_env`](crate::Issuer::from_env) reads is unset or empty.
    MissingVariable(String),
    /// One identity of a list was refused; no token of the list was minted.
    AtIndex {
        /// The identity's place in the list, from 0.
        index: usize,
        /// What is wrong with it.
        error: Box<Error>,
    },
    /// A bug in grantmint: the caller did nothing wrong.
    Internal,
}

impl Error {
    /// The stable, machine-readable name of the mistake, such as `"out_of_range"`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Required(_) | Self::IdentityRequired => "required",
            Self::WrongType { .. } => "wrong_type",
            Self::NotWhole { .. } => "not_whole",
            Self::OutOfRange { .. } => "out_of_range",
            Self::NotBeforeExpiry { .. } => "not_before_expiry",
            Self::LoneSurrogate(_) => "lone_surrogate",
            Self::UnsupportedAlgorithm => "unsupported_algorithm",
            Self::UnknownOption { .. } => "unknown_option",
            Self::SecretIsKey { .. } => "secret_is_key",
            Self::SecretIsZeros => "secret_is_zeros",
            Self::Conflict { .. } => "conflict",
            Self::SecretTooShort { .. } => "secret_too_short",
            Self::MalformedSid { .. } => "malformed_sid",
            Self::NoGrants => "no_grants",
            Self::NotAGrant { .. } => "not_a_grant",
            Self::ReservedGrantKey => "reserved_grant_key",
            Self::Needs { .. } => "needs_field",
            Self::NotJson { .. } => "not_json",
            Self::TooDeep(_) => "too_deep",
            Self::LossyInteger { .. } => "lossy_integer",
            Self::MissingVariable(_) => "missing_variable",
            Self::AtIndex { error, .. } => error.code(),
            Self::Internal => "internal",
        }
    }

    /// The field that is wrong, in the core's spelling (`"service_sid"`), where one field is.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Required(field)
            | Self::LoneSurrogate(field)
            | Self::TooDeep(field)
            | Self::WrongType { field, .. }
            | Self::NotWhole { field, .. }
            | Self::OutOfRange { field, .. }
            | Self::MalformedSid { field, .. }
            | Self::Needs { field, .. }
            | Self::NotJson { field, .. }
            | Self::Conflict { field, .. }
            | Self::LossyInteger { field, .. } => Some(field.name()),
            Self::IdentityRequired => Some("identity"),
            Self::NotBeforeExpiry { .. } => Some("nbf"),
            Self::UnsupportedAlgorithm => Some("algorithm"),
            Self::UnknownOption { name, .. } => Some(name),
            Self::SecretIsKey { .. } | Self::SecretIsZeros | Self::SecretTooShort { .. } => Some("secret"),
            Self::NoGrants | Self::NotAGrant { .. } => Some("grants"),
            Self::ReservedGrantKey => Some("key"),
            Self::AtIndex { error, .. } => error.field(),
            Self::MissingVariable(_) | Self::Internal => None,
        }
    }

    /// Where in a list of identities the one stands that was refused, from 0.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        match self {
            Self::AtIndex { index, .. } => Some(*index),
            _ => None,
        }
    }

    /// Whether the mistake is one of type rather than of value (Python's `TypeError` rather than `ValueError`).
    #[must_use]
    pub fn is_type_error(&self) -> bool {
        match self {
            Self::WrongType { .. } | Self::UnknownOption { .. } => true,
            Self::AtIndex { error, .. } => error.is_type_error(),
            _ => false,
        }
    }

    /// The message, with each field's name as `spell` writes it: Rust and Python say `service_sid`, Node says
    /// `serviceSid`.
    ///
    /// ```
    /// use grantmint::{Error, Field};
    /// let error = Error::Required(Field::new("account_sid"));
    /// assert_eq!(error.to_string(), "account_sid is required");
    /// assert_eq!(error.message(grantmint::camel_case), "accountSid is required");
    /// ```
    #[must_use]
    pub fn message(&self, spell: Spelling) -> String {
        let say = |field: &Field| field.spelt(spell);
        match self {
            Self::Required(field) => format!("{} is required", say(field)),
            Self::IdentityRequired => "identity is required to be specified in options".into(),
            Self::WrongType { field, expected, found } => {
                format!("{} must be {expected}, not {found}", say(field))
            }
            Self::NotWhole { field, found } => {
                format!("{} must be a whole number of seconds, not {found}", say(field))
            }
            Self::OutOfRange { field, found, min, max } => {
                format!("{} must be from {min} to {max}, not {found}", say(field))
            }
            Self::NotBeforeExpiry { nbf, exp } => {
                format!("{} must be before the expiry ({nbf} is not before {exp})", spell("nbf"))
            }
            Self::LoneSurrogate(field) => {
                format!("{} is not well-formed Unicode: it holds a lone surrogate", say(field))
            }
            Self::UnsupportedAlgorithm => {
                "Algorithm not supported. Allowed values are HS256, HS384, HS512".into()
            }
            Self::UnknownOption { name, known } => {
                format!("unknown option {name:?}: there are {known}")
            }
            Self::SecretIsKey { kind } => {
                format!("{} is {kind}, not the secret of a Twilio API key", spell("secret"))
            }
            Self::SecretIsZeros => format!("{} is nothing but zero bytes", spell("secret")),
            Self::Conflict { field, other } => {
                format!("{} and {} exclude each other", say(field), spell(other))
            }
            Self::SecretTooShort { bytes } => {
                format!("{} must be at least 32 bytes long, not {bytes}", spell("secret"))
            }
            Self::MalformedSid { field, prefix } => {
                format!("{} must be {prefix} followed by 32 hexadecimal digits", say(field))
            }
            Self::NoGrants => "at least one grant is required".into(),
            Self::NotAGrant { expected } => (*expected).into(),
            Self::ReservedGrantKey => "a grant's key must not be \"identity\"".into(),
            Self::Needs { field, needs } => format!("{} needs {}", say(field), spell(needs)),
            Self::NotJson { field, found } => {
                format!("{} holds {found}, which JSON has no form for", say(field))
            }
            Self::TooDeep(field) => {
                format!("{} is nested deeper than {} levels", say(field), crate::json::MAX_DEPTH)
            }
            Self::LossyInteger { field, found } => {
                format!("{} holds the integer {found}, which loses precision in JSON", say(field))
            }
            Self::MissingVariable(name) => format!("the environment variable {name} is not set"),
            Self::AtIndex { index, error } => format!("identities[{index}]: {}", error.message(spell)),
            Self::Internal => "grantmint failed; this is a bug in grantmint, not in your code".into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(str::to_owned))
    }
}

impl std::error::Error for Error {}

/// How a language spells a field's name, given the core's spelling.
pub type Spelling = fn(&str) -> String;

/// A field of the public API, and the grant that it belongs to, if any.
///
/// Its `Display` is how errors name it in Rust: `ttl`, `SyncGrant.service_sid`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    owner: Option<String>,
    name: String,
}

impl Field {
    /// A field of the token or the issuer itself.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { owner: None, name: name.into() }
    }

    /// A field of a grant class, or of a custom grant named by its key.
    #[must_use]
    pub fn of(owner: impl Into<String>, name: impl Into<String>) -> Self {
        Self { owner: Some(owner.into()), name: name.into() }
    }

    /// The field's own name, without its grant.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn spelt(&self, spell: Spelling) -> String {
        let name = spell(&self.name);
        match &self.owner {
            Some(owner) => format!("{owner}.{name}"),
            None => name,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spelt(str::to_owned))
    }
}

/// `service_sid` → `serviceSid`: a field's name as JavaScript spells it.
#[must_use]
pub fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    for (index, word) in name.split('_').enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if index > 0 => camel.push(first.to_ascii_uppercase()),
            Some(first) => camel.push(first),
            None => {}
        }
        camel.push_str(letters.as_str());
    }
    camel
}
