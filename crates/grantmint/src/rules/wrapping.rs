//! What people leave around a token.

use super::{BEARER_PREFIX, JSON_WRAPPED, QUOTED, Rule, STRAY_TEXT, STRAY_WHITESPACE};

/// The rules about the text around a token, which leave the token itself alone.
pub(crate) const AROUND: [&Rule; 5] =
    [&BEARER_PREFIX, &QUOTED, &JSON_WRAPPED, &STRAY_TEXT, &STRAY_WHITESPACE];

/// Returns the authorization scheme, or the name of its header, that text begins with.
#[must_use]
pub fn scheme(text: &[u8]) -> Option<&'static str> {
    ["Authorization", "Bearer", "JWT", "Token"].into_iter().find(|scheme| {
        let (start, rest) = text.split_at_checked(scheme.len()).unwrap_or_default();
        let ends = rest.first().is_some_and(|byte| *byte == b':' || byte.is_ascii_whitespace());
        ends && start.eq_ignore_ascii_case(scheme.as_bytes())
    })
}

/// Returns what is around a token, as part of a sentence that repeats none of it.
pub(crate) fn around(text: &[u8]) -> Option<&'static str> {
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`');
    Some(match (scheme(text), text.first()?, text.last()?) {
        (Some("Bearer"), ..) => "\"Bearer\" is before the token",
        (Some("JWT"), ..) => "\"JWT\" is before the token",
        (Some("Token"), ..) => "\"Token\" is before the token",
        (Some(_), ..) => "\"Authorization\" is before the token",
        (None, b'{', _) => "the token is inside JSON",
        (None, first, _) if is_quote(first) => "the token is in quotation marks",
        (None, _, b'\n') => "a line feed is after the token",
        (None, _, last) if last.is_ascii_whitespace() => "white space is after the token",
        (None, first, _) if first.is_ascii_whitespace() => "white space is before the token",
        _ => return None,
    })
}
