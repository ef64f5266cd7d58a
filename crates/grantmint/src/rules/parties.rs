//! The rules for issuer and subject.

use crate::sid;

/// The two letters of an API key's SID.
pub(crate) const ISSUER: &str = "SK";

/// The two letters of an account's SID.
pub(crate) const SUBJECT: &str = "AC";

/// Returns whether `iss` identifies an API key.
pub(crate) fn is_issuer(iss: &str) -> bool {
    sid::is(ISSUER, iss)
}

/// Returns whether `sub` identifies an account.
pub(crate) fn is_subject(sub: &str) -> bool {
    sid::is(SUBJECT, sub)
}
