//! grantmint mints, verifies and explains Twilio Access Tokens.
//!
//! An app built on Twilio's client SDKs (Sync, Conversations, Video, Voice) asks its backend for an *Access Token*: a
//! short-lived JWT, signed with the secret of a Twilio API key. The token contains the user's *identity* and *grants*,
//! one for each product that the user may access. The backend decides who is asking, and mints the token.
//!
//! # Minting
//!
//! [`Issuer`] is the fast path for a token endpoint: it checks the credentials once and mints many tokens.
//!
//! ```
//! use grantmint::{Issuer, VideoGrant};
//!
//! # let (account_sid, key_sid) = (format!("AC{}", "0".repeat(32)), format!("SK{}", "0".repeat(32)));
//! # let secret = "fake-secret-fake-secret-fake-secret";
//! let issuer = Issuer::builder(account_sid, key_sid, secret)
//!     .add_grant(&VideoGrant::new().room("daily"))?
//!     .build()?;
//! let jwt = issuer.mint("alice")?;
//! # Ok::<(), grantmint::Error>(())
//! ```
//!
//! [`AccessToken`] builds one token field by field. It is as lenient as the official helper libraries.
//!
//! ```
//! use grantmint::{AccessToken, SyncGrant};
//!
//! let jwt = AccessToken::new("AC123", "SK123", "fake-secret")?
//!     .identity("alice")
//!     .add_grant(&SyncGrant::new("IS123"))?
//!     .to_jwt()?;
//! # Ok::<(), grantmint::Error>(())
//! ```
//!
//! # Verifying
//!
//! [`Verifier`] accepts a token, or rejects it with a reason and the likely error number of Twilio.
//!
//! ```
//! use grantmint::Verifier;
//!
//! # let (account_sid, key_sid) = (format!("AC{}", "0".repeat(32)), format!("SK{}", "0".repeat(32)));
//! # let jwt = grantmint::AccessToken::new(account_sid, key_sid, "fake-secret")?.identity("alice").to_jwt()?;
//! let claims = Verifier::new("fake-secret")?.verify(&jwt)?;
//! assert_eq!(claims.identity(), Some("alice"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Explaining
//!
//! [`inspect()`] explains any token: its contents, everything that is wrong with it, and the solution.
//!
//! ```
//! use grantmint::{InspectOptions, inspect};
//!
//! println!("{}", inspect("Bearer eyJ…", &InspectOptions::new()));
//! ```
//!
//! # Further reading
//!
//! The repository contains a book with a quickstart, all error codes, and the differences from the official libraries.
//! The Python and Node packages of the same name run this core and mint the same bytes. The project is independent of
//! Twilio.

#![forbid(unsafe_code)]

mod algorithm;
mod error;
mod grants;
mod header;
mod inspect;
#[doc(hidden)]
pub mod internal;
mod json;
mod jws;
mod limits;
mod mint;
mod placeholder;
mod rules;
mod secret;
mod shown;
mod sid;
mod time;
mod variables;
mod verify;

pub use algorithm::Algorithm;
pub use error::{Error, Field};
pub use grants::{
    ChatGrant, Grant, Grants, PlaybackGrant, SyncGrant, TaskRouterGrant, VideoGrant, VoiceGrant,
};
pub use inspect::{InspectOptions, Inspection, SignatureState, TokenKind, inspect};
pub use jws::Segment;
pub use mint::{AccessToken, Batch, BatchOptions, IssuedToken, Issuer, IssuerBuilder, MintOptions};
pub use rules::{Finding, Severity};
pub use secret::Secret;
pub use time::now;
pub use verify::{Claim, TokenError, VerifiedClaims, Verifier, VerifierBuilder};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
