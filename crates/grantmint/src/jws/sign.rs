//! Signing: three base64url segments joined by dots (RFC 7515, section 7.1).

use std::borrow::Cow;

use base64_simd::URL_SAFE_NO_PAD;

use super::hmac::{Signature, SigningKey};
use crate::algorithm::Algorithm;
use crate::error::Error;
use crate::secret::Secret;

/// A signer of any number of payloads under one header.
#[derive(Clone)]
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
        append(&self.header, payload, self.key.signature_length(), token, |rest| self.key.sign(rest));
    }

    /// Returns the only token of this signer.
    pub(crate) fn into_token(self, payload: &[u8]) -> String {
        let mut token = String::new();
        append(&self.header, payload, self.key.signature_length(), &mut token, |rest| {
            self.key.sign_last(rest)
        });
        token
    }
}

fn append(
    header: &str,
    payload: &[u8],
    signature_length: usize,
    token: &mut String,
    sign: impl FnOnce(&[u8]) -> Signature,
) {
    let encoded_length = |length| URL_SAFE_NO_PAD.encoded_length(length);
    token.reserve(header.len() + encoded_length(payload.len()) + 2 + encoded_length(signature_length));
    token.push_str(header);
    token.push('.');
    let payload_start = token.len();
    URL_SAFE_NO_PAD.encode_append(payload, token);
    let signature = sign(&token.as_bytes()[payload_start..]);
    token.push('.');
    URL_SAFE_NO_PAD.encode_append(signature, token);
}
