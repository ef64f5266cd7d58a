//! The fast path: credentials checked once, everything that tokens share prepared once.

use std::borrow::Cow;
use std::fmt;

use super::claims::Claims;
use super::options::{BatchOptions, MintOptions};
use crate::error::{Error, Field};
use crate::grants::Grants;
use crate::json::StackBuffer;
use crate::jws::Signer;
use crate::limits::DEFAULT_MAX_SIZE;
use crate::rules;
use crate::rules::identity::{TooLong, too_long};
use crate::time::{self, Validity};

/// Mints tokens for one API key. It can be shared between threads.
///
/// It is stricter than [`AccessToken`](crate::AccessToken): it mints no token of which [`inspect`](crate::inspect()) would
/// report an error. It requires well-formed SIDs, the secret of an API key, at least one grant in every token, the service
/// of a Sync or Chat grant, and an identity.
///
/// ```
/// use grantmint::{Issuer, MintOptions, SyncGrant};
///
/// let sid = |prefix| format!("{prefix}0123456789abcdef0123456789abcdef");
/// let issuer = Issuer::builder(sid("AC"), sid("SK"), "fake-secret-fake-secret-fake-secret")
///     .add_grant(&SyncGrant::new(sid("IS")))?
///     .build()?;
///
/// let jwt = issuer.mint("alice")?;
/// let short = issuer.mint_with("alice", &MintOptions::new().ttl(60))?;
/// assert_ne!(jwt, short);
/// # Ok::<(), grantmint::Error>(())
/// ```
pub struct Issuer {
    credentials: Credentials,
    ttl: u64,
    grants: Grants,
}

/// The parts of an issuer that identify it and sign its tokens.
pub(super) struct Credentials {
    pub(super) account_sid: String,
    pub(super) key_sid: String,
    pub(super) signer: Signer,
}

impl Issuer {
    /// Creates an issuer of parts that have been checked.
    pub(super) fn new(credentials: Credentials, ttl: u64, grants: Grants) -> Self {
        Self { credentials, ttl, grants }
    }

    /// Returns the SID of the account.
    #[must_use]
    pub fn account_sid(&self) -> &str {
        &self.credentials.account_sid
    }

    /// Returns the SID of the API key.
    #[must_use]
    pub fn key_sid(&self) -> &str {
        &self.credentials.key_sid
    }

    /// Mints a token for an identity, with the issuer's own grants and lifetime.
    ///
    /// # Errors
    /// See [`Issuer::mint_with`].
    pub fn mint(&self, identity: &str) -> Result<String, Error> {
        self.mint_with(identity, &MintOptions::new())
    }

    /// Mints a token for an identity with options of its own.
    ///
    /// # Errors
    /// [`Error::Required`] for an empty identity; [`Error::NoGrants`] if neither the issuer nor the options contain a
    /// grant; [`Error::OutOfRange`] and [`Error::NotBeforeExpiry`] for the times; [`Error::Empty`] for an empty `jti`;
    /// [`Error::IdentityTooLong`] and [`Error::TokenTooLarge`]; for the grants [`Error::Required`],
    /// [`Error::MalformedSid`], [`Error::Empty`] and [`Error::BrokenGrant`].
    pub fn mint_with(&self, identity: &str, options: &MintOptions<'_>) -> Result<String, Error> {
        self.batch_with(options)?.mint(identity)
    }

    /// Mints a token and returns it with its expiry and renewal times, ready to send to the client.
    ///
    /// # Errors
    /// See [`Issuer::mint_with`].
    pub fn issue(&self, identity: &str, options: &MintOptions<'_>) -> Result<IssuedToken, Error> {
        let batch = self.batch_with(options)?;
        let Validity { iat, exp, .. } = batch.validity;
        Ok(IssuedToken {
            token: batch.mint(identity)?,
            expires_at: exp,
            expires_in: exp - iat,
            renew_at: time::renew_at(iat, exp),
        })
    }

