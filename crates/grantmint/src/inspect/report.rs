//! An inspection as a person reads it.

use std::fmt;

use serde_json::{Map, Value};

use super::inspection::Inspection;
use super::kind::TokenKind;
use super::layout;
use super::signature::SignatureState;
use crate::grants::Product;
use crate::rules::text::{duration, shown, time_text};
use crate::rules::{self, Severity};

/// A part of the report, for colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// The kind of token.
    Title,
    /// A verdict that is good.
    Good,
    /// A verdict that is bad, or an error.
    Bad,
    /// A warning.
    Warning,
    /// A part of little importance.
    Faint,
}

impl Inspection {
    /// Returns the report, with each part formatted by `paint`: kind, identity, grants and times, then the problems, the
    /// worst first. `secret_note` is where the secret came from, or why there is none, as text that is safe to print.
    pub(crate) fn report(&self, secret_note: Option<&str>, paint: &dyn Fn(Style, &str) -> String) -> String {
        let mut report = Report { text: String::new(), paint };
        report.title(self, secret_note.is_some());
        report.facts(self, secret_note);
        report.findings(self);
        report.text
    }

    /// Returns the part of the report about the contents of the token.
    pub(crate) fn facts(&self, secret_note: Option<&str>, paint: &dyn Fn(Style, &str) -> String) -> String {
        let mut report = Report { text: String::new(), paint };
        report.facts(self, secret_note);
        report.text
    }
}

impl fmt::Display for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.report(None, &|_, text| text.to_owned()).trim_end())
    }
}

struct Report<'a> {
    text: String,
    paint: &'a dyn Fn(Style, &str) -> String,
}

impl Report<'_> {
    /// Adds the verdict. Where the report says why the signature was not checked, it does not call the token sound alone.
    fn title(&mut self, inspection: &Inspection, says_why: bool) {
        let kind = match inspection.kind {
            TokenKind::AccessToken => "Twilio Access Token",
            TokenKind::CapabilityToken => "Twilio capability token (Client SDK 1.x)",
            TokenKind::TaskRouterCapabilityToken => "Twilio TaskRouter capability token",
            TokenKind::ClientValidationToken => "Twilio client validation token",
            TokenKind::Unknown if inspection.claims.is_some() => "A JWT, but not an Access Token",
            TokenKind::Unknown => "Not a readable token",
        };
        let count =
            |severity| inspection.findings.iter().filter(|finding| finding.severity == severity).count();
        let (style, verdict) = match (count(Severity::Error), count(Severity::Warning)) {
            (0, 0) => (Style::Good, "sound".to_owned()),
            (0, warnings) => (Style::Warning, format!("sound, with {}", number(warnings, "warning"))),
            (errors, 0) => (Style::Bad, number(errors, "error")),
            (errors, warnings) => {
                (Style::Bad, format!("{} and {}", number(errors, "error"), number(warnings, "warning")))
            }
        };
        let is_unchecked = says_why && inspection.signature == SignatureState::NotChecked;
        let but = match (inspection.is_sound(), inspection.is_sound_inside()) {
            (true, _) if is_unchecked => "; its signature was not checked",
            (false, true) if is_unchecked => "; the token inside is sound, its signature was not checked",
            (false, true) => "; the token inside is sound",
            _ => "",
        };
        let line = format!("{}: {}{but}\n", (self.paint)(Style::Title, kind), (self.paint)(style, &verdict));
        self.text.push_str(&line);
    }

    fn facts(&mut self, inspection: &Inspection, secret_note: Option<&str>) {
        let mut facts: Vec<(&str, String)> = Vec::new();
        if let Some(identity) = inspection.identity() {
            facts.push(("identity", shown(&identity)));
        }
        for (key, payload) in inspection.grants().unwrap_or_default() {
            let name = if facts.iter().any(|(name, _)| *name == "grants") { "" } else { "grants" };
            facts.push((name, grant(&key, &payload)));
        }
        if let Some(account) = inspection.account_sid() {
            facts.push(("account", shown(account)));
        }
        if let Some(key) = inspection.key_sid() {
            facts.push(("key", shown(key)));
        }
        if let Some(region) = inspection.header.as_ref().and_then(|header| header.get("twr")?.as_str()) {
            facts.push(("region", shown(region)));
        }
        if let Some(jti) = own_jti(inspection) {
            facts.push(("jti", shown(jti)));
        }
        let time = |time: u64| {
            let distance = duration(time.abs_diff(inspection.now));
            match time.cmp(&inspection.now) {
                std::cmp::Ordering::Less => format!("{} ({distance} ago)", time_text(time)),
                std::cmp::Ordering::Equal => format!("{} (now)", time_text(time)),
                std::cmp::Ordering::Greater => format!("{} (in {distance})", time_text(time)),
            }
        };
        for (name, value) in [
            ("issued", inspection.issued_at),
            ("valid from", inspection.not_before),
            ("renew", inspection.renew_at),
            ("expires", inspection.expires_at),
        ] {
            facts.extend(value.map(|value| (name, time(value))));
        }
        if inspection.claims.is_some() {
            let signature = match inspection.signature {
                SignatureState::Valid => match inspection.key_sid() {
                    Some(key) => format!("valid (key {})", shown(key)),
                    None => "valid".to_owned(),
                },
                SignatureState::Invalid if is_cut(inspection) => "has the wrong length".to_owned(),
                SignatureState::Invalid => "does not match the secret".to_owned(),
                SignatureState::NotChecked => match secret_note {
                    Some(reason) => format!("not checked: {reason}"),
                    None => "not checked".to_owned(),
                },
            };
            facts.push(("signature", signature));
        }
        if inspection.signature != SignatureState::NotChecked {
            facts.extend(secret_note.map(|source| ("checked by", source.to_owned())));
        }
        if !facts.is_empty() {
            self.text.push('\n');
        }
        for (name, value) in facts {
            self.text.push_str(&layout::fact(name, &value, self.paint));
        }
    }

    fn findings(&mut self, inspection: &Inspection) {
        for finding in &inspection.findings {
            let style = match finding.severity {
                Severity::Error => Style::Bad,
                Severity::Warning => Style::Warning,
                Severity::Note => Style::Faint,
            };
            let codes: Vec<_> = finding.twilio_codes.iter().map(u32::to_string).collect();
            let codes = match codes.as_slice() {
                [] => String::new(),
                codes => (self.paint)(Style::Faint, &format!("  Twilio {}", codes.join(", "))),
            };
            let severity = (self.paint)(style, finding.severity.name());
            self.text.push('\n');
            let head = format!("{severity} {}{codes}", finding.code);
            self.text.push_str(&layout::finding(&finding.message, finding.advice, &head));
        }
        if inspection.findings.iter().any(|finding| !finding.twilio_codes.is_empty()) {
            let note = "Twilio's codes are likely ones; its backend has the last word.";
            let note = format!("\n{}\n", (self.paint)(Style::Faint, note));
            self.text.push_str(&note);
        }
    }
}

