//! Reading a token that may be broken: past what people wrap around it, and as far as anything can be made out.

use std::borrow::Cow;

use base64_simd::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::finding::{self, Finding};
use crate::header::Algorithm;
use crate::json;
use crate::strict_json::{self, Fault};
use crate::text::quoted_text;
use crate::token_error::Segment;
use crate::verifier::DEFAULT_MAX_SIZE;

/// What could be read.
#[derive(Default)]
pub(crate) struct Reading {
    pub(crate) header: Option<Map<String, Value>>,
    pub(crate) claims: Option<Map<String, Value>>,
    /// What was signed, and the decoded signature.
    pub(crate) signed: Option<(String, Vec<u8>)>,
    pub(crate) findings: Vec<Finding>,
}

pub(crate) fn read(token: &str) -> Reading {
    let mut reading = Reading::default();
    if token.len() > DEFAULT_MAX_SIZE {
        let message = format!("This has more than {DEFAULT_MAX_SIZE} bytes, which are not looked at.");
        reading.findings.push(finding::TOKEN_TOO_LARGE.finding(message));
        return reading;
    }
    let bare = unwrap(token, &mut reading.findings);
    reading.read_segments(&bare);
    reading
}

/// The token inside of what people wrap around it.
fn unwrap<'a>(token: &'a str, findings: &mut Vec<Finding>) -> Cow<'a, str> {
    // Nobody wraps a token more often.
    const LAYERS: usize = 8;
    let mut bare = Cow::Borrowed(token);
    for _ in 0..LAYERS {
        let Some((inside, finding)) = unwrap_once(&bare) else { break };
        if findings.iter().all(|found| found.code != finding.code) {
            findings.push(finding);
        }
        bare = Cow::Owned(inside);
    }
    bare
}

/// What is inside of the outermost wrapping, and which that is.
fn unwrap_once(token: &str) -> Option<(String, Finding)> {
    let trimmed = token.trim_matches(is_space);
    if trimmed.is_empty() {
        return None;
    }
    if trimmed.len() < token.len() {
        let finding = finding::STRAY_WHITESPACE.finding("There is white space around the token.");
        return Some((trimmed.to_owned(), finding));
    }
    if let Some(rest) = without_scheme(token) {
        let scheme = quoted_text(token[..token.len() - rest.len()].trim());
        let finding = finding::BEARER_PREFIX.finding(format!("{scheme} stands before the token."));
        return Some((rest.trim_start_matches(is_space).to_owned(), finding));
    }
    if let Some(inside) = without_quotes(token) {
        let finding = finding::QUOTED.finding("The token stands between quotation marks.");
        // A JSON string, in which quotation marks may be escaped.
        let inside = serde_json::from_str(token).unwrap_or_else(|_| inside.to_owned());
        return Some((inside, finding));
    }
    if let Some((name, inside)) = in_json(token) {
        let name = quoted_text(&name);
        let message = format!("This is a JSON object, in which the token is the member {name}.");
        return Some((inside, finding::JSON_WRAPPED.finding(message)));
    }
    if let Some(inside) = amid_text(token) {
        let finding = finding::STRAY_TEXT.finding("There is other text around the token.");
        return Some((inside.to_owned(), finding));
    }
    if token.starts_with(['{', '[', '<']) {
        return None;
    }
    // In the middle: a token that was wrapped into lines, say.
    let finding = finding::STRAY_WHITESPACE.finding("There is white space inside the token.");
    token.contains(is_space).then(|| (token.split(is_space).collect(), finding))
}

