//! Signing and decoding for the drop-in `AccessToken` and `Jwt`, which are Python classes.

use std::borrow::Cow;

use grantmint::internal::{TimeField, sign_as_given};
use grantmint::{Algorithm, Error, Field, Grants, Verifier};
use grantmint_bindings::{InputError, snake_case};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyInt, PyList, PyString};
use serde_json::{Map, Value as Json};

use crate::error::{Failure, guard};
use crate::{grant, json, value, verifier};

/// Spells field names as the official class does, which calls the key's SID `signing_key_sid`.
fn spell(name: &str) -> String {
    if name == "key_sid" { "signing_key_sid".to_owned() } else { name.to_owned() }
}

/// Returns the object that means an `nbf` of now.
pub(crate) fn generate(py: Python<'_>) -> PyResult<&Py<PyAny>> {
    static GENERATE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    GENERATE.get_or_try_init(py, || Ok(py.get_type::<PyAny>().call0()?.unbind()))
}

/// A value that no `repr`, attribute or pickle shows. Calling the object returns the value.
#[pyclass(frozen, name = "_Hidden", module = "grantmint._grantmint")]
pub(crate) struct Hidden(Py<PyAny>);

#[pymethods]
impl Hidden {
    #[new]
    #[pyo3(signature = (value, /))]
    fn new(value: Py<PyAny>) -> Self {
        Self(value)
    }

    fn __call__(&self, py: Python<'_>) -> Py<PyAny> {
        self.0.clone_ref(py)
    }

    #[expect(clippy::unused_self, reason = "a method of Python")]
    fn __repr__(&self) -> &'static str {
        "<hidden>"
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.0)
    }
}

type Value<'a, 'py> = Option<&'a Bound<'py, PyAny>>;

/// Returns the value of a `Hidden`, or another value as it is.
fn shown<'a, 'py>(value: Value<'a, 'py>, py: Python<'py>) -> Option<Cow<'a, Bound<'py, PyAny>>> {
    let value = value?;
    let shown = match value.cast::<Hidden>() {
        Ok(hidden) => Cow::Owned(hidden.get().0.bind(py).clone()),
        Err(_) => Cow::Borrowed(value),
    };
    Some(shown).filter(|value| !value.is_none())
}

/// Signs a token with the values of its attributes, or returns its claims.
#[pyfunction]
#[pyo3(name = "_mint", signature = (
    subject, issuer, signing_key_sid, secret, grants, identity, nbf, ttl, valid_until, region, jti, algorithm, given_ttl,
    now, claims_only = false, /
))]
#[expect(clippy::too_many_arguments, reason = "positional arguments are the fastest")]
pub(crate) fn mint<'py>(
    py: Python<'py>,
    subject: Value<'_, 'py>,
    issuer: Value<'_, 'py>,
    signing_key_sid: Value<'_, 'py>,
    secret: Value<'_, 'py>,
    grants: Value<'_, 'py>,
    identity: Value<'_, 'py>,
    nbf: Value<'_, 'py>,
    ttl: Value<'_, 'py>,
    valid_until: Value<'_, 'py>,
    region: Value<'_, 'py>,
    jti: Value<'_, 'py>,
    algorithm: Value<'_, 'py>,
    given_ttl: Value<'_, 'py>,
    now: Value<'_, 'py>,
    claims_only: bool,
) -> PyResult<Bound<'py, PyAny>> {
    guard(spell, || {
        let now = value::now(now)?;
        // First, since custom grants run the caller's code.
        let grants = grants.map_or_else(|| Ok(Grants::new()), grant::read_all)?;
        let secret = shown(secret, py);
        let key_sid = value::optional_text("key_sid", issuer)?;
        let account_sid = value::optional_text("account_sid", subject)?;
        let mut token = grantmint::AccessToken::new(account_sid, key_sid, value::secret(secret.as_deref())?)?;
        token.set_grants(grants);
        token.identity(value::identity(identity)?);
        token.region(value::optional_text("region", region)?);
        token.jti(match value::optional_text("jti", jti)? {
            "" if !is_same(issuer, signing_key_sid) => {
                Cow::Owned(format!("{}-{now}", value::optional_text("key_sid", signing_key_sid)?))
            }
            jti => Cow::Borrowed(jti),
        });
        token.algorithm(value::algorithm(algorithm)?);
        set_times(&mut token, now, nbf, ttl, valid_until, given_ttl)?;
        if claims_only {
            return Ok(json::to_dict(py, &token.claims_at(now)?)?.into_any());
        }
        Ok(PyString::new(py, &token.to_jwt_at(now)?).into_any())
    })
}

