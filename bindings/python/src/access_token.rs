//! The drop-in `AccessToken`. An attribute accepts any value, which is checked when the token is signed.

use grantmint::internal::{DEFAULT_TTL, TimeField};
use grantmint::{Error, Grants};
use pyo3::exceptions::PyTypeError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyInt, PyList, PyTuple, PyType};

use crate::decoded_jwt::DecodedJwt;
use crate::error::{Failure, guard};
use crate::{grant, json, value};

/// Spells field names as the official class does, which calls the key's SID `signing_key_sid`.
fn spell(name: &str) -> String {
    if name == "key_sid" { "signing_key_sid".to_owned() } else { name.to_owned() }
}

#[doc = include_str!(concat!(env!("OUT_DIR"), "/Jwt.txt"))]
#[pyclass(subclass, frozen, module = "grantmint")]
pub(crate) struct Jwt;

#[pymethods]
impl Jwt {
    #[classattr]
    const ALGORITHM: &'static str = "HS256";

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Jwt.from_jwt.txt"))]
    #[classmethod]
    #[pyo3(signature = (jwt, key = None))]
    #[pyo3(text_signature = "($cls, jwt, key='')")]
    fn from_jwt<'py>(
        class: &Bound<'py, PyType>,
        jwt: &Bound<'py, PyAny>,
        key: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, DecodedJwt>> {
        DecodedJwt::read(class, jwt, key)
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Jwt.GENERATE.txt"))]
    #[classattr]
    #[pyo3(name = "GENERATE")]
    fn generate(py: Python<'_>) -> PyResult<Py<PyAny>> {
        generate(py).map(|generate| generate.clone_ref(py))
    }
}

/// Returns the object that means an `nbf` of now.
fn generate(py: Python<'_>) -> PyResult<&Py<PyAny>> {
    static GENERATE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    GENERATE.get_or_try_init(py, || Ok(py.get_type::<PyAny>().call0()?.unbind()))
}

/// An attribute. Python's `None` is `None`.
type Attribute = Option<Py<PyAny>>;

#[doc = include_str!(concat!(env!("OUT_DIR"), "/AccessToken.txt"))]
#[pyclass(subclass, extends = Jwt, module = "grantmint")]
#[derive(Default)]
pub(crate) struct AccessToken {
    #[pyo3(get, set)]
    account_sid: Attribute,
    #[pyo3(get, set)]
    signing_key_sid: Attribute,
    #[pyo3(get, set)]
    secret_key: Attribute,
    #[pyo3(get, set)]
    identity: Attribute,
    #[pyo3(get, set)]
    nbf: Attribute,
    #[pyo3(set)]
    ttl: Attribute,
    #[pyo3(get, set)]
    valid_until: Attribute,
    #[pyo3(get, set)]
    region: Attribute,
    #[pyo3(get, set)]
    jti: Attribute,
    #[pyo3(set)]
    algorithm: Attribute,
    grants: GrantList,
}

/// The grants added so far. They become a Python list when the attribute is read, which is rare.
enum GrantList {
    Added(Vec<Py<PyAny>>),
    Shown(Py<PyList>),
}

impl GrantList {
    fn item<'py>(&self, place: usize, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        match self {
            Self::Added(grants) => grants.get(place).map(|grant| grant.bind(py).clone()),
            Self::Shown(list) => list.bind(py).get_item(place).ok(),
        }
    }
}

impl Default for GrantList {
    fn default() -> Self {
        Self::Added(Vec::new())
    }
}

