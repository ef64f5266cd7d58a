//! Splitting a token into its segments (RFC 7515, section 7.1) and decoding them.

use base64_simd::{Out, URL_SAFE_NO_PAD};

use super::hmac::Signature;

/// A part of a token in the compact serialization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// The first segment.
    Header,
    /// The second segment, which contains the claims.
    Payload,
    /// The third segment.
    Signature,
}

impl Segment {
    /// Returns `"header"`, `"payload"` or `"signature"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        }
    }
}

/// Why a text is not a token in the compact serialization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Malformed {
    /// The text is not three non-empty segments joined by dots.
    NotThreeSegments,
    /// A segment is not canonical base64url without padding (RFC 4648, sections 3.5 and 5).
    NotBase64url(Segment),
}

/// The three parts of a token.
pub(crate) struct Compact<'a> {
    /// The first segment, as it was received.
    pub(crate) header: &'a [u8],
    /// The second segment, decoded.
    pub(crate) payload: Vec<u8>,
    /// The third segment, decoded; empty if no algorithm has signatures of its length.
    pub(crate) signature: Signature,
    /// The signed message: the first two segments and the dot between them.
    pub(crate) signed: &'a [u8],
}

impl<'a> Compact<'a> {
    /// Splits a token and checks that each segment is base64url.
    pub(crate) fn split(token: &'a [u8]) -> Result<Self, Malformed> {
        let [header, payload, signature] = segments(token).ok_or(Malformed::NotThreeSegments)?;
        check(Segment::Header, header)?;
        Ok(Self {
            header,
            payload: decode(Segment::Payload, payload)?,
            signed: &token[..token.len() - signature.len() - 1],
            signature: decode_signature(signature)?,
        })
    }

    /// Decodes the first segment.
    pub(crate) fn decoded_header(&self) -> Result<Vec<u8>, Malformed> {
        decode(Segment::Header, self.header)
    }
}

/// Splits a token into three segments; returns `None` if there are fewer or more, or if one is empty.
fn segments(token: &[u8]) -> Option<[&[u8]; 3]> {
    let (header, rest) = split_at_dot(token)?;
    let (payload, signature) = split_at_dot(rest)?;
    let segments = [header, payload, signature];
    (split_at_dot(signature).is_none() && segments.iter().all(|segment| !segment.is_empty()))
        .then_some(segments)
}

/// Returns whether a character belongs to the alphabet of base64url.
pub(crate) fn is_base64url(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_')
}

fn split_at_dot(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let dot = memchr::memchr(b'.', text)?;
    Some((&text[..dot], &text[dot + 1..]))
}

fn check(segment: Segment, text: &[u8]) -> Result<(), Malformed> {
    URL_SAFE_NO_PAD.check(text).map_err(|_| Malformed::NotBase64url(segment))
}

/// Decodes a segment.
pub(crate) fn decode(segment: Segment, text: &[u8]) -> Result<Vec<u8>, Malformed> {
    URL_SAFE_NO_PAD.decode_to_vec(text).map_err(|_| Malformed::NotBase64url(segment))
}

fn decode_signature(text: &[u8]) -> Result<Signature, Malformed> {
    let mut bytes = [0; Signature::MAX];
    // A longer text cannot be one of the supported signatures, but may still be base64url.
    if text.len() > URL_SAFE_NO_PAD.encoded_length(Signature::MAX) {
        check(Segment::Signature, text)?;
        return Ok(Signature::new(&[]));
    }
    let decoded = URL_SAFE_NO_PAD
        .decode(text, Out::from_slice(&mut bytes))
        .map_err(|_| Malformed::NotBase64url(Segment::Signature))?;
    Ok(Signature::new(decoded))
}
