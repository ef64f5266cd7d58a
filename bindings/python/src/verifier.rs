//! `Verifier` and its claims.

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};

use grantmint::internal::{DEFAULT_MAX_SIZE, TimeField, parts, restored};
use grantmint::{Field, Secret, TokenError, VerifiedClaims};
use grantmint_bindings::{InputError, max_size as checked_size, snake_case};
use pyo3::Borrowed;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyInt, PyIterator, PyMapping, PyString, PyType};

use crate::error::{Failure, guard, guard_reading};
use crate::{json, value};

#[doc = include_str!(concat!(env!("OUT_DIR"), "/Verifier.txt"))]
#[pyclass(frozen, module = "grantmint")]
pub(crate) struct Verifier(grantmint::Verifier);

#[pymethods]
impl Verifier {
    #[new]
    #[pyo3(signature = (keys, *, account_sid = Given(None), leeway = None, algorithm = None, max_size = None, **unknown))]
    #[pyo3(text_signature = "(keys, *, account_sid=..., leeway=0, algorithm='HS256', max_size=16384)")]
    fn new(
        keys: Option<&Bound<'_, PyAny>>,
        account_sid: Given<'_>,
        leeway: Option<&Bound<'_, PyAny>>,
        algorithm: Option<&Bound<'_, PyAny>>,
        max_size: Option<&Bound<'_, PyAny>>,
        unknown: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        guard(snake_case, || {
            value::no_more(unknown, &["keys", "account_sid", "leeway", "algorithm", "max_size"])?;
            let by_sid = keys.and_then(|keys| keys.cast::<PyMapping>().ok());
            let items = by_sid.map(read_items).transpose()?.unwrap_or_default();
            let mut verifier = grantmint::Verifier::builder();
            let Given(account_sid) = account_sid;
            if let Some(account_sid) = &account_sid {
                // `None` is empty, too: an unset variable must not accept every account.
                let account_sid = value::given("account_sid", Some(account_sid))?;
                verifier.account_sid(value::optional_text("account_sid", Some(account_sid))?);
            }
            verifier.leeway(value::seconds(TimeField::Leeway, leeway)?.unwrap_or_default());
            verifier.algorithm(value::algorithm(algorithm)?);
            verifier.max_size(size(max_size)?);
            if by_sid.is_some() && items.is_empty() {
                return Err(value::missing("keys", "empty"));
            }
            for (sid, secret) in &items {
                let sid = value::optional_text("keys", Some(sid))?;
                verifier.key(sid, value::secret(Some(value::given("secret", Some(secret))?))?);
            }
            if by_sid.is_none() {
                verifier.secret(single(value::given("secret", keys)?)?);
            }
            Ok(Self(verifier.build()?))
        })
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Verifier.verify.txt"))]
    #[pyo3(signature = (token, *, now = None, **unknown))]
    #[pyo3(text_signature = "($self, token, *, now=None)")]
    fn verify(
        &self,
        token: &Bound<'_, PyAny>,
        now: Option<&Bound<'_, PyAny>>,
        unknown: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Claims> {
        guard(snake_case, || {
            value::no_more(unknown, &["token", "now"])?;
            let now = value::now(now)?;
            Ok(Claims(verify(&self.0, token, now)?))
        })
    }
}

/// An argument that tells `None` from no argument.
pub(crate) struct Given<'py>(Option<Bound<'py, PyAny>>);

impl<'py> FromPyObject<'_, 'py> for Given<'py> {
    type Error = Infallible;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> Result<Self, Infallible> {
        Ok(Self(Some(object.to_owned())))
    }
}

/// Reads the secret that is given in the place of several keys.
fn single<'a>(keys: &'a Bound<'_, PyAny>) -> Result<Secret<'a>, Failure> {
    value::secret(Some(keys)).map_err(|failure| match failure {
        Failure::Input(InputError::WrongType { found, .. }) => {
            let expected = "a secret, or a mapping from key SIDs to secrets";
            InputError::WrongType { field: Field::new("keys"), expected, found }.into()
        }
        other => other,
    })
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
pub(crate) struct Claims(pub(crate) VerifiedClaims);

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

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Claims.to_dict.txt"))]
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let members = PyDict::new(py);
        members.set_item(intern!(py, "identity"), self.identity())?;
        members.set_item(intern!(py, "grants"), self.grants(py)?)?;
        members.set_item(intern!(py, "key_sid"), self.key_sid())?;
        members.set_item(intern!(py, "account_sid"), self.account_sid())?;
        members.set_item(intern!(py, "jti"), self.jti())?;
        members.set_item(intern!(py, "issued_at"), self.issued_at())?;
        members.set_item(intern!(py, "not_before"), self.not_before())?;
        members.set_item(intern!(py, "expires_at"), self.expires_at())?;
        members.set_item(intern!(py, "payload"), self.payload(py)?)?;
        Ok(members)
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Claims.keys.txt"))]
    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_dict(py)?.call_method0(intern!(py, "keys"))
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Claims.values.txt"))]
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_dict(py)?.call_method0(intern!(py, "values"))
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Claims.items.txt"))]
    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_dict(py)?.call_method0(intern!(py, "items"))
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Claims.get.txt"))]
    #[pyo3(signature = (key, default = None, /))]
    fn get<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self.to_dict(key.py())?.get_item(key)?.or(default))
    }

    fn __getitem__<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.to_dict(key.py())?.as_any().get_item(key)
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.to_dict(py)?.try_iter()
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.to_dict(py)?.len())
    }

    fn __contains__(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.to_dict(key.py())?.contains(key)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.0.payload_json().hash(&mut hasher);
        hasher.finish()
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String, String))> {
        let restore = slf.py().import(intern!(slf.py(), "grantmint._grantmint"))?.getattr("_restored")?;
        let (header, payload) = parts(&slf.get().0);
        Ok((restore, (header.to_owned(), payload.to_owned())))
    }

    #[classmethod]
    fn __get_pydantic_core_schema__<'py>(
        cls: &Bound<'py, PyType>,
        _source: &Bound<'py, PyAny>,
        _handler: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        cls.py().import("grantmint.results")?.call_method1("_pydantic_schema", (cls,))
    }

    #[classmethod]
    fn __get_pydantic_json_schema__<'py>(
        cls: &Bound<'py, PyType>,
        _schema: &Bound<'py, PyAny>,
        _handler: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let schema = PyDict::new(cls.py());
        schema.set_item("type", "object")?;
        schema.set_item("title", "Claims")?;
        Ok(schema)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let (identity, key) = (slf.getattr("identity")?.repr()?, slf.getattr("key_sid")?.repr()?);
        Ok(format!("<Claims identity={identity} key_sid={key} expires_at={}>", slf.get().0.expires_at()))
    }
}

/// Returns unpickled claims.
#[pyfunction]
#[pyo3(name = "_restored", signature = (header, payload, /))]
pub(crate) fn restore(header: String, payload: String) -> PyResult<Claims> {
    guard(snake_case, || Ok(Claims(restored(header, payload)?)))
}
