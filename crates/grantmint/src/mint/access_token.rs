//! The drop-in: an Access Token built field by field, as with the official libraries.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use super::claims::Claims;
use crate::algorithm::Algorithm;
use crate::error::{Error, Field};
use crate::grants::{Grant, Grants};
use crate::header;
use crate::json::{Sink, StackBuffer, escaped, read_object, write_object};
use crate::jws::Signer;
use crate::secret::Secret;
use crate::time::{self, Validity};

/// A token under construction. It is as lenient about SIDs as the official libraries: it accepts `"AC123"`.
///
/// To mint many tokens with the same credentials, use [`Issuer`](crate::Issuer), which is stricter and faster.
///
/// ```
/// use grantmint::{AccessToken, SyncGrant};
///
/// let jwt = AccessToken::new("AC123", "SK123", "fake-secret")?
///     .identity("alice")
///     .ttl(600)
///     .add_grant(&SyncGrant::new("IS123"))?
///     .to_jwt_at(1_700_000_000)?;
/// assert!(jwt.starts_with("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImN0eSI6InR3aWxpby1mcGE7dj0xIn0."));
/// # Ok::<(), grantmint::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct AccessToken<'a> {
    account_sid: Cow<'a, str>,
    key_sid: Cow<'a, str>,
    secret: Secret<'a>,
    algorithm: Algorithm,
    identity: Cow<'a, str>,
    ttl: Option<u64>,
    nbf: Option<u64>,
    valid_until: Option<u64>,
    region: Cow<'a, str>,
    jti: Cow<'a, str>,
    grants: Grants,
}

impl<'a> AccessToken<'a> {
    /// Creates a token of an account, to be signed with the secret of one of its API keys.
    ///
    /// # Errors
    /// [`Error::Required`] for an empty argument; [`Error::SecretIsKey`] and [`Error::SecretIsZeros`] for bytes that
    /// cannot be the secret of an API key.
    pub fn new(
        account_sid: impl Into<Cow<'a, str>>,
        key_sid: impl Into<Cow<'a, str>>,
        secret: impl Into<Secret<'a>>,
    ) -> Result<Self, Error> {
        let token = Self {
            account_sid: account_sid.into(),
            key_sid: key_sid.into(),
            secret: secret.into(),
            algorithm: Algorithm::default(),
            identity: Cow::Borrowed(""),
            ttl: None,
            nbf: None,
            valid_until: None,
            region: Cow::Borrowed(""),
            jti: Cow::Borrowed(""),
            grants: Grants::new(),
        };
        if token.account_sid.is_empty() {
            return Err(Error::Required { field: Field::new("account_sid"), found: Some("empty") });
        }
        if token.key_sid.is_empty() {
            return Err(Error::Required { field: Field::new("key_sid"), found: Some("empty") });
        }
        token.secret.check()?;
        Ok(token)
    }

    /// Sets the identity: the app's own name for the user. Defaults to empty, which means no identity; some products
    /// accept such a token.
    pub fn identity(&mut self, identity: impl Into<Cow<'a, str>>) -> &mut Self {
        self.identity = identity.into();
        self
    }

    /// Sets the lifetime in seconds, from 1 to 86,400. Defaults to 3600.
    pub fn ttl(&mut self, seconds: u64) -> &mut Self {
        self.ttl = Some(seconds);
        self
    }

    /// Sets the time before which the token is not valid, in seconds since the epoch (RFC 7519, section 4.1.5).
    ///
    /// Defaults to no such time: a server whose clock runs ahead would mint tokens that Twilio rejects.
    pub fn nbf(&mut self, seconds: u64) -> &mut Self {
        self.nbf = Some(seconds);
        self
    }

    /// Sets the time at which the token expires, in seconds since the epoch. It takes precedence over the TTL.
    pub fn valid_until(&mut self, seconds: u64) -> &mut Self {
        self.valid_until = Some(seconds);
        self
    }

    /// Sets the [region](https://www.twilio.com/docs/global-infrastructure) of the account, such as `"au1"`, which is
    /// the header's `twr`. Defaults to empty, which means no region.
    pub fn region(&mut self, region: impl Into<Cow<'a, str>>) -> &mut Self {
        self.region = region.into();
        self
    }

    /// Sets the token's identifier (RFC 7519, section 4.1.7). Defaults to the official libraries' format: the key SID,
    /// a hyphen and the time of minting. That identifier repeats within a second.
    pub fn jti(&mut self, jti: impl Into<Cow<'a, str>>) -> &mut Self {
        self.jti = jti.into();
        self
    }

    /// Sets the signing algorithm. Defaults to HS256, the one that Twilio accepts.
    pub fn algorithm(&mut self, algorithm: Algorithm) -> &mut Self {
        self.algorithm = algorithm;
        self
    }

    /// Adds a grant. A grant with the same key is replaced in its place.
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

    /// Signs the token with the current time as its `iat`.
    ///
    /// # Errors
    /// See [`AccessToken::to_jwt_at`].
    pub fn to_jwt(&self) -> Result<String, Error> {
        self.to_jwt_at(time::now())
    }

    /// Signs the token as if `now`, in seconds since the epoch, were the current time.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a lifetime outside 1 to 86,400 seconds or a time after the year 9999;
    /// [`Error::NotBeforeExpiry`] for a token that would never be valid.
    pub fn to_jwt_at(&self, now: u64) -> Result<String, Error> {
        let mut claims = StackBuffer::new();
        self.write_claims(now, &mut claims)?;
        let header = header::segment(self.algorithm, &self.region);
        Ok(Signer::new(header, self.algorithm, &self.secret)?.token(claims.as_ref()))
    }

    /// Returns the header of the token.
    ///
    /// # Errors
    /// [`Error::Internal`] only.
    pub fn header(&self) -> Result<Map<String, Value>, Error> {
        read_object(&header::write(self.algorithm, &self.region))
    }

    /// Returns the claims of the token if it were signed at `now`, in seconds since the epoch.
    ///
    /// # Errors
    /// See [`AccessToken::to_jwt_at`].
    pub fn claims_at(&self, now: u64) -> Result<Map<String, Value>, Error> {
        let mut claims = Vec::new();
        self.write_claims(now, &mut claims)?;
        read_object(&claims)
    }

    fn write_claims(&self, now: u64, out: &mut impl Sink) -> Result<(), Error> {
        let validity = Validity::new(now, self.ttl, self.valid_until, self.nbf)?;
        Claims {
            jti: &self.jti,
            identity: &self.identity,
            grants: &self.grants,
            validity,
            key_sid: &escaped(&self.key_sid),
            account_sid: &escaped(&self.account_sid),
        }
        .write(out);
        Ok(())
    }
}

/// Signs a header and claims as they are.
pub(crate) fn sign_as_given(
    header: &Map<String, Value>,
    claims: &Map<String, Value>,
    algorithm: Algorithm,
    secret: &Secret<'_>,
) -> Result<String, Error> {
    let text = |object, name| {
        let mut text = Vec::new();
        write_object(&mut text, object, 1, &Field::new(name)).map(|()| text)
    };
    let header = header::encode(&text(header, "headers")?);
    Ok(Signer::new(header.into(), algorithm, secret)?.token(&text(claims, "payload")?))
}

impl fmt::Debug for AccessToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("account_sid", &self.account_sid)
            .field("key_sid", &self.key_sid)
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}