    /// Checks the options once for many tokens, all minted at the same second.
    ///
    /// # Errors
    /// Those of [`Issuer::mint_with`] that do not concern the identity.
    pub fn batch<'a>(&'a self, options: &BatchOptions<'a>) -> Result<Batch<'a>, Error> {
        let grants = match options.grants {
            Some(added) if !added.is_empty() => {
                rules::grants::check_sound(added)?;
                let mut grants = self.grants.clone();
                grants.merge(added);
                Cow::Owned(grants)
            }
            _ if self.grants.is_empty() => return Err(Error::NoGrants),
            _ => Cow::Borrowed(&self.grants),
        };
        let now = options.now.unwrap_or_else(time::now);
        let validity = Validity::new(now, Some(options.ttl.unwrap_or(self.ttl)), None, options.nbf)?;
        Ok(Batch { credentials: &self.credentials, grants, jti: "", validity })
    }

    fn batch_with<'a>(&'a self, options: &MintOptions<'a>) -> Result<Batch<'a>, Error> {
        let jti = options.jti.unwrap_or_default();
        if options.jti.is_some() && jti.is_empty() {
            return Err(Error::Empty(Field::new("jti")));
        }
        Ok(Batch { jti, ..self.batch(&options.shared)? })
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("account_sid", &self.account_sid())
            .field("key_sid", &self.key_sid())
            .field("ttl", &self.ttl)
            .finish_non_exhaustive()
    }
}

/// A token and its times.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IssuedToken {
    /// The token.
    pub token: String,
    /// The time at which the token expires, in seconds since the epoch.
    pub expires_at: u64,
    /// The token's lifetime in seconds.
    pub expires_in: u64,
    /// The time at which to replace the token, in seconds since the epoch: three minutes before it expires, but not
    /// before half of its lifetime.
    pub renew_at: u64,
}

/// Tokens that differ only in their identity.
///
/// ```
/// # use grantmint::{BatchOptions, Issuer, VideoGrant};
/// # let sid = |prefix| format!("{prefix}0123456789abcdef0123456789abcdef");
/// # let issuer = Issuer::builder(sid("AC"), sid("SK"), "fake-secret-fake-secret-fake-secret")
/// #     .add_grant(&VideoGrant::new())?
/// #     .build()?;
/// let batch = issuer.batch(&BatchOptions::new().ttl(60))?;
/// let tokens: Result<Vec<String>, _> = ["alice", "bob"].into_iter().map(|identity| batch.mint(identity)).collect();
/// # assert_eq!(tokens?.len(), 2);
/// # Ok::<(), grantmint::Error>(())
/// ```
pub struct Batch<'a> {
    credentials: &'a Credentials,
    grants: Cow<'a, Grants>,
    jti: &'a str,
    validity: Validity,
}

impl Batch<'_> {
    /// Mints the token of one identity.
    ///
    /// # Errors
    /// [`Error::Required`] for an empty identity; [`Error::IdentityTooLong`] and [`Error::TokenTooLarge`].
    pub fn mint(&self, identity: &str) -> Result<String, Error> {
        let mut token = String::new();
        self.mint_onto(identity, &mut token)?;
        Ok(token)
    }

    /// Appends the token of one identity; appends nothing if there is an error.
    ///
    /// # Errors
    /// See [`Batch::mint`].
    pub fn mint_onto(&self, identity: &str, out: &mut String) -> Result<(), Error> {
        check_identity(identity)?;
        if let Some(TooLong { counted, max, product }) = too_long(identity, |key| self.grants.has(key)) {
            return Err(Error::IdentityTooLong { counted, max, product });
        }
        let mut claims = StackBuffer::new();
        Claims {
            jti: self.jti,
            identity,
            grants: &self.grants,
            validity: self.validity,
            // SIDs consist of letters and digits, which need no escapes.
            key_sid: &self.credentials.key_sid,
            account_sid: &self.credentials.account_sid,
        }
        .write(&mut claims);
        let start = out.len();
        self.credentials.signer.sign_onto(claims.as_ref(), out);
        let bytes = out.len() - start;
        if bytes > DEFAULT_MAX_SIZE {
            out.truncate(start);
            return Err(Error::TokenTooLarge { bytes });
        }
        Ok(())
    }
}

impl fmt::Debug for Batch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("validity", &self.validity).finish_non_exhaustive()
    }
}

/// Rejects an empty identity.
pub(crate) fn check_identity(identity: &str) -> Result<(), Error> {
    if identity.is_empty() {
        return Err(Error::Required { field: Field::new("identity"), found: Some("empty") });
    }
    Ok(())
}
