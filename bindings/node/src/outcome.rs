//! What a call gives back to JavaScript: its result, or the parts of an error. The error itself is made in
//! `node/lib/errors.js`, where its stack trace leads to the caller.

use std::panic::{AssertUnwindSafe, catch_unwind};

use grantmint::{Error, camel_case};
use napi::bindgen_prelude::Either;

/// The result, or `[code, field, message, index]`; field and index are empty where there is none.
pub(crate) type Outcome<T> = Either<T, Vec<String>>;

/// Runs the core. No panic leaves this function.
pub(crate) fn outcome<T>(run: impl FnOnce() -> Result<T, Error>) -> Outcome<T> {
    match catch_unwind(AssertUnwindSafe(run)).unwrap_or(Err(Error::Internal)) {
        Ok(result) => Either::A(result),
        Err(error) => Either::B(parts(&error)),
    }
}

pub(crate) fn parts(error: &Error) -> Vec<String> {
    // What the caller misspelt is named as it was spelt.
    let spell = if matches!(error, Error::UnknownOption { .. }) { str::to_owned } else { camel_case };
    let field = error.field().map(spell).unwrap_or_default();
    let index = error.index().map(|index| index.to_string()).unwrap_or_default();
    vec![error.code().to_owned(), field, error.message(camel_case), index]
}
