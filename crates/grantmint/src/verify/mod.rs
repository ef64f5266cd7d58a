//! Verifying: the checks of a token, in the order that [`Verifier`] promises.

mod claims;
mod error;
mod header;
mod verifier;

pub(crate) use claims::identity;
pub use claims::{Claims, VerifiedClaims};
pub use error::{Claim, TOKEN_ERROR_CODES, TokenError, TokenErrorKind};
pub(crate) use header::build_header;
pub use verifier::{Verifier, VerifierBuilder};
