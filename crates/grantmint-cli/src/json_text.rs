//! JSON for standard output.

use std::fmt::Write;

use serde_json::Value;

/// A value on several lines, which a terminal can show: characters that would do something to it are escaped.
pub(crate) fn pretty(value: &Value) -> String {
    let mut text = visible(&format!("{value:#}"));
    text.push('\n');
    text
}

/// A value on one line, likewise.
pub(crate) fn line(value: &Value) -> String {
    visible(&value.to_string())
}

/// Text from a token on one line, likewise.
pub(crate) fn text(text: &str) -> String {
    visible(&text.replace('\n', "\\n"))
}

/// Escapes what a terminal acts on or does not show. JSON has it in strings only, where this is what it is called.
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
