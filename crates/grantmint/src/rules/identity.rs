//! The problems of the identity.

use serde_json::{Map, Value};

use super::grants::plain;
use super::table;
use super::text::{quoted, quoted_text};
use super::{Finding, Rule};
use crate::grants::{IdentityRules, PRODUCTS, Product};
use crate::json::number_text;
use crate::limits::MAX_SAFE_INTEGER;
use crate::placeholder::is_accident;

/// Adds the problems of the identity.
pub(crate) fn check(claims: &Map<String, Value>, grants: &Map<String, Value>, findings: &mut Vec<Finding>) {
    let identity = match grants.get("identity") {
        Some(Value::String(identity)) if !identity.is_empty() => identity,
        Some(Value::Number(number)) if number.as_f64().and_then(digits).is_some() => {
            let message = format!("The identity is the number {number}, not a string.");
            return findings.push(table::IDENTITY_NOT_STRING.finding(message));
        }
        None | Some(Value::String(_)) => {
            return check_absent_identity(claims, grants, findings);
        }
        Some(other) => {
            let message = format!("The identity is {}, not a string.", quoted(other));
            return findings.push(table::IDENTITY_WRONG_TYPE.finding(message));
        }
    };
    check_length(identity, grants, findings);
    if claims.get("sub").is_some_and(|sub| sub == identity) {
        findings.push(table::IDENTITY_PLACEHOLDER.finding("The identity is the account's SID."));
    } else if is_accident(identity) {
        let message = format!("The identity is {}, which stands for no user.", quoted_text(identity));
        return findings.push(table::IDENTITY_PLACEHOLDER.finding(message));
    }
    check_characters(identity, grants, findings);
}

/// Adds a finding for characters that a product of the token reserves. The rule of Voice is the strictest.
fn check_characters(identity: &str, grants: &Map<String, Value>, findings: &mut Vec<Finding>) {
    let has_any = |rule: &Rule| rule.products.iter().any(|key| grants.contains_key(*key));
    let is_of_voice = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let found = |is_wrong: &dyn Fn(char) -> bool| {
        // A space is wrong wherever another character is, and hard to see between quotation marks.
        let mut found: Vec<char> = identity.chars().filter(|char| *char != ' ' && is_wrong(*char)).collect();
        found.sort_unstable();
        found.dedup();
        let others = (!found.is_empty()).then(|| quoted_text(&found.into_iter().collect::<String>()));
        match others {
            others if !identity.contains(' ') => others,
            None => Some("a space".to_owned()),
            Some(others) => Some(format!("{others} and a space")),
        }
    };
    if has_any(&table::VOICE_IDENTITY_CHARACTERS) {
        if let Some(found) = found(&|char| !is_of_voice(char)) {
            let message = format!("The identity contains characters that Voice does not accept: {found}.");
            findings.push(table::VOICE_IDENTITY_CHARACTERS.finding(message));
        }
    } else if let Some(found) = found(&is_reserved) {
        let message = format!("The identity contains reserved characters: {found}.");
        let rule = if has_any(&table::IDENTITY_RESERVED_CHARACTERS) {
            &table::IDENTITY_RESERVED_CHARACTERS
        } else {
            &table::OTHER_RESERVED_CHARACTERS
        };
        findings.push(rule.finding(message));
    }
}

fn check_absent_identity(
    claims: &Map<String, Value>,
    grants: &Map<String, Value>,
    findings: &mut Vec<Finding>,
) {
    // The identity has another spelling, which has been reported.
    if grants.keys().any(|key| key != "identity" && plain(key) == "identity") {
        return;
    }
    if claims.contains_key("identity") {
        let message = "The identity is beside grants instead of inside it.";
        return findings.push(table::IDENTITY_MISPLACED.finding(message));
    }
    let needing: Vec<&str> = PRODUCTS
        .iter()
        .filter(|product| product.identity.is_needed && grants.contains_key(product.key))
        .map(|product| product.title)
        .collect();
    if !needing.is_empty() {
        let message = format!("The token has no identity, which {} needs.", needing.join(" and "));
        findings.push(table::IDENTITY_MISSING.finding(message));
    }
}

/// Adds a finding for an identity that is too long for a product of the token, or for some of its clients.
fn check_length(identity: &str, grants: &Map<String, Value>, findings: &mut Vec<Finding>) {
    let length = identity.chars().count();
    let rules_of = |product: &&&Product| grants.contains_key(product.key);
    if let Some(TooLong { counted, max, product }) = too_long(identity, |key| grants.contains_key(key)) {
        let message = match product {
            Some(title) if counted > length => format!(
                "The identity has {length} characters, which {title} counts as {counted}, more than {max}."
            ),
            Some(title) => format!("The identity has {length} characters, too many for {title} ({max})."),
            None => format!("The identity has {length} characters, more than {max}."),
        };
        let rule =
            if product.is_some() { &table::VIDEO_IDENTITY_TOO_LONG } else { &table::IDENTITY_TOO_LONG };
        findings.push(rule.finding(message));
    } else if let Some(product) =
        PRODUCTS.iter().filter(rules_of).find(|product| length > product.identity.long)
    {
        let (title, long) = (product.title, product.identity.long);
        let message = format!("The identity has {length} characters, many for {title} ({long}).");
        findings.push(table::IDENTITY_LONG.finding(message));
    }
}

/// The limit that an identity exceeds, and the name of the product that sets it, unless all do.
pub(crate) struct TooLong {
    /// The identity's length, as the product counts it.
    pub(crate) counted: usize,
    pub(crate) max: usize,
    pub(crate) product: Option<&'static str>,
}

/// Returns the limit that an identity exceeds, given whether the token has a grant.
pub(crate) fn too_long(identity: &str, has_grant: impl Fn(&str) -> bool) -> Option<TooLong> {
    // Every length counts at most one for each byte.
    if identity.len() <= SHORT {
        return None;
    }
    let general = IdentityRules::NEEDED;
    let exceeded = PRODUCTS.iter().find(|product| {
        product.identity.max_length < general.max_length
            && product.identity.is_too_long(identity)
            && has_grant(product.key)
    });
    let (rules, product) = match exceeded {
        Some(product) => (product.identity, Some(product.title)),
        None if general.is_too_long(identity) => (general, None),
        None => return None,
    };
    Some(TooLong { counted: (rules.length)(identity), max: rules.max_length, product })
}

/// The length in bytes that no product finds too long.
const SHORT: usize = 128;

/// Returns the decimal digits of an identity that is a number. twilio-python writes an integer if it was given one.
pub(crate) fn digits(number: f64) -> Option<String> {
    #[expect(clippy::cast_precision_loss, reason = "a double represents it exactly")]
    const MAX: f64 = MAX_SAFE_INTEGER as f64;
    // Without the sign of a negative zero.
    (number.fract() == 0.0 && number.abs() <= MAX).then(|| number_text(number + 0.0))
}

/// Returns whether a product of Twilio reserves or mishandles a character in an identity.
fn is_reserved(char: char) -> bool {
    "!*'();:@&=+$,/?%#[]".contains(char) || char.is_whitespace() || char.is_control()
}
