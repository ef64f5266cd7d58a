//! Writing JSON as ECMAScript does: compact, non-ASCII unescaped, members in their order.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::number::write_number;
use crate::error::{Error, Field};
use crate::json::Sink;
use crate::limits::MAX_DEPTH;

/// Writes a string with the escapes of `JSON.stringify` (ECMA-262, `QuoteJSONString`).
pub(crate) fn write_string(out: &mut impl Sink, text: &str) {
    out.put(b"\"");
    write_text(out, text);
    out.put(b"\"");
}

/// Writes a string with JSON escapes, without quotation marks.
pub(crate) fn write_text(out: &mut impl Sink, text: &str) {
    let mut rest = text.as_bytes();
    while let Some(plain) = find_escaped(rest) {
        out.put(&rest[..plain]);
        write_escape(out, rest[plain]);
        rest = &rest[plain + 1..];
    }
    out.put(rest);
}

/// Returns `text` with JSON escapes, borrowed if nothing needs escaping.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if find_escaped(text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::new();
    write_text(&mut out, text);
    // Escapes are ASCII and replace ASCII, so the text stays UTF-8.
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Finds the first byte that a JSON string must escape (RFC 8259, section 7).
fn find_escaped(text: &[u8]) -> Option<usize> {
    if is_plain(text) {
        return None;
    }
    let plain = 16 * text.as_chunks::<16>().0.iter().take_while(|chunk| is_plain_chunk(chunk)).count();
    text[plain..].iter().position(|&byte| is_escaped(byte)).map(|at| plain + at)
}

fn is_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

/// Returns whether no byte needs an escape. The last chunk overlaps the one before it, so that no byte is looked at alone.
fn is_plain(text: &[u8]) -> bool {
    if let Some(last) = text.last_chunk::<16>() {
        return is_plain_chunk(last) && text.as_chunks::<16>().0.iter().all(is_plain_chunk);
    }
    match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(first), Some(last)) => is_plain_chunk(first) && is_plain_chunk(last),
        _ => !text.iter().any(|&byte| is_escaped(byte)),
    }
}

/// Without a branch for each byte, which the compiler turns into vector instructions.
fn is_plain_chunk<const N: usize>(chunk: &[u8; N]) -> bool {
    !chunk.iter().fold(false, |any, &byte| any | is_escaped(byte))
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

/// Writes a free-form object at nesting level `depth`. An error names `field`.
pub(crate) fn write_object(
    out: &mut impl Sink,
    object: &Map<String, Value>,
    depth: usize,
    field: &Field,
) -> Result<(), Error> {
    check_depth(depth, field)?;
    out.put(b"{");
    for (index, (name, value)) in object.iter().enumerate() {
        write_name(out, index == 0, name);
        write_value(out, value, depth, field)?;
    }
    out.put(b"}");
    Ok(())
}

/// Writes the name of an object's member, with the comma before it and the colon after it.
pub(super) fn write_name(out: &mut impl Sink, is_first: bool, name: &str) {
    out.put(if is_first { b"\"" } else { b",\"" });
    write_text(out, name);
    out.put(b"\":");
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
