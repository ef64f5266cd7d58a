//! `Verifier`, and the claims that it returns.

use std::borrow::Cow;
use std::convert::Infallible;

use grantmint::internal::{Claims, DEFAULT_MAX_SIZE, TimeField, build_header};
use grantmint::{Error, Field, Secret, TokenError};
use grantmint_bindings::{InputError, max_size as checked_size, snake_case};
use pyo3::Borrowed;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyBytes, PyDict, PyInt, PyMapping, PyString, PyTuple};

use crate::build::{Builder, Claim, Likely};
use crate::error::{Failure, guard};
use crate::results::results;
use crate::value;

#[doc = include_str!(concat!(env!("OUT_DIR"), "/Verifier.txt"))]
#[pyclass(frozen, module = "grantmint")]
pub(crate) struct Verifier {
    verifier: grantmint::Verifier,
    usual: PyOnceLock<Usual>,
}

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
            Ok(Self { verifier: verifier.build()?, usual: PyOnceLock::new() })
        })
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Verifier.verify.txt"))]
    #[pyo3(signature = (token, *, now = None, **unknown))]
    #[pyo3(text_signature = "($self, token, *, now=None)")]
    fn verify<'py>(
        &self,
        token: &Bound<'py, PyAny>,
        now: Option<&Bound<'_, PyAny>>,
        unknown: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        guard(snake_case, || {
            value::no_more(unknown, &["token", "now"])?;
            let now = value::now(now)?;
            let py = token.py();
            let usual = self.usual.get(py);
            let mut builder = Builder::new(py, usual.map_or(&[], |usual| &usual.parties));
            let token = text(&self.verifier, token)?;
            self.verifier.verify_and_build(token, now, &mut builder, |builder, header, claims, payload| {
                let usual = match usual {
                    Some(usual) => usual,
                    None => self.first(py, header, &claims)?,
                };
                result(builder, usual, header, &claims, payload)
            })?
        })
    }
}

impl Verifier {
    /// Keeps the parts of the first token, unless another thread was faster.
    fn first(&self, py: Python<'_>, header: &str, claims: &Claims<'_>) -> Result<&Usual, Failure> {
        // Created before the lock is taken: a new object may start the garbage collector, and a finalizer may verify a token.
        let usual = Usual::new(py, header, claims)?;
        _ = self.usual.set(py, usual);
        Ok(self.usual.get(py).ok_or(Error::Internal)?)
    }
}

/// The parts that most tokens have in common, as the first verified one has them.
struct Usual {
    /// The header's segment.
    header: Likely,
    /// The issuer and the subject.
    parties: [Likely; 2],
    /// The arguments of the class for claims with these parties and nothing else.
    members: Py<PyTuple>,
}

impl Usual {
    fn new(py: Python<'_>, header: &str, claims: &Claims<'_>) -> Result<Self, Failure> {
        let parties = [&claims.key_sid, &claims.account_sid].map(|text| Likely::new(py, text));
        let members = results(py)?.no_claims.bind(py).copy()?;
        members.set_item(intern!(py, "key_sid"), &parties[0].object)?;
        members.set_item(intern!(py, "account_sid"), &parties[1].object)?;
        Ok(Self { header: Likely::new(py, header), parties, members: PyTuple::new(py, [members])?.unbind() })
    }
}

/// Returns the claims of a verified token. Their values are those of the payload, without a copy.
fn result<'py>(
    builder: &mut Builder<'_, 'py>,
    usual: &Usual,
    header: &str,
    claims: &Claims<'_>,
    payload: Bound<'py, PyAny>,
) -> Result<Bound<'py, PyAny>, Failure> {
    let py = payload.py();
    let payload = builder.finish(payload)?;
    // The table of names is copied, which is faster than to add one name after the other.
    let result = results(py)?.claims.bind(py).call1(usual.members.bind(py))?;
    let members = result.cast::<PyDict>().map_err(PyErr::from)?;
    for ((name, claim), usual) in
        [(intern!(py, "key_sid"), Claim::Iss), (intern!(py, "account_sid"), Claim::Sub)]
            .into_iter()
            .zip(&usual.parties)
    {
        if let Some(value) = builder.take(claim).filter(|value| !value.is(&usual.object)) {
            members.set_item(name, value)?;
        }
    }
    if let Some(grants) = builder.take(Claim::Grants) {
        let grants = grants.cast::<PyDict>().map_err(PyErr::from)?.copy()?;
        if let Some(identity) = grants.get_item(intern!(py, "identity"))? {
            grants.del_item(intern!(py, "identity"))?;
            // An integer becomes its digits.
            match &claims.identity {
                Some(digits) if !identity.is_instance_of::<PyString>() => {
                    members.set_item(intern!(py, "identity"), &**digits)?;
                }
                _ => members.set_item(intern!(py, "identity"), identity)?,
            }
        }
        members.set_item(intern!(py, "grants"), grants)?;
    }
    if let Some(jti) = builder.take(Claim::Jti) {
        members.set_item(intern!(py, "jti"), jti)?;
    }
    for (name, claim, seconds) in [
        (intern!(py, "issued_at"), Claim::Iat, claims.issued_at),
        (intern!(py, "not_before"), Claim::Nbf, claims.not_before),
        (intern!(py, "expires_at"), Claim::Exp, Some(claims.expires_at)),
    ] {
        match builder.take(claim) {
            Some(value) if value.is_instance_of::<PyInt>() => members.set_item(name, value)?,
            // A number with a fraction of zero.
            Some(_) => members.set_item(name, seconds)?,
            None => {}
        }
    }
    members.set_item(intern!(py, "payload"), payload)?;
    result.setattr(intern!(py, "_header"), usual.header.or_new(py, header))?;
    Ok(result)
}

/// Returns the `dict` of a header, given its segment.
#[pyfunction]
#[pyo3(name = "_read_header", signature = (segment, /))]
pub(crate) fn read_header<'py>(py: Python<'py>, segment: &str) -> PyResult<Bound<'py, PyDict>> {
    guard(snake_case, || header(py, segment))
}

/// Verifies a token, and returns its header and its payload.
pub(crate) fn decode<'py>(
    verifier: &grantmint::Verifier,
    token: &Bound<'py, PyAny>,
) -> Result<(Bound<'py, PyDict>, Bound<'py, PyDict>), Failure> {
    let py = token.py();
    let mut builder = Builder::new(py, &[]);
    let token = text(verifier, token)?;
    verifier.verify_and_build(token, grantmint::now(), &mut builder, |builder, segment, _, payload| {
        Ok((header(py, segment)?, builder.finish(payload)?))
    })?
}

fn header<'py>(py: Python<'py>, segment: &str) -> Result<Bound<'py, PyDict>, Failure> {
    let mut builder = Builder::new(py, &[]);
    let header = build_header(segment, &mut builder)?;
    Ok(builder.finish(header)?)
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

/// Returns the bytes of a token: a string or bytes.
fn text<'a>(verifier: &grantmint::Verifier, token: &'a Bound<'_, PyAny>) -> Result<Cow<'a, [u8]>, Failure> {
    if let Ok(bytes) = token.cast::<PyBytes>() {
        return Ok(bytes.as_bytes().into());
    }
    let Ok(string) = token.cast::<PyString>() else { return Err(TokenError::NotAString.into()) };
    // Before encoding: each character has at least one byte.
    if string.len()? > verifier.max_size() {
        return Err(TokenError::TooLarge { max: verifier.max_size() }.into());
    }
    match string.to_str() {
        Ok(text) => Ok(text.as_bytes().into()),
        Err(_) => Ok(value::lossy_text(string)?.into_bytes().into()),
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