/// Sets the times of a token. A TTL given to `to_jwt` takes precedence, as in the official class.
fn set_times(
    token: &mut grantmint::AccessToken<'_>,
    now: u64,
    nbf: Value<'_, '_>,
    ttl: Value<'_, '_>,
    valid_until: Value<'_, '_>,
    given_ttl: Value<'_, '_>,
) -> Result<(), Failure> {
    match nbf {
        Some(nbf) if nbf.is(generate(nbf.py())?) => _ = token.nbf(now),
        nbf => _ = value::seconds(TimeField::Nbf, nbf)?.map(|nbf| token.nbf(nbf)),
    }
    let given = given_lifetime(given_ttl)?;
    let until = value::seconds(TimeField::ValidUntil, valid_until)?;
    if let Some(ttl) = given.map_or_else(|| value::seconds(TimeField::Ttl, ttl), |ttl| Ok(Some(ttl)))? {
        token.ttl(ttl);
    }
    if let (None, Some(until)) = (given, until) {
        token.valid_until(until);
    }
    Ok(())
}

/// Reads the first argument of `to_jwt`. In JavaScript, it is the algorithm.
fn given_lifetime(ttl: Value<'_, '_>) -> Result<Option<u64>, Failure> {
    let is_algorithm = |name: &str| {
        name.eq_ignore_ascii_case("none")
            || (name.len() == 5 && name.is_ascii() && name[2..].bytes().all(|digit| digit.is_ascii_digit()))
    };
    value::seconds(TimeField::Ttl, ttl).map_err(|failure| match failure {
        Failure::Input(InputError::WrongType { field, expected, .. })
            if ttl.and_then(|ttl| ttl.extract().ok()).is_some_and(|name: String| is_algorithm(&name)) =>
        {
            let found =
                "an algorithm (write algorithm=\"HS256\", the only one that Twilio accepts)".to_owned();
            InputError::WrongType { field, expected, found }.into()
        }
        other => other,
    })
}

fn is_same(one: Value<'_, '_>, other: Value<'_, '_>) -> bool {
    one.map(Bound::as_ptr) == other.map(Bound::as_ptr)
}

/// Signs a header and claims that a subclass, a patch or a mock created, as PyJWT does for the official class.
#[pyfunction]
#[pyo3(name = "_sign", signature = (headers, payload, secret, given_algorithm, algorithm, given_ttl, now, /))]
#[expect(clippy::too_many_arguments, reason = "positional arguments are the fastest")]
pub(crate) fn sign<'py>(
    py: Python<'py>,
    headers: &Bound<'py, PyAny>,
    payload: &Bound<'py, PyAny>,
    secret: Value<'_, 'py>,
    given_algorithm: Value<'_, 'py>,
    algorithm: Value<'_, 'py>,
    given_ttl: Value<'_, 'py>,
    now: Value<'_, 'py>,
) -> PyResult<String> {
    guard(spell, || {
        let now = value::now(now)?;
        let secret = shown(secret, py);
        let (header, algorithm) = read_header(headers, given_algorithm, algorithm)?;
        let mut claims = read_object("payload", &with_timestamps(payload)?)?;
        match claims.get("iss") {
            None | Some(Json::String(_)) => {}
            Some(_) => return Err(value::wrong_type("iss", "a string", &payload.get_item("iss")?).into()),
        }
        if let Some(ttl) = given_lifetime(given_ttl)? {
            claims.insert("exp".to_owned(), (now + ttl).into());
        }
        Ok(sign_as_given(&header, &claims, algorithm, &value::secret(secret.as_deref())?)?)
    })
}

