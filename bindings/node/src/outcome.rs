//! What a call gives back to JavaScript: its result, or the parts of an error. The error itself is made in
//! `node/lib/errors.js`, where its stack trace leads to the caller.

use std::io::Write;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

use grantmint::{Error, TokenError, camel_case};
use napi::bindgen_prelude::Either;

/// The result, or `[code, field, message, index]`; field and index are empty where there is none. Of a token that was
/// refused, a fifth part has the numbers of Twilio's errors, joined by commas.
pub(crate) type Outcome<T> = Either<T, Vec<String>>;

/// What was wrong: the call, or the token that it was given.
pub(crate) enum Failure {
    Input(Error),
    Token(TokenError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
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
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(result)) => Either::A(result),
        Ok(Err(failure)) => Either::B(match failure.into() {
            Failure::Input(error) => parts(&error),
            Failure::Token(error) => token_parts(error),
        }),
        Err(_) => Either::B(parts(&Error::Internal)),
    }
}

/// As [`outcome`], around a function that JavaScript was handed: also what reads its arguments must not panic into Node.
pub(crate) fn answer<T>(run: impl FnOnce() -> napi::Result<Outcome<T>>) -> napi::Result<Outcome<T>> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Ok(Either::B(parts(&Error::Internal))))
}

/// Says on standard error where a panic was, and nothing of what the panic says: that may quote a value. The hook is this
/// module's alone, as its copy of the standard library is.
pub(crate) fn hush_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(std::io::stderr(), "grantmint: a bug, at {place}");
    }));
}

/// The parts of a refusal.
pub(crate) fn token_parts(error: TokenError) -> Vec<String> {
    let twilio_codes: Vec<_> = error.twilio_codes().iter().map(u32::to_string).collect();
    let field = error.field().unwrap_or_default().to_owned();
    vec![error.code().to_owned(), field, error.to_string(), String::new(), twilio_codes.join(",")]
}

pub(crate) fn parts(error: &Error) -> Vec<String> {
    // What the caller misspelt is named as it was spelt.
    let spell = if matches!(error, Error::UnknownOption { .. }) { str::to_owned } else { camel_case };
    let field = error.field().map(spell).unwrap_or_default();
    let index = error.index().map(|index| index.to_string()).unwrap_or_default();
    vec![error.code().to_owned(), field, error.message(camel_case), index]
}