#[pymethods]
impl AccessToken {
    // Accepts any arguments: a Python subclass may have its own `__init__`. Naming the usual arguments avoids collecting
    // them in a `dict`.
    #[new]
    #[pyo3(signature = (
        account_sid = None, signing_key_sid = None, secret = None, grants = None, identity = None, nbf = None,
        ttl = None, valid_until = None, region = None, *_args, jti = None, **_kwargs
    ))]
    #[pyo3(
        text_signature = "(account_sid, signing_key_sid, secret, grants=None, identity=None, nbf=None, ttl=3600, \
                             valid_until=None, region=None, *, jti=None)"
    )]
    #[expect(unused_variables, clippy::too_many_arguments, reason = "`__init__` reads them")]
    fn new(
        account_sid: Option<&Bound<'_, PyAny>>,
        signing_key_sid: Option<&Bound<'_, PyAny>>,
        secret: Option<&Bound<'_, PyAny>>,
        grants: Option<&Bound<'_, PyAny>>,
        identity: Option<&Bound<'_, PyAny>>,
        nbf: Option<&Bound<'_, PyAny>>,
        ttl: Option<&Bound<'_, PyAny>>,
        valid_until: Option<&Bound<'_, PyAny>>,
        region: Option<&Bound<'_, PyAny>>,
        _args: &Bound<'_, PyTuple>,
        jti: Option<&Bound<'_, PyAny>>,
        _kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyClassInitializer<Self> {
        PyClassInitializer::from(Jwt).add_subclass(Self::default())
    }

    #[pyo3(signature = (
        account_sid, signing_key_sid, secret, grants = None, identity = None, nbf = None, ttl = None,
        valid_until = None, region = None, *, jti = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "the arguments of the official constructor, in its order")]
    fn __init__(
        slf: &Bound<'_, Self>,
        py: Python<'_>,
        account_sid: Attribute,
        signing_key_sid: Attribute,
        secret: Attribute,
        grants: Option<&Bound<'_, PyAny>>,
        identity: Attribute,
        nbf: Attribute,
        ttl: Attribute,
        valid_until: Attribute,
        region: Attribute,
        jti: Attribute,
    ) -> PyResult<()> {
        guard(spell, || {
            value::required("account_sid", read(&account_sid, py))?;
            value::required("key_sid", read(&signing_key_sid, py))?;
            value::required("secret", read(&secret, py))
        })?;
        let grants = grants.map(|grants| guard(spell, || checked(grants))).transpose()?.unwrap_or_default();
        let this = Self {
            account_sid,
            signing_key_sid,
            secret_key: secret,
            identity,
            nbf,
            ttl,
            valid_until,
            region,
            jti,
            algorithm: None,
            grants: GrantList::Added(grants),
        };
        let old = std::mem::replace(&mut *slf.try_borrow_mut()?, this);
        drop(old);
        Ok(())
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/AccessToken.add_grant.txt"))]
    fn add_grant(&mut self, grant: &Bound<'_, PyAny>) -> PyResult<()> {
        guard(spell, || grant::check(grant, "Grant must be an instance of AccessTokenGrant."))?;
        match &mut self.grants {
            GrantList::Added(grants) => grants.push(grant.clone().unbind()),
            GrantList::Shown(list) => {
                list.bind(grant.py()).append(grant)?;
            }
        }
        Ok(())
    }

    // Returns the list itself: grants appended to it count.
    #[doc = include_str!(concat!(env!("OUT_DIR"), "/AccessToken.grants.txt"))]
    #[getter]
    fn grants(&mut self, py: Python<'_>) -> PyResult<Py<PyList>> {
        let list = match &self.grants {
            GrantList::Shown(list) => list.clone_ref(py),
            GrantList::Added(grants) => PyList::new(py, grants)?.unbind(),
        };
        self.grants = GrantList::Shown(list.clone_ref(py));
        Ok(list)
    }

    #[setter]
    fn set_grants(slf: &Bound<'_, Self>, grants: &Bound<'_, PyAny>) -> PyResult<()> {
        let grants = match grants.cast::<PyList>() {
            Ok(list) => GrantList::Shown(list.clone().unbind()),
            Err(_) if grants.is_none() => GrantList::default(),
            // A tuple, for example, becomes a list, so that grants can be added.
            Err(_) => GrantList::Added(guard(spell, || checked(grants))?),
        };
        // Reading the new grants and dropping the old ones may run the caller's code, so neither happens while this is
        // borrowed.
        let old = std::mem::replace(&mut slf.try_borrow_mut()?.grants, grants);
        drop(old);
        Ok(())
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/AccessToken.ttl.txt"))]
    #[getter]
    fn ttl(&self, py: Python<'_>) -> Py<PyAny> {
        let default = || PyInt::new(py, DEFAULT_TTL).into_any().unbind();
        self.ttl.as_ref().map_or_else(default, |ttl| ttl.clone_ref(py))
    }

    // Defaults to the class's algorithm.
    #[doc = include_str!(concat!(env!("OUT_DIR"), "/AccessToken.algorithm.txt"))]
    #[getter]
    fn algorithm<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let own = slf.try_borrow()?.algorithm.as_ref().map(|algorithm| algorithm.bind(py).clone());
        own.map_or_else(|| slf.getattr(pyo3::intern!(py, "ALGORITHM")), Ok)
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/AccessToken.to_jwt.txt"))]
    #[pyo3(signature = (ttl = None, *, algorithm = None, now = None))]
    fn to_jwt(
        slf: &Bound<'_, Self>,
        ttl: Option<&Bound<'_, PyAny>>,
        algorithm: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        guard(spell, || {
            let now = value::now(now)?;
            Self::with_token(slf, ttl, algorithm, now, |token| token.to_jwt_at(now))
        })
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/AccessToken.payload.txt"))]
    #[getter]
    fn payload<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        let now = grantmint::now();
        let claims = guard(spell, || Self::with_token(slf, None, None, now, |token| token.claims_at(now)))?;
        json::to_dict(slf.py(), &claims)
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/AccessToken.headers.txt"))]
    #[getter]
    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method alone is of one lifetime only")]
    fn headers<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        let header = guard(spell, || Self::with_token(slf, None, None, 0, |token| token.header()))?;
        json::to_dict(slf.py(), &header)
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/AccessToken.issuer.txt"))]
    #[getter]
    fn issuer(&self, py: Python<'_>) -> Attribute {
        self.signing_key_sid.as_ref().map(|value| value.clone_ref(py))
    }

    #[setter]
    fn set_issuer(&mut self, issuer: Attribute) {
        self.signing_key_sid = issuer;
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/AccessToken.subject.txt"))]
    #[getter]
    fn subject(&self, py: Python<'_>) -> Attribute {
        self.account_sid.as_ref().map(|value| value.clone_ref(py))
    }

    #[setter]
    fn set_subject(&mut self, subject: Attribute) {
        self.account_sid = subject;
    }

    #[getter]
    fn secret(&self, py: Python<'_>) -> Attribute {
        self.secret_key.as_ref().map(|value| value.clone_ref(py))
    }

    #[setter]
    fn set_secret(&mut self, secret: Attribute) {
        self.secret_key = secret;
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let class = slf.get_type().name()?;
        let (token, py) = (slf.try_borrow()?, slf.py());
        let account = repr(&token.account_sid, py)?;
        let key = repr(&token.signing_key_sid, py)?;
        let identity = repr(&token.identity, py)?;
        Ok(format!("<{class} account_sid={account} signing_key_sid={key} identity={identity}>"))
    }

    // A pickle would contain the secret.
    #[doc = include_str!(concat!(env!("OUT_DIR"), "/AccessToken.__reduce_ex__.txt"))]
    fn __reduce_ex__(slf: &Bound<'_, Self>, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        let class = slf.get_type().name()?;
        Err(PyTypeError::new_err(format!("cannot pickle or copy '{class}': it contains the API secret")))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        match &self.grants {
            GrantList::Added(grants) => grants.iter().try_for_each(|grant| visit.call(grant))?,
            GrantList::Shown(list) => visit.call(list)?,
        }
        self.attributes().into_iter().try_for_each(|attribute| visit.call(attribute))
    }

    fn __clear__(&mut self) {
        *self = Self::default();
    }
}

impl AccessToken {
    fn attributes(&self) -> [&Attribute; 10] {
        let Self {
            account_sid,
            signing_key_sid,
            secret_key,
            identity,
            nbf,
            ttl,
            valid_until,
            region,
            jti,
            ..
        } = self;
        let Self { algorithm, .. } = self;
        [account_sid, signing_key_sid, secret_key, identity, nbf, ttl, valid_until, region, jti, algorithm]
    }

    /// Reads the attributes into a token of the core. Custom grants run the caller's code, which may read and change this
    /// object, so it is not borrowed meanwhile.
    fn with_token<T>(
        slf: &Bound<'_, Self>,
        ttl: Option<&Bound<'_, PyAny>>,
        algorithm: Option<&Bound<'_, PyAny>>,
        now: u64,
        use_it: impl FnOnce(&grantmint::AccessToken<'_>) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        let py = slf.py();
        let mut grants = Grants::new();
        for place in 0.. {
            let grant = slf.try_borrow().map_err(PyErr::from)?.grants.item(place, py);
            let Some(grant) = grant else { break };
            grant::add(&grant, &mut grants)?;
        }
        let subclass_algorithm = if algorithm.is_none() && !slf.is_exact_instance_of::<Self>() {
            Some(Self::algorithm(slf)?)
        } else {
            None
        };
        let this = slf.try_borrow().map_err(PyErr::from)?;
        let algorithm = algorithm.or(subclass_algorithm.as_ref()).or(read(&this.algorithm, py));
        let mut token = grantmint::AccessToken::new(
            value::optional_text("account_sid", read(&this.account_sid, py))?,
            value::optional_text("key_sid", read(&this.signing_key_sid, py))?,
            value::secret(read(&this.secret_key, py))?,
        )?;
        token.set_grants(grants);
        token.identity(value::identity(read(&this.identity, py))?);
        token.region(value::optional_text("region", read(&this.region, py))?);
        token.jti(value::optional_text("jti", read(&this.jti, py))?);
        token.algorithm(value::algorithm(algorithm)?);
        match read(&this.nbf, py) {
            Some(nbf) if nbf.is(generate(py)?) => _ = token.nbf(now),
            nbf => _ = value::seconds(TimeField::Nbf, nbf)?.map(|nbf| token.nbf(nbf)),
        }
        // A TTL given to `to_jwt` takes precedence, as in the official class.
        let given = value::seconds(TimeField::Ttl, ttl)?;
        let until = value::seconds(TimeField::ValidUntil, read(&this.valid_until, py))?;
        if let Some(ttl) =
            given.map_or_else(|| value::seconds(TimeField::Ttl, read(&this.ttl, py)), |ttl| Ok(Some(ttl)))?
        {
            token.ttl(ttl);
        }
        if let (None, Some(until)) = (given, until) {
            token.valid_until(until);
        }
        Ok(use_it(&token)?)
    }
}

fn read<'a, 'py>(attribute: &'a Attribute, py: Python<'py>) -> Option<&'a Bound<'py, PyAny>> {
    attribute.as_ref().map(|value| value.bind(py))
}

fn repr(attribute: &Attribute, py: Python<'_>) -> PyResult<String> {
    read(attribute, py).map_or_else(|| Ok("None".to_owned()), |value| Ok(value.repr()?.to_string()))
}

/// Reads the grants of an iterable.
fn checked(grants: &Bound<'_, PyAny>) -> Result<Vec<Py<PyAny>>, Failure> {
    let check = |grant: PyResult<Bound<'_, PyAny>>| {
        let grant = grant?;
        grant::check(&grant, grant::NOT_GRANTS)?;
        Ok(grant.unbind())
    };
    grant::iterate("grants", grants)?.map(check).collect()
}
