//! Reads an argument that is a JSON object.

use grantmint::internal::{JsonFault, is_lossy, read_json};
use serde_json::{Map, Value};

use crate::failure::{self, Failure};

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
    if let Some(number) = numbers(text).into_iter().find(|number| is_lossy(number)) {
        let shown =
            if failure::is_short(number) { format!("the number {number}") } else { "a number".to_owned() };
        return Err(Failure::Setting(format!("--{option} contains {shown}, which loses precision in JSON")));
    }
    Ok(object)
}

/// Returns the numbers in a JSON text.
fn numbers(text: &str) -> Vec<&str> {
    let mut numbers = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(|char: char| matches!(char, '"' | '-' | '0'..='9')) {
        let (_, token) = rest.split_at(at);
        let length = if token.starts_with('"') { string_length(token) } else { number_length(token) };
        let (token, after) = token.split_at(length);
        if !token.starts_with('"') {
            numbers.push(token);
        }
        rest = after;
    }
    numbers
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
            r#"{"a":9007199254740992,"b":-9007199254740991,"c":10000000000000000000000,"d":0.1}"#,
            r#"{"a":1e22,"b":1E+2,"c":-0,"d":0e999,"e":1.50,"f":-12.5e-3,"g":5e-324}"#,
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
            r#"{"a":9007199254740993.0}"#,
            r#"{"a":9007199254740993e0}"#,
            r#"{"a":90071992547409930e-1}"#,
            r#"{"a":0.9007199254740993E16}"#,
            r#"{"a":1e23}"#,
            r#"{"a":1180591620717411303424.0e0}"#,
            r#"{"a":1e-400}"#,
            r#"{"a":-1e-99999999999999999999}"#,
            r#"{"a":1.00000000000000000001}"#,
            r#"{"a":0.1000000000000000055511151231257827}"#,
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
