//! Every limit and default of this crate, with its source.

/// The default lifetime of a token in seconds: one hour, as in the official helper libraries.
pub const DEFAULT_TTL: u64 = 3600;

/// The longest lifetime in seconds: 24 hours ([Access Tokens](https://www.twilio.com/docs/iam/access-tokens)).
pub(crate) const MAX_TTL: u64 = 86_400;

/// The last second of the year 9999. A later time is in milliseconds, or a mistake.
pub(crate) const MAX_TIME: u64 = 253_402_300_799;

/// The latest time to mint at, so that no token expires after [`MAX_TIME`].
pub(crate) const MAX_NOW: u64 = MAX_TIME - MAX_TTL;

/// The deepest nesting of a token's claims; the claims object itself is level 1. Verifiers reject deeper ones.
pub const MAX_DEPTH: usize = 128;

/// The largest integer up to which a double represents every integer: 2^53 − 1 (RFC 8259, section 6).
pub const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// The shortest secret in bytes: Twilio's API secrets have 32 characters, and RFC 7518, section 3.2, allows no shorter
/// key for HMAC-SHA256.
pub(crate) const MIN_SECRET: usize = 32;

/// The default size limit of a token in bytes: HTTP servers limit header lines to 8 or 16 KiB.
pub const DEFAULT_MAX_SIZE: usize = 16 * 1024;

/// The largest size limit in bytes: strings in Python and JavaScript engines are shorter.
pub const LARGEST_MAX_SIZE: usize = 1 << 30;

/// The most threads that [`Issuer::mint_many`](crate::Issuer::mint_many) accepts: more than any machine can use.
pub const MAX_THREADS: u16 = 1024;

/// How long before expiry Twilio's SDKs emit `tokenAboutToExpire`, in seconds: three minutes.
pub(crate) const RENEWAL_LEAD: u64 = 180;

/// The difference in seconds that two well-kept clocks may have.
pub(crate) const CLOCK_SKEW: u64 = 60;

/// The most findings of one inspection: a token made for it could cause hundreds, and nobody reads more.
pub(crate) const MAX_FINDINGS: usize = 50;

/// The most wrappings that `inspect` removes from a token.
pub(crate) const MAX_WRAPPINGS: usize = 8;

/// The longest text of a token in a message, in characters.
pub(crate) const MAX_SHOWN: usize = 80;
