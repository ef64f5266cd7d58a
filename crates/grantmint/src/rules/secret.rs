//! The rules for the secret of an API key.

use super::{Finding, table};
use crate::error::Error;
use crate::limits::MIN_SECRET;
use crate::placeholder;
use crate::secret::Secret;
use crate::sid;

/// Returns the reason why a text cannot be the secret of an API key, as [`Issuer`](crate::Issuer) reports it.
pub(crate) fn fault(secret: &Secret<'_>) -> Option<Error> {
    if let Err(error) = secret.check() {
        return Some(error);
    }
    let bytes = secret.expose();
    let is_sid = |secret: &str| sid::is("SK", secret) || sid::is("AC", secret);
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if let Some(found) = stray(bytes) {
        Some(Error::SecretStrayCharacters { found })
    } else if let Some(found) = placeholder(bytes) {
        Some(Error::SecretIsPlaceholder { found })
    } else if str::from_utf8(bytes).is_ok_and(is_sid) {
        Some(Error::SecretIsSid)
    } else if bytes.len() < MIN_SECRET {
        Some(Error::SecretTooShort { bytes: bytes.len() })
    } else if bytes.len() == MIN_SECRET && bytes.iter().all(is_digit) {
        Some(Error::SecretIsAuthToken)
    } else {
        None
    }
}

/// Returns where white space or quotation marks surround a secret.
fn stray(secret: &[u8]) -> Option<&'static str> {
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'');
    Some(match (secret.first()?, secret.last()?) {
        (first, last) if is_quote(first) && is_quote(last) => "is in quotation marks",
        (first, _) if is_quote(first) => "starts with a quotation mark",
        (_, last) if is_quote(last) => "ends with a quotation mark",
        (_, b'\n') => "ends with a line feed",
        (_, last) if last.is_ascii_whitespace() => "ends with white space",
        (first, _) if first.is_ascii_whitespace() => "starts with white space",
        _ => return None,
    })
}

/// Returns the kind of placeholder that a secret is, if any. Any 32 letters and digits may be a real secret, except for one
/// letter over and over.
fn placeholder(secret: &[u8]) -> Option<&'static str> {
    if [b'x', b'X', b'*'].iter().any(|letter| secret.iter().all(|byte| byte == letter)) {
        return Some("a placeholder");
    }
    if secret.len() == MIN_SECRET && secret.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    placeholder::found(str::from_utf8(secret).ok()?)
}

/// Returns the finding for a secret, if it is not one of an API key.
pub(crate) fn check(secret: &Secret<'_>) -> Option<Finding> {
    Some(match fault(secret)? {
        Error::SecretIsKey { kind } => {
            table::SECRET_IS_KEY.finding(format!("The secret is {kind}, not the secret of a Twilio API key."))
        }
        Error::SecretIsZeros => table::SECRET_EMPTY.finding("The secret consists of zero bytes."),
        Error::SecretStrayCharacters { found } => {
            table::SECRET_STRAY_CHARACTERS.finding(format!("The secret {found}."))
        }
        Error::SecretIsPlaceholder { found } => {
            table::SECRET_IS_PLACEHOLDER.finding(format!("The secret is {found}."))
        }
        Error::SecretIsSid => table::SECRET_IS_SID.finding("The secret is a SID, not a secret."),
        Error::SecretTooShort { bytes } => {
            table::SECRET_SHORT.finding(format!("The secret has {bytes} bytes, fewer than {MIN_SECRET}."))
        }
        Error::SecretIsAuthToken => {
            table::SECRET_IS_AUTH_TOKEN.finding("The secret looks like an Auth Token: 32 hexadecimal digits.")
        }
        _ => table::SECRET_EMPTY.finding("The secret is empty."),
    })
}
