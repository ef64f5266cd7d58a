//! Decoding a token that may be broken, as far as possible.

use base64_simd::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::text::{described, is_page, is_prose};
use super::unwrap::{is_space, unwrap};
use crate::algorithm::Algorithm;
use crate::json::{Fault, read_untrusted};
use crate::jws::{Segment, is_base64url};
use crate::limits::{DEFAULT_MAX_SIZE, MAX_DEPTH};
use crate::rules;
use crate::rules::text::quoted_text;
use crate::rules::{Finding, Language};
use crate::sid;

/// The parts of a token that could be decoded, and the problems of its wrapping and segments.
#[derive(Default)]
pub(super) struct Decoded {
    language: Language,
    pub(super) header: Option<Map<String, Value>>,
    pub(super) claims: Option<Map<String, Value>>,
    /// The signed message and the decoded signature.
    pub(super) signed: Option<(String, Vec<u8>)>,
    pub(super) findings: Vec<Finding>,
}

/// Removes the wrappings around a token and decodes its segments.
pub(super) fn decode(token: &str, language: Language) -> Decoded {
    let mut decoded = Decoded { language, ..Decoded::default() };
    if token.len() > DEFAULT_MAX_SIZE {
        let message = format!("This is larger than {DEFAULT_MAX_SIZE} bytes and was not inspected.");
        decoded.findings.push(rules::TOKEN_TOO_LARGE.finding(message));
        return decoded;
    }
    let bare = unwrap(token, language, &mut decoded.findings);
    decoded.read_segments(&bare);
    decoded
}

impl Decoded {
    /// Returns the algorithm that the header names, if it is supported.
    pub(super) fn algorithm(&self) -> Option<Algorithm> {
        self.header.as_ref()?.get("alg")?.as_str()?.parse().ok()
    }

    fn read_segments(&mut self, token: &str) {
        let segments: Vec<&str> = token.splitn(7, '.').collect();
        self.check_shape(token, &segments);
        if token.starts_with(['{', '<']) || is_prose(token) || described(token, self.language).is_some() {
            return;
        }
        let header = segments.first().and_then(|text| self.decode(Segment::Header, text));
        // The text does not begin as a token does, which has been reported.
        if segments.len() > 3
            || (segments.len() == 1 && is_payload(token))
            || (segments.len() < 3 && header.as_ref().is_none_or(|text| !text.starts_with(b"{")))
        {
            return;
        }
        self.header = header.and_then(|header| self.object(Segment::Header, &header));
        if let ([header, payload, _], None, Some(finding)) =
            (&segments[..], &self.header, self.findings.last_mut())
            && !header.contains("eyJ")
            && payload.starts_with("eyJ")
        {
            "The start of the token is missing: a token begins with `eyJ`.".clone_into(&mut finding.message);
        }
        let payload = segments.get(1).and_then(|text| self.decode(Segment::Payload, text));
        self.claims = payload.and_then(|payload| self.object(Segment::Payload, &payload));
        let signature = segments.get(2).and_then(|text| self.decode(Segment::Signature, text));
        if let (Some(signature), [header, payload, _]) = (signature, segments.as_slice()) {
            self.signed = Some((format!("{header}.{payload}"), signature));
        }
    }

