//! The Python classes of results.

use grantmint::Error;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

pub(crate) struct Results {
    pub(crate) issued: Py<PyType>,
    pub(crate) finding: Py<PyType>,
    pub(crate) inspection: Py<PyType>,
}

static RESULTS: PyOnceLock<Results> = PyOnceLock::new();

/// Registers the classes, as the package does when it is imported.
#[pyfunction]
#[pyo3(name = "_register_results", signature = (issued, finding, inspection, /))]
pub(crate) fn register_results(
    issued: Bound<'_, PyType>,
    finding: Bound<'_, PyType>,
    inspection: Bound<'_, PyType>,
) {
    let py = issued.py();
    let results =
        Results { issued: issued.unbind(), finding: finding.unbind(), inspection: inspection.unbind() };
    _ = RESULTS.set(py, results);
}

pub(crate) fn results(py: Python<'_>) -> Result<&'static Results, Error> {
    RESULTS.get(py).ok_or(Error::Internal)
}
