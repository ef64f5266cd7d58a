//! Setting up an [`Issuer`].

use super::issuer::{Credentials, Issuer};
use crate::algorithm::Algorithm;
use crate::error::{Error, Field};
use crate::grants::{Grant, Grants};
use crate::header;
use crate::jws::Signer;
use crate::limits::DEFAULT_TTL;
use crate::rules;
use crate::secret::Secret;
use crate::sid;
use crate::time::TimeField;
use crate::variables::{self, OTHER_NAMES};

/// A builder of an [`Issuer`].
#[derive(Debug)]
#[must_use]
pub struct IssuerBuilder<'a> {
    account_sid: String,
    key_sid: String,
    secret: Secret<'a>,
    ttl: u64,
    region: Option<String>,
    algorithm: Algorithm,
    grants: Grants,
}

impl Issuer {
    /// Starts an issuer for an account and one of its API keys.
    pub fn builder<'a>(
        account_sid: impl Into<String>,
        key_sid: impl Into<String>,
        secret: impl Into<Secret<'a>>,
    ) -> IssuerBuilder<'a> {
        IssuerBuilder {
            account_sid: account_sid.into(),
            key_sid: key_sid.into(),
            secret: secret.into(),
            ttl: DEFAULT_TTL,
            region: None,
            algorithm: Algorithm::default(),
            grants: Grants::new(),
        }
    }

    /// Starts an issuer with the credentials in the environment variables `TWILIO_ACCOUNT_SID`, `TWILIO_API_KEY` and
    /// `TWILIO_API_SECRET`.
    ///
    /// # Errors
    /// [`Error::MissingVariable`] with all variables that are unset, empty or not Unicode.
    pub fn from_env() -> Result<IssuerBuilder<'static>, Error> {
        from_variables(|name| std::env::var(name).ok())
    }
}

/// Starts an issuer with the credentials of an environment, which `look_up` reads.
///
/// # Errors
/// [`Error::MissingVariable`] with all variables that are missing or empty.
pub(crate) fn from_variables(
    mut look_up: impl FnMut(&'static str) -> Option<String>,
) -> Result<IssuerBuilder<'static>, Error> {
    let mut set = |name| look_up(name).filter(|value| !value.is_empty());
    if let [Some(account_sid), Some(key_sid), Some(secret)] =
        [variables::ACCOUNT_SID, variables::KEY_SID, variables::SECRET].map(&mut set)
    {
        return Ok(Issuer::builder(account_sid, key_sid, secret));
    }
    let (mut names, mut instead) = (Vec::new(), Vec::new());
    for (name, others) in OTHER_NAMES.iter().filter(|(name, _)| set(name).is_none()).collect::<Vec<_>>() {
        names.push((*name).to_owned());
        let other = others.iter().find(|other| set(other).is_some());
        instead.extend(other.map(|other| ((*name).to_owned(), (*other).to_owned())));
    }
    Err(Error::MissingVariable { names, instead })
}

impl IssuerBuilder<'_> {
    /// Sets the lifetime of tokens in seconds, from 1 to 86,400. Defaults to 3600.
    pub fn ttl(&mut self, seconds: u64) -> &mut Self {
        self.ttl = seconds;
        self
    }

    /// Sets the region of the account, such as `"au1"`. Defaults to no region.
    pub fn region(&mut self, region: impl Into<String>) -> &mut Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the signing algorithm. Defaults to HS256, the only one that Twilio and an issuer accept.
    pub fn algorithm(&mut self, algorithm: Algorithm) -> &mut Self {
        self.algorithm = algorithm;
        self
    }

    /// Adds a grant to every token. A grant with the same key is replaced in its place.
    ///
    /// # Errors
    /// See [`Grants::add`].
    pub fn add_grant(&mut self, grant: &(impl Grant + ?Sized)) -> Result<&mut Self, Error> {
        self.grants.add(grant)?;
        Ok(self)
    }

    /// Replaces all grants.
    pub fn set_grants(&mut self, grants: Grants) -> &mut Self {
        self.grants = grants;
        self
    }

    /// Checks the credentials and prepares the parts that all tokens share.
    ///
    /// # Errors
    /// [`Error::Required`] and [`Error::MalformedSid`] for the SIDs; [`Error::Required`], [`Error::SecretTooShort`] and the
    /// other errors about secrets for the secret; [`Error::WrongAlgorithm`]; [`Error::OutOfRange`] for the TTL; [`Error::Empty`] for an empty region;
    /// for the grants [`Error::Required`], [`Error::MalformedSid`], [`Error::Empty`] and [`Error::BrokenGrant`].
    pub fn build(&self) -> Result<Issuer, Error> {
        sid::check("account_sid", "AC", &self.account_sid, &self.key_sid)?;
        let secret = str::from_utf8(self.secret.expose()).unwrap_or_default();
        sid::check("key_sid", "SK", &self.key_sid, secret)?;
        if let Some(fault) = rules::secret::fault(&self.secret) {
            return Err(fault);
        }
        if self.algorithm != Algorithm::default() {
            return Err(Error::WrongAlgorithm { found: self.algorithm });
        }
        TimeField::Ttl.check(self.ttl)?;
        if self.region.as_ref().is_some_and(String::is_empty) {
            return Err(Error::Empty(Field::new("region")));
        }
        rules::grants::check_sound(&self.grants)?;
        let header = header::segment(self.algorithm, self.region.as_deref().unwrap_or_default());
        let credentials = Credentials {
            account_sid: self.account_sid.clone(),
            key_sid: self.key_sid.clone(),
            signer: Signer::new(header, self.algorithm, &self.secret)?,
        };
        Ok(Issuer::new(credentials, self.ttl, self.grants.clone()))
    }
}
