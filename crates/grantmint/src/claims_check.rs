//! What is wrong with the claims of a token that is being explained: who signed it, and its times.

use serde_json::{Map, Value};

use crate::clock::MAX_TTL;
use crate::finding::{self, Finding};
use crate::grants_check;
use crate::inspect::TokenKind;
use crate::sid;
use crate::text::quoted;
use crate::time_text::{duration, moment};
use crate::verified_claims::seconds;

/// The times that could be read.
#[derive(Default)]
pub(crate) struct Times {
    pub(crate) issued_at: Option<u64>,
    pub(crate) not_before: Option<u64>,
    pub(crate) expires_at: Option<u64>,
}

impl Times {
    /// From when the lifetime counts: twilio-python's tokens have no `iat`, twilio-node's no `nbf`.
    pub(crate) fn start(&self, now: u64) -> u64 {
        self.issued_at.or(self.not_before).unwrap_or(now)
    }
}

pub(crate) fn check(
    kind: TokenKind,
    claims: &Map<String, Value>,
    now: u64,
    findings: &mut Vec<Finding>,
) -> Times {
    match kind {
        TokenKind::CapabilityToken => {
            let message = "This is a capability token of the first Client SDK, not an Access Token.";
            findings.push(finding::CAPABILITY_TOKEN.finding(message));
        }
        TokenKind::TaskRouterCapabilityToken => {
            let message = "This is a capability token of TaskRouter, not an Access Token.";
            findings.push(finding::TASK_ROUTER_CAPABILITY_TOKEN.finding(message));
        }
        TokenKind::ClientValidationToken => {
            let message = "This is a client validation token for REST requests, not an Access Token.";
            findings.push(finding::CLIENT_VALIDATION_TOKEN.finding(message));
        }
        TokenKind::Unknown if is_of_others(claims) => {
            let message = "This is a JWT, but nothing in it is Twilio's.";
            findings.push(finding::OTHER_TOKEN.finding(message));
        }
        TokenKind::AccessToken | TokenKind::Unknown => {
            check_parties(claims, findings);
            check_jti(claims, findings);
            grants_check::check(claims, findings);
        }
    }
    check_times(claims, now, findings)
}

fn check_parties(claims: &Map<String, Value>, findings: &mut Vec<Finding>) {
    let text = |name| claims.get(name).and_then(Value::as_str);
    if let (Some(iss), Some(sub)) = (text("iss"), text("sub"))
        && iss.starts_with("AC")
        && sub.starts_with("SK")
    {
        let message = "iss is the account's SID and sub the API key's: they are swapped.";
        findings.push(finding::SWAPPED.finding(message));
        return;
    }
    for (name, prefix, rule) in
        [("iss", "SK", &finding::MALFORMED_ISSUER), ("sub", "AC", &finding::MALFORMED_SUBJECT)]
    {
        match claims.get(name) {
            None => findings.push(finding::MISSING_CLAIM.finding(format!("The token has no {name}."))),
            Some(Value::String(found)) if sid::is(prefix, found) => {}
            Some(Value::String(found)) if name == "iss" && sid::is("AC", found) => {
                let message = "iss is the account's SID: the token is not signed by an API key.";
                findings.push(finding::ISSUER_IS_ACCOUNT.finding(message));
            }
            Some(found) => {
                let message = format!("{name} is {}, not {prefix} and 32 hexadecimal digits.", quoted(found));
                findings.push(rule.finding(message));
            }
        }
    }
}

/// Whether neither a key nor an account of Twilio's has to do with it.
pub(crate) fn is_of_others(claims: &Map<String, Value>) -> bool {
    let is_sid = |name: &str| {
        let text = claims.get(name).and_then(Value::as_str).unwrap_or_default();
        text.starts_with("SK") || text.starts_with("AC")
    };
    let says_who = claims.contains_key("iss") || claims.contains_key("sub");
    says_who && !is_sid("iss") && !is_sid("sub") && !claims.contains_key("identity")
}

