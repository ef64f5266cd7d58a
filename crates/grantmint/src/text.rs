//! What stands in a token, as it may be shown: escaped, and cut off.

use serde_json::Value;

/// A value of a token as a message may show it. Control characters would do something to the terminal.
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

/// Text without what a terminal would act on, and no longer than a line.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut shown = String::new();
    for char in text.chars().take(LONGEST) {
        // These are escaped elsewhere only to mark where a string ends.
        if matches!(char, '"' | '\'' | '\\') {
            shown.push(char);
        } else {
            shown.extend(char.escape_debug());
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}
