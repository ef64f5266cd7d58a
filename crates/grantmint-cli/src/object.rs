//! A JSON object that is an argument.

use grantmint::{Field, json};
use serde_json::{Map, Value};

use crate::failure::Failure;

/// Reads the object that an option is given; what would be lost on the way into the token is refused.
pub(crate) fn read(option: &str, text: &str) -> Result<Map<String, Value>, Failure> {
    let object: Map<String, Value> = serde_json::from_str(text).map_err(|error| {
        let place = match error.column() {
            0 => String::new(),
            column => format!(": see line {}, column {column} of it", error.line()),
        };
        Failure::Usage(format!("--{option} must be a JSON object, such as '{{\"name\":\"value\"}}'{place}"))
    })?;
    let written = Written::scan(text);
    for digits in written.long_integers {
        json::integer(&Field::new(option), digits).map_err(|error| Failure::refused(&error))?;
    }
    if written.members != object.values().map(members).sum::<usize>() + object.len() {
        return Err(Failure::Usage(format!("--{option} holds a member name twice")));
    }
    Ok(object)
}

/// How many members all objects in a value have.
fn members(value: &Value) -> usize {
    match value {
        Value::Object(object) => object.len() + object.values().map(members).sum::<usize>(),
        Value::Array(values) => values.iter().map(members).sum(),
        _ => 0,
    }
}

/// What a reader of JSON does not tell about a text.
#[derive(Default)]
struct Written<'a> {
    /// As many members as there are colons: more than were read, if a name stands twice.
    members: usize,
    /// Integers that a double may not hold: they have more digits than every double keeps.
    long_integers: Vec<&'a str>,
}

impl<'a> Written<'a> {
    /// Looks through a text that is known to be JSON.
    fn scan(text: &'a str) -> Self {
        let mut written = Self::default();
        let mut rest = text;
        while let Some(at) = rest.find(|char: char| matches!(char, '"' | ':' | '-' | '0'..='9')) {
            let (_, token) = rest.split_at(at);
            let end = match token.as_bytes() {
                [b'"', ..] => string_end(token),
                [b':', ..] => {
                    written.members += 1;
                    1
                }
                _ => {
                    let end =
                        token.find(|char: char| !matches!(char, '-' | '+' | '.' | 'e' | 'E' | '0'..='9'));
                    let number = &token[..end.unwrap_or(token.len())];
                    if number.len() > usize::try_from(f64::DIGITS).unwrap_or_default()
                        && !number.contains(['.', 'e', 'E'])
                    {
                        written.long_integers.push(number);
                    }
                    number.len()
                }
            };
            rest = &token[end..];
        }
        written
    }
}

/// Where the string ends that a text starts with.
fn string_end(text: &str) -> usize {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Option<String> {
        read("params", text).err().map(|failure| format!("{failure:?}"))
    }

    #[test]
    fn what_arrives_as_it_was_written_is_read() {
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
    fn what_would_be_lost_is_refused() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"b":[{"a":1,"\u0061":2}]}"#] {
            assert!(refusal(text).is_some_and(|refusal| refusal.contains("twice")), "{text}");
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
