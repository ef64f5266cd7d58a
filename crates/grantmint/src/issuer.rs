//! The fast path: credentials checked once, everything that tokens share prepared once.

use std::borrow::Cow;
use std::fmt;

use crate::buffer::StackBuffer;
use crate::claims::Claims;
use crate::clock::{self, Validity};
use crate::compact::Signer;
use crate::error::{Error, Field};
use crate::grant::{Grant, Grants};
use crate::header::Algorithm;
use crate::key::Secret;
use crate::sid;

/// Mints tokens for one API key, from as many threads as you like.
///
/// Stricter than [`AccessToken`](crate::AccessToken): well-formed SIDs, a secret of at least 32 bytes, at least one
/// grant in every token, a Sync or Chat grant only with its service, and an identity.
///
/// ```
/// use grantmint::{Issuer, MintOptions, SyncGrant};
///
/// let sid = |prefix| format!("{prefix}0123456789abcdef0123456789abcdef");
/// let mut issuer = Issuer::builder(sid("AC"), sid("SK"), "fake-secret-fake-secret-fake-secret");
/// issuer.grant(&SyncGrant { service_sid: Some(sid("IS")), ..SyncGrant::default() })?;
/// let issuer = issuer.build()?;
///
/// let jwt = issuer.mint("alice")?;
/// let short = issuer.mint_with("alice", &MintOptions { ttl: Some(60), ..MintOptions::default() })?;
/// assert_ne!(jwt, short);
/// # Ok::<(), grantmint::Error>(())
/// ```
pub struct Issuer {
    account_sid: String,
    key_sid: String,
    signer: Signer,
    ttl: u64,
    grants: Grants,
}

