//! What `AccessToken.from_jwt` gives back: a token of somebody else's, as the official class shows it.

use grantmint::{VerifiedClaims, Verifier};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

use crate::access_token::Jwt;
use crate::error::{guard, guard_reading, snake_case};
use crate::{json, value, verifier};

#[pyclass(extends = Jwt, module = "grantmint")]
pub(crate) struct DecodedJwt {
    claims: VerifiedClaims,
    #[pyo3(get)]
    algorithm: &'static str,
    // Read when somebody looks, and then the same each time: whoever changes what is in it sees the change.
    payload: Option<Py<PyDict>>,
    headers: Option<Py<PyDict>>,
    grants: Option<Py<PyDict>>,
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
        let decoded = Self { claims, algorithm, payload: None, headers: None, grants: None };
        Bound::new(py, PyClassInitializer::from(Jwt).add_subclass(decoded))
    }
}

#[pymethods]
impl DecodedJwt {
    #[getter]
    fn payload(&mut self, py: Python<'_>) -> PyResult<Py<PyDict>> {
        shown(&mut self.payload, py, || guard_reading(|| json::read_dict(py, self.claims.payload_json())))
    }

    #[getter]
    fn headers(&mut self, py: Python<'_>) -> PyResult<Py<PyDict>> {
        shown(&mut self.headers, py, || guard_reading(|| json::to_dict(py, &self.claims.header())))
    }

    #[getter]
    fn grants(&mut self, py: Python<'_>) -> PyResult<Py<PyDict>> {
        shown(&mut self.grants, py, || guard_reading(|| json::grants(py, &self.claims)))
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
        let valid_until = slf.try_borrow()?.claims.expires_at();
        Ok(format!("<DecodedJwt issuer={issuer} identity={identity} valid_until={valid_until}>"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        [&self.payload, &self.headers, &self.grants]
            .into_iter()
            .flatten()
            .try_for_each(|dict| visit.call(dict))
    }

    fn __clear__(&mut self) {
        (self.payload, self.headers, self.grants) = (None, None, None);
    }
}

/// What was made when somebody first looked.
fn shown<'py>(
    kept: &mut Option<Py<PyDict>>,
    py: Python<'py>,
    make: impl FnOnce() -> PyResult<Bound<'py, PyDict>>,
) -> PyResult<Py<PyDict>> {
    if kept.is_none() {
        *kept = Some(make()?.unbind());
    }
    Ok(kept.as_ref().map_or_else(|| PyDict::new(py).unbind(), |dict| dict.clone_ref(py)))
}
