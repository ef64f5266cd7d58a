//! The core's errors as Python exceptions, and the wall that no panic passes.

use std::io::Write;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

use grantmint::{Error, Spelling, TokenError, TokenErrorKind};
use pyo3::prelude::*;

// Python classes: on the stable ABI before 3.12, a Rust class cannot extend a built-in exception.
macro_rules! exceptions {
    ($($name:ident),*) => {
        $(pyo3::import_exception!(grantmint.errors, $name);)*

        /// Imports the exception classes. An error that is the first may be that of a finalizer when the interpreter ends:
        /// nothing can be imported then, and `PyO3` would end the process.
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

/// A core error or an exception that Python raised while it was asked for something.
pub(crate) enum Failure {
    Core(Error),
    Token(TokenError),
    Python(PyErr),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Core(error)
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

/// Runs the core, and raises what goes wrong with the fields spelt as the calling class spells them.
///
/// `PyO3` turns a panic into an exception that `except Exception` does not catch: here it becomes one that it does.
pub(crate) fn guard<T>(spell: Spelling, run: impl FnOnce() -> Result<T, Failure>) -> PyResult<T> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(Failure::Core(error))) => Err(raise(&error, spell)),
        Ok(Err(Failure::Token(error))) => Err(refuse(error)),
        Ok(Err(Failure::Python(error))) => Err(error),
        Err(_) => Err(raise(&Error::Internal, spell)),
    }
}

/// As [`guard`], for what is read when somebody looks at it.
pub(crate) fn guard_reading<T>(read: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    guard(snake_case, || Ok(read()?))
}

/// Says on standard error where a panic was, and nothing of what the panic says: that may quote a value. The hook is this
/// module's alone, as its copy of the standard library is.
pub(crate) fn hush_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(std::io::stderr(), "grantmint: a bug, at {place}");
    }));
}

/// The core's own spelling, which is Python's.
pub(crate) fn snake_case(name: &str) -> String {
    name.to_owned()
}

fn raise(error: &Error, spell: Spelling) -> PyErr {
    let arguments = (error.message(spell), error.code(), error.field().map(spell), error.index());
    match error {
        Error::Internal => GrantmintError::new_err(arguments),
        error if error.is_type_error() => InputTypeError::new_err(arguments),
        _ => InputError::new_err(arguments),
    }
}

fn refuse(error: TokenError) -> PyErr {
    let arguments = (error.to_string(), error.code(), error.field(), error.twilio_codes().to_vec());
    match error.kind() {
        TokenErrorKind::Signature => TokenSignatureError::new_err(arguments),
        TokenErrorKind::Claim => TokenClaimError::new_err(arguments),
        TokenErrorKind::Expired => TokenExpiredError::new_err(arguments),
        TokenErrorKind::NotYetValid => TokenNotYetValidError::new_err(arguments),
        _ => TokenMalformedError::new_err(arguments),
    }
}
