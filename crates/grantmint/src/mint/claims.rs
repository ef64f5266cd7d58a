//! The claims set of an Access Token, in the order in which the official libraries write it.

use crate::grants::Grants;
use crate::json::{Sink, write_string, write_text};
use crate::time::Validity;

/// The claims of a token (RFC 7519, section 4, and Twilio's `grants`). All of them have been checked. A claim that was
/// not requested is an empty string.
pub(crate) struct Claims<'a> {
    pub(crate) jti: &'a str,
    pub(crate) identity: &'a str,
    pub(crate) grants: &'a Grants,
    pub(crate) validity: Validity,
    /// The key's SID, with JSON escapes.
    pub(crate) key_sid: &'a str,
    /// The account's SID, with JSON escapes.
    pub(crate) account_sid: &'a str,
}

impl Claims<'_> {
    /// Writes the claims as JSON.
    pub(crate) fn write(&self, out: &mut impl Sink) {
        let (mut iat, mut nbf, mut exp) = (itoa::Buffer::new(), itoa::Buffer::new(), itoa::Buffer::new());
        let iat = iat.format(self.validity.iat).as_bytes();
        out.put(b"{\"jti\":\"");
        if self.jti.is_empty() {
            // The official format: the key's SID and the time of minting.
            out.put(self.key_sid.as_bytes());
            out.put(b"-");
            out.put(iat);
        } else {
            write_text(out, self.jti);
        }
        out.put(b"\",\"grants\":{");
        let grants = self.grants.json();
        if self.identity.is_empty() {
            out.put(grants.strip_prefix(b",").unwrap_or(grants));
        } else {
            out.put(b"\"identity\":");
            write_string(out, self.identity);
            out.put(grants);
        }
        out.put(b"}");
        if let Some(seconds) = self.validity.nbf {
            out.put(b",\"nbf\":");
            out.put(nbf.format(seconds).as_bytes());
        }
        out.put(b",\"iat\":");
        out.put(iat);
        out.put(b",\"exp\":");
        out.put(exp.format(self.validity.exp).as_bytes());
        out.put(b",\"iss\":\"");
        out.put(self.key_sid.as_bytes());
        out.put(b"\",\"sub\":\"");
        out.put(self.account_sid.as_bytes());
        out.put(b"\"}");
    }
}
