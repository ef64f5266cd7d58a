//! JSON Web Signatures in the compact serialization (RFC 7515).

mod hmac;
mod sign;
mod split;

pub(crate) use hmac::{Signature, SigningKey};
pub(crate) use sign::Signer;
pub use split::Segment;
pub(crate) use split::{Compact, Malformed, decode, is_base64url};
