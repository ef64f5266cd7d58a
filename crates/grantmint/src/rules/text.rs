//! Text of a token and times, as a message or a report may show them.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

pub use crate::shown::is_invisible;
pub(crate) use crate::shown::shown;

/// Returns a value of a token for a message: quoted text, or only the type of an array or object.
pub(crate) fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) => quoted_text(text),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        other => other.to_string(),
    }
}

/// Returns text in quotation marks.
pub(crate) fn quoted_text(text: &str) -> String {
    format!("\"{}\"", shown(text))
}

/// Returns a time in UTC: `2026-07-01 12:00:00 UTC`.
#[must_use]
pub fn time_text(seconds: u64) -> String {
    let time = humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(seconds)).to_string();
    time.replace('T', " ").replace('Z', " UTC")
}

/// Returns a duration in its two largest units: `2 days 3h`.
pub(crate) fn duration(seconds: u64) -> String {
    let text = humantime::format_duration(Duration::from_secs(seconds)).to_string();
    let largest: Vec<String> = text.split(' ').take(2).map(spaced).collect();
    largest.join(" ")
}

/// Separates a number from a unit of several letters: `3days` becomes `3 days`, `5m` stays.
fn spaced(part: &str) -> String {
    let digits = part.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = part.split_at(digits);
    if unit.len() > 1 { format!("{number} {unit}") } else { part.to_owned() }
}