/// Reads a header. The algorithm is the given one, the header's or the default, in this order.
fn read_header(
    headers: &Bound<'_, PyAny>,
    given: Value<'_, '_>,
    default: Value<'_, '_>,
) -> Result<(Map<String, Json>, Algorithm), Failure> {
    let mut rest = read_object("headers", headers)?;
    let algorithm = match (given, rest.shift_remove("alg")) {
        (Some(_), _) => value::algorithm(given)?,
        (None, Some(Json::String(name))) if !name.is_empty() => name.parse()?,
        (None, None | Some(Json::Null | Json::String(_))) => value::algorithm(default)?,
        (None, Some(_)) => return Err(Error::UnsupportedAlgorithm.into()),
    };
    let mut header = Map::new();
    header.insert("alg".to_owned(), algorithm.name().into());
    match rest.shift_remove("typ") {
        None => _ = header.insert("typ".to_owned(), "JWT".into()),
        Some(typ) if typ.is_null() || typ == "" => {}
        Some(typ) => _ = header.insert("typ".to_owned(), typ),
    }
    match rest.shift_remove("b64") {
        None | Some(Json::Bool(true)) => {}
        Some(_) => {
            let (field, found) = (Field::of("headers", "b64"), "False".to_owned());
            return Err(InputError::WrongType { field, expected: "True", found }.into());
        }
    }
    if rest.get("kid").is_some_and(|kid| !kid.is_string()) {
        let (field, found) = (Field::of("headers", "kid"), "another value".to_owned());
        return Err(InputError::WrongType { field, expected: "a string", found }.into());
    }
    header.extend(rest);
    Ok((header, algorithm))
}

fn read_object(field: &'static str, value: &Bound<'_, PyAny>) -> Result<Map<String, Json>, Failure> {
    let object = json::object(&Field::new(field), value)?;
    object.ok_or_else(|| value::wrong_type(field, "an object", value).into())
}

/// Returns claims with numbers instead of `datetime` objects, which PyJWT accepts for times.
fn with_timestamps<'py>(payload: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let Ok(dict) = payload.cast::<PyDict>() else { return Ok(payload.clone()) };
    for name in ["exp", "iat", "nbf"] {
        let Some(value) = dict.get_item(name)?.filter(|value| !value.is_instance_of::<PyInt>()) else {
            continue;
        };
        if let Some(seconds) = value::timestamp(&value)? {
            let copy = dict.copy()?;
            copy.set_item(name, seconds)?;
            return with_timestamps(&copy);
        }
    }
    Ok(payload.clone())
}

/// Returns the time to sign at, in seconds since the epoch.
#[pyfunction]
#[pyo3(name = "_moment", signature = (now, /))]
pub(crate) fn moment(now: Value<'_, '_>) -> PyResult<u64> {
    guard(spell, || value::now(now))
}

/// Returns the claims of a token that are times.
#[pyfunction]
#[pyo3(name = "_times", signature = (nbf, ttl, valid_until, now, /))]
pub(crate) fn times<'py>(
    py: Python<'py>,
    nbf: Value<'_, 'py>,
    ttl: Value<'_, 'py>,
    valid_until: Value<'_, 'py>,
    now: Value<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    guard(spell, || {
        let now = value::now(now)?;
        let mut token = unsigned()?;
        set_times(&mut token, now, nbf, ttl, valid_until, None)?;
        let mut claims = token.claims_at(now)?;
        claims.retain(|name, _| matches!(name.as_str(), "nbf" | "iat" | "exp"));
        Ok(json::to_dict(py, &claims)?.into_any())
    })
}

