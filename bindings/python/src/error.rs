//! Errors as Python exceptions.

use grantmint::internal::{Spelling, TokenErrorKind, kind_of};
use grantmint::{Error, TokenError};
use grantmint_bindings::{InputError as Mistake, catch, snake_case};
use pyo3::prelude::*;

// Python classes: on the stable ABI before 3.12, a Rust class cannot extend a built-in exception.
macro_rules! exceptions {
    ($($name:ident),*) => {
        $(pyo3::import_exception!(grantmint.errors, $name);)*

        /// Imports the exception classes. The first error may occur in a finalizer while the interpreter shuts down, when
        /// nothing can be imported and `PyO3` would abort the process.
        pub(crate) fn import_exceptions(py: Python<'_>) -> PyResult<()> {
            py.import("grantmint.errors")?;
            $(let _ = py.get_type::<$name>();)*
            Ok(())
        }
    };
}

exceptions!(
    GrantmintError,
    InputError,
    InputTypeError,
    TokenMalformedError,
    TokenSignatureError,
    TokenClaimError,
    TokenExpiredError,
    TokenNotYetValidError
);

/// An error of the call, an error of the token that it was given, or an exception raised by Python.
pub(crate) enum Failure {
    Input(Mistake),
    Token(TokenError),
    Python(PyErr),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Input(error.into())
    }
}

impl From<Mistake> for Failure {
    fn from(error: Mistake) -> Self {
        Self::Input(error)
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Self::Python(error)
    }
}

/// Runs the core and raises its errors, with field names spelled as the calling class spells them.
///
/// `PyO3` turns a panic into an exception that `except Exception` does not catch. Here it becomes an ordinary one.
pub(crate) fn guard<T>(spell: Spelling, run: impl FnOnce() -> Result<T, Failure>) -> PyResult<T> {
    catch(run).map_err(|failure| match failure {
        Failure::Input(error) => raise(&error, spell),
        Failure::Token(error) => refuse(error),
        Failure::Python(error) => error,
    })
}

/// Runs a getter that converts its value lazily.
pub(crate) fn guard_reading<T>(read: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    guard(snake_case, || Ok(read()?))
}

fn raise(error: &Mistake, spell: Spelling) -> PyErr {
    let arguments = (error.message(spell), error.code(), error.field().map(spell), error.index());
    match error {
        error if error.is_internal() => GrantmintError::new_err(arguments),
        error if error.is_type_error() => InputTypeError::new_err(arguments),
        _ => InputError::new_err(arguments),
    }
}

fn refuse(error: TokenError) -> PyErr {
    let arguments = (error.to_string(), error.code(), error.field(), error.twilio_codes().to_vec());
    match kind_of(error) {
        TokenErrorKind::Signature => TokenSignatureError::new_err(arguments),
        TokenErrorKind::Claim => TokenClaimError::new_err(arguments),
        TokenErrorKind::Expired => TokenExpiredError::new_err(arguments),
        TokenErrorKind::NotYetValid => TokenNotYetValidError::new_err(arguments),
        TokenErrorKind::Malformed => TokenMalformedError::new_err(arguments),
    }
}
