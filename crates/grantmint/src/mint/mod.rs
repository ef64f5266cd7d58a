//! Minting: the claims of a token, and the two ways to sign them.

mod access_token;
mod builder;
mod claims;
mod issuer;
mod many;
mod options;
#[cfg(not(target_family = "wasm"))]
mod threads;

pub use access_token::AccessToken;
pub(crate) use access_token::sign_as_given;
pub use builder::IssuerBuilder;
pub(crate) use builder::from_variables;
pub(crate) use issuer::check_identity;
pub use issuer::{Batch, IssuedToken, Issuer};
pub use options::{BatchOptions, MintOptions};
