//! Verifying: the checks of a token, in the order that [`Verifier`] promises.

mod claims;
mod error;
mod header;
mod verifier;

pub use claims::VerifiedClaims;
pub(crate) use claims::identity;
pub use error::{Claim, TOKEN_ERROR_CODES, TokenError, TokenErrorKind};
pub use verifier::{Verifier, VerifierBuilder};
