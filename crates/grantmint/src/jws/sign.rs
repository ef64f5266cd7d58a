//! Signing: three base64url segments joined by dots (RFC 7515, section 7.1).

use std::borrow::Cow;

use base64_simd::URL_SAFE_NO_PAD;

use super::hmac::SigningKey;
use crate::algorithm::Algorithm;
use crate::error::Error;
use crate::secret::Secret;

/// A signer of any number of payloads under one header.
pub(crate) struct Signer {
    /// The first segment.
    header: Cow<'static, str>,
    /// The keyed HMAC, which has read the header and the dot after it.
    key: SigningKey,
}

impl Signer {
    /// Creates a signer for tokens whose first segment is `header`.
    pub(crate) fn new(
        header: Cow<'static, str>,
        algorithm: Algorithm,
        secret: &Secret<'_>,
    ) -> Result<Self, Error> {
        let mut key = SigningKey::new(algorithm, secret)?;
        key.update(header.as_bytes());
        key.update(b".");
        Ok(Self { header, key })
    }

    /// Appends a whole token, with at most one allocation.
    pub(crate) fn sign_onto(&self, payload: &[u8], token: &mut String) {
        let encoded_length = |length| URL_SAFE_NO_PAD.encoded_length(length);
        let signature_length = encoded_length(self.key.signature_length());
        token.reserve(self.header.len() + encoded_length(payload.len()) + 2 + signature_length);
        token.push_str(&self.header);
        token.push('.');
        let payload_start = token.len();
        URL_SAFE_NO_PAD.encode_append(payload, token);
        let signature = self.key.sign(&token.as_bytes()[payload_start..]);
        token.push('.');
        URL_SAFE_NO_PAD.encode_append(signature, token);
    }

    /// Returns a whole token.
    pub(crate) fn token(&self, payload: &[u8]) -> String {
        let mut token = String::new();
        self.sign_onto(payload, &mut token);
        token
    }
}
