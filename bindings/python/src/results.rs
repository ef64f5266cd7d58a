//! The Python classes of results.

use grantmint::Error;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};

pub(crate) struct Results {
    pub(crate) issued: Py<PyType>,
    pub(crate) claims: Py<PyType>,
    /// The names of the members of claims, each with `None`.
    pub(crate) no_claims: Py<PyDict>,
    pub(crate) finding: Py<PyType>,
    pub(crate) inspection: Py<PyType>,
}

static RESULTS: PyOnceLock<Results> = PyOnceLock::new();

/// Registers the classes, as the package does when it is imported.
#[pyfunction]
#[pyo3(name = "_register_results", signature = (issued, claims, no_claims, finding, inspection, /))]
pub(crate) fn register_results(
    issued: Bound<'_, PyType>,
    claims: Bound<'_, PyType>,
    no_claims: Bound<'_, PyDict>,
    finding: Bound<'_, PyType>,
    inspection: Bound<'_, PyType>,
) {
    let py = issued.py();
    let results = Results {
        issued: issued.unbind(),
        claims: claims.unbind(),
        no_claims: no_claims.unbind(),
        finding: finding.unbind(),
        inspection: inspection.unbind(),
    };
    _ = RESULTS.set(py, results);
}

pub(crate) fn results(py: Python<'_>) -> Result<&'static Results, Error> {
    RESULTS.get(py).ok_or(Error::Internal)
}
