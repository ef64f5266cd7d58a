//! The answer of a call to JavaScript: a result, or the parts of an error.
//!
//! `node/lib/errors.js` creates the error itself, so that its stack trace leads to the caller.

use grantmint::Error;
use grantmint_bindings::catch;
use grantmint_javascript::Failure;
use napi::bindgen_prelude::Either;

/// A result, or `[code, field, message, index]`. Field and index may be empty. If a token was rejected, a fifth part
/// contains Twilio's error numbers, joined by commas.
pub(crate) type Outcome<T> = Either<T, Vec<String>>;

/// Runs the core. No panic leaves this function.
pub(crate) fn outcome<T, E: Into<Failure>>(run: impl FnOnce() -> Result<T, E>) -> Outcome<T> {
    match catch(|| run().map_err(Into::into)) {
        Ok(result) => Either::A(result),
        Err(failure) => Either::B(failure.into_parts()),
    }
}

/// Runs the function behind a JavaScript function, including the reading of its arguments. No panic leaves it.
pub(crate) fn answer<T>(run: impl FnOnce() -> napi::Result<Outcome<T>>) -> napi::Result<Outcome<T>> {
    match catch(|| Ok::<_, Error>(run())) {
        Ok(answer) => answer,
        Err(error) => Ok(Either::B(Failure::from(error).into_parts())),
    }
}
