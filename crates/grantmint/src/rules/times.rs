//! The rules for the times of a token.

use crate::limits::{CLOCK_SKEW, MAX_TTL};

/// The times that could be read, in seconds since the epoch.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Times {
    pub(crate) issued_at: Option<u64>,
    pub(crate) not_before: Option<u64>,
    pub(crate) expires_at: Option<u64>,
}

impl Times {
    /// Returns the start of the lifetime. Tokens of twilio-python have no `iat`, tokens of twilio-node no `nbf`.
    pub(crate) fn start(&self, now: u64) -> u64 {
        self.issued_at.or(self.not_before).unwrap_or(now)
    }

    /// Returns whether the token contains the start of its lifetime.
    pub(crate) fn has_start(&self) -> bool {
        self.issued_at.is_some() || self.not_before.is_some()
    }

    /// Returns whether the token expires before it becomes valid.
    pub(crate) fn is_never_valid(&self, exp: u64) -> bool {
        let start = self.issued_at.max(self.not_before);
        start.is_some_and(|start| exp <= start)
    }

    /// Returns the lifetime if it is longer than Twilio accepts. `nbf` may be earlier than the time of minting, so without
    /// `iat`, only the time that is left is certain.
    pub(crate) fn too_long(&self, exp: u64, now: u64) -> Option<u64> {
        let start = self.issued_at.unwrap_or_else(|| self.not_before.unwrap_or_default().max(now));
        Some(exp.saturating_sub(start)).filter(|&lifetime| lifetime > MAX_TTL)
    }

    /// Returns how many seconds ahead the token was issued, if not now or earlier.
    pub(crate) fn ahead(&self, now: u64) -> Option<u64> {
        self.issued_at.filter(|&iat| iat > now).map(|iat| iat - now)
    }
}

/// Returns the seconds that a lifetime was meant to have, if it was probably given in milliseconds: a round number of them.
pub(crate) fn in_milliseconds(lifetime: u64) -> Option<u64> {
    const ROUND: u64 = 300;
    let is_round = lifetime.is_multiple_of(1000 * ROUND);
    Some(lifetime / 1000).filter(|&meant| is_round && meant <= MAX_TTL)
}

/// Returns whether two clocks differ by more than well-kept ones do.
pub(crate) fn is_beyond_skew(seconds: u64) -> bool {
    seconds > CLOCK_SKEW
}