/// White space, and what looks like nothing at all.
fn is_space(char: char) -> bool {
    char.is_whitespace()
        || char.is_control()
        || matches!(char, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// What follows an authorization scheme, or the name of the header before it.
fn without_scheme(text: &str) -> Option<&str> {
    ["Authorization", "Bearer", "JWT", "Token"].into_iter().find_map(|scheme| {
        let (start, rest) = text.split_at_checked(scheme.len())?;
        let ends = rest.starts_with(|char: char| char == ':' || char.is_whitespace());
        (ends && start.eq_ignore_ascii_case(scheme)).then(|| rest.trim_start_matches(':'))
    })
}

/// What stands between quotation marks, or before or after one; Python's `str` of bytes has a `b` before the first.
fn without_quotes(text: &str) -> Option<&str> {
    let is_quote = |char: char| matches!(char, '"' | '\'' | '`' | '\u{2018}'..='\u{201e}');
    let inside = text.strip_prefix('b').filter(|rest| rest.starts_with(is_quote)).unwrap_or(text);
    let inside = inside.trim_matches(is_quote);
    (inside.len() < text.len()).then_some(inside)
}

/// The member of a JSON answer that holds a token, at whatever depth.
fn in_json(text: &str) -> Option<(String, String)> {
    if !text.starts_with('{') {
        return None;
    }
    strict_json::read(text).ok()?.into_iter().find_map(|(name, value)| find_token(name, value))
}

fn find_token(name: String, value: Value) -> Option<(String, String)> {
    match value {
        Value::String(text) if is_token(text.trim()) || without_scheme(&text).is_some_and(is_token) => {
            Some((name, text))
        }
        Value::Object(inner) => inner.into_iter().find_map(|(name, value)| find_token(name, value)),
        Value::Array(items) => items.into_iter().find_map(|value| find_token(name.clone(), value)),
        _ => None,
    }
}

/// Whether it looks like one: every header starts with `{"`. Dots alone may be those of an e-mail address.
fn is_token(text: &str) -> bool {
    text.trim_start().starts_with("eyJ") && text.matches('.').count() >= 2
}

/// A whole token with something around it: a form's field, a list, a line of a log.
fn amid_text(text: &str) -> Option<&str> {
    let start = text.find("eyJ")?;
    let inside = &text[start..];
    let end = inside.find(|char| !is_base64url(char) && char != '.').unwrap_or(inside.len());
    let (token, rest) = inside.split_at(end);
    // What goes on in another character was changed, rather than followed by something.
    let is_border = |char: char| is_space(char) || "\"'`,;:=&<>()[]{}|\\".contains(char);
    // There it is padding, in the place where other base64 has it.
    let ends_well = rest.chars().next().is_none_or(|char| char != '=' && is_border(char));
    let starts_well = text[..start].chars().next_back().is_none_or(is_border);
    let is_whole = token.split('.').count() == 3 && token.split('.').all(|segment| segment.len() > 10);
    (is_whole && starts_well && ends_well && token.len() < text.len()).then_some(token)
}

impl Reading {
    /// The algorithm that the header names, if it is one of ours.
    pub(crate) fn algorithm(&self) -> Option<Algorithm> {
        self.header.as_ref()?.get("alg")?.as_str()?.parse().ok()
    }

    fn read_segments(&mut self, token: &str) {
        let segments: Vec<&str> = token.splitn(7, '.').collect();
        self.check_shape(token, &segments);
        if token.starts_with(['{', '<']) {
            return;
        }
        let header = segments.first().and_then(|text| self.decode(Segment::Header, text));
        // Of what does not even start as a token does, it is enough to say so.
        if segments.len() > 3
            || (segments.len() < 3 && header.as_ref().is_none_or(|text| !text.starts_with(b"{")))
        {
            return;
        }
        self.header = header.and_then(|header| self.object(Segment::Header, &header));
        let payload = segments.get(1).and_then(|text| self.decode(Segment::Payload, text));
        self.claims = payload.and_then(|payload| self.object(Segment::Payload, &payload));
        let signature = segments.get(2).and_then(|text| self.decode(Segment::Signature, text));
        if let (Some(signature), [header, payload, _]) = (signature, segments.as_slice()) {
            self.signed = Some((format!("{header}.{payload}"), signature));
        }
    }

    fn check_shape(&mut self, token: &str, segments: &[&str]) {
        let finding = match segments {
            [text] if text.chars().all(is_space) => finding::NOT_COMPACT.finding("This is empty."),
            _ if token.starts_with('{') && token.contains("\"signature") => {
                finding::JSON_SERIALIZATION.finding("This is JSON, not a compact token.")
            }
            _ if token.starts_with('{') => {
                finding::NOT_COMPACT.finding("This is a JSON object, and no token is in it.")
            }
            _ if token.starts_with('<') => finding::NOT_COMPACT.finding("This is a page of HTML or XML."),
            [_, _, _, _, _] => {
                finding::ENCRYPTED.finding("This has five segments: it is an encrypted token (JWE).")
            }
            [header, payload, ""] | [header, payload] if !header.is_empty() && !payload.is_empty() => {
                finding::UNSIGNED.finding("The token has no signature: its third segment is missing.")
            }
            [_, _] | [_, _, _] if segments.iter().any(|segment| segment.is_empty()) => {
                finding::NOT_COMPACT.finding("One of the segments is empty.")
            }
            [_, _, _] => return,
            [_] => finding::NOT_COMPACT.finding("This is not a token: there is no dot in it."),
            _ => finding::NOT_COMPACT.finding("This has more than three segments."),
        };
        self.findings.push(finding);
    }

    /// What a segment holds, also if it is written in another base64 than base64url.
    fn decode(&mut self, segment: Segment, text: &str) -> Option<Vec<u8>> {
        if text.is_empty() {
            return None;
        }
        if let Ok(decoded) = URL_SAFE_NO_PAD.decode_to_vec(text) {
            return Some(decoded);
        }
        let usual: String = text
            .trim_end_matches('=')
            .chars()
            .map(|char| match char {
                '+' => '-',
                '/' => '_',
                other => other,
            })
            .collect();
        let decoded = URL_SAFE_NO_PAD.decode_to_vec(&usual).ok();
        let message = match (&decoded, text.chars().find(|char| !is_base64url(*char))) {
            (Some(_), _) => format!("The {} is base64 with padding, + or /, not base64url.", segment.name()),
            (None, Some(char)) => {
                let char = quoted_text(&char.to_string());
                format!("The {} holds {char}, which is not a character of base64url.", segment.name())
            }
            (None, None) => format!("The {} was cut off or changed: it does not decode.", segment.name()),
        };
        // Of a text that is no token at all, one finding is enough.
        if self.findings.iter().all(|finding| finding.code != finding::NOT_COMPACT.code) {
            self.findings.push(finding::NOT_BASE64URL.finding(message));
        }
        decoded
    }

    fn object(&mut self, segment: Segment, json: &[u8]) -> Option<Map<String, Value>> {
        let name = segment.name();
        let Ok(text) = str::from_utf8(json) else {
            let message = format!("The {name} is not UTF-8.");
            self.findings.push(finding::NOT_JSON_OBJECT.finding(message));
            return None;
        };
        let fault = match strict_json::read(text) {
            Ok(object) => return Some(object),
            Err(fault) => fault,
        };
        self.findings.push(match fault {
            Fault::NotAnObject => {
                finding::NOT_JSON_OBJECT.finding(format!("The {name} is not a JSON object."))
            }
            Fault::TooDeep => {
                let message = format!("The {name} is nested deeper than {} levels.", json::MAX_DEPTH);
                finding::NESTED_TOO_DEEP.finding(message)
            }
            Fault::Duplicate => {
                finding::DUPLICATE_MEMBER.finding(format!("The {name} holds a member name twice."))
            }
        });
        // With a name twice it can still be shown, as most readers would: the last one counts.
        // Not without a limit: what stands after the second one has not been looked at.
        if fault == Fault::Duplicate { serde_json::from_str(text).ok() } else { None }
    }
}

fn is_base64url(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_')
}
