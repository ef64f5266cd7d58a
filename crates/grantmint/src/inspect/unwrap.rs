//! Removing the wrappings that people put around a token.

use std::borrow::Cow;

use serde_json::Value;

use super::text::described;
use crate::json::read_untrusted;
use crate::jws::is_base64url;
use crate::limits::MAX_WRAPPINGS;
use crate::rules;
use crate::rules::Finding;
use crate::rules::text::{quoted_text, shown};

/// Removes the wrappings around a token and adds a finding for each kind of wrapping.
pub(super) fn unwrap<'a>(token: &'a str, findings: &mut Vec<Finding>) -> Cow<'a, str> {
    let mut bare = Cow::Borrowed(token);
    for _ in 0..MAX_WRAPPINGS {
        let Some((inside, finding)) = unwrap_once(&bare) else { break };
        if findings.iter().all(|found| found.code != finding.code) {
            findings.push(finding);
        }
        bare = Cow::Owned(inside);
    }
    bare
}

/// Removes the outermost wrapping. Returns the text inside, and the finding for the wrapping.
fn unwrap_once(token: &str) -> Option<(String, Finding)> {
    let trimmed = token.trim_matches(is_space);
    if trimmed.is_empty() {
        return None;
    }
    if trimmed.len() < token.len() {
        let finding = rules::STRAY_WHITESPACE.finding("There is white space around the token.");
        return Some((trimmed.to_owned(), finding));
    }
    if let Some(rest) = without_scheme(token) {
        let scheme = quoted_text(token[..token.len() - rest.len()].trim());
        let finding = rules::BEARER_PREFIX.finding(format!("{scheme} is before the token."));
        return Some((rest.trim_start_matches(is_space).to_owned(), finding));
    }
    if let Some(inside) = without_quotes(token) {
        let is_bytes = token.starts_with("b'") || token.starts_with("b\"");
        let finding = rules::QUOTED.finding(if is_bytes {
            "The token is in b'…', the text of bytes in Python: decode the bytes, as in token.decode()."
        } else {
            "The token is inside quotation marks."
        });
        // A JSON string may contain escaped quotation marks.
        let inside = serde_json::from_str(token).unwrap_or_else(|_| inside.to_owned());
        return Some((inside, finding));
    }
    if let Some((name, path, inside)) = in_json(token) {
        let name = quoted_text(&name);
        let message =
            format!("This is a JSON object with the token in its member {name}: take it out with {path}.");
        return Some((inside, rules::JSON_WRAPPED.finding(message)));
    }
    if let Some(inside) = amid_text(token) {
        let finding = rules::STRAY_TEXT.finding("There is other text around the token.");
        return Some((inside.to_owned(), finding));
    }
    if token.starts_with(['{', '[', '<']) || described(token).is_some() {
        return None;
    }
    // White space inside, such as the line breaks of a wrapped e-mail.
    let finding = rules::STRAY_WHITESPACE.finding("There is white space inside the token.");
    token.contains(is_space).then(|| (token.split(is_space).collect(), finding))
}

/// Returns whether a character is white space or invisible.
pub(super) fn is_space(char: char) -> bool {
    char.is_whitespace()
        || char.is_control()
        || matches!(char, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Returns the text after an authorization scheme or the name of its header, if it begins with one.
fn without_scheme(text: &str) -> Option<&str> {
    ["Authorization", "Bearer", "JWT", "Token"].into_iter().find_map(|scheme| {
        let (start, rest) = text.split_at_checked(scheme.len())?;
        let ends = rest.starts_with(|char: char| char == ':' || char.is_whitespace());
        (ends && start.eq_ignore_ascii_case(scheme)).then(|| rest.trim_start_matches(':'))
    })
}

/// Returns the text inside quotation marks, if it has any. Python's `str` of bytes begins with a `b`.
fn without_quotes(text: &str) -> Option<&str> {
    let is_quote = |char: char| matches!(char, '"' | '\'' | '`' | '\u{2018}'..='\u{201e}');
    let inside = text.strip_prefix('b').filter(|rest| rest.starts_with(is_quote)).unwrap_or(text);
    let inside = inside.trim_matches(is_quote);
    (inside.len() < text.len()).then_some(inside)
}

/// Returns the name and value of the member of a JSON object that contains a token, at any depth, and the expression
/// between them that takes it out: `body.data.token`.
fn in_json(text: &str) -> Option<(String, String, String)> {
    if !text.starts_with('{') {
        return None;
    }
    find_token("", "body".to_owned(), Value::Object(read_untrusted(text).ok()?))
}

fn find_token(name: &str, path: String, value: Value) -> Option<(String, String, String)> {
    match value {
        Value::String(text) if is_token(text.trim()) || without_scheme(&text).is_some_and(is_token) => {
            Some((name.to_owned(), path, text))
        }
        Value::Object(inner) => inner
            .into_iter()
            .find_map(|(name, value)| find_token(&name, format!("{path}{}", member(&name)), value)),
        Value::Array(items) => items
            .into_iter()
            .enumerate()
            .find_map(|(place, value)| find_token(name, format!("{path}[{place}]"), value)),
        _ => None,
    }
}

/// Returns the access to a member: `.token`, or `["twilio-token"]` if the name is no identifier.
fn member(name: &str) -> String {
    let is_identifier = name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
        && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
    if is_identifier { format!(".{}", shown(name)) } else { format!("[{}]", quoted_text(name)) }
}

/// Returns whether text looks like a token: every encoded header begins with `eyJ`, for `{"`.
fn is_token(text: &str) -> bool {
    text.trim_start().starts_with("eyJ") && text.matches('.').count() >= 2
}

/// Returns a whole token inside other text, such as a form field, a list or a line of a log.
fn amid_text(text: &str) -> Option<&str> {
    let start = text.find("eyJ")?;
    let inside = &text[start..];
    let end = inside.find(|char| !is_base64url(char) && char != '.').unwrap_or(inside.len());
    let (token, rest) = inside.split_at(end);
    // Another character means that the token was changed, not that text follows it.
    let is_border = |char: char| is_space(char) || "\"'`,;:=&<>()[]{}|\\".contains(char);
    // An equals sign there is base64 padding.
    let ends_well = rest.chars().next().is_none_or(|char| char != '=' && is_border(char));
    let starts_well = text[..start].chars().next_back().is_none_or(is_border);
    let is_whole = token.split('.').count() == 3 && token.split('.').all(|segment| segment.len() > 10);
    (is_whole && starts_well && ends_well && token.len() < text.len()).then_some(token)
}
