//! Text of a token and times, as a message or a report may show them.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

use crate::limits::MAX_SHOWN;

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

/// Returns text on one line, shortened, with escapes for characters that a terminal would act on or not show.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::new();
    for char in text.chars().take(MAX_SHOWN) {
        if is_invisible(char) {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    if text.chars().nth(MAX_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// Returns whether a terminal would act on a character, or show nothing.
///
/// These are control characters, characters that Unicode calls "default ignorable" (UAX 44), and characters that turn
/// the direction of writing (UAX 9). Variation selectors are as visible as the characters that they change.
#[must_use]
pub fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
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
