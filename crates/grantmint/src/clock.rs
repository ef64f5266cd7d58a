//! Seconds: the one place that reads the clock, and the ranges that every time must keep to.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::{Error, Field};

/// The lifetime of a token that says nothing else, in seconds.
pub const DEFAULT_TTL: u64 = 3600;

/// The longest lifetime that Twilio accepts, in seconds: 24 hours.
pub const MAX_TTL: u64 = 86_400;

/// The last second of the year 9999: whatever is later is milliseconds or a mistake.
pub const MAX_TIME: u64 = 253_402_300_799;

/// The current time in whole seconds since the epoch, as in a JWT's `NumericDate` (RFC 7519, section 2).
///
/// The functions that take no `now` call this; nothing else in the crate reads a clock.
#[must_use]
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Whole seconds from a number of a language that has only floating-point ones.
///
/// # Errors
/// [`Error::NotWhole`] for a fraction, NaN or an infinity; [`Error::OutOfRange`] for a negative number or one
/// after the year 9999.
pub fn seconds_from_f64(field: &'static str, number: f64) -> Result<u64, Error> {
    if number.fract() != 0.0 || !number.is_finite() {
        return Err(Error::NotWhole { field: Field::new(field), found: crate::json::number_text(number) });
    }
    // Exact up to 2^53, which is far above MAX_TIME.
    #[expect(clippy::cast_possible_truncation, reason = "what does not fit saturates, and is out of range")]
    seconds_from_i64(field, number as i64)
        .map_err(|_| seconds_out_of_range(field, &crate::json::number_text(number)))
}

/// Whole seconds from a signed integer.
///
/// # Errors
/// [`Error::OutOfRange`] for a negative number or one after the year 9999.
pub fn seconds_from_i64(field: &'static str, number: i64) -> Result<u64, Error> {
    let (min, max) = range(field);
    match u64::try_from(number) {
        Ok(seconds) if (min..=max).contains(&seconds) => Ok(seconds),
        _ => Err(seconds_out_of_range(field, &number.to_string())),
    }
}

/// The [`Error::OutOfRange`] for an integer of any size, written in decimal digits.
#[must_use]
pub fn seconds_out_of_range(field: &'static str, digits: &str) -> Error {
    let (min, max) = range(field);
    out_of_range(field, digits, min, max)
}

fn range(field: &str) -> (u64, u64) {
    match field {
        "ttl" => (1, MAX_TTL),
        "leeway" => (0, MAX_TTL),
        // So that no token expires after the last second that there is.
        "now" => (0, MAX_TIME - MAX_TTL),
        _ => (0, MAX_TIME),
    }
}

/// The moments of one token: when it was minted, from when and until when it is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Validity {
    pub(crate) iat: u64,
    pub(crate) nbf: Option<u64>,
    pub(crate) exp: u64,
}

impl Validity {
    /// Checks what was asked for at the moment of minting. `valid_until` goes before `ttl`.
    pub(crate) fn new(
        now: u64,
        ttl: Option<u64>,
        valid_until: Option<u64>,
        nbf: Option<u64>,
    ) -> Result<Self, Error> {
        let iat = in_range("now", now, 0, MAX_TIME - MAX_TTL)?;
        let exp = match valid_until {
            Some(until) => in_range("valid_until", until, iat + 1, iat + MAX_TTL)?,
            None => iat + check_ttl(ttl.unwrap_or(DEFAULT_TTL))?,
        };
        if let Some(nbf) = nbf
            && in_range("nbf", nbf, 0, MAX_TIME)? >= exp
        {
            return Err(Error::NotBeforeExpiry { nbf, exp });
        }
        Ok(Self { iat, nbf, exp })
    }
}

/// When a token is to be replaced: three minutes before it expires, when Twilio's SDKs are told that it is about to,
/// but not before half of its lifetime is over.
pub(crate) fn renew_at(iat: u64, exp: u64) -> u64 {
    const LEAD: u64 = 180;
    exp.saturating_sub(LEAD).max(iat.midpoint(exp))
}

/// Refuses a lifetime that Twilio would.
pub(crate) fn check_ttl(ttl: u64) -> Result<u64, Error> {
    in_range("ttl", ttl, 1, MAX_TTL)
}

fn in_range(field: &'static str, value: u64, min: u64, max: u64) -> Result<u64, Error> {
    if (min..=max).contains(&value) {
        Ok(value)
    } else {
        Err(out_of_range(field, &value.to_string(), min, max))
    }
}

/// Refuses a leeway that makes expiry pointless.
pub(crate) fn check_leeway(seconds: u64) -> Result<u64, Error> {
    in_range("leeway", seconds, 0, MAX_TTL)
}

pub(crate) fn out_of_range(field: &'static str, found: &str, min: u64, max: u64) -> Error {
    // Both bounds are below MAX_TIME + MAX_TTL.
    Error::OutOfRange {
        field: Field::new(field),
        found: found.to_owned(),
        min: min.cast_signed(),
        max: max.cast_signed(),
    }
}
