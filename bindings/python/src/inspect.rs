//! `inspect` and its result.

use std::borrow::Cow;

use grantmint::internal::{DEFAULT_MAX_SIZE, Language, TimeField, inspect_nothing, inspection_to_json};
use grantmint::{InspectOptions, Inspection};
use grantmint_bindings::{inspect_too_large, snake_case};
use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};

use crate::error::{Failure, guard, guard_reading};
use crate::results::results;
use crate::{json, value};

#[doc = include_str!(concat!(env!("OUT_DIR"), "/inspect.txt"))]
#[pyfunction]
#[pyo3(signature = (token, secret = None, now = None, **unknown))]
#[pyo3(text_signature = "(token, secret=None, now=None)")]
pub(crate) fn inspect<'py>(
    token: &Bound<'py, PyAny>,
    secret: Option<&Bound<'_, PyAny>>,
    now: Option<&Bound<'_, PyAny>>,
    unknown: Option<&Bound<'_, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = token.py();
    let inspection = guard(snake_case, || {
        value::no_more(unknown, &["token", "secret", "now"])?;
        read(token, secret, now)
    })?;
    guard_reading(|| {
        let members =
            json::to_python(py, &inspection_to_json(&inspection, snake_case))?.cast_into::<PyDict>()?;
        let results = results(py).map_err(|_| PyRuntimeError::new_err("the package is not imported"))?;
        let findings = PyList::empty(py);
        if let Some(plain) = members.get_item(intern!(py, "findings"))? {
            for finding in plain.try_iter()? {
                findings.append(results.finding.bind(py).call1((finding?,))?)?;
            }
        }
        members.set_item(intern!(py, "findings"), findings)?;
        // No class of results has an `__init__` in Python: a daemon thread that is in Python code when the interpreter
        // ends unwinds through these frames, which aborts the process.
        let result = results.inspection.bind(py).call1((members,))?;
        result.setattr(intern!(py, "_report"), Report(inspection))?;
        Ok(result)
    })
}

fn read(
    token: &Bound<'_, PyAny>,
    secret: Option<&Bound<'_, PyAny>>,
    now: Option<&Bound<'_, PyAny>>,
) -> Result<Inspection, Failure> {
    let mut options = InspectOptions::new().language(Language::Python);
    if let Some(secret) = secret {
        options = options.secret(value::secret(Some(secret))?);
    }
    if let Some(now) = value::seconds(TimeField::Now, now)? {
        options = options.now(now);
    }
    if let Ok(bytes) = token.cast::<PyBytes>() {
        let bytes = bytes.as_bytes();
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(DEFAULT_MAX_SIZE + 1)]);
        return Ok(grantmint::inspect(&text, &options));
    }
    let Ok(string) = token.cast::<PyString>() else {
        return Ok(inspect_nothing(&options));
    };
    if string.len()? > DEFAULT_MAX_SIZE {
        return Ok(inspect_too_large(&options));
    }
    let text = match string.to_str() {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(value::lossy_text(string)?),
    };
    Ok(grantmint::inspect(&text, &options))
}

/// The readable report of an inspection, which is written when it is asked for.
#[pyclass(frozen, name = "_Report", module = "grantmint._grantmint")]
pub(crate) struct Report(Inspection);

#[pymethods]
impl Report {
    fn __str__(&self) -> PyResult<String> {
        guard_reading(|| Ok(self.0.to_string()))
    }
}
