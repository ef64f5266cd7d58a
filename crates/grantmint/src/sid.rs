//! String identifiers: two letters that name the kind, and 32 hexadecimal digits.

use crate::error::{Error, Field};

/// Rejects text that is not a SID of the given kind.
pub(crate) fn check(field: &'static str, prefix: &'static str, sid: &str) -> Result<(), Error> {
    match sid {
        "" => Err(Error::Required(Field::new(field))),
        sid if is(prefix, sid) => Ok(()),
        _ => Err(Error::MalformedSid { field: Field::new(field), prefix }),
    }
}

/// Returns whether text is a SID of the given kind.
pub(crate) fn is(prefix: &str, sid: &str) -> bool {
    sid.strip_prefix(prefix)
        .is_some_and(|digits| digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}
