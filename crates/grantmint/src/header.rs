//! The JOSE header of an Access Token: version 1 of Twilio's first-party authentication.

use std::borrow::Cow;

use base64_simd::URL_SAFE_NO_PAD;

use crate::algorithm::Algorithm;
use crate::json::{Sink, write_string};

/// The `cty` of an Access Token.
pub(crate) const CONTENT_TYPE: &str = "twilio-fpa;v=1";

/// Writes a header, with the region as `twr` unless it is empty.
pub(crate) fn write(algorithm: Algorithm, region: &str) -> Vec<u8> {
    let mut header = Vec::with_capacity(64 + region.len());
    header.put(b"{\"alg\":\"");
    header.put(algorithm.name().as_bytes());
    header.put(b"\",\"typ\":\"JWT\",\"cty\":\"");
    header.put(CONTENT_TYPE.as_bytes());
    header.put(b"\"");
    if !region.is_empty() {
        header.put(b",\"twr\":");
        write_string(&mut header, region);
    }
    header.put(b"}");
    header
}

/// Returns a token's first segment, without an allocation unless there is a region.
pub(crate) fn segment(algorithm: Algorithm, region: &str) -> Cow<'static, str> {
    if region.is_empty() { usual_segment(algorithm).into() } else { encode(&write(algorithm, region)).into() }
}

/// Returns the first segment of a token without a region.
pub(crate) fn usual_segment(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Hs256 => "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImN0eSI6InR3aWxpby1mcGE7dj0xIn0",
        Algorithm::Hs384 => "eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCIsImN0eSI6InR3aWxpby1mcGE7dj0xIn0",
        Algorithm::Hs512 => "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCIsImN0eSI6InR3aWxpby1mcGE7dj0xIn0",
    }
}

/// Returns the first segment of a token with this header.
pub(crate) fn encode(header: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode_to_string(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prepared_segments_equal_the_encoded_headers() {
        for algorithm in Algorithm::ALL {
            assert_eq!(segment(algorithm, ""), encode(&write(algorithm, "")));
        }
    }
}
