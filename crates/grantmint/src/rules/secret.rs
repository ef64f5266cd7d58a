//! The rules for the secret of an API key.

use super::{Finding, table};
use crate::error::Error;
use crate::limits::MIN_SECRET;
use crate::secret::Secret;
use crate::sid;

/// Returns the reason why a text cannot be the secret of an API key, as [`Issuer`](crate::Issuer) reports it.
pub(crate) fn fault(secret: &Secret<'_>) -> Option<Error> {
    if let Err(error) = secret.check() {
        return Some(error);
    }
    let bytes = secret.expose();
    let is_stray = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'');
    let is_sid = |secret: &str| sid::is("SK", secret) || sid::is("AC", secret);
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if bytes.first().is_some_and(is_stray) || bytes.last().is_some_and(is_stray) {
        Some(Error::SecretStrayCharacters)
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

/// Returns the finding for a secret, if it is not one of an API key.
pub(crate) fn check(secret: &Secret<'_>) -> Option<Finding> {
    Some(match fault(secret)? {
        Error::SecretIsKey { kind } => {
            table::SECRET_IS_KEY.finding(format!("The secret is {kind}, not the secret of a Twilio API key."))
        }
        Error::SecretIsZeros => table::SECRET_EMPTY.finding("The secret consists of zero bytes."),
        Error::SecretStrayCharacters => table::SECRET_STRAY_CHARACTERS
            .finding("The secret starts or ends with white space or a quotation mark."),
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
