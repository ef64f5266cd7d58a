//! `inspect` and its result.

use std::borrow::Cow;

use grantmint::InspectOptions;
use grantmint::internal::{DEFAULT_MAX_SIZE, TimeField, inspect_nothing, inspection_to_json};
use grantmint_bindings::{inspect_too_large, snake_case};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};

use crate::error::{guard, guard_reading};
use crate::{json, value};

#[doc = include_str!(concat!(env!("OUT_DIR"), "/inspect.txt"))]
#[pyfunction]
#[pyo3(signature = (token, secret = None, now = None))]
pub(crate) fn inspect(
    token: &Bound<'_, PyAny>,
    secret: Option<&Bound<'_, PyAny>>,
    now: Option<&Bound<'_, PyAny>>,
) -> PyResult<Inspection> {
    guard(snake_case, || {
        let mut options = InspectOptions::new();
        if let Some(secret) = secret {
            options = options.secret(value::secret(Some(secret))?);
        }
        if let Some(now) = value::seconds(TimeField::Now, now)? {
            options = options.now(now);
        }
        if let Ok(bytes) = token.cast::<PyBytes>() {
            let bytes = bytes.as_bytes();
            let text = String::from_utf8_lossy(&bytes[..bytes.len().min(DEFAULT_MAX_SIZE + 1)]);
            return Ok(Inspection(grantmint::inspect(&text, &options)));
        }
        let Ok(string) = token.cast::<PyString>() else {
            return Ok(Inspection(inspect_nothing(&options)));
        };
        if string.len()? > DEFAULT_MAX_SIZE {
            return Ok(Inspection(inspect_too_large(&options)));
        }
        let text = match string.to_str() {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(value::lossy_text(string)?),
        };
        Ok(Inspection(grantmint::inspect(&text, &options)))
    })
}

#[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.txt"))]
#[pyclass(frozen, module = "grantmint")]
pub(crate) struct Inspection(grantmint::Inspection);

#[pymethods]
impl Inspection {
    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.kind.txt"))]
    #[getter]
    fn kind(&self) -> &'static str {
        self.0.kind.name()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.sound.txt"))]
    #[getter]
    fn sound(&self) -> bool {
        self.0.is_sound()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.identity.txt"))]
    #[getter]
    fn identity(&self) -> PyResult<Option<String>> {
        guard_reading(|| Ok(self.0.identity()))
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.key_sid.txt"))]
    #[getter]
    fn key_sid(&self) -> Option<&str> {
        self.0.key_sid()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.account_sid.txt"))]
    #[getter]
    fn account_sid(&self) -> Option<&str> {
        self.0.account_sid()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.grants.txt"))]
    #[getter]
    fn grants<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        guard_reading(|| self.0.grants().map(|grants| json::to_dict(py, &grants)).transpose())
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.signature.txt"))]
    #[getter]
    fn signature(&self) -> &'static str {
        self.0.signature.name()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.issued_at.txt"))]
    #[getter]
    fn issued_at(&self) -> Option<u64> {
        self.0.issued_at
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.not_before.txt"))]
    #[getter]
    fn not_before(&self) -> Option<u64> {
        self.0.not_before
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.expires_at.txt"))]
    #[getter]
    fn expires_at(&self) -> Option<u64> {
        self.0.expires_at
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.expires_in.txt"))]
    #[getter]
    fn expires_in(&self) -> Option<i64> {
        self.0.expires_in()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.renew_at.txt"))]
    #[getter]
    fn renew_at(&self) -> Option<u64> {
        self.0.renew_at
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.header.txt"))]
    #[getter]
    fn header<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        guard_reading(|| self.0.header.as_ref().map(|header| json::to_dict(py, header)).transpose())
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.claims.txt"))]
    #[getter]
    fn claims<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        guard_reading(|| self.0.claims.as_ref().map(|claims| json::to_dict(py, claims)).transpose())
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.findings.txt"))]
    #[getter]
    fn findings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.findings.iter().map(|finding| Finding(finding.clone())))
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Inspection.to_dict.txt"))]
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard_reading(|| json::to_python(py, &inspection_to_json(&self.0, snake_case)))
    }

    fn __str__(&self) -> PyResult<String> {
        guard_reading(|| Ok(self.0.to_string()))
    }

    fn __repr__(&self) -> String {
        let findings: Vec<_> = self.0.findings.iter().map(|finding| finding.code).collect();
        format!("<Inspection kind='{}' findings={findings:?}>", self.0.kind.name())
    }
}

#[doc = include_str!(concat!(env!("OUT_DIR"), "/Finding.txt"))]
#[pyclass(frozen, module = "grantmint")]
pub(crate) struct Finding(grantmint::Finding);

#[pymethods]
impl Finding {
    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Finding.severity.txt"))]
    #[getter]
    fn severity(&self) -> &'static str {
        self.0.severity.name()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Finding.code.txt"))]
    #[getter]
    fn code(&self) -> &'static str {
        self.0.code
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Finding.twilio_codes.txt"))]
    #[getter]
    fn twilio_codes(&self) -> Vec<u32> {
        self.0.twilio_codes.to_vec()
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Finding.message.txt"))]
    #[getter]
    fn message(&self) -> &str {
        &self.0.message
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Finding.advice.txt"))]
    #[getter]
    fn advice(&self) -> &'static str {
        self.0.advice
    }

    fn __repr__(&self) -> String {
        format!("<Finding {} {}: {}>", self.0.severity.name(), self.0.code, self.0.message)
    }
}
