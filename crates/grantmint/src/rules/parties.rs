//! The rules for issuer and subject.

use serde_json::{Map, Value};

use super::grants::plain;
use super::text::quoted_text;
use crate::sid;

/// The names that people give to claims, in lower case.
const OTHER_NAMES: [(&str, &[&str]); 4] = [
    ("iss", &["issuer", "key", "keysid", "apikey", "apikeysid", "signingkeysid"]),
    ("sub", &["subject", "account", "accountsid"]),
    ("exp", &["expires", "expiry", "expiration", "expiresat", "expirationtime", "validuntil"]),
    ("grants", &["grant"]),
];

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

/// Says which claim is probably the one that is missing: `, but "issuer"`.
pub(crate) fn instead(claims: &Map<String, Value>, name: &str) -> String {
    let others = OTHER_NAMES.iter().find(|(own, _)| *own == name).map_or(&[][..], |(_, others)| *others);
    let is_other = |key: &&String| {
        let key = plain(key);
        key == name || others.contains(&key.as_str())
    };
    claims.keys().find(is_other).map_or_else(String::new, |key| format!(", but {}", quoted_text(key)))
}
