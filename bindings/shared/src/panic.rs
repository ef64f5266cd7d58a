//! The wall that stops panics: a bug becomes an ordinary error, and the process lives on.

use std::io::Write;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

use grantmint::Error;

/// Runs a function and converts a panic to [`Error::Internal`].
///
/// # Errors
/// The function's own errors, and [`Error::Internal`] for a panic.
pub fn catch<T, E: From<Error>>(run: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err(Error::Internal.into()))
}

/// Installs a hook that prints only a panic's location; its message may contain user data.
///
/// The hook belongs to this module alone, as does its copy of the standard library.
pub fn hush() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(std::io::stderr(), "grantmint: a bug, at {place}");
    }));
}
