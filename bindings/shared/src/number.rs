//! Numbers of dynamic languages: seconds and sizes.

use grantmint::internal::{LARGEST_MAX_SIZE, TimeField, number_text};
use grantmint::{Error, Field};

use crate::error::InputError;

/// Converts a floating-point number to seconds.
///
/// # Errors
/// [`InputError::NotWhole`] for a fraction, NaN or an infinity; [`Error::OutOfRange`] for a number out of range.
pub fn seconds_from_f64(field: TimeField, number: f64) -> Result<u64, InputError> {
    if number.fract() != 0.0 || !number.is_finite() {
        return Err(InputError::NotWhole { field: Field::new(field.name()), found: number_text(number) });
    }
    // Exact up to 2^53, which is far above the range of every time.
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, which is out of range")]
    let seconds = seconds_from_i64(field, number as i64);
    seconds.map_err(|_| field.out_of_range(number_text(number)).into())
}

/// Converts a signed integer to seconds.
///
/// # Errors
/// [`Error::OutOfRange`] for a number out of range.
pub fn seconds_from_i64(field: TimeField, number: i64) -> Result<u64, Error> {
    match u64::try_from(number) {
        Ok(seconds) => field.check(seconds),
        Err(_) => Err(field.out_of_range(number.to_string())),
    }
}

/// Converts a signed integer to the size limit of a verifier, in bytes.
///
/// # Errors
/// [`Error::OutOfRange`] for a number that is not from 1 to 2^30.
pub fn max_size(number: i64) -> Result<usize, Error> {
    usize::try_from(number).ok().filter(|size| (1..=LARGEST_MAX_SIZE).contains(size)).ok_or_else(|| {
        let max = LARGEST_MAX_SIZE as u64;
        Error::OutOfRange { field: Field::new("max_size"), found: number.to_string(), min: 1, max }
    })
}
