//! Times as a person reads them.

use std::time::{Duration, UNIX_EPOCH};

/// A moment in UTC: `2026-07-01 12:00:00 UTC`.
pub(crate) fn moment(seconds: u64) -> String {
    let time = humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(seconds)).to_string();
    time.replace('T', " ").replace('Z', " UTC")
}

/// A length of time, in its two largest units: `2 days 3h`.
pub(crate) fn duration(seconds: u64) -> String {
    let text = humantime::format_duration(Duration::from_secs(seconds)).to_string();
    let largest: Vec<String> = text.split(' ').take(2).map(spaced).collect();
    largest.join(" ")
}

/// `3days` → `3 days`; `5m` stays as it is.
fn spaced(part: &str) -> String {
    let digits = part.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = part.split_at(digits);
    if unit.len() > 1 { format!("{number} {unit}") } else { part.to_owned() }
}
