//! Reads an argument that is a JSON object.

use grantmint::Field;
use grantmint::internal::{JsonFault, integer, read_json};
use serde_json::{Map, Value};

use crate::failure::Failure;

/// Reads the JSON object that an option is given. Rejects an object that would change on its way into the token.
pub(crate) fn read(option: &str, text: &str) -> Result<Map<String, Value>, Failure> {
    let object: Map<String, Value> = serde_json::from_str(text).map_err(|error| {
        let place = match error.column() {
            0 => String::new(),
            column => format!(": see line {}, column {column} of it", error.line()),
        };
        Failure::Usage(format!("--{option} must be a JSON object, such as '{{\"name\":\"value\"}}'{place}"))
    })?;
    if read_json(text) == Err(JsonFault::Duplicate) {
        return Err(Failure::Usage(format!("--{option} contains a duplicate member name")));
    }
    for digits in long_integers(text) {
        integer(&Field::new(option), digits).map_err(|error| Failure::refused(&error))?;
    }
    Ok(object)
}

/// Returns the integers in a JSON text that a double may not represent, because they have more digits than every
/// double keeps.
fn long_integers(text: &str) -> Vec<&str> {
    let mut integers = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(|char: char| matches!(char, '"' | '-' | '0'..='9')) {
        let (_, token) = rest.split_at(at);
        let length = if token.starts_with('"') { string_length(token) } else { number_length(token) };
        let (token, after) = token.split_at(length);
        if length > f64::DIGITS as usize && !token.contains(['"', '.', 'e', 'E']) {
            integers.push(token);
        }
        rest = after;
    }
    integers
}

/// Returns the length of the JSON string at the start of a text.
fn string_length(text: &str) -> usize {
    let mut is_escaped = true;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Returns the length of the JSON number at the start of a text.
fn number_length(text: &str) -> usize {
    text.find(|char: char| !matches!(char, '-' | '+' | '.' | 'e' | 'E' | '0'..='9')).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Option<String> {
        read("params", text).err().map(|failure| format!("{failure:?}"))
    }

    #[test]
    fn objects_that_stay_unchanged_are_read() {
        for text in [
            "{}",
            r#"{"a":1,"b":{"a":[{"a":":"},{"a":"\"a\":"}]}}"#,
            r#"{"a":9007199254740992,"b":-9007199254740991,"c":10000000000000000000000,"d":1.00000000000000000001}"#,
            r#"{"12345678901234567890123":"12345678901234567890123:"}"#,
        ] {
            assert_eq!(refusal(text), None, "{text}");
        }
    }

    #[test]
    fn objects_that_would_change_are_rejected() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"b":[{"a":1,"\u0061":2}]}"#] {
            assert!(refusal(text).is_some_and(|refusal| refusal.contains("duplicate")), "{text}");
        }
        for text in [
            r#"{"a":9007199254740993}"#,
            r#"{"a":-18446744073709551617}"#,
            r#"{"a":[100000000000000000001]}"#,
        ] {
            assert!(refusal(text).is_some_and(|refusal| refusal.contains("loses precision")), "{text}");
        }
        for text in [
            "",
            "[]",
            "null",
            "{",
            "{} x",
            "{a:1}",
            "{'a':1}",
            r#"{"a":NaN}"#,
            r#"{"a":1e400}"#,
            r#"{"a":"\ud800"}"#,
        ] {
            assert!(refusal(text).is_some_and(|refusal| refusal.contains("must be a JSON object")), "{text}");
        }
        assert!(refusal(&"{\"a\":".repeat(1_000_000)).is_some());
    }
}
