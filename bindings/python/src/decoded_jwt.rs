//! What `AccessToken.from_jwt` gives back: a token of somebody else's, as the official class shows it.

use grantmint::{VerifiedClaims, Verifier};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};

use crate::access_token::Jwt;
use crate::error::{guard, snake_case};
use crate::{json, value, verifier};

#[pyclass(extends = Jwt, frozen, module = "grantmint")]
pub(crate) struct DecodedJwt {
    claims: VerifiedClaims,
    #[pyo3(get)]
    algorithm: &'static str,
    // Read when somebody looks, and then the same each time: whoever changes what is in it sees the change.
    payload: PyOnceLock<Py<PyDict>>,
    headers: PyOnceLock<Py<PyDict>>,
    grants: PyOnceLock<Py<PyDict>>,
}

impl DecodedJwt {
    /// Verifies a token with the class's algorithm; without a key, all but its signature.
    pub(crate) fn read<'py>(
        class: &Bound<'py, PyType>,
        jwt: &Bound<'py, PyAny>,
        key: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, Self>> {
        let py = class.py();
        let (claims, algorithm) = guard(snake_case, || {
            let algorithm = value::algorithm(Some(&class.getattr(pyo3::intern!(py, "ALGORITHM"))?))?;
            let mut builder = Verifier::builder();
            builder.algorithm(algorithm);
            match key {
                Some(key) if key.is_truthy()? => builder.secret(value::secret(Some(key))?),
                _ => builder.dangerously_skip_signature(),
            };
            Ok((verifier::verify(&builder.build()?, jwt, grantmint::now())?, algorithm.name()))
        })?;
        let (payload, headers, grants) = (PyOnceLock::new(), PyOnceLock::new(), PyOnceLock::new());
        let decoded = Self { claims, algorithm, payload, headers, grants };
        Bound::new(py, PyClassInitializer::from(Jwt).add_subclass(decoded))
    }
}

#[pymethods]
impl DecodedJwt {
    #[getter]
    fn payload<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyDict>> {
        let read = || json::read_dict(py, self.claims.payload_json()).map(Bound::unbind);
        Ok(self.payload.get_or_try_init(py, read)?.bind(py))
    }

    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyDict>> {
        let read = || json::to_dict(py, &self.claims.header()).map(Bound::unbind);
        Ok(self.headers.get_or_try_init(py, read)?.bind(py))
    }

    #[getter]
    fn grants<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyDict>> {
        let read = || json::grants(py, &self.claims).map(Bound::unbind);
        Ok(self.grants.get_or_try_init(py, read)?.bind(py))
    }

    #[getter]
    fn issuer(&self) -> &str {
        self.claims.key_sid()
    }

    #[getter]
    fn subject(&self) -> &str {
        self.claims.account_sid()
    }

    #[getter]
    fn identity(&self) -> Option<&str> {
        self.claims.identity()
    }

    #[getter]
    fn valid_until(&self) -> u64 {
        self.claims.expires_at()
    }

    #[getter]
    fn nbf(&self) -> Option<u64> {
        self.claims.not_before()
    }

    #[getter]
    fn jti(&self) -> Option<&str> {
        self.claims.jti()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let (issuer, identity) = (slf.getattr("issuer")?.repr()?, slf.getattr("identity")?.repr()?);
        let valid_until = slf.get().claims.expires_at();
        Ok(format!("<DecodedJwt issuer={issuer} identity={identity} valid_until={valid_until}>"))
    }
}
