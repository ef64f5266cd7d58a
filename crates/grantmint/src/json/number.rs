//! Numbers as ECMAScript writes them.

use serde_json::Number;

use crate::error::{Error, Field};
use crate::json::Sink;
use crate::limits::MAX_SAFE_INTEGER;

/// Writes a number as ECMAScript does (RFC 8785, section 3.2.2.3). Rejects an integer that this would change.
pub(super) fn write_number(out: &mut impl Sink, number: &Number, field: &Field) -> Result<(), Error> {
    if let Some(integer) = number.as_i64()
        && is_safe(integer)
    {
        out.put(itoa::Buffer::new().format(integer).as_bytes());
        return Ok(());
    }
    let number = if number.is_f64() { number } else { &integer(field, &number.to_string())? };
    // A `Number` without the feature `arbitrary_precision` is always one of i64, u64 and f64.
    out.put(number_text(number.as_f64().ok_or(Error::Internal)?).as_bytes());
    Ok(())
}

/// Returns whether every double near an integer is another integer, so that no reader changes it.
pub(super) fn is_safe(integer: i64) -> bool {
    integer.unsigned_abs() <= MAX_SAFE_INTEGER
}

/// Returns a number as ECMAScript's `String(number)` writes it.
#[must_use]
pub(crate) fn number_text(number: f64) -> String {
    ryu_js::Buffer::new().format(number).to_owned()
}

/// Returns the JSON number for an integer of any size, given in decimal digits.
///
/// # Errors
/// [`Error::LossyInteger`] if a reader could get another integer. A double cannot represent 2^53 + 1 or 10^23;
/// ECMAScript writes other digits for 2^70, `1180591620717411300000`.
pub(crate) fn integer(field: &Field, digits: &str) -> Result<Number, Error> {
    digits
        .parse::<f64>()
        .ok()
        .filter(|number| format!("{number:.0}") == digits && same_number(digits, &number_text(*number)))
        .and_then(Number::from_f64)
        .ok_or_else(|| Error::LossyInteger { field: field.clone(), found: digits.to_owned() })
}

/// Returns whether a reader with IEEE 754 numbers, or ECMAScript, would change a number in JSON's syntax: an integer in
/// any spelling as [`integer`] does, a fraction if ECMAScript writes other digits.
pub(crate) fn is_lossy(number: &str) -> bool {
    /// More zeros than any double has.
    const MOST_ZEROS: i64 = 400;
    let number = number.to_ascii_lowercase();
    let Some(double) = number.parse::<f64>().ok().filter(|double| double.is_finite()) else { return true };
    let (sign, digits, power) = significand(&number);
    match usize::try_from(power) {
        _ if digits.is_empty() => false,
        Ok(_) if power > MOST_ZEROS => true,
        Ok(zeros) => integer(&Field::new(""), &format!("{sign}{digits}{}", "0".repeat(zeros))).is_err(),
        Err(_) => (sign, digits, power) != significand(&number_text(double)),
    }
}

/// Returns whether an integer's digits and ECMAScript's form of a number represent the same integer.
fn same_number(integer: &str, ecmascript: &str) -> bool {
    integer == ecmascript || significand(integer) == significand(ecmascript)
}

/// Splits a number into sign, digits without leading and trailing zeros, and power of ten: `"-12.30e+4"` becomes
/// `("-", "123", 3)`.
fn significand(number: &str) -> (&str, String, i64) {
    let (sign, number) = number.split_at(usize::from(number.starts_with('-')));
    let (mantissa, power) = number.split_once('e').unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    let trimmed = digits.trim_end_matches('0');
    let dropped = digits.len() - trimmed.len();
    let power = power.parse::<i64>().unwrap_or(i64::MAX).saturating_add_unsigned(dropped as u64);
    (sign, trimmed.trim_start_matches('0').to_owned(), power.saturating_sub_unsigned(fraction.len() as u64))
}
