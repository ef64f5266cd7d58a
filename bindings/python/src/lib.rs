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
        error::guard(error::snake_case, || Ok(py.detach(|| grantmint_cli::main_with(arguments))))
    }

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
