//! The claims set of an Access Token, in the order in which the official libraries write it.

use crate::buffer::Sink;
use crate::clock::Validity;
use crate::grant::Grants;
use crate::json;

/// What a token says (RFC 7519, section 4, and Twilio's `grants`). Everything in it has been checked; an empty
/// string is a claim that was not asked for.
pub(crate) struct Claims<'a> {
    pub(crate) jti: &'a str,
    pub(crate) identity: &'a str,
    pub(crate) grants: &'a Grants,
    pub(crate) validity: Validity,
    /// The key's SID as it stands between quotation marks: [`json::escaped`].
    pub(crate) key_sid: &'a str,
    /// The account's SID, likewise.
    pub(crate) account_sid: &'a str,
}

impl Claims<'_> {
    pub(crate) fn write(&self, out: &mut impl Sink) {
        let (mut iat, mut nbf, mut exp) = (itoa::Buffer::new(), itoa::Buffer::new(), itoa::Buffer::new());
        let iat = iat.format(self.validity.iat).as_bytes();
        out.put(b"{\"jti\":\"");
        if self.jti.is_empty() {
            // The official format: the key's SID and the second of minting.
            out.put(self.key_sid.as_bytes());
            out.put(b"-");
            out.put(iat);
        } else {
            json::write_text(out, self.jti);
        }
        out.put(b"\",\"grants\":{");
        let grants = self.grants.json();
        if self.identity.is_empty() {
            out.put(grants.strip_prefix(b",").unwrap_or(grants));
        } else {
            out.put(b"\"identity\":");
            json::write_string(out, self.identity);
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
