//! String identifiers: two letters that name the kind, and 32 hexadecimal digits.

use crate::error::{Error, Field};

/// Refuses what is not a SID of the given kind.
pub(crate) fn check(field: &'static str, prefix: &'static str, sid: &str) -> Result<(), Error> {
    match sid.strip_prefix(prefix) {
        _ if sid.is_empty() => Err(Error::Required(Field::new(field))),
        Some(digits) if digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) => Ok(()),
        _ => Err(Error::MalformedSid { field: Field::new(field), prefix }),
    }
}
