//! What stands in a token, as it may be shown: escaped, and cut off.

use serde_json::Value;

/// A value of a token as a message may show it.
pub(crate) fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) => quoted_text(text),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        other => other.to_string(),
    }
}

/// Text between quotation marks.
pub(crate) fn quoted_text(text: &str) -> String {
    format!("\"{}\"", shown(text))
}

/// Text without what a terminal would act on or not show, and no longer than a line.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut shown = String::new();
    for char in text.chars().take(LONGEST) {
        if is_invisible(char) {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// Whether a terminal would act on a character, or show nothing: control characters, and what Unicode calls "default
/// ignorable" (UAX 44) or uses to turn the direction of writing (UAX 9). Variation selectors are as visible as what they
/// change.
#[doc(hidden)]
#[must_use]
pub fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