    fn check_shape(&mut self, token: &str, segments: &[&str]) {
        if let Some(message) = described(token, self.language) {
            self.findings.push(rules::NOT_A_TOKEN.finding(message));
            return;
        }
        let finding =
            match segments {
                [text] if text.chars().all(is_space) => rules::NOT_COMPACT
                    .finding("This is empty: is a variable unset, or did the request for the token fail?"),
                _ if token.starts_with('{') && token.contains("\"signature") => {
                    rules::JSON_SERIALIZATION.finding("This is JSON, not a compact token.")
                }
                _ if token.starts_with('{')
                    && ["\"grants\"", "\"iss\""].iter().any(|name| token.contains(name)) =>
                {
                    rules::NOT_COMPACT
                        .finding("These are the claims of a token, decoded: pass the token itself.")
                }
                _ if token.starts_with('{') => {
                    rules::NOT_COMPACT.finding("This is a JSON object without a token.")
                }
                _ if token.starts_with("HTTP/") => rules::NOT_COMPACT.finding(
                    "This is an HTTP response without a token: see its status, and what the server says.",
                ),
                _ if token.contains("...") || token.contains('…') => rules::NOT_COMPACT
                    .finding("The token was shortened where it has an ellipsis, as logs do."),
                _ if token.contains("%2E") || token.contains("%2e") => {
                    rules::NOT_COMPACT.finding("The token is percent-encoded, as in a URL: decode it first.")
                }
                _ if is_page(token) => rules::NOT_COMPACT.finding("This is a page of HTML or XML."),
                _ if token.starts_with('<') => rules::NOT_COMPACT.finding("This is text in angle brackets."),
                _ if is_prose(token) => rules::NOT_COMPACT.finding("This is text without a token."),
                [_, _, _, _, _] => {
                    rules::ENCRYPTED.finding("This has five segments: it is an encrypted token (JWE).")
                }
                [header, payload, ""] | [header, payload] if !header.is_empty() && !payload.is_empty() => {
                    match algorithm_in(header).as_deref() {
                        Some("none") => {
                            rules::UNSIGNED.finding("The token is not signed: its third segment is missing.")
                        }
                        Some(_) => rules::SIGNATURE_CUT
                            .finding("The token was cut off: its third segment is missing."),
                        None => rules::NOT_COMPACT
                            .finding("This is not a token: it does not begin with a header."),
                    }
                }
                [_, _] | [_, _, _] if segments.iter().any(|segment| segment.is_empty()) => {
                    rules::NOT_COMPACT.finding("One of the segments is empty.")
                }
                [_, _, _] => return,
                [text] if is_payload(text) => {
                    rules::NOT_COMPACT.finding("This is only the payload of a token, its second segment.")
                }
                [text] if text.starts_with("eyJ") => rules::NOT_COMPACT
                    .finding("This is the beginning of a token, cut off before its first dot."),
                [text] if sid::is_any(text) => rules::NOT_COMPACT.finding("This is a SID, not a token."),
                [text] if is_secret(text) => rules::NOT_COMPACT.finding(
                    "This is not a token. It may be a secret or an Auth Token, which nobody else may see.",
                ),
                [_] => rules::NOT_COMPACT.finding("This is not a token: it contains no dot."),
                [_, _, _, ""] => rules::NOT_COMPACT.finding("A dot follows the token."),
                _ => rules::NOT_COMPACT.finding("This has more than three segments."),
            };
        self.findings.push(finding);
    }

    /// Decodes a segment, also from standard base64 with padding.
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
                format!("The {} contains {char}, which is not a character of base64url.", segment.name())
            }
            (None, None) => format!("The {} was cut off or changed: it does not decode.", segment.name()),
        };
        // A text that is not a token needs no second finding.
        if self.findings.iter().all(|finding| finding.code != rules::NOT_COMPACT.code) {
            self.findings.push(rules::NOT_BASE64URL.finding(message));
        }
        decoded
    }

    fn object(&mut self, segment: Segment, json: &[u8]) -> Option<Map<String, Value>> {
        let name = segment.name();
        let Ok(text) = str::from_utf8(json) else {
            let message = format!("The {name} is not UTF-8.");
            self.findings.push(rules::NOT_JSON_OBJECT.finding(message));
            return None;
        };
        let fault = match read_untrusted(text) {
            Ok(object) => return Some(object),
            Err(fault) => fault,
        };
        self.findings.push(match fault {
            Fault::NotAnObject => rules::NOT_JSON_OBJECT.finding(format!("The {name} is not a JSON object.")),
            Fault::TooDeep => {
                let message = format!("The {name} is nested deeper than {MAX_DEPTH} levels.");
                rules::NESTED_TOO_DEEP.finding(message)
            }
            Fault::Duplicate => {
                rules::DUPLICATE_MEMBER.finding(format!("The {name} contains a duplicate member name."))
            }
        });
        // Most readers use the last of two duplicates. The rest of the text has not been scanned, so serde_json's own
        // depth limit stays in force.
        if fault == Fault::Duplicate { serde_json::from_str(text).ok() } else { None }
    }
}

/// Returns whether a segment is a payload, which has claims.
fn is_payload(segment: &str) -> bool {
    let Ok(json) = URL_SAFE_NO_PAD.decode_to_vec(segment) else { return false };
    let claims: Map<String, Value> = serde_json::from_slice(&json).unwrap_or_default();
    !claims.contains_key("alg") && ["grants", "iss", "exp"].iter().any(|name| claims.contains_key(*name))
}

/// Returns whether text may be a secret or an Auth Token, of 32 letters and digits.
fn is_secret(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Returns the algorithm that a header names, in lower case, or nothing if the segment is not the beginning of a header.
fn algorithm_in(segment: &str) -> Option<String> {
    let header = URL_SAFE_NO_PAD.decode_to_vec(segment).ok().filter(|header| header.starts_with(b"{"))?;
    let header: Map<String, Value> = serde_json::from_slice(&header).unwrap_or_default();
    Some(header.get("alg").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase())
}