/// A `jti` is a string (RFC 7519, section 4.1.7).
fn check_jti(claims: &Map<String, Value>, findings: &mut Vec<Finding>) {
    if let Some(jti) = claims.get("jti").filter(|jti| !jti.is_string()) {
        findings.push(finding::CLAIM_WRONG_TYPE.finding(format!("jti is {}, not a string.", quoted(jti))));
    }
}

fn check_times(claims: &Map<String, Value>, now: u64, findings: &mut Vec<Finding>) -> Times {
    let mut time = |name| read_time(name, claims, findings);
    let times = Times { expires_at: time("exp"), not_before: time("nbf"), issued_at: time("iat") };
    if !claims.contains_key("exp") && findings.iter().all(|finding| finding.code != finding::OTHER_TOKEN.code)
    {
        findings.push(finding::MISSING_CLAIM.finding("The token has no exp: it would never expire."));
    }
    if let Some(exp) = times.expires_at {
        check_expiry(exp, &times, now, findings);
    }
    match times.not_before {
        Some(nbf) if nbf > now && times.expires_at.is_none_or(|exp| exp > nbf) => {
            let message =
                format!("The token is not valid until {}, in {}.", moment(nbf), duration(nbf - now));
            findings.push(finding::NOT_YET_VALID.finding(message));
        }
        _ => {}
    }
    if let Some(iat) = times.issued_at
        && iat > now
    {
        // What two well-kept clocks may differ by.
        const SKEW: u64 = 60;
        let rule = if iat - now <= SKEW { &finding::CLOCK_SKEW } else { &finding::ISSUED_IN_FUTURE };
        let message =
            format!("The token was issued at {}, which is {} ahead.", moment(iat), duration(iat - now));
        findings.push(rule.finding(message));
    }
    times
}

fn check_expiry(exp: u64, times: &Times, now: u64, findings: &mut Vec<Finding>) {
    const SHORT: u64 = 180;
    let start = times.start(now);
    let has_start = times.issued_at.is_some() || times.not_before.is_some();
    let lifetime = exp.saturating_sub(start);
    // An `nbf` may lie before the moment of issue. Without an `iat`, what is left is what can be said for sure.
    let at_least = if times.issued_at.is_some() { lifetime } else { exp.saturating_sub(start.max(now)) };
    if has_start && exp <= start.max(times.not_before.unwrap_or_default()) {
        let message = "The token expires before it begins.";
        findings.push(finding::NEVER_VALID.finding(message));
        return;
    }
    if now >= exp {
        let message = format!("The token expired at {}, {} ago.", moment(exp), duration(now - exp));
        findings.push(finding::EXPIRED.finding(message));
    }
    if at_least > MAX_TTL {
        let message = format!("The token lives for {}, more than 24 hours.", duration(at_least));
        findings.push(finding::LIFETIME_TOO_LONG.finding(message));
    }
    if has_start && lifetime <= SHORT {
        let message = format!("The token lives for only {}.", duration(lifetime));
        findings.push(finding::LIFETIME_SHORT.finding(message));
    }
}

fn read_time(name: &'static str, claims: &Map<String, Value>, findings: &mut Vec<Finding>) -> Option<u64> {
    let value = claims.get(name)?;
    let Some(number) = value.as_f64().filter(|number| number.fract() == 0.0) else {
        let message = format!("{name} is {}, not a whole number of seconds.", quoted(value));
        findings.push(finding::CLAIM_WRONG_TYPE.finding(message));
        return None;
    };
    if let Some(time) = seconds(number) {
        return Some(time);
    }
    // From 2001 to the year 5138.
    let milliseconds = 1e12..1e14;
    findings.push(if milliseconds.contains(&number) {
        finding::IN_MILLISECONDS.finding(format!("{name} is {value}: that looks like milliseconds."))
    } else {
        finding::CLAIM_OUT_OF_RANGE.finding(format!("{name} is {value}, which is no time at all."))
    });
    None
}
