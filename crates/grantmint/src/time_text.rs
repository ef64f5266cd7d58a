//! Times as a person reads them.

use std::time::{Duration, UNIX_EPOCH};

/// A moment in UTC: `2026-07-01 12:00:00 UTC`.
pub(crate) fn moment(seconds: u64) -> String {
    let time = humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(seconds)).to_string();
    time.replace('T', " ").replace('Z', " UTC")
}

/// A length of time, in its two largest units: `2days 3h`.
pub(crate) fn duration(seconds: u64) -> String {
    let text = humantime::format_duration(Duration::from_secs(seconds)).to_string();
    let largest: Vec<&str> = text.split(' ').take(2).collect();
    largest.join(" ")
}
