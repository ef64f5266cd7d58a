//! The JOSE header, and the algorithms that it may name.

use std::borrow::Cow;
use std::str::FromStr;

use base64_simd::URL_SAFE_NO_PAD;

use crate::buffer::Sink;
use crate::error::Error;
use crate::json;

/// A signing algorithm (RFC 7518, section 3.2). Twilio accepts HS256, the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Algorithm {
    /// HMAC with SHA-256.
    #[default]
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
}

impl Algorithm {
    /// Every algorithm, the default first.
    pub const ALL: [Self; 3] = [Self::Hs256, Self::Hs384, Self::Hs512];

    /// The name in a header's `alg`: `"HS256"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }

    /// The length of its signatures in bytes.
    pub(crate) fn size(self) -> usize {
        match self {
            Self::Hs256 => 32,
            Self::Hs384 => 48,
            Self::Hs512 => 64,
        }
    }
}

impl FromStr for Algorithm {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name).ok_or(Error::UnsupportedAlgorithm)
    }
}

/// The `cty` of an Access Token.
pub(crate) const CONTENT_TYPE: &str = "twilio-fpa;v=1";

/// The header of an Access Token: version 1 of Twilio's first-party auth, and the region if there is one.
pub(crate) fn header(algorithm: Algorithm, region: &str) -> Vec<u8> {
    let mut header = Vec::with_capacity(64 + region.len());
    header.put(b"{\"alg\":\"");
    header.put(algorithm.name().as_bytes());
    header.put(b"\",\"typ\":\"JWT\",\"cty\":\"");
    header.put(CONTENT_TYPE.as_bytes());
    header.put(b"\"");
    if !region.is_empty() {
        header.put(b",\"twr\":");
        json::write_string(&mut header, region);
    }
    header.put(b"}");
    header
}

/// The header's segment of a token and the dot behind it. Most tokens have one of three.
pub(crate) fn segment(algorithm: Algorithm, region: &str) -> Cow<'static, str> {
    if region.is_empty() { usual(algorithm).into() } else { encode(&header(algorithm, region)).into() }
}

/// The header's segment of a token without a region.
pub(crate) fn usual_segment(algorithm: Algorithm) -> &'static str {
    usual(algorithm).trim_end_matches('.')
}

fn usual(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Hs256 => "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImN0eSI6InR3aWxpby1mcGE7dj0xIn0.",
        Algorithm::Hs384 => "eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCIsImN0eSI6InR3aWxpby1mcGE7dj0xIn0.",
        Algorithm::Hs512 => "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCIsImN0eSI6InR3aWxpby1mcGE7dj0xIn0.",
    }
}

fn encode(header: &[u8]) -> String {
    let mut segment = URL_SAFE_NO_PAD.encode_to_string(header);
    segment.push('.');
    segment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prepared_segments_are_what_encoding_gives() {
        for algorithm in Algorithm::ALL {
            assert_eq!(segment(algorithm, ""), encode(&header(algorithm, "")));
        }
    }
}
