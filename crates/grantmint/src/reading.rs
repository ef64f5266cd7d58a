//! Reading a token that may be broken: past what people wrap around it, and as far as anything can be made out.

use std::borrow::Cow;

use base64_simd::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::finding::{self, Finding};
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
    let trimmed = token.trim_matches(is_space);
    if trimmed.len() < token.len() && !trimmed.is_empty() {
        findings.push(finding::STRAY_WHITESPACE.finding("There is white space around the token."));
    }
    if let Some(rest) = without_scheme(trimmed) {
        let scheme = trimmed[..trimmed.len() - rest.len()].trim();
        let message = format!("{} stands before the token.", quoted_text(scheme));
        findings.push(finding::BEARER_PREFIX.finding(message));
        return unwrap(rest.trim_start_matches(is_space), findings);
    }
    for quote in ['"', '\'', '`'] {
        if let Some(inside) = trimmed.strip_prefix(quote) {
            findings.push(finding::QUOTED.finding("The token stands between quotation marks."));
            return Cow::Owned(unwrap(inside.trim_end_matches(quote), findings).into_owned());
        }
    }
    if trimmed.starts_with('{') {
        if let Some((name, inside)) = in_json(trimmed) {
            let message =
                format!("This is a JSON object, in which the token is the member {}.", quoted_text(&name));
            findings.push(finding::JSON_WRAPPED.finding(message));
            return Cow::Owned(unwrap(&inside, findings).into_owned());
        }
    } else if trimmed.contains(is_space) {
        // In the middle: a token that was wrapped into lines, say.
        findings.push(finding::STRAY_WHITESPACE.finding("There is white space inside the token."));
        return Cow::Owned(trimmed.split(is_space).collect());
    }
    Cow::Borrowed(trimmed)
}

/// White space, and what looks like nothing at all.
fn is_space(char: char) -> bool {
    char.is_whitespace()
        || char.is_control()
        || matches!(char, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn without_scheme(text: &str) -> Option<&str> {
    ["Authorization:", "Bearer ", "Bearer:", "Bearer\t", "JWT ", "Token "].into_iter().find_map(|scheme| {
        let start = text.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
    })
}

/// The member of a JSON answer that holds a token.
fn in_json(text: &str) -> Option<(String, String)> {
    let object: Map<String, Value> = strict_json::read(text).ok()?;
    let is_token = |text: &str| text.matches('.').count() >= 2;
    object.into_iter().find_map(|(name, value)| match value {
        Value::String(text) if is_token(&text) => Some((name, text)),
        _ => None,
    })
}

impl Reading {
    fn read_segments(&mut self, token: &str) {
        let segments: Vec<&str> = token.splitn(7, '.').collect();
        self.check_shape(token, &segments);
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
            [""] => finding::NOT_COMPACT.finding("This is empty."),
            _ if token.starts_with('{') => {
                finding::JSON_SERIALIZATION.finding("This is JSON, not a compact token.")
            }
            [_, _, _, _, _] => {
                finding::ENCRYPTED.finding("This has five segments: it is an encrypted token (JWE).")
            }
            [header, payload, ""] | [header, payload] if !header.is_empty() && !payload.is_empty() => {
                finding::UNSIGNED.finding("The token has no signature: its third segment is missing.")
            }
            [_, _, _] if segments.iter().any(|segment| segment.is_empty()) => {
                finding::NOT_COMPACT.finding("One of the three segments is empty.")
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
        if fault == Fault::Duplicate { json::read_object(json).ok() } else { None }
    }
}

fn is_base64url(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_')
}
