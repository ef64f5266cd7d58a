//! The mistakes of a caller from a dynamic language.

use grantmint::internal::{FieldKind, Product, ProductField, Spelling, message, name_meant, spelled};
use grantmint::{Error, Field};

/// The reason why an argument was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputError {
    /// The core rejected the argument.
    Core(Error),
    /// Options were given without an identity. The message is twilio-node's.
    IdentityRequired,
    /// A value has another type than the field accepts.
    WrongType {
        /// The field.
        field: Field,
        /// The accepted types, with an article: "a string".
        expected: &'static str,
        /// The type of the value, with an article: "a number".
        found: String,
    },
    /// A time is not a whole number of seconds, but a fraction, NaN or an infinity.
    NotWhole {
        /// The field.
        field: Field,
        /// The value that was given.
        found: String,
    },
    /// A string contains half of a surrogate pair, which UTF-8 cannot represent (RFC 8259, section 8.2).
    LoneSurrogate(Field),
    /// An option does not exist.
    UnknownOption {
        /// The option, as the caller spelled it.
        name: String,
        /// The known options, as the caller's language spells them.
        known: String,
    },
    /// Two options exclude each other.
    Conflict {
        /// One of them.
        field: Field,
        /// The other one.
        other: &'static str,
    },
    /// A value is not a grant. The message describes a grant in the words of the official library.
    NotAGrant {
        /// The message.
        expected: &'static str,
    },
    /// A free-form object contains a value that JSON cannot represent.
    NotJson {
        /// The field that contains the object.
        field: Field,
        /// The value: "a set", "NaN", "a cycle".
        found: String,
    },
    /// The clock reads the epoch. Cloudflare's runtime stops it there while a Worker starts.
    NoClock,
    /// One identity of a list was rejected; no token of the list was minted.
    AtIndex {
        /// The identity's place in the list, from 0.
        index: usize,
        /// The reason for the rejection.
        error: Box<InputError>,
    },
}

impl InputError {
    /// Creates the error for a grant's field whose value has a wrong type.
    #[must_use]
    pub fn wrong_field_type(product: &Product, field: &ProductField, found: impl Into<String>) -> Self {
        let expected = match field.kind {
            FieldKind::Text => "a string",
            FieldKind::Flag => "a boolean",
            FieldKind::Object => "an object",
        };
        Self::WrongType { field: product.field(field), expected, found: found.into() }
    }

    /// Adds the place of the identity in its list.
    #[must_use]
    pub fn at_index(self, index: usize) -> Self {
        Self::AtIndex { index, error: Box::new(self) }
    }

    /// Returns the stable, machine-readable name of the error, such as `"wrong_type"`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Core(error) => error.code(),
            Self::IdentityRequired => "required",
            Self::WrongType { .. } => "wrong_type",
            Self::NotWhole { .. } => "not_whole",
            Self::LoneSurrogate(_) => "lone_surrogate",
            Self::UnknownOption { .. } => "unknown_option",
            Self::Conflict { .. } => "conflict",
            Self::NotAGrant { .. } => "not_a_grant",
            Self::NotJson { .. } => "not_json",
            Self::NoClock => "no_clock",
            Self::AtIndex { error, .. } => error.code(),
        }
    }

    /// Returns the name of the wrong field, in the core's spelling, if there is a single one.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Core(error) => error.field(),
            Self::IdentityRequired => Some("identity"),
            Self::LoneSurrogate(field)
            | Self::WrongType { field, .. }
            | Self::NotWhole { field, .. }
            | Self::NotJson { field, .. }
            | Self::Conflict { field, .. } => Some(field.name()),
            Self::UnknownOption { name, .. } => Some(name),
            Self::NotAGrant { .. } => Some("grants"),
            Self::NoClock => Some("now"),
            Self::AtIndex { error, .. } => error.field(),
        }
    }

    /// Returns the place in a list of the identity that was rejected, from 0.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        match self {
            Self::Core(error) => error.index(),
            Self::AtIndex { index, .. } => Some(*index),
            _ => None,
        }
    }

    /// Returns whether the mistake is one of type rather than of value: Python's `TypeError` rather than `ValueError`.
    #[must_use]
    pub fn is_type_error(&self) -> bool {
        match self {
            Self::WrongType { .. } | Self::UnknownOption { .. } => true,
            Self::AtIndex { error, .. } => error.is_type_error(),
            _ => false,
        }
    }

    /// Returns whether the error is a bug in grantmint.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        matches!(self, Self::Core(Error::Internal))
    }

    /// Returns the message, with field names spelled by `spell`.
    #[must_use]
    pub fn message(&self, spell: Spelling) -> String {
        let say = |field: &Field| spelled(field, spell);
        match self {
            Self::Core(error) => message(error, spell),
            Self::IdentityRequired => "identity is required to be specified in options".into(),
            Self::WrongType { field, expected, found } => {
                format!("{} must be {expected}, not {found}", say(field))
            }
            Self::NotWhole { field, found } => {
                format!("{} must be a whole number of seconds, not {found}", say(field))
            }
            Self::LoneSurrogate(field) => {
                format!("{} is not well-formed Unicode: it contains a lone surrogate", say(field))
            }
            Self::UnknownOption { name, known } => {
                let meant = name_meant(name, known.split(", ").filter(|known| !known.is_empty()));
                let hint = meant.map(|meant| format!("did you mean {meant}? ")).unwrap_or_default();
                format!("unknown option {name:?}; {hint}expected one of: {known}")
            }
            Self::Conflict { field, other } => {
                format!("{} and {} exclude each other", say(field), spell(other))
            }
            Self::NotAGrant { expected } => (*expected).into(),
            Self::NotJson { field, found } => {
                format!("{} contains {found}, which JSON cannot represent", say(field))
            }
            Self::NoClock => "the clock of this runtime reads 1970: an edge runtime stops it outside of a request; expected \
                              a call inside the request handler, or `now`"
                .into(),
            Self::AtIndex { index, error } => format!("identities[{index}]: {}", error.message(spell)),
        }
    }
}

impl From<Error> for InputError {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}
