//! The API secret.

use std::borrow::Cow;
use std::fmt;

use zeroize::{Zeroize, Zeroizing};

use crate::error::{Error, Field};

/// The secret of a Twilio API key. Its bytes are never shown, and owned bytes are wiped when it is dropped.
///
/// ```
/// let secret = grantmint::Secret::from("fake-secret-fake-secret-fake-secret");
/// assert_eq!(format!("{secret:?}"), "Secret(…)");
/// ```
#[derive(Clone)]
pub struct Secret<'a>(Cow<'a, [u8]>);

impl Secret<'_> {
    /// Returns the bytes. Nothing else reveals them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Rejects bytes that cannot be the secret of an API key.
    ///
    /// # Errors
    /// [`Error::Required`] if it is empty; [`Error::SecretIsZeros`] for a buffer that was never filled;
    /// [`Error::SecretIsKey`] for the text of a PEM, JWK or OpenSSH key.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.0.is_empty() {
            return Err(Error::Required { field: Field::new("secret"), found: Some("empty") });
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

/// Returns the kind of key that a text contains, if any. Libraries that sign with such a text can be tricked into
/// accepting forged tokens (RFC 8725, section 2.1).
fn kind_of_key(secret: &[u8]) -> Option<&'static str> {
    // The text of every key contains white space or brackets; Twilio's secrets contain neither.
    if secret.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_+/=.".contains(byte)) {
        return None;
    }
    // Without the zero bytes of UTF-16. The capacity is complete from the start: growing would leave a copy behind.
    let mut text = Zeroizing::new(Vec::with_capacity(secret.len()));
    text.extend(secret.iter().filter(|&&byte| byte != 0).map(u8::to_ascii_lowercase));
    // Anywhere in the text: RFC 7468 allows text before a key, and key files contain options and comments.
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

/// The marks of an OpenSSH public key, either in its own format or in that of RFC 4716.
const OPENSSH: [&[u8]; 7] = [
    b"ssh-rsa ",
    b"ssh-dss ",
    b"ssh-ed25519 ",
    b"ecdsa-sha2-nistp",
    b"sk-ssh-",
    b"sk-ecdsa-",
    b"---- begin ",
];
