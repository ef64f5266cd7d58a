//! Seconds: the one place that reads the clock, and the ranges of all times.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::{Error, Field};
use crate::limits::{DEFAULT_TTL, MAX_NOW, MAX_TIME, MAX_TTL, RENEWAL_LEAD};

/// Returns the current time in whole seconds since the epoch, as in a JWT's `NumericDate` (RFC 7519, section 2).
///
/// The functions that take no `now` call this; nothing else in the crate reads a clock.
#[must_use]
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// A time that a caller passes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeField {
    /// A lifetime.
    Ttl,
    /// A tolerated difference between clocks.
    Leeway,
    /// The time to mint, verify or inspect at.
    Now,
    /// The time before which a token is not valid.
    Nbf,
    /// The time at which a token expires.
    ValidUntil,
}

impl TimeField {
    /// Returns the field's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ttl => "ttl",
            Self::Leeway => "leeway",
            Self::Now => "now",
            Self::Nbf => "nbf",
            Self::ValidUntil => "valid_until",
        }
    }

    /// Returns the smallest and the largest value in seconds.
    #[must_use]
    pub fn range(self) -> (u64, u64) {
        match self {
            Self::Ttl => (1, MAX_TTL),
            Self::Leeway => (0, MAX_TTL),
            Self::Now => (0, MAX_NOW),
            Self::Nbf | Self::ValidUntil => (0, MAX_TIME),
        }
    }

    /// Rejects seconds outside the range.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for seconds outside the range.
    pub fn check(self, seconds: u64) -> Result<u64, Error> {
        let (min, max) = self.range();
        if (min..=max).contains(&seconds) { Ok(seconds) } else { Err(self.out_of_range(seconds.to_string())) }
    }

    /// Returns the error for a value outside the range, given as text.
    #[must_use]
    pub fn out_of_range(self, found: impl Into<String>) -> Error {
        let (min, max) = self.range();
        Error::OutOfRange { field: Field::new(self.name()), found: found.into(), min, max }
    }
}

/// The times of one token: when it was minted, when it becomes valid, when it expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Validity {
    pub(crate) iat: u64,
    pub(crate) nbf: Option<u64>,
    pub(crate) exp: u64,
}

impl Validity {
    /// Checks the times requested for a token. `valid_until` takes precedence over `ttl`.
    pub(crate) fn new(
        now: u64,
        ttl: Option<u64>,
        valid_until: Option<u64>,
        nbf: Option<u64>,
    ) -> Result<Self, Error> {
        let iat = TimeField::Now.check(now)?;
        let exp = match valid_until {
            Some(until) => check_expiry(until, iat)?,
            None => iat + TimeField::Ttl.check(ttl.unwrap_or(DEFAULT_TTL))?,
        };
        if let Some(nbf) = nbf
            && TimeField::Nbf.check(nbf)? >= exp
        {
            return Err(Error::NotBeforeExpiry { nbf, exp });
        }
        Ok(Self { iat, nbf, exp })
    }
}

/// Rejects an expiry that gives the token a lifetime out of range.
fn check_expiry(until: u64, iat: u64) -> Result<u64, Error> {
    let (min, max) = (iat + 1, iat + MAX_TTL);
    if (min..=max).contains(&until) {
        return Ok(until);
    }
    let field = Field::new(TimeField::ValidUntil.name());
    Err(Error::OutOfRange { field, found: until.to_string(), min, max })
}

/// Returns the time at which to replace a token: three minutes before it expires, but not before half of its lifetime.
pub(crate) fn renew_at(iat: u64, exp: u64) -> u64 {
    exp.saturating_sub(RENEWAL_LEAD).max(iat.midpoint(exp))
}

/// Converts a JSON number to seconds between 1970 and 9999.
pub(crate) fn from_number(number: f64) -> Option<u64> {
    #[expect(clippy::cast_precision_loss, reason = "a double represents it exactly")]
    let in_range = (0.0..=MAX_TIME as f64).contains(&number);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is in range")]
    in_range.then_some(number as u64)
}