/// Returns a token to read parts from that do not depend on its credentials.
fn unsigned() -> Result<grantmint::AccessToken<'static>, Error> {
    grantmint::AccessToken::new("-", "-", "-")
}

/// Returns a token's header.
#[pyfunction]
#[pyo3(name = "_header", signature = (region, algorithm, /))]
pub(crate) fn header<'py>(
    py: Python<'py>,
    region: Value<'_, 'py>,
    algorithm: Value<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    guard(spell, || {
        let mut token = unsigned()?;
        token.region(value::optional_text("region", region)?);
        token.algorithm(value::algorithm(algorithm)?);
        Ok(json::to_dict(py, &token.header()?)?.into_any())
    })
}

/// Rejects a missing credential, and hides the secret.
#[pyfunction]
#[pyo3(name = "_hide_secret", signature = (account_sid, signing_key_sid, secret, /))]
pub(crate) fn hide_secret(
    account_sid: Value<'_, '_>,
    signing_key_sid: Value<'_, '_>,
    secret: Value<'_, '_>,
) -> PyResult<Hidden> {
    guard(spell, || {
        value::required("account_sid", account_sid)?;
        value::required("key_sid", signing_key_sid)?;
        value::required("secret", secret)?;
        let secret = secret.ok_or_else(|| value::missing("secret", "None"))?;
        Ok(Hidden(secret.clone().unbind()))
    })
}

/// Returns the grants of an iterable as a list.
#[pyfunction]
#[pyo3(name = "_list_of_grants", signature = (grants, /))]
pub(crate) fn list_of_grants<'py>(grants: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(grants.py());
    guard(spell, || {
        if grants.is_instance_of::<PyString>() {
            // Old code has the identity in this place.
            let (field, found) =
                (Field::new("grants"), "str (an identity is passed as identity=…)".to_owned());
            return Err(InputError::WrongType { field, expected: "a list", found }.into());
        }
        for grant in grant::iterate("grants", grants)? {
            let grant = grant?;
            grant::check(&grant, grant::NOT_GRANTS)?;
            list.append(grant)?;
        }
        Ok(())
    })?;
    Ok(list)
}

/// Rejects the arguments that a class of Python does not have, given their names. The last ones are the known names.
#[pyfunction]
#[pyo3(name = "_refuse_unknown", signature = (unknown, /, *known))]
#[expect(clippy::needless_pass_by_value, reason = "arguments of any number arrive as a list")]
pub(crate) fn refuse_unknown(unknown: &Bound<'_, PyDict>, known: Vec<String>) -> PyResult<()> {
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    guard(snake_case, || value::no_more(Some(unknown), &known))
}

/// Rejects a value that is not a grant.
#[pyfunction]
#[pyo3(name = "_check_grant", signature = (grant, /))]
pub(crate) fn check_grant(grant: &Bound<'_, PyAny>) -> PyResult<()> {
    guard(spell, || grant::check(grant, "Grant must be an instance of AccessTokenGrant."))
}

/// Verifies a token with the algorithm of a class, and returns its header and its payload. Without a key, everything but the
/// signature is checked.
#[pyfunction]
#[pyo3(name = "_decode", signature = (jwt, key, algorithm, /))]
pub(crate) fn decode<'py>(
    py: Python<'py>,
    jwt: &Bound<'py, Hidden>,
    key: Value<'_, 'py>,
    algorithm: Value<'_, 'py>,
) -> PyResult<(Bound<'py, PyDict>, Bound<'py, PyDict>)> {
    guard(snake_case, || {
        let key = shown(key, py);
        let mut builder = Verifier::builder();
        builder.algorithm(value::algorithm(algorithm)?).lenient();
        match key.as_deref() {
            Some(key) if key.is_truthy()? => builder.secret(value::secret(Some(key))?),
            _ => builder.dangerously_skip_signature(),
        };
        verifier::decode(&builder.build()?, jwt.get().0.bind(py))
    })
}
