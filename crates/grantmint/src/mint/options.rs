//! The options of a single mint.

use crate::grants::Grants;

/// The options of one token. By default, the token has the issuer's grants and lifetime.
///
/// ```
/// let options = grantmint::MintOptions::new().ttl(600).jti("order-7");
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[must_use]
pub struct MintOptions<'a> {
    /// The options that tokens of one batch can share.
    pub(super) shared: BatchOptions<'a>,
    /// The token's identifier.
    pub(super) jti: Option<&'a str>,
}

impl<'a> MintOptions<'a> {
    /// Creates options that change nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds grants to the issuer's. A grant with the same key replaces the issuer's grant in its place.
    pub fn grants(mut self, grants: &'a Grants) -> Self {
        self.shared.grants = Some(grants);
        self
    }

    /// Sets the lifetime in seconds, from 1 to 86,400. Defaults to the issuer's.
    pub fn ttl(mut self, seconds: u64) -> Self {
        self.shared.ttl = Some(seconds);
        self
    }

    /// Sets the time before which the token is not valid, in seconds since the epoch. Defaults to no such time.
    pub fn nbf(mut self, seconds: u64) -> Self {
        self.shared.nbf = Some(seconds);
        self
    }

    /// Sets the time to mint at, in seconds since the epoch. Defaults to the current time.
    pub fn now(mut self, seconds: u64) -> Self {
        self.shared.now = Some(seconds);
        self
    }

    /// Sets the token's identifier (RFC 7519, section 4.1.7). Defaults to the official libraries' format: the key SID,
    /// a hyphen and the time of minting.
    pub fn jti(mut self, jti: &'a str) -> Self {
        self.jti = Some(jti);
        self
    }
}

/// The options that all tokens of a batch share: those of [`MintOptions`] but for the token's identifier.
///
/// ```
/// let options = grantmint::BatchOptions::new().ttl(600);
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[must_use]
pub struct BatchOptions<'a> {
    pub(super) grants: Option<&'a Grants>,
    pub(super) ttl: Option<u64>,
    pub(super) nbf: Option<u64>,
    pub(super) now: Option<u64>,
}

impl<'a> BatchOptions<'a> {
    /// Creates options that change nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds grants to the issuer's. A grant with the same key replaces the issuer's grant in its place.
    pub fn grants(mut self, grants: &'a Grants) -> Self {
        self.grants = Some(grants);
        self
    }

    /// Sets the lifetime in seconds, from 1 to 86,400. Defaults to the issuer's.
    pub fn ttl(mut self, seconds: u64) -> Self {
        self.ttl = Some(seconds);
        self
    }

    /// Sets the time before which the tokens are not valid, in seconds since the epoch. Defaults to no such time.
    pub fn nbf(mut self, seconds: u64) -> Self {
        self.nbf = Some(seconds);
        self
    }

    /// Sets the time to mint at, in seconds since the epoch. Defaults to the current time.
    pub fn now(mut self, seconds: u64) -> Self {
        self.now = Some(seconds);
        self
    }
}

/// A token with the options of a batch and the default identifier.
///
/// ```
/// use grantmint::{BatchOptions, MintOptions};
///
/// let options = MintOptions::from(BatchOptions::new().ttl(600)).jti("order-7");
/// ```
impl<'a> From<BatchOptions<'a>> for MintOptions<'a> {
    fn from(shared: BatchOptions<'a>) -> Self {
        Self { shared, ..Self::default() }
    }
}
