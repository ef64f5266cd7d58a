//! The native module `grantmint._grantmint`: converts, calls the core, maps the error.
//!
//! Classes and methods have the docstrings of the type stub, which the build script copies.

#![expect(
    clippy::doc_lazy_continuation,
    clippy::doc_link_with_quotes,
    clippy::doc_markdown,
    reason = "the documentation of Python's classes is not Markdown"
)]

mod access_token;
mod build;
mod error;
mod grant;
mod inspect;
mod issuer;
mod json;
mod results;
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
    use crate::access_token::{
        Hidden, check_grant, decode, header, hide_secret, list_of_grants, mint, moment, refuse_unknown, sign,
        times,
    };
    #[pymodule_export]
    use crate::grant::{payload, register};
    #[pymodule_export]
    use crate::inspect::{Report, inspect};
    #[pymodule_export]
    use crate::issuer::Issuer;
    #[pymodule_export]
    use crate::results::register_results;
    #[pymodule_export]
    use crate::verifier::{Verifier, read_header};

    use super::{Bound, OsString, PyModule, PyModuleMethods, PyResult, Python, error, pyfunction};

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/_main.txt"))]
    #[pyfunction]
    #[pyo3(name = "_main")]
    fn main(py: Python<'_>, arguments: Vec<OsString>) -> PyResult<u8> {
        error::guard(grantmint_bindings::snake_case, || Ok(py.detach(|| grantmint_cli::main_with(arguments))))
    }

    /// Panics with a text, in a call or while the GIL is released.
    #[cfg(feature = "panic-test")]
    #[pyfunction]
    #[expect(clippy::panic, reason = "its purpose")]
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
        module.add("_GENERATE", crate::access_token::generate(module.py())?)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}

/// Rejects a second interpreter in one process. Global state such as the exception classes belongs to the interpreter that
/// loaded the module: in another one, `except InputError` would not catch an `InputError`. `CPython` itself refuses only
/// from 3.12 on, and only in strict sub-interpreters.
fn refuse_another_interpreter(_attached: Python<'_>) -> PyResult<()> {
    static FIRST: AtomicI64 = AtomicI64::new(-1);
    // SAFETY: this thread is attached to an interpreter, as `_attached` shows. The calls only read its number.
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