/// What one token has of its own. By default, nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct MintOptions<'a> {
    /// Grants besides the issuer's; one with the same key replaces the issuer's and keeps its place.
    pub grants: Option<&'a Grants>,
    /// The lifetime in seconds, from 1 to 86,400. Defaults to the issuer's.
    pub ttl: Option<u64>,
    /// The moment before which the token is not valid, in seconds since the epoch. Defaults to none.
    pub nbf: Option<u64>,
    /// The token's own identifier; empty or absent, the key's SID, a hyphen and the second of minting.
    pub jti: Option<&'a str>,
    /// The time to mint at, in seconds since the epoch. Defaults to the current time.
    pub now: Option<u64>,
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
            ttl: clock::DEFAULT_TTL,
            region: String::new(),
            algorithm: Algorithm::default(),
            grants: Grants::new(),
        }
    }

    /// Starts an issuer with the credentials that the environment holds in `TWILIO_ACCOUNT_SID`, `TWILIO_API_KEY`
    /// and `TWILIO_API_SECRET`.
    ///
    /// # Errors
    /// [`Error::MissingVariable`] for the first that is unset, empty or not Unicode.
    pub fn from_env() -> Result<IssuerBuilder<'static>, Error> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// As [`Issuer::from_env`], for an environment that is looked up in another way.
    ///
    /// # Errors
    /// [`Error::MissingVariable`] for the first that is not there or empty.
    pub fn from_variables(
        mut look_up: impl FnMut(&'static str) -> Option<String>,
    ) -> Result<IssuerBuilder<'static>, Error> {
        let mut variable = |name: &'static str| {
            look_up(name)
                .filter(|value| !value.is_empty())
                .ok_or_else(|| Error::MissingVariable(name.to_owned()))
        };
        Ok(Self::builder(
            variable("TWILIO_ACCOUNT_SID")?,
            variable("TWILIO_API_KEY")?,
            variable("TWILIO_API_SECRET")?,
        ))
    }

    /// The account whose tokens it mints.
    #[must_use]
    pub fn account_sid(&self) -> &str {
        &self.account_sid
    }

    /// The API key that it signs with.
    #[must_use]
    pub fn key_sid(&self) -> &str {
        &self.key_sid
    }

    /// Mints a token for an identity, with the issuer's own grants and lifetime.
    ///
    /// # Errors
    /// See [`Issuer::mint_with`].
    pub fn mint(&self, identity: &str) -> Result<String, Error> {
        self.mint_with(identity, &MintOptions::default())
    }

    /// Mints a token for an identity.
    ///
    /// # Errors
    /// [`Error::Required`] for an empty identity, [`Error::NoGrants`] where neither the issuer nor the options have
    /// one, [`Error::OutOfRange`] and [`Error::NotBeforeExpiry`] for the times, and those of [`Grants::add`].
    pub fn mint_with(&self, identity: &str, options: &MintOptions<'_>) -> Result<String, Error> {
        self.batch(options)?.mint(identity)
    }

    /// Mints a token for an identity, and says until when it is good: what an endpoint answers with, so that whoever
    /// asked knows when to ask again.
    ///
    /// # Errors
    /// See [`Issuer::mint_with`].
    pub fn issue(&self, identity: &str, options: &MintOptions<'_>) -> Result<IssuedToken, Error> {
        let batch = self.batch(options)?;
        let Validity { iat, exp, .. } = batch.validity;
        Ok(IssuedToken {
            token: batch.mint(identity)?,
            expires_at: exp,
            expires_in: exp - iat,
            renew_at: clock::renew_at(iat, exp),
        })
    }

    /// Mints a token for each identity, in their order, all in the same second; on more than one thread if asked.
    ///
    /// # Errors
    /// The first identity that is refused fails the whole list, with [`Error::AtIndex`]; what is wrong with the
    /// options is reported as by [`Issuer::mint_with`]; [`Error::OutOfRange`] for anything but 1 to 1024 threads.
    pub fn mint_many<S: AsRef<str> + Sync>(
        &self,
        identities: &[S],
        options: &MintOptions<'_>,
        threads: usize,
    ) -> Result<Vec<String>, Error> {
        let mut tokens = Vec::with_capacity(identities.len());
        self.mint_blocks(identities, options, threads, |block| {
            tokens.extend(block.split('\n').map(str::to_owned));
        })?;
        Ok(tokens)
    }

    /// Checks the options once for many tokens, all of them of the same second.
    ///
    /// # Errors
    /// Those of [`Issuer::mint_with`] that do not concern the identity.
    pub fn batch<'a>(&'a self, options: &MintOptions<'a>) -> Result<Batch<'a>, Error> {
        let grants = match options.grants {
            Some(added) if !added.is_empty() => {
                added.check_complete()?;
                let mut grants = self.grants.clone();
                grants.merge(added);
                Cow::Owned(grants)
            }
            _ if self.grants.is_empty() => return Err(Error::NoGrants),
            _ => Cow::Borrowed(&self.grants),
        };
        let now = options.now.unwrap_or_else(clock::now);
        let validity = Validity::new(now, Some(options.ttl.unwrap_or(self.ttl)), None, options.nbf)?;
        Ok(Batch { issuer: self, grants, jti: options.jti.unwrap_or_default(), validity })
    }
}

/// A token and its times.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IssuedToken {
    /// The token.
    pub token: String,
    /// When it expires, in seconds since the epoch.
    pub expires_at: u64,
    /// How long it lives, in seconds.
    pub expires_in: u64,
    /// When to replace it, in seconds since the epoch: three minutes before it expires, or when half of a shorter
    /// lifetime than six minutes is over.
    pub renew_at: u64,
}

/// Tokens that differ in nothing but their identity.
///
/// ```
/// # use grantmint::{Issuer, MintOptions, VideoGrant};
/// # let sid = |prefix| format!("{prefix}0123456789abcdef0123456789abcdef");
/// # let mut issuer = Issuer::builder(sid("AC"), sid("SK"), "fake-secret-fake-secret-fake-secret");
/// # let issuer = issuer.grant(&VideoGrant::default())?.build()?;
/// let batch = issuer.batch(&MintOptions { ttl: Some(60), ..MintOptions::default() })?;
/// let tokens: Result<Vec<String>, _> = ["alice", "bob"].into_iter().map(|identity| batch.mint(identity)).collect();
/// # assert_eq!(tokens?.len(), 2);
/// # Ok::<(), grantmint::Error>(())
/// ```
#[derive(Debug)]
pub struct Batch<'a> {
    issuer: &'a Issuer,
    grants: Cow<'a, Grants>,
    jti: &'a str,
    validity: Validity,
}

