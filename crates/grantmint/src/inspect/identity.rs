//! The problems of the identity.

use serde_json::{Map, Value};

use super::finding::Finding;
use super::grants::plain;
use super::text::{quoted, quoted_text};
use crate::grants::{IdentityRules, PRODUCTS, Product};
use crate::rules;
use crate::verify;

/// Adds the problems of the identity.
pub(super) fn check(claims: &Map<String, Value>, grants: &Map<String, Value>, findings: &mut Vec<Finding>) {
    let identity = match grants.get("identity") {
        Some(Value::String(identity)) if !identity.is_empty() => identity,
        Some(value @ Value::Number(number)) if verify::identity(Some(value.into())).is_ok() => {
            let message = format!("The identity is the number {number}, not a string.");
            return findings.push(rules::IDENTITY_NOT_STRING.finding(message));
        }
        None | Some(Value::String(_)) => {
            return check_absent_identity(claims, grants, findings);
        }
        Some(other) => {
            let message = format!("The identity is {}, not a string.", quoted(other));
            return findings.push(rules::CLAIM_WRONG_TYPE.finding(message));
        }
    };
    check_length(identity, grants, findings);
    let mut reserved: Vec<char> = identity.chars().filter(|char| is_reserved(*char)).collect();
    reserved.sort_unstable();
    reserved.dedup();
    if !reserved.is_empty() {
        let found = quoted_text(&reserved.into_iter().collect::<String>());
        let message = format!("The identity contains reserved characters: {found}.");
        findings.push(rules::IDENTITY_RESERVED_CHARACTERS.finding(message));
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
        return findings.push(rules::IDENTITY_MISPLACED.finding(message));
    }
    let needing: Vec<&str> = PRODUCTS
        .iter()
        .filter(|product| product.identity.is_needed && grants.contains_key(product.key))
        .map(|product| product.title)
        .collect();
    if !needing.is_empty() {
        let message = format!("The token has no identity, which {} needs.", needing.join(" and "));
        findings.push(rules::IDENTITY_MISSING.finding(message));
    }
}

/// Adds a finding for an identity that is too long for a product of the token, or for some of its clients.
fn check_length(identity: &str, grants: &Map<String, Value>, findings: &mut Vec<Finding>) {
    let length = identity.chars().count();
    let rules_of = |product: &&&Product| grants.contains_key(product.key);
    let general = IdentityRules::NEEDED;
    if let Some(product) = PRODUCTS.iter().filter(rules_of).find(|product| {
        product.identity.max_length < general.max_length && product.identity.is_too_long(identity)
    }) {
        let (title, max) = (product.title, product.identity.max_length);
        let message = format!("The identity has {length} characters, too many for {title} ({max}).");
        findings.push(rules::IDENTITY_TOO_LONG.finding(message));
    } else if general.is_too_long(identity) {
        let message = format!("The identity has {length} characters, more than {}.", general.max_length);
        findings.push(rules::IDENTITY_TOO_LONG.finding(message));
    } else if let Some(product) =
        PRODUCTS.iter().filter(rules_of).find(|product| length > product.identity.long)
    {
        let (title, long) = (product.title, product.identity.long);
        let message = format!("The identity has {length} characters, many for {title} ({long}).");
        findings.push(rules::IDENTITY_LONG.finding(message));
    }
}

/// Returns whether a product of Twilio reserves or mishandles a character in an identity.
fn is_reserved(char: char) -> bool {
    "!*'();:@&=+$,/?%#[]".contains(char) || char.is_whitespace() || char.is_control()
}
