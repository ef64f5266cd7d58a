//! `Verifier` and its claims.

use grantmint::internal::{DEFAULT_MAX_SIZE, TimeField};
use grantmint::{Error, Field, TokenError, VerifiedClaims};
use grantmint_bindings::{InputError, max_size as checked_size, snake_case};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyInt, PyMapping, PyString};

use crate::error::{Failure, guard, guard_reading};
use crate::{json, value};

#[doc = include_str!(concat!(env!("OUT_DIR"), "/Verifier.txt"))]
#[pyclass(frozen, module = "grantmint")]
pub(crate) struct Verifier(grantmint::Verifier);

#[pymethods]
impl Verifier {
    #[new]
    #[pyo3(signature = (keys, *, account_sid = None, leeway = None, algorithm = None, max_size = None))]
    #[pyo3(text_signature = "(keys, *, account_sid=None, leeway=0, algorithm='HS256', max_size=16384)")]
    fn new(
        keys: Option<&Bound<'_, PyAny>>,
        account_sid: Option<&Bound<'_, PyAny>>,
        leeway: Option<&Bound<'_, PyAny>>,
        algorithm: Option<&Bound<'_, PyAny>>,
        max_size: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        guard(snake_case, || {
            let by_sid = keys.and_then(|keys| keys.cast::<PyMapping>().ok());
            let items = by_sid.map(read_items).transpose()?.unwrap_or_default();
            let mut verifier = grantmint::Verifier::builder();
            verifier.account_sid(value::optional_text("account_sid", account_sid)?);
            verifier.leeway(value::seconds(TimeField::Leeway, leeway)?.unwrap_or_default());
            verifier.algorithm(value::algorithm(algorithm)?);
            verifier.max_size(size(max_size)?);
            if by_sid.is_some() && items.is_empty() {
                return Err(Error::Required(Field::new("keys")).into());
            }
            for (sid, secret) in &items {
                let sid = value::optional_text("keys", Some(sid))?;
                verifier.key(sid, value::secret(Some(secret).filter(|secret| !secret.is_none()))?);
            }
            if by_sid.is_none() {
                verifier.secret(value::secret(keys)?);
            }
            Ok(Self(verifier.build()?))
        })
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Verifier.verify.txt"))]
    #[pyo3(signature = (token, *, now = None))]
    fn verify(&self, token: &Bound<'_, PyAny>, now: Option<&Bound<'_, PyAny>>) -> PyResult<Claims> {
        guard(snake_case, || {
            let now = value::now(now)?;
            Ok(Claims(verify(&self.0, token, now)?))
        })
    }
}

/// Returns the SIDs and secrets of a mapping.
fn read_items<'py>(keys: &Bound<'py, PyMapping>) -> PyResult<Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
    keys.items()?.iter().map(|item| item.extract()).collect()
}

/// Verifies a token: a string or bytes.
pub(crate) fn verify(
    verifier: &grantmint::Verifier,
    token: &Bound<'_, PyAny>,
    now: u64,
) -> Result<VerifiedClaims, Failure> {
    if let Ok(bytes) = token.cast::<PyBytes>() {
        return Ok(verifier.verify_at(bytes.as_bytes(), now)?);
    }
    let Ok(string) = token.cast::<PyString>() else { return Err(TokenError::NotAString.into()) };
    // Before encoding: each character has at least one byte.
    if string.len()? > verifier.max_size() {
        return Err(TokenError::TooLarge { max: verifier.max_size() }.into());
    }
    match string.to_str() {
        Ok(text) => Ok(verifier.verify_at(text, now)?),
        Err(_) => Ok(verifier.verify_at(value::lossy_text(string)?, now)?),
    }
}

fn size(value: Option<&Bound<'_, PyAny>>) -> Result<usize, InputError> {
    let Some(value) = value else { return Ok(DEFAULT_MAX_SIZE) };
    if value.is_instance_of::<PyBool>() || !value.is_instance_of::<PyInt>() {
        return Err(value::wrong_type("max_size", "a whole number", value));
    }
    // An integer that does not fit is out of range as well.
    let limit = || if value.gt(0).unwrap_or(false) { i64::MAX } else { i64::MIN };
    Ok(checked_size(value.extract().unwrap_or_else(|_| limit()))?)
}

// Converted to Python objects when an attribute is read.
#[doc = include_str!(concat!(env!("OUT_DIR"), "/Claims.txt"))]
#[pyclass(frozen, module = "grantmint")]
pub(crate) struct Claims(VerifiedClaims);

#[pymethods]
impl Claims {
    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Claims.identity.txt"))]
    #[getter]
    fn identity(&self) -> Option<&str> {
        self.0.identity()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Claims.key_sid.txt"))]
    #[getter]
    fn key_sid(&self) -> &str {
        self.0.key_sid()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Claims.account_sid.txt"))]
    #[getter]
    fn account_sid(&self) -> &str {
        self.0.account_sid()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Claims.jti.txt"))]
    #[getter]
    fn jti(&self) -> Option<&str> {
        self.0.jti()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Claims.issued_at.txt"))]
    #[getter]
    fn issued_at(&self) -> Option<u64> {
        self.0.issued_at()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Claims.not_before.txt"))]
    #[getter]
    fn not_before(&self) -> Option<u64> {
        self.0.not_before()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Claims.expires_at.txt"))]
    #[getter]
    fn expires_at(&self) -> u64 {
        self.0.expires_at()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Claims.grants.txt"))]
    #[getter]
    fn grants<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        guard_reading(|| json::grants(py, &self.0))
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Claims.payload.txt"))]
    #[getter]
    fn payload<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        guard_reading(|| json::read_dict(py, self.0.payload_json()))
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Claims.header.txt"))]
    #[getter]
    fn header<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        guard_reading(|| json::to_dict(py, &self.0.header()))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let (identity, key) = (slf.getattr("identity")?.repr()?, slf.getattr("key_sid")?.repr()?);
        Ok(format!("<Claims identity={identity} key_sid={key} expires_at={}>", slf.get().0.expires_at()))
    }
}
