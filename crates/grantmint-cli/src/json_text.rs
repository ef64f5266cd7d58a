//! JSON for standard output.

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

/// Escapes what a terminal acts on: control characters, and those that turn the direction of writing (Unicode's UAX 9).
/// JSON has them in strings only, where this is what they are called.
fn visible(text: &str) -> String {
    let acts = |char: char| {
        let turns = matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        turns || (char.is_control() && char != '\n')
    };
    let escape =
        |char: char| if acts(char) { format!("\\u{:04x}", u32::from(char)) } else { char.to_string() };
    if text.contains(acts) { text.chars().map(escape).collect() } else { text.to_owned() }
}
