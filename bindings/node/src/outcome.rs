//! The answer of a call to JavaScript: a result, or the parts of an error.
//!
//! `node/lib/errors.js` creates the error itself, so that its stack trace leads to the caller.

use grantmint::{Error, TokenError};
use grantmint_bindings::{InputError, camel_case, catch};
use napi::bindgen_prelude::Either;

/// A result, or `[code, field, message, index]`. Field and index may be empty. If a token was rejected, a fifth part
/// contains Twilio's error numbers, joined by commas.
pub(crate) type Outcome<T> = Either<T, Vec<String>>;

/// An error of the call, or of the token that it was given.
pub(crate) enum Failure {
    Input(InputError),
    Token(TokenError),
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

/// Runs the core. No panic leaves this function.
pub(crate) fn outcome<T, E: Into<Failure>>(run: impl FnOnce() -> Result<T, E>) -> Outcome<T> {
    match catch(|| run().map_err(Into::into)) {
        Ok(result) => Either::A(result),
        Err(Failure::Input(error)) => Either::B(parts(&error)),
        Err(Failure::Token(error)) => Either::B(token_parts(error)),
    }
}

/// Runs the function behind a JavaScript function, including the reading of its arguments. No panic leaves it.
pub(crate) fn answer<T>(run: impl FnOnce() -> napi::Result<Outcome<T>>) -> napi::Result<Outcome<T>> {
    match catch(|| Ok::<_, Error>(run())) {
        Ok(answer) => answer,
        Err(error) => Ok(Either::B(parts(&error.into()))),
    }
}

/// Returns the parts of a rejection.
pub(crate) fn token_parts(error: TokenError) -> Vec<String> {
    let twilio_codes: Vec<_> = error.twilio_codes().iter().map(u32::to_string).collect();
    let field = error.field().unwrap_or_default().to_owned();
    vec![error.code().to_owned(), field, error.to_string(), String::new(), twilio_codes.join(",")]
}

/// Returns the parts of an error.
pub(crate) fn parts(error: &InputError) -> Vec<String> {
    // A misspelled option is named as the caller spelled it.
    let spell = if matches!(error, InputError::UnknownOption { .. }) { str::to_owned } else { camel_case };
    let field = error.field().map(spell).unwrap_or_default();
    let index = error.index().map(|index| index.to_string()).unwrap_or_default();
    vec![error.code().to_owned(), field, error.message(camel_case), index]
}