/// Returns the token's identifier, unless it is the default one: the key and the time of minting.
fn own_jti(inspection: &Inspection) -> Option<&str> {
    let jti = inspection.claims.as_ref()?.get("jti")?.as_str()?;
    let usual = inspection.key_sid().zip(inspection.issued_at).map(|(key, iat)| format!("{key}-{iat}"));
    Some(jti).filter(|jti| usual.as_deref() != Some(*jti))
}

fn is_cut(inspection: &Inspection) -> bool {
    inspection.findings.iter().any(|finding| finding.code == rules::SIGNATURE_CUT.code)
}

fn number(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Returns a grant on one line: the product and its limits.
fn grant(key: &str, payload: &Value) -> String {
    let product = Product::find(key);
    let name = match product {
        // Twilio's documentation calls the product Conversations and the grant chat.
        Some(product) if product.key == "chat" => format!("{} (chat)", product.title),
        Some(product) => product.title.to_owned(),
        None => shown(key),
    };
    let empty = Map::new();
    let members = payload.as_object().unwrap_or(&empty);
    let details: Vec<String> = members.iter().flat_map(|(name, value)| details(key, name, value)).collect();
    match details.as_slice() {
        [] => match product.and_then(|product| product.when_empty) {
            Some(access) => format!("{name}: {access}"),
            None => name,
        },
        details => format!("{name}: {}", details.join(", ")),
    }
}

fn details(key: &str, name: &str, value: &Value) -> Vec<String> {
    match (key, name, value) {
        ("voice", "incoming", incoming) if incoming.get("allow") == Some(&Value::Bool(true)) => {
            vec!["incoming calls".to_owned()]
        }
        ("voice", "outgoing", Value::Object(outgoing)) => outgoing
            .iter()
            .map(|(name, value)| match (name.as_str(), value) {
                ("application_sid", Value::String(sid)) => format!("outgoing calls by {}", shown(sid)),
                _ => detail(name, value),
            })
            .collect(),
        _ => vec![detail(name, value)],
    }
}

fn detail(name: &str, value: &Value) -> String {
    match value {
        Value::String(text) => format!("{} {}", shown(name), shown(text)),
        other => format!("{} {}", shown(name), shown(&other.to_string())),
    }
}
