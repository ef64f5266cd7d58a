//! The result of `AccessToken.from_jwt`: a third-party token with the attributes of the official class.

use std::sync::OnceLock;

use grantmint::{VerifiedClaims, Verifier};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

use crate::access_token::Jwt;
use grantmint_bindings::snake_case;

use crate::error::{guard, guard_reading};
use crate::{json, value, verifier};

#[doc = include_str!(concat!(env!("OUT_DIR"), "/DecodedJwt.txt"))]
#[pyclass(extends = Jwt, module = "grantmint")]
pub(crate) struct DecodedJwt {
    claims: VerifiedClaims,
    #[doc = include_str!(concat!(env!("OUT_DIR"), "/DecodedJwt.algorithm.txt"))]
    #[pyo3(get)]
    algorithm: &'static str,
    // Converted at the first access. Later accesses return the same object, so changes to it stay visible.
    payload: OnceLock<Py<PyDict>>,
    headers: OnceLock<Py<PyDict>>,
    grants: OnceLock<Py<PyDict>>,
}

impl DecodedJwt {
    /// Verifies a token with the class's algorithm. Without a key, everything but the signature is checked.
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
        let [payload, headers, grants] = [const { OnceLock::new() }; 3];
        let decoded = Self { claims, algorithm, payload, headers, grants };
        Bound::new(py, PyClassInitializer::from(Jwt).add_subclass(decoded))
    }
}

#[pymethods]
impl DecodedJwt {
    #[doc = include_str!(concat!(env!("OUT_DIR"), "/DecodedJwt.payload.txt"))]
    #[getter]
    fn payload(&self, py: Python<'_>) -> PyResult<Py<PyDict>> {
        shown(&self.payload, py, || guard_reading(|| json::read_dict(py, self.claims.payload_json())))
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/DecodedJwt.headers.txt"))]
    #[getter]
    fn headers(&self, py: Python<'_>) -> PyResult<Py<PyDict>> {
        shown(&self.headers, py, || guard_reading(|| json::to_dict(py, &self.claims.header())))
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/DecodedJwt.grants.txt"))]
    #[getter]
    fn grants(&self, py: Python<'_>) -> PyResult<Py<PyDict>> {
        shown(&self.grants, py, || guard_reading(|| json::grants(py, &self.claims)))
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/DecodedJwt.issuer.txt"))]
    #[getter]
    fn issuer(&self) -> &str {
        self.claims.key_sid()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/DecodedJwt.subject.txt"))]
    #[getter]
    fn subject(&self) -> &str {
        self.claims.account_sid()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/DecodedJwt.identity.txt"))]
    #[getter]
    fn identity(&self) -> Option<&str> {
        self.claims.identity()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/DecodedJwt.valid_until.txt"))]
    #[getter]
    fn valid_until(&self) -> u64 {
        self.claims.expires_at()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/DecodedJwt.nbf.txt"))]
    #[getter]
    fn nbf(&self) -> Option<u64> {
        self.claims.not_before()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/DecodedJwt.jti.txt"))]
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
            .filter_map(OnceLock::get)
            .try_for_each(|dict| visit.call(dict))
    }

    fn __clear__(&mut self) {
        for kept in [&mut self.payload, &mut self.headers, &mut self.grants] {
            kept.take();
        }
    }
}

/// Returns the object of the first access, or creates it.
fn shown<'py>(
    kept: &OnceLock<Py<PyDict>>,
    py: Python<'py>,
    make: impl FnOnce() -> PyResult<Bound<'py, PyDict>>,
) -> PyResult<Py<PyDict>> {
    if let Some(dict) = kept.get() {
        return Ok(dict.clone_ref(py));
    }
    // Another thread, or code that ran while creating it, may have been faster.
    let dict = make()?.unbind();
    Ok(kept.get_or_init(|| dict).clone_ref(py))
}
