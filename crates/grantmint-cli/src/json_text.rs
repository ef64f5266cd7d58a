//! JSON for standard output.

use std::fmt::Write;

use grantmint::internal::{is_invisible, is_padding};
use serde_json::Value;

/// Returns a value on several lines, with escapes for characters that a terminal acts on.
pub(crate) fn pretty(value: &Value) -> String {
    let mut text = visible(&format!("{value:#}"), false);
    text.push('\n');
    text
}

/// Returns text of a token on one line of a report, with escapes for characters that a terminal acts on, and for runs of
/// spaces.
pub(crate) fn text(text: &str) -> String {
    visible(&text.replace('\n', "\\n"), true)
}

/// Escapes characters that a terminal acts on or does not show, and in a report those that look like several spaces. JSON
/// allows them in strings only, where this is their escape.
fn visible(text: &str, is_report: bool) -> String {
    let mut visible = String::with_capacity(text.len());
    let mut before = None;
    let mut following = text.chars().skip(1);
    for char in text.chars() {
        let is_hidden = char != '\n' && is_invisible(char);
        let is_padding = is_padding(before, char, following.next()) && is_report;
        before = Some(char);
        if is_hidden || is_padding {
            for unit in char.encode_utf16(&mut [0; 2]) {
                _ = write!(visible, "\\u{unit:04x}");
            }
        } else {
            visible.push(char);
        }
    }
    visible
}
