//! Errors, in the parts of which `node/lib/errors.js` creates one, so that its stack trace leads to the caller.

use grantmint::{Error, Field, TokenError};
use grantmint_bindings::{InputError, camel_case};

use crate::arguments::{NOT_A_GRANT, expected};

/// An error of the call, or of the token that it was given.
#[derive(Debug)]
pub enum Failure {
    /// An error of the call.
    Input(InputError),
    /// The reason why the token was rejected.
    Token(TokenError),
}

impl Failure {
    /// Returns `[code, field, message, index]`. Field and index may be empty. If a token was rejected, a fifth part
    /// contains Twilio's error numbers, joined by commas.
    #[must_use]
    pub fn into_parts(self) -> Vec<String> {
        match self {
            Self::Input(error) => parts(&error),
            Self::Token(error) => token_parts(error),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Input(error.into())
    }
}

impl From<InputError> for Failure {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

fn parts(error: &InputError) -> Vec<String> {
    // A misspelled option is named as the caller spelled it.
    let spell = if matches!(error, InputError::UnknownOption { .. }) { str::to_owned } else { camel_case };
    let field = error.field().map(spell).unwrap_or_default();
    let index = error.index().map(|index| index.to_string()).unwrap_or_default();
    vec![error.code().to_owned(), field, error.message(camel_case), index]
}

fn token_parts(error: TokenError) -> Vec<String> {
    let twilio_codes: Vec<_> = error.twilio_codes().iter().map(u32::to_string).collect();
    let field = error.field().unwrap_or_default().to_owned();
    vec![error.code().to_owned(), field, error.to_string(), String::new(), twilio_codes.join(",")]
}

/// Returns the value that JavaScript found in the place of a required one.
fn seen(found: &str) -> Option<&'static str> {
    ["undefined", "null", "empty"].into_iter().find(|known| *known == found)
}

/// Returns the error that JavaScript found. `field` has the core's spelling, after the class of its grant if it has one:
/// `VoiceGrant.outgoing_application_params`.
#[must_use]
pub fn failure(code: &str, field: String, found: String) -> Failure {
    let name = field.clone();
    let field = match field.rsplit_once('.') {
        Some((owner, name)) => Field::of(owner, name),
        None => Field::new(field),
    };
    Failure::Input(match code {
        "required" if name == "options.identity" => InputError::IdentityRequired,
        "required" => Error::Required { field, found: seen(&found) }.into(),
        "wrong_type" => InputError::WrongType { field, expected: expected(&name), found },
        "unknown_option" => InputError::UnknownOption { name, known: found },
        "not_a_grant" => InputError::NotAGrant { expected: NOT_A_GRANT },
        "not_json" => InputError::NotJson { field, found },
        "too_deep" => Error::TooDeep(field).into(),
        "missing_variable" => {
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let instead = found.split(',').filter_map(|pair| pair.split_once('='));
            let instead = instead.map(|(name, other)| (name.to_owned(), other.to_owned())).collect();
            Error::MissingVariable { names: words(&name), instead }.into()
        }
        "conflict" => InputError::Conflict { field, other: "secret" },
        "not_a_string" => return Failure::Token(TokenError::NotAString),
        _ => Error::Internal.into(),
    })
}
