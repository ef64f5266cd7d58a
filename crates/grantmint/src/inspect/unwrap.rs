//! Removing the wrappings that people put around a token.

use std::borrow::Cow;
use std::iter::successors;

use base64_simd::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::text::described;
use crate::json::read_untrusted;
use crate::jws::is_base64url;
use crate::limits::MAX_WRAPPINGS;
use crate::rules;
use crate::rules::text::{quoted_text, shown};
use crate::rules::wrapping::scheme;
use crate::rules::{Finding, Language};

/// Removes the wrappings around a token and adds a finding for each kind of wrapping.
pub(super) fn unwrap<'a>(token: &'a str, language: Language, findings: &mut Vec<Finding>) -> Cow<'a, str> {
    let mut bare = Cow::Borrowed(token);
    for _ in 0..MAX_WRAPPINGS {
        let Some((inside, finding)) = unwrap_once(&bare, language) else { break };
        if findings.iter().all(|found| found.code != finding.code) {
            findings.push(finding);
        }
        bare = Cow::Owned(inside);
    }
    bare
}

/// Removes the outermost wrapping. Returns the text inside, and the finding for the wrapping.
fn unwrap_once(token: &str, language: Language) -> Option<(String, Finding)> {
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
        let path = expression(&path, language);
        let message =
            format!("This is a JSON object with the token in its member {name}: take it out with {path}.");
        return Some((inside, rules::JSON_WRAPPED.finding(message)));
    }
    if let Some((inside, rest)) = first_token(token).filter(|(inside, _)| inside.len() < token.len()) {
        let mut later = successors(first_token(rest), |(_, rest)| first_token(rest));
        let finding = rules::STRAY_TEXT.finding(if later.any(|(other, _)| other != inside) {
            "There is more than one token in the text. This report is about the first."
        } else if token.starts_with("HTTP/") {
            "This is a whole HTTP response: take the token out of its body."
        } else {
            "There is other text around the token."
        });
        return Some((inside.to_owned(), finding));
    }
    if let Some(first) = first_of_two(token) {
        let finding = rules::STRAY_TEXT.finding("These are two tokens, one directly after the other.");
        return Some((first.to_owned(), finding));
    }
    if token.starts_with(['{', '[', '<']) || described(token, language).is_some() {
        return None;
    }
    // White space inside, such as the line breaks of a wrapped e-mail. Other words are no token.
    let joined: String = token.split(is_space).collect();
    let finding = rules::STRAY_WHITESPACE.finding("There is white space inside the token.");
    (joined.len() < token.len() && joined.starts_with("eyJ")).then_some((joined, finding))
}

/// Returns whether a character is white space or invisible.
pub(super) fn is_space(char: char) -> bool {
    char.is_whitespace()
        || char.is_control()
        || matches!(char, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Returns the text after an authorization scheme or the name of its header, if it begins with one.
fn without_scheme(text: &str) -> Option<&str> {
    scheme(text.as_bytes()).map(|scheme| text[scheme.len()..].trim_start_matches(':'))
}

/// Returns the text inside quotation marks, if it has any. Python's `str` of bytes begins with a `b`.
fn without_quotes(text: &str) -> Option<&str> {
    let is_quote = |char: char| matches!(char, '"' | '\'' | '`' | '\u{2018}'..='\u{201e}');
    let inside = text.strip_prefix('b').filter(|rest| rest.starts_with(is_quote)).unwrap_or(text);
    let inside = inside.trim_matches(is_quote);
    (inside.len() < text.len()).then_some(inside)
}

/// A step to a value inside JSON.
#[derive(Clone)]
enum Step {
    Member(String),
    Place(usize),
}

/// Returns the name and value of the member of a JSON object that contains a token, at any depth, and the steps to it.
fn in_json(text: &str) -> Option<(String, Vec<Step>, String)> {
    if !text.starts_with('{') {
        return None;
    }
    let mut path = Vec::new();
    let (name, inside) = find_token("", &mut path, Value::Object(read_untrusted(text).ok()?))?;
    Some((name, path, inside))
}

fn find_token(name: &str, path: &mut Vec<Step>, value: Value) -> Option<(String, String)> {
    let mut inside = |name: &str, step, value| {
        path.push(step);
        let found = find_token(name, path, value);
        if found.is_none() {
            path.pop();
        }
        found
    };
    match value {
        Value::String(text) if is_token(text.trim()) || without_scheme(&text).is_some_and(is_token) => {
            Some((name.to_owned(), text))
        }
        Value::Object(members) => {
            members.into_iter().find_map(|(name, value)| inside(&name, Step::Member(name.clone()), value))
        }
        Value::Array(items) => {
            items.into_iter().enumerate().find_map(|(place, value)| inside(name, Step::Place(place), value))
        }
        _ => None,
    }
}

/// Returns the expression for a value in the body of a response: `body.data.token`, `body["data"]["token"]`, or the filter
/// of jq, `.data.token`.
fn expression(path: &[Step], language: Language) -> String {
    let start = if language == Language::Neutral { "" } else { "body" };
    let steps = path.iter().map(|step| match step {
        Step::Member(name) if language != Language::Python && is_identifier(name) => {
            format!(".{}", shown(name))
        }
        Step::Member(name) => format!("[{}]", quoted_text(name)),
        Step::Place(place) => format!("[{place}]"),
    });
    let expression = format!("{start}{}", steps.collect::<String>());
    match language {
        Language::Neutral if expression.starts_with('[') => format!("jq -r '.{expression}'"),
        Language::Neutral => format!("jq -r '{expression}'"),
        _ => expression,
    }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
        && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

/// Returns whether text looks like a token: every encoded header begins with `eyJ`, for `{"`.
fn is_token(text: &str) -> bool {
    text.trim_start().starts_with("eyJ") && text.matches('.').count() >= 2
}

/// Returns the first of two tokens without anything between them, as when one is pasted twice. An encrypted token has as many
/// segments.
fn first_of_two(text: &str) -> Option<&str> {
    let segments: Vec<&str> = text.splitn(6, '.').collect();
    let [header, payload, middle, _, _] = segments.as_slice() else { return None };
    let length = middle.find("eyJ").filter(|start| *start > 0)?;
    let is_encrypted = read_untrusted(str::from_utf8(&URL_SAFE_NO_PAD.decode_to_vec(header).ok()?).ok()?)
        .is_ok_and(|header| header.contains_key("enc"));
    (!is_encrypted).then(|| &text[..header.len() + payload.len() + length + 2])
}

/// Returns the first token in a text, such as a form field, a list or a line of a log, and the text after it.
fn first_token(text: &str) -> Option<(&str, &str)> {
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
    (is_whole && starts_well && ends_well).then_some((token, rest))
}
