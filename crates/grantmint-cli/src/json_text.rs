//! JSON for standard output.

use std::fmt::Write;

use serde_json::Value;

/// Returns a value on several lines, with escapes for characters that a terminal acts on.
pub(crate) fn pretty(value: &Value) -> String {
    let mut text = visible(&format!("{value:#}"));
    text.push('\n');
    text
}

/// Returns a value on one line, with escapes for characters that a terminal acts on.
pub(crate) fn line(value: &Value) -> String {
    visible(&value.to_string())
}

/// Returns text of a token on one line, with escapes for characters that a terminal acts on.
pub(crate) fn text(text: &str) -> String {
    visible(&text.replace('\n', "\\n"))
}

/// Escapes characters that a terminal acts on or does not show. JSON allows them in strings only, where this is their
/// escape.
fn visible(text: &str) -> String {
    let hides = |char: char| char != '\n' && grantmint::internal::is_invisible(char);
    let mut visible = String::with_capacity(text.len());
    for char in text.chars() {
        if hides(char) {
            for unit in char.encode_utf16(&mut [0; 2]) {
                _ = write!(visible, "\\u{unit:04x}");
            }
        } else {
            visible.push(char);
        }
    }
    visible
}
