//! The fast path: `Issuer`.

use grantmint::internal::{TimeField, check_identity, issuer_from_variables};
use grantmint::{BatchOptions, Grants, MintOptions};
use grantmint_bindings::snake_case;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyDict, PyList, PyString, PyType};

use crate::error::{Failure, guard};
use crate::results::results;
use crate::{grant, value};

#[doc = include_str!(concat!(env!("OUT_DIR"), "/Issuer.txt"))]
#[pyclass(frozen, module = "grantmint")]
pub(crate) struct Issuer(grantmint::Issuer);

/// The arguments of the constructor. Those of `from_env` are the ones after the credentials.
const ISSUER: [&str; 7] = ["account_sid", "key_sid", "secret", "grants", "ttl", "region", "algorithm"];
const MINT: [&str; 6] = ["identity", "grants", "ttl", "nbf", "jti", "now"];
const MINT_MANY: [&str; 6] = ["identities", "threads", "grants", "ttl", "nbf", "now"];

#[pymethods]
impl Issuer {
    #[new]
    #[pyo3(signature = (account_sid, key_sid, secret, *, grants = None, ttl = None, region = None, algorithm = None, **unknown))]
    #[pyo3(text_signature = "(account_sid, key_sid, secret, *, grants=None, ttl=3600, region=None, \
                             algorithm='HS256')")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument of Python")]
    fn new(
        account_sid: Option<&Bound<'_, PyAny>>,
        key_sid: Option<&Bound<'_, PyAny>>,
        secret: Option<&Bound<'_, PyAny>>,
        grants: Option<&Bound<'_, PyAny>>,
        ttl: Option<&Bound<'_, PyAny>>,
        region: Option<&Bound<'_, PyAny>>,
        algorithm: Option<&Bound<'_, PyAny>>,
        unknown: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        guard(snake_case, || {
            value::no_more(unknown, &ISSUER)?;
            let account_sid = Some(value::given("account_sid", account_sid)?);
            let account_sid = value::optional_text("account_sid", account_sid)?;
            let key_sid = Some(value::given("key_sid", key_sid)?);
            let key_sid = value::optional_text("key_sid", key_sid)?;
            let secret = value::secret(Some(value::given("secret", secret)?))?;
            let builder = grantmint::Issuer::builder(account_sid, key_sid, secret);
            build(builder, grants, ttl, region, algorithm)
        })
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Issuer.from_env.txt"))]
    #[classmethod]
    #[pyo3(signature = (*, grants = None, ttl = None, region = None, algorithm = None, **unknown))]
    #[pyo3(text_signature = "($cls, *, grants=None, ttl=3600, region=None, algorithm='HS256')")]
    fn from_env(
        class: &Bound<'_, PyType>,
        grants: Option<&Bound<'_, PyAny>>,
        ttl: Option<&Bound<'_, PyAny>>,
        region: Option<&Bound<'_, PyAny>>,
        algorithm: Option<&Bound<'_, PyAny>>,
        unknown: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        guard(snake_case, || {
            value::no_more(unknown, &ISSUER[3..])?;
            let environ = class.py().import("os")?.getattr("environ")?;
            let mut raised = None;
            let variable = |name| {
                let value =
                    environ.call_method1("get", (name,)).map_err(|error| raised = Some(error)).ok()?;
                value.extract().ok()
            };
            let builder = issuer_from_variables(variable);
            match raised {
                Some(error) => Err(error.into()),
                None => build(builder?, grants, ttl, region, algorithm),
            }
        })
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Issuer.mint.txt"))]
    #[pyo3(signature = (identity, *, grants = None, ttl = None, nbf = None, jti = None, now = None, **unknown))]
    #[pyo3(text_signature = "($self, identity, *, grants=None, ttl=None, nbf=None, jti=None, now=None)")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument of Python")]
    fn mint(
        &self,
        identity: Option<&Bound<'_, PyAny>>,
        grants: Option<&Bound<'_, PyAny>>,
        ttl: Option<&Bound<'_, PyAny>>,
        nbf: Option<&Bound<'_, PyAny>>,
        jti: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
        unknown: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<String> {
        guard(snake_case, || {
            value::no_more(unknown, &MINT)?;
            let identity = value::identity(Some(value::given("identity", identity)?))?;
            with_options(grants, ttl, nbf, jti, now, |options| Ok(self.0.mint_with(&identity, options)?))
        })
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Issuer.issue.txt"))]
    #[pyo3(signature = (identity, *, grants = None, ttl = None, nbf = None, jti = None, now = None, **unknown))]
    #[pyo3(text_signature = "($self, identity, *, grants=None, ttl=None, nbf=None, jti=None, now=None)")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument of Python")]
    fn issue<'py>(
        slf: &Bound<'py, Self>,
        identity: Option<&Bound<'_, PyAny>>,
        grants: Option<&Bound<'_, PyAny>>,
        ttl: Option<&Bound<'_, PyAny>>,
        nbf: Option<&Bound<'_, PyAny>>,
        jti: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
        unknown: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        guard(snake_case, || {
            value::no_more(unknown, &MINT)?;
            let identity = value::identity(Some(value::given("identity", identity)?))?;
            let minted = with_options(grants, ttl, nbf, jti, now, |options| {
                Ok(slf.get().0.issue(&identity, options)?)
            })?;
            let py = slf.py();
            let members = PyDict::new(py);
            members.set_item(intern!(py, "identity"), identity)?;
            members.set_item(intern!(py, "token"), minted.token)?;
            members.set_item(intern!(py, "expires_at"), minted.expires_at)?;
            members.set_item(intern!(py, "expires_in"), minted.expires_in)?;
            members.set_item(intern!(py, "renew_at"), minted.renew_at)?;
            Ok(results(py)?.issued.bind(py).call1((members,))?)
        })
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/Issuer.mint_many.txt"))]
    #[pyo3(signature = (identities, *, threads = None, grants = None, ttl = None, nbf = None, now = None, **unknown))]
    #[pyo3(text_signature = "($self, identities, *, threads=1, grants=None, ttl=None, nbf=None, now=None)")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument of Python")]
    fn mint_many<'py>(
        &self,
        identities: &Bound<'py, PyAny>,
        threads: Option<&Bound<'_, PyAny>>,
        grants: Option<&Bound<'_, PyAny>>,
        ttl: Option<&Bound<'_, PyAny>>,
        nbf: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
        unknown: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = identities.py();
        let list = PyList::empty(py);
        guard(snake_case, || {
            value::no_more(unknown, &MINT_MANY)?;
            let threads = value::threads(threads)?;
            let identities = list_of_identities(identities)?;
            let (tokens, mut appended, mut waiting) = (list.as_unbound(), Ok(()), Vec::new());
            let grants = grants.map(grant::read_all).transpose()?;
            let options = batch_options(grants.as_ref(), ttl, nbf, now)?;
            {
                py.detach(|| {
                    self.0.mint_blocks(&identities, &options, threads, |block| {
                        if appended.is_ok() {
                            let now = Python::try_attach(|py| append(tokens.bind(py), block));
                            // A finalizer may call this while the interpreter shuts down, when attaching fails.
                            appended = now.unwrap_or_else(|| {
                                waiting.push(std::mem::take(block));
                                Ok(())
                            });
                        }
                    })
                })?;
                appended?;
                Ok(waiting.iter().try_for_each(|block| append(&list, block))?)
            }
        })?;
        Ok(list)
    }

    fn __repr__(&self) -> String {
        format!("<Issuer account_sid='{}' key_sid='{}'>", self.0.account_sid(), self.0.key_sid())
    }
}

/// Appends the tokens of a block.
fn append(list: &Bound<'_, PyList>, block: &str) -> PyResult<()> {
    block.split('\n').try_for_each(|token| list.append(token))
}

fn build(
    mut builder: grantmint::IssuerBuilder<'_>,
    grants: Option<&Bound<'_, PyAny>>,
    ttl: Option<&Bound<'_, PyAny>>,
    region: Option<&Bound<'_, PyAny>>,
    algorithm: Option<&Bound<'_, PyAny>>,
) -> Result<Issuer, Failure> {
    if let Some(ttl) = value::seconds(TimeField::Ttl, ttl)? {
        builder.ttl(ttl);
    }
    if region.is_some() {
        builder.region(value::optional_text("region", region)?);
    }
    builder.algorithm(value::algorithm(algorithm)?);
    if let Some(grants) = grants {
        builder.set_grants(grant::read_all(grants)?);
    }
    Ok(Issuer(builder.build()?))
}

fn with_options<T>(
    grants: Option<&Bound<'_, PyAny>>,
    ttl: Option<&Bound<'_, PyAny>>,
    nbf: Option<&Bound<'_, PyAny>>,
    jti: Option<&Bound<'_, PyAny>>,
    now: Option<&Bound<'_, PyAny>>,
    use_them: impl FnOnce(&MintOptions<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let grants = grants.map(grant::read_all).transpose()?;
    let mut options = MintOptions::from(batch_options(grants.as_ref(), ttl, nbf, now)?);
    if jti.is_some() {
        options = options.jti(value::optional_text("jti", jti)?);
    }
    use_them(&options)
}

fn batch_options<'a>(
    grants: Option<&'a Grants>,
    ttl: Option<&Bound<'_, PyAny>>,
    nbf: Option<&Bound<'_, PyAny>>,
    now: Option<&Bound<'_, PyAny>>,
) -> Result<BatchOptions<'a>, Failure> {
    let mut options = BatchOptions::new();
    if let Some(grants) = grants {
        options = options.grants(grants);
    }
    if let Some(ttl) = value::seconds(TimeField::Ttl, ttl)? {
        options = options.ttl(ttl);
    }
    if let Some(nbf) = value::seconds(TimeField::Nbf, nbf)? {
        options = options.nbf(nbf);
    }
    if let Some(now) = value::seconds(TimeField::Now, now)? {
        options = options.now(now);
    }
    Ok(options)
}

/// An identity that stays valid while the GIL is released.
enum Identity {
    Text(PyBackedStr),
    Digits(String),
}

impl AsRef<str> for Identity {
    fn as_ref(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Digits(digits) => digits,
        }
    }
}

fn list_of_identities(list: &Bound<'_, PyAny>) -> Result<Vec<Identity>, Failure> {
    // The `__len__` of any other list is the caller's code, and tells no more than a hint.
    let length = list.cast_exact::<PyList>().map_or(0, PyListMethods::len);
    let mut identities = Vec::with_capacity(length.min(1 << 16));
    for (index, item) in grant::iterate("identities", list)?.enumerate() {
        let item = item?;
        let at_index = |failure| match failure {
            Failure::Input(error) => error.at_index(index).into(),
            other => other,
        };
        let text = value::given("identity", Some(&item)).and_then(|item| value::identity(Some(item)));
        let text = text.map_err(at_index)?;
        check_identity(&text).map_err(|error| at_index(error.into()))?;
        identities.push(match item.cast::<PyString>() {
            Ok(string) => Identity::Text(string.clone().try_into()?),
            Err(_) => Identity::Digits(text.into_owned()),
        });
    }
    Ok(identities)
}
