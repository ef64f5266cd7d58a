//! The problems of the claims: issuer, subject and times.

use serde_json::{Map, Value};

use super::kind::{TokenKind, is_foreign};
use crate::limits::RENEWAL_LEAD;
use crate::rules;
use crate::rules::Finding;
use crate::rules::parties::{ISSUER, SUBJECT, instead, is_subject};
use crate::rules::text::{duration, quoted, time_text};
use crate::rules::times::{Times, in_milliseconds, is_beyond_skew};
use crate::secret::Secret;
use crate::sid;
use crate::time;

/// Adds the problems of the claims and of the grants in them. Returns the times.
pub(super) fn check(
    kind: TokenKind,
    claims: &Map<String, Value>,
    secret: Option<&Secret<'_>>,
    now: u64,
    findings: &mut Vec<Finding>,
) -> Times {
    match kind {
        TokenKind::CapabilityToken => {
            let message = "This is a capability token of the first Client SDK, not an Access Token.";
            findings.push(rules::CAPABILITY_TOKEN.finding(message));
        }
        TokenKind::TaskRouterCapabilityToken => {
            let message = "This is a capability token of TaskRouter, not an Access Token.";
            findings.push(rules::TASK_ROUTER_CAPABILITY_TOKEN.finding(message));
        }
        TokenKind::ClientValidationToken => {
            let message = "This is a client validation token for REST requests, not an Access Token.";
            findings.push(rules::CLIENT_VALIDATION_TOKEN.finding(message));
        }
        TokenKind::Unknown if is_foreign(claims) => {
            let message = "This is a JWT, but not one of Twilio's.";
            findings.push(rules::OTHER_TOKEN.finding(message));
        }
        TokenKind::AccessToken | TokenKind::Unknown => {
            check_parties(claims, secret, findings);
            check_jti(claims, findings);
            check_audience(claims, findings);
            rules::grants::check(claims, findings);
        }
    }
    check_times(claims, now, findings)
}

fn check_parties(claims: &Map<String, Value>, secret: Option<&Secret<'_>>, findings: &mut Vec<Finding>) {
    let text = |name| claims.get(name).and_then(Value::as_str);
    if let (Some(iss), Some(sub)) = (text("iss"), text("sub"))
        && iss.starts_with("AC")
        && sub.starts_with("SK")
    {
        let message = "iss is the account's SID and sub the API key's: they are swapped.";
        findings.push(rules::SWAPPED.finding(message));
        return;
    }
    for (name, prefix, rule) in
        [("iss", ISSUER, &rules::MALFORMED_ISSUER), ("sub", SUBJECT, &rules::MALFORMED_SUBJECT)]
    {
        match claims.get(name) {
            None => {
                let message = format!("The token has no {name}{}.", instead(claims, name));
                findings.push(rules::MISSING_CLAIM.finding(message));
            }
            Some(Value::String(found)) if sid::is(prefix, found) => {}
            Some(Value::String(found)) if name == "iss" && is_subject(found) => {
                let message = "iss is the account's SID: the token is not signed by an API key.";
                findings.push(rules::ISSUER_IS_ACCOUNT.finding(message));
            }
            Some(found) => {
                let found = match found {
                    Value::String(text) if text.is_empty() => "empty".to_owned(),
                    Value::String(text) => {
                        // The secret is the credential after the key's SID.
                        let secret = secret.and_then(|secret| str::from_utf8(secret.expose()).ok());
                        sid::found_before(prefix, text, secret.unwrap_or_default()).to_owned()
                    }
                    other => quoted(other),
                };
                findings.push(
                    rule.finding(format!("{name} is {found}; expected {prefix} and 32 hexadecimal digits.")),
                );
            }
        }
    }
}

/// Adds a finding if `jti` is not a string (RFC 7519, section 4.1.7).
fn check_jti(claims: &Map<String, Value>, findings: &mut Vec<Finding>) {
    if let Some(jti) = claims.get("jti").filter(|jti| !jti.is_string()) {
        findings.push(rules::JTI_WRONG_TYPE.finding(format!("jti is {}, not a string.", quoted(jti))));
    }
}