impl Batch<'_> {
    /// Mints the token of one identity.
    ///
    /// # Errors
    /// [`Error::Required`] for an empty identity.
    pub fn mint(&self, identity: &str) -> Result<String, Error> {
        let mut token = String::new();
        self.mint_onto(identity, &mut token)?;
        Ok(token)
    }

    /// Appends the token of one identity, or nothing.
    ///
    /// # Errors
    /// See [`Batch::mint`].
    pub fn mint_onto(&self, identity: &str, out: &mut String) -> Result<(), Error> {
        check_identity(identity)?;
        let mut claims = StackBuffer::new();
        Claims {
            jti: self.jti,
            identity,
            grants: &self.grants,
            validity: self.validity,
            // SIDs are letters and digits: there is nothing to escape.
            key_sid: &self.issuer.key_sid,
            account_sid: &self.issuer.account_sid,
        }
        .write(&mut claims);
        self.issuer.signer.sign_onto(claims.as_ref(), out);
        Ok(())
    }
}

/// Refuses the identity that is none.
///
/// # Errors
/// [`Error::Required`] for an empty identity.
pub fn check_identity(identity: &str) -> Result<(), Error> {
    if identity.is_empty() { Err(Error::Required(Field::new("identity"))) } else { Ok(()) }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("account_sid", &self.account_sid)
            .field("key_sid", &self.key_sid)
            .field("ttl", &self.ttl)
            .finish_non_exhaustive()
    }
}

/// An [`Issuer`] being set up.
#[derive(Debug)]
pub struct IssuerBuilder<'a> {
    account_sid: String,
    key_sid: String,
    secret: Secret<'a>,
    ttl: u64,
    region: String,
    algorithm: Algorithm,
    grants: Grants,
}

impl IssuerBuilder<'_> {
    /// The lifetime of a token that asks for no other, in seconds, from 1 to 86,400. Defaults to 3600.
    pub fn ttl(&mut self, seconds: u64) -> &mut Self {
        self.ttl = seconds;
        self
    }

    /// The region of the account, such as `"au1"`. Empty, the default, means none.
    pub fn region(&mut self, region: impl Into<String>) -> &mut Self {
        self.region = region.into();
        self
    }

    /// The signing algorithm. Defaults to HS256, the one that Twilio accepts.
    pub fn algorithm(&mut self, algorithm: Algorithm) -> &mut Self {
        self.algorithm = algorithm;
        self
    }

    /// Adds a grant to every token; one with the same key is replaced and keeps its place.
    ///
    /// # Errors
    /// See [`Grants::add`].
    pub fn grant(&mut self, grant: &(impl Grant + ?Sized)) -> Result<&mut Self, Error> {
        self.grants.add(grant)?;
        Ok(self)
    }

    /// Replaces all grants.
    pub fn grants(&mut self, grants: Grants) -> &mut Self {
        self.grants = grants;
        self
    }

    /// Checks the credentials and prepares what all tokens share.
    ///
    /// # Errors
    /// [`Error::Required`], [`Error::MalformedSid`], [`Error::SecretTooShort`] and [`Error::SecretIsKey`] for the
    /// credentials; [`Error::OutOfRange`] for the TTL; [`Error::Required`] for a Sync or Chat grant without its
    /// service.
    pub fn build(&self) -> Result<Issuer, Error> {
        sid::check("account_sid", "AC", &self.account_sid)?;
        sid::check("key_sid", "SK", &self.key_sid)?;
        self.secret.check()?;
        let bytes = self.secret.expose().len();
        if bytes < MIN_SECRET {
            return Err(Error::SecretTooShort { bytes });
        }
        clock::check_ttl(self.ttl)?;
        self.grants.check_complete()?;
        Ok(Issuer {
            account_sid: self.account_sid.clone(),
            key_sid: self.key_sid.clone(),
            signer: Signer::new(self.algorithm, &self.region, &self.secret)?,
            ttl: self.ttl,
            grants: self.grants.clone(),
        })
    }
}

/// Twilio hands out API secrets of 32 characters, and HMAC-SHA256 wants no shorter key (RFC 7518, section 3.2).
const MIN_SECRET: usize = 32;
