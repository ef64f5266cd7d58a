//! The native module `grantmint._grantmint`: converts, calls the core, maps the error.

mod access_token;
mod decoded_jwt;
mod error;
mod grant;
mod inspect;
mod issuer;
mod json;
mod value;
mod verifier;

use std::ffi::OsString;
use std::sync::atomic::{AtomicI64, Ordering};

use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::prelude::*;

#[pymodule(gil_used = false)]
mod _grantmint {
    #[pymodule_export]
    use crate::access_token::{AccessToken, Jwt};
    #[pymodule_export]
    use crate::decoded_jwt::DecodedJwt;
    #[pymodule_export]
    use crate::grant::{
        AccessTokenGrant, ChatGrant, PlaybackGrant, SyncGrant, TaskRouterGrant, VideoGrant, VoiceGrant,
    };
    #[pymodule_export]
    use crate::inspect::{Finding, Inspection, inspect};
    #[pymodule_export]
    use crate::issuer::{IssuedToken, Issuer};
    #[pymodule_export]
    use crate::verifier::{Claims, Verifier};

    use super::{Bound, OsString, PyModule, PyModuleMethods, PyResult, Python, error, pyfunction};

    /// The command `grantmint`, with what stands after its name; answers with the exit code.
    #[pyfunction]
    #[pyo3(name = "_main")]
    fn main(py: Python<'_>, arguments: Vec<OsString>) -> PyResult<u8> {
        error::guard(grantmint_bindings::snake_case, || Ok(py.detach(|| grantmint_cli::main_with(arguments))))
    }

    /// Panics with a text, in a call or behind the GIL's release.
    #[cfg(feature = "panic-test")]
    #[pyfunction]
    #[expect(clippy::panic, reason = "that is what it is for")]
    fn _panic(py: Python<'_>, text: &str, detached: bool) -> PyResult<()> {
        error::guard(grantmint_bindings::snake_case, || {
            if detached { py.detach(|| panic!("{text}")) } else { panic!("{text}") }
        })
    }

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::refuse_another_interpreter(module.py())?;
        grantmint_bindings::hush();
        error::import_exceptions(module.py())?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}

/// What is kept for all calls, the exception classes first of all, belongs to the interpreter that loaded the module. In
/// another one, `except InputError` would not catch an `InputError`. `CPython` itself refuses only from 3.12 on, and only
/// where the sub-interpreter was asked to.
fn refuse_another_interpreter(_attached: Python<'_>) -> PyResult<()> {
    static FIRST: AtomicI64 = AtomicI64::new(-1);
    // SAFETY: this thread is attached to an interpreter, as `_attached` shows; the calls only ask for its number.
    let this = unsafe { ffi::PyInterpreterState_GetID(ffi::PyInterpreterState_Get()) };
    match FIRST.compare_exchange(-1, this, Ordering::SeqCst, Ordering::SeqCst) {
        Err(first) if first != this => {
            let message = "grantmint was loaded by another interpreter of this process, and works in one only: \
                           of a server's sub-interpreters, use the main one";
            Err(PyImportError::new_err(message))
        }
        _ => Ok(()),
    }
}
