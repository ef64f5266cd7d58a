//! The compact serialization of a JWS: three base64url segments joined by dots (RFC 7515, section 7.1).

use std::borrow::Cow;

use base64_simd::URL_SAFE_NO_PAD;

use crate::error::Error;
use crate::header::{self, Algorithm};
use crate::key::{Secret, Signature, SigningKey};

/// Signs any number of claims under one header.
#[derive(Clone)]
pub(crate) struct Signer {
    /// The first segment and the dot behind it.
    header: Cow<'static, str>,
    /// The keyed HMAC that has read `header` already.
    key: SigningKey,
}

impl Signer {
    pub(crate) fn new(algorithm: Algorithm, region: &str, secret: &Secret<'_>) -> Result<Self, Error> {
        let header = header::segment(algorithm, region);
        Ok(Self { key: SigningKey::new(algorithm, secret, header.as_bytes())?, header })
    }

    /// Appends the whole token, with one allocation at most.
    pub(crate) fn sign_onto(&self, claims: &[u8], token: &mut String) {
        append(&self.header, claims, self.key.signature_length(), token, |rest| self.key.sign(rest));
    }

    /// The only token to be signed.
    pub(crate) fn into_token(self, claims: &[u8]) -> String {
        let mut token = String::new();
        append(&self.header, claims, self.key.signature_length(), &mut token, |rest| {
            self.key.sign_last(rest)
        });
        token
    }
}

fn append(
    header: &str,
    claims: &[u8],
    signature_length: usize,
    token: &mut String,
    sign: impl FnOnce(&[u8]) -> Signature,
) {
    let encoded_length = |length| URL_SAFE_NO_PAD.encoded_length(length);
    token.reserve(header.len() + encoded_length(claims.len()) + 1 + encoded_length(signature_length));
    token.push_str(header);
    let claims_start = token.len();
    URL_SAFE_NO_PAD.encode_append(claims, token);
    let signature = sign(&token.as_bytes()[claims_start..]);
    token.push('.');
    URL_SAFE_NO_PAD.encode_append(signature, token);
}
