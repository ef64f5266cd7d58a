//! The functions that read a stranger's text, and the part of a token that the text becomes.

use std::sync::LazyLock;

use base64_simd::URL_SAFE_NO_PAD;
use grantmint::{InspectOptions, Verifier, inspect};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const NOW: u64 = 1_700_000_000;
const SECRET: &str = "fake-secret-0123456789-abcdefghi";
const HEADER: &[u8] = br#"{"alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}"#;

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| Verifier::new(SECRET).unwrap());

#[derive(Clone, Copy, PartialEq)]
pub enum Entry {
    /// `inspect`, with its report, of any text.
    Inspect,
    /// `inspect`, with its report, of a token with any header.
    InspectHeader,
    /// `inspect`, with its report, of a token with any claims.
    InspectClaims,
    /// `Verifier` with any text.
    Verify,
    /// `Verifier` with a token of any header and a good signature.
    VerifyHeader,
    /// `Verifier` with a token of any claims and a good signature.
    VerifyClaims,
}

impl Entry {
    pub const ALL: [Self; 6] = [
        Self::Inspect,
        Self::InspectHeader,
        Self::InspectClaims,
        Self::Verify,
        Self::VerifyHeader,
        Self::VerifyClaims,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Inspect => "inspect-text",
            Self::InspectHeader => "inspect-header",
            Self::InspectClaims => "inspect-claims",
            Self::Verify => "verify-text",
            Self::VerifyHeader => "verify-header",
            Self::VerifyClaims => "verify-claims",
        }
    }

    /// Returns the longest text that becomes a token of `size` bytes.
    pub fn size(self, size: usize) -> usize {
        match self {
            Self::Inspect | Self::Verify => size,
            // The other segment, the signature and the dots have some 400 bytes.
            _ => (size - 400) / 4 * 3,
        }
    }

    pub fn token(self, text: &[u8]) -> String {
        match self {
            Self::Inspect | Self::Verify => String::from_utf8_lossy(text).into_owned(),
            Self::InspectHeader | Self::VerifyHeader => signed(text, CLAIMS.as_bytes()),
            Self::InspectClaims | Self::VerifyClaims => signed(HEADER, text),
        }
    }

    /// Calls the function with a token. The result only keeps the compiler from leaving the call out.
    pub fn call(self, token: &str) -> usize {
        match self {
            Self::Inspect | Self::InspectHeader | Self::InspectClaims => {
                inspect(token, &InspectOptions::new().secret(SECRET).now(NOW)).to_string().len()
            }
            _ => match VERIFIER.verify_at(token, NOW) {
                Ok(claims) => claims.payload().len(),
                Err(error) => error.to_string().len(),
            },
        }
    }

    /// Returns a text like that of a usual token, of about `length` bytes.
    pub fn usual(self, length: usize) -> Vec<u8> {
        match self {
            Self::Inspect | Self::Verify => {
                signed(HEADER, &claims_with(length.max(1024).saturating_sub(400) / 4 * 3)).into_bytes()
            }
            Self::InspectHeader | Self::VerifyHeader => HEADER.to_vec(),
            Self::InspectClaims | Self::VerifyClaims => claims_with(length),
        }
    }
}

const CLAIMS: &str = r#"{"jti":"SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1-1700000000","grants":{"identity":"alice","video":{"room":"daily"}},"iat":1700000000,"exp":1700003600,"iss":"SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1","sub":"ACa0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0"}"#;

/// Returns usual claims with Voice parameters that bring them to about `length` bytes.
fn claims_with(length: usize) -> Vec<u8> {
    let filler = "All work and no play makes a dull token. ";
    let missing = length.saturating_sub(CLAIMS.len() + 60);
    let text: String = filler.chars().cycle().take(missing).collect();
    let voice = format!(r#""voice":{{"outgoing":{{"params":{{"note":"{text}"}}}}}},"video""#);
    CLAIMS.replace(r#""video""#, &voice).into_bytes()
}

fn signed(header: &[u8], claims: &[u8]) -> String {
    let message =
        format!("{}.{}", URL_SAFE_NO_PAD.encode_to_string(header), URL_SAFE_NO_PAD.encode_to_string(claims));
    let mut hmac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    hmac.update(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode_to_string(hmac.finalize().into_bytes()))
}
