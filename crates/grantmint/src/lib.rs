//! grantmint mints, verifies and explains Twilio Access Tokens.
//!
//! An app built on Twilio's client SDKs (Sync, Conversations, Video, Voice) asks its backend for an *Access Token*:
//! a short-lived JWT, signed with the secret of a Twilio API key, that says whom it speaks for (the *identity*) and
//! what it opens (the *grants*). Whoever has decided who is asking mints one:
//!
//! - [`AccessToken::to_jwt`] signs a token put together field by field, as with the official helper libraries.
//! - [`Issuer::mint`] mints many for the same key: checked more strictly, and several times faster.
//! - [`Verifier::verify`] accepts a token or says why not, with the number that Twilio would refuse it with.
//! - [`inspect()`] explains any token: what it says, everything that is wrong with it, and what to do.
//!
//! ```
//! use grantmint::{AccessToken, VideoGrant};
//!
//! let mut token = AccessToken::new("AC123", "SK123", "fake-secret")?;
//! token.identity("alice").add_grant(&VideoGrant { room: Some("daily".into()) })?;
//! println!("{}", token.to_jwt()?);
//! # Ok::<(), grantmint::Error>(())
//! ```
//!
//! The crate is independent of Twilio. It is also the core of the Python and Node packages of the same name, which
//! mint the very same bytes.

#![forbid(unsafe_code)]

mod access_token;
mod buffer;
mod claims;
mod claims_check;
mod clock;
mod compact;
mod error;
mod finding;
mod grant;
mod grants_check;
mod header;
mod header_check;
mod inspect;
mod issuer;
pub mod json;
mod key;
mod mint_many;
mod product;
mod reading;
mod report;
mod secret_check;
mod sid;
mod strict_json;
mod text;
mod time_text;
mod token_error;
mod verified_claims;
mod verifier;

pub use access_token::AccessToken;
pub use clock::{
    DEFAULT_TTL, MAX_TIME, MAX_TTL, now, seconds_from_f64, seconds_from_i64, seconds_out_of_range,
};
pub use error::{Error, Field, Spelling, camel_case};
pub use finding::{Finding, RULES, Rule, Severity};
pub use grant::{
    ChatGrant, Grant, Grants, PRODUCTS, PlaybackGrant, SyncGrant, TaskRouterGrant, VideoGrant, VoiceGrant,
};
pub use header::Algorithm;
pub use inspect::{InspectOptions, Inspection, SignatureState, TokenKind, inspect, inspect_nothing};
pub use issuer::{Batch, IssuedToken, Issuer, IssuerBuilder, MintOptions, check_identity};
pub use key::Secret;
pub use mint_many::MAX_THREADS;
pub use product::{FieldKind, FieldValue, Product, ProductField};
pub use report::Style;
pub use text::is_invisible;
pub use token_error::{Segment, TokenError, TokenErrorKind};
pub use verified_claims::VerifiedClaims;
pub use verifier::{DEFAULT_MAX_SIZE, Verifier, VerifierBuilder, size_from_i64};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
