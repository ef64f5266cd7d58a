//! JSON as ECMAScript writes it: compact, non-ASCII unescaped, members in their order.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};

use crate::buffer::Sink;
use crate::error::{Error, Field};
use crate::strict_json::Name;

/// The deepest nesting of a token's claims, the claims object itself being level 1. Verifiers stop there too.
pub const MAX_DEPTH: usize = 128;

/// Writes a string with the escapes of `JSON.stringify` (ECMA-262, `QuoteJSONString`).
pub(crate) fn write_string(out: &mut impl Sink, text: &str) {
    out.put(b"\"");
    write_text(out, text);
    out.put(b"\"");
}

/// Writes what stands between a string's quotation marks.
pub(crate) fn write_text(out: &mut impl Sink, text: &str) {
    let mut rest = text.as_bytes();
    while let Some(plain) = find_escaped(rest) {
        out.put(&rest[..plain]);
        write_escape(out, rest[plain]);
        rest = &rest[plain + 1..];
    }
    out.put(rest);
}

/// What stands between a string's quotation marks; mostly, the text itself.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if find_escaped(text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::new();
    write_text(&mut out, text);
    // Escapes are ASCII, and stand in the place of ASCII.
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Where the first byte stands that a JSON string cannot hold as it is (RFC 8259, section 7).
fn find_escaped(text: &[u8]) -> Option<usize> {
    let is_escaped = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    // Sixteen at a time without a branch: the compiler makes vector instructions of it.
    let any = |chunk: &[u8; 16]| chunk.iter().fold(false, |any, &byte| any | is_escaped(byte));
    let (chunks, _) = text.as_chunks();
    let plain = 16 * chunks.iter().take_while(|chunk| !any(chunk)).count();
    text[plain..].iter().position(|&byte| is_escaped(byte)).map(|at| plain + at)
}

#[cold]
fn write_escape(out: &mut impl Sink, byte: u8) {
    match byte {
        b'"' | b'\\' => out.put(&[b'\\', byte]),
        0x08 => out.put(b"\\b"),
        b'\t' => out.put(b"\\t"),
        b'\n' => out.put(b"\\n"),
        0x0c => out.put(b"\\f"),
        b'\r' => out.put(b"\\r"),
        control => {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            let (high, low) = (usize::from(control >> 4), usize::from(control & 15));
            out.put(&[b'\\', b'u', b'0', b'0', HEX[high], HEX[low]]);
        }
    }
}

/// Reads back what was written here, which is at most [`MAX_DEPTH`] levels deep.
pub(crate) fn read_object(json: &[u8]) -> Result<Map<String, Value>, Error> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    reader.disable_recursion_limit();
    Map::deserialize(&mut reader).map_err(|_| Error::Internal)
}

/// What is a member of an object, read by a seed, without a look at the others. The text is known to be sound.
pub(crate) fn read_member<'de, S: DeserializeSeed<'de>>(
    json: &'de str,
    name: &str,
    seed: S,
) -> Result<Option<S::Value>, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(json);
    reader.disable_recursion_limit();
    reader.deserialize_map(Member { name, seed })
}

struct Member<'a, S> {
    name: &'a str,
    seed: S,
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for Member<'_, S> {
    type Value = Option<S::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let (mut seed, mut found) = (Some(self.seed), None);
        while let Some(name) = members.next_key_seed(Name)? {
            match seed.take_if(|_| name == self.name) {
                Some(seed) => found = Some(members.next_value_seed(seed)?),
                None => _ = members.next_value::<IgnoredAny>()?,
            }
        }
        Ok(found)
    }
}

/// Writes a free-form object whose braces open at `depth`. `field` is whom an error names.
pub(crate) fn write_object(
    out: &mut impl Sink,
    object: &Map<String, Value>,
    depth: usize,
    field: &Field,
) -> Result<(), Error> {
    check_depth(depth, field)?;
    out.put(b"{");
    for (index, (name, value)) in object.iter().enumerate() {
        if index > 0 {
            out.put(b",");
        }
        write_string(out, name);
        out.put(b":");
        write_value(out, value, depth, field)?;
    }
    out.put(b"}");
    Ok(())
}

fn write_value(out: &mut impl Sink, value: &Value, depth: usize, field: &Field) -> Result<(), Error> {
    match value {
        Value::Null => out.put(b"null"),
        Value::Bool(true) => out.put(b"true"),
        Value::Bool(false) => out.put(b"false"),
        Value::Number(number) => write_number(out, number, field)?,
        Value::String(text) => write_string(out, text),
        Value::Object(object) => write_object(out, object, depth + 1, field)?,
        Value::Array(values) => {
            check_depth(depth + 1, field)?;
            out.put(b"[");
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    out.put(b",");
                }
                write_value(out, value, depth + 1, field)?;
            }
            out.put(b"]");
        }
    }
    Ok(())
}

fn check_depth(depth: usize, field: &Field) -> Result<(), Error> {
    if depth > MAX_DEPTH { Err(Error::TooDeep(field.clone())) } else { Ok(()) }
}

/// Writes a number as ECMAScript does (RFC 8785, section 3.2.2.3), or refuses an integer that this changes.
fn write_number(out: &mut impl Sink, number: &Number, field: &Field) -> Result<(), Error> {
    const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;
    if let Some(integer) = number.as_i64()
        && integer.unsigned_abs() <= MAX_SAFE_INTEGER
    {
        out.put(itoa::Buffer::new().format(integer).as_bytes());
        return Ok(());
    }
    let number = if number.is_f64() { number } else { &integer(field, &number.to_string())? };
    // A `Number` without the feature `arbitrary_precision` is always one of i64, u64 and f64.
    out.put(number_text(number.as_f64().ok_or(Error::Internal)?).as_bytes());
    Ok(())
}

/// A number as ECMAScript's `String(number)` writes it.
#[must_use]
pub fn number_text(number: f64) -> String {
    ryu_js::Buffer::new().format(number).to_owned()
}

/// The JSON number for an integer of any size, written in decimal digits.
///
/// # Errors
/// [`Error::LossyInteger`] if a reader could end up with another integer: one that a double cannot hold (2^53 + 1,
/// 10^23), and one of which ECMAScript writes other digits (2^70, as `1180591620717411300000`).
pub fn integer(field: &Field, digits: &str) -> Result<Number, Error> {
    digits
        .parse::<f64>()
        .ok()
        .filter(|number| format!("{number:.0}") == digits && same_number(digits, &number_text(*number)))
        .and_then(Number::from_f64)
        .ok_or_else(|| Error::LossyInteger { field: field.clone(), found: digits.to_owned() })
}

/// Whether an integer's digits and ECMAScript's form of a number stand for the same integer.
fn same_number(integer: &str, ecmascript: &str) -> bool {
    integer == ecmascript || significand(integer) == significand(ecmascript)
}

/// `"-12.30e+4"` → `("-", "123", 3)`: sign, digits without leading and trailing zeros, power of ten.
fn significand(number: &str) -> (&str, String, i64) {
    let (sign, number) = number.split_at(usize::from(number.starts_with('-')));
    let (mantissa, power) = number.split_once('e').unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    let trimmed = digits.trim_end_matches('0');
    let dropped = digits.len() - trimmed.len();
    let power = power.parse::<i64>().unwrap_or(i64::MAX).saturating_add_unsigned(dropped as u64);
    (sign, trimmed.trim_start_matches('0').to_owned(), power.saturating_sub_unsigned(fraction.len() as u64))
}