/// Adds a finding for an `aud`. A reader must reject an audience that is not itself (RFC 7519, section 4.1.3).
fn check_audience(claims: &Map<String, Value>, findings: &mut Vec<Finding>) {
    if let Some(aud) = claims.get("aud") {
        findings.push(rules::UNEXPECTED_AUDIENCE.finding(format!("aud is {}.", quoted(aud))));
    }
}

fn check_times(claims: &Map<String, Value>, now: u64, findings: &mut Vec<Finding>) -> Times {
    let mut time = |name| read_time(name, claims, findings);
    let times = Times { expires_at: time("exp"), not_before: time("nbf"), issued_at: time("iat") };
    if !claims.contains_key("exp") && findings.iter().all(|finding| finding.code != rules::OTHER_TOKEN.code) {
        let message = format!("The token has no exp{}: it would never expire.", instead(claims, "exp"));
        findings.push(rules::MISSING_CLAIM.finding(message));
    }
    if let Some(exp) = times.expires_at {
        check_expiry(exp, &times, now, findings);
    }
    match times.not_before {
        Some(nbf) if nbf > now && times.expires_at.is_none_or(|exp| exp > nbf) => {
            let message =
                format!("The token is not valid until {}, in {}.", time_text(nbf), duration(nbf - now));
            findings.push(rules::NOT_YET_VALID.finding(message));
        }
        _ => {}
    }
    if let Some(ahead) = times.ahead(now) {
        let rule = if is_beyond_skew(ahead) { &rules::ISSUED_IN_FUTURE } else { &rules::CLOCK_SKEW };
        let message = format!(
            "The token was issued at {}, which is {} ahead.",
            time_text(now + ahead),
            duration(ahead)
        );
        findings.push(rule.finding(message));
    }
    times
}

fn check_expiry(exp: u64, times: &Times, now: u64, findings: &mut Vec<Finding>) {
    if times.is_never_valid(exp) {
        let message = format!("The token expires at {}, before it becomes valid.", time_text(exp));
        findings.push(rules::NEVER_VALID.finding(message));
        return;
    }
    if now >= exp {
        let message = format!("The token expired at {}, {} ago.", time_text(exp), duration(now - exp));
        findings.push(rules::EXPIRED.finding(message));
    }
    if let Some(lifetime) = times.too_long(exp, now) {
        let as_milliseconds = match in_milliseconds(lifetime).filter(|_| times.has_start()) {
            Some(meant) => format!(" As milliseconds, {lifetime} would be {}.", duration(meant)),
            None => String::new(),
        };
        let message =
            format!("The token is valid for {}, more than 24 hours.{as_milliseconds}", duration(lifetime));
        findings.push(rules::LIFETIME_TOO_LONG.finding(message));
    }
    let lifetime = exp.saturating_sub(times.start(now));
    if times.has_start() && lifetime <= RENEWAL_LEAD {
        let message = format!("The token is valid for only {}.", duration(lifetime));
        findings.push(rules::LIFETIME_SHORT.finding(message));
    }
}

fn read_time(name: &'static str, claims: &Map<String, Value>, findings: &mut Vec<Finding>) -> Option<u64> {
    let value = claims.get(name)?;
    let Some(number) = value.as_f64().filter(|number| number.fract() == 0.0) else {
        let message = format!("{name} is {}, not a whole number of seconds.", quoted(value));
        findings.push(rules::CLAIM_WRONG_TYPE.finding(message));
        return None;
    };
    if let Some(time) = time::from_number(number) {
        return Some(time);
    }
    // From the year 2001 to the year 5138.
    let milliseconds = 1e12..1e14;
    findings.push(if milliseconds.contains(&number) {
        rules::IN_MILLISECONDS.finding(format!("{name} is {value}: that looks like milliseconds."))
    } else {
        rules::CLAIM_OUT_OF_RANGE.finding(format!("{name} is {value}, which is not a valid time."))
    });
    None
}
