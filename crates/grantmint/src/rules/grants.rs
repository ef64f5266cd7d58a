//! The problems of the grants.

use serde_json::{Map, Value};

use super::identity;
use super::parties::instead;
use super::table;
use super::text::{quoted, quoted_text, shown};
use super::{Finding, Severity};
use crate::error::Error;
use crate::grants::{FieldKind, Grants, PRODUCTS, Product, ProductField};
use crate::json::read_object;
use crate::placeholder::is_accident;

/// Adds the problems of the grants and of the identity in them.
pub(crate) fn check(claims: &Map<String, Value>, findings: &mut Vec<Finding>) {
    let grants = match claims.get("grants") {
        Some(Value::Object(grants)) => grants,
        Some(Value::Array(_)) => {
            let message = "grants is an array, as in older tokens.";
            return findings.push(table::GRANTS_NOT_OBJECT.finding(message));
        }
        Some(other) => {
            let message = format!("grants is {}, not an object.", quoted(other));
            return findings.push(table::GRANTS_NOT_OBJECT.finding(message));
        }
        None => {
            let message = format!("The token has no grants{}.", instead(claims, "grants"));
            return findings.push(table::GRANTS_MISSING.finding(message));
        }
    };
    let mut has_product = false;
    for (key, payload) in grants.iter().filter(|(key, _)| *key != "identity") {
        if plain(key) == "identity" {
            findings.push(misplaced_identity(key));
            continue;
        }
        has_product = true;
        check_grant(key, payload, findings);
    }
    if !has_product {
        findings.push(table::NO_PRODUCT_GRANT.finding("The token gives access to no product."));
    }
    identity::check(claims, grants, findings);
}

/// Rejects grants of which `inspect` would report an error.
pub(crate) fn check_sound(grants: &Grants) -> Result<(), Error> {
    grants.check_fields()?;
    for (key, json) in grants.custom() {
        let mut findings = Vec::new();
        if plain(key) == "identity" {
            findings.push(misplaced_identity(key));
        }
        // The payload of an unknown grant breaks no rule.
        let is_known = Product::find(key).or_else(|| successor(key)).is_some();
        let payload = if is_known { read_object(json)? } else { Map::new() };
        check_grant(key, &Value::Object(payload), &mut findings);
        if let Some(finding) = findings.into_iter().find(|finding| finding.severity == Severity::Error) {
            let Finding { code, message, .. } = finding;
            return Err(Error::BrokenGrant { key: key.to_owned(), code, message });
        }
    }
    Ok(())
}

/// Adds the problems of one grant.
pub(crate) fn check_grant(key: &str, payload: &Value, findings: &mut Vec<Finding>) {
    let Some(product) = Product::find(key).or_else(|| successor(key)) else {
        return check_unknown(key, payload, findings);
    };
    if product.key != key {
        check_unknown(key, payload, findings);
    }
    let Value::Object(payload) = payload else {
        let message = format!("grants.{key} is {}, not an object.", quoted(payload));
        return findings.push(table::GRANT_NOT_OBJECT.finding(message));
    };
    if product.has_ended {
        findings.push(table::PRODUCT_ENDED.finding("The token has a grant for Twilio Live's player."));
        return;
    }
    check_names(key, payload, product, 0, findings);
    for field in product.fields {
        let Some(found) = find(payload, field.path) else { continue };
        let path = format!("grants.{key}.{}", field.path.join("."));
        let is_right = match field.kind {
            FieldKind::Text => found.is_string(),
            FieldKind::Flag => found.is_boolean(),
            FieldKind::Object => found.is_object(),
        };
        if !is_right && !found.is_null() {
            let message = format!("{path} is {}.", quoted(found));
            findings.push(table::FIELD_WRONG_TYPE.finding(message));
        } else if let (Some(prefix), Value::String(found)) = (field.sid, found) {
            check_sid(&path, product, field, prefix, found, payload, findings);
        } else if let Value::String(found) = found
            && is_accident(found)
        {
            let message = format!("{path} is {}, which names nothing.", quoted_text(found));
            findings.push(table::FIELD_PLACEHOLDER.finding(message));
        }
    }
    // A misspelt field has been reported already.
    if let Some(field) = product.missing_in(payload)
        && table::SERVICE_SID_MISSING.products.contains(&product.key)
        && find_misspelt(payload, field.name()).is_none()
    {
        let message = format!("grants.{key} contains no {}.", field.name());
        findings.push(table::SERVICE_SID_MISSING.finding(message));
    }
    let allows_incoming = find(payload, &["incoming", "allow"]).is_some_and(|allow| *allow == true);
    // Another type than an object has been reported already, and so has a misspelt field.
    let allows_outgoing = match payload.get("outgoing") {
        Some(Value::Object(outgoing)) => {
            outgoing.iter().any(|(name, value)| plain(name) == "applicationsid" && !is_blank(value))
        }
        outgoing => outgoing.is_some_and(|outgoing| !outgoing.is_null()),
    };
    let has_params = find(payload, &["outgoing", "params"]).is_some();
    if product.key == "voice" && allows_incoming && !allows_outgoing && has_params {
        let message = "The Voice grant has parameters for outgoing calls, but no application_sid, so it allows no outgoing calls.";
        findings.push(table::VOICE_GRANT_EMPTY.finding(message));
    }
    if product.key == "task_router" && payload.values().all(is_blank) {
        findings.push(table::TASK_ROUTER_GRANT_EMPTY.finding("The TaskRouter grant is empty."));
    }
    if product.key == "voice" && !allows_incoming && !allows_outgoing {
        let message = "The Voice grant allows neither incoming nor outgoing calls.";
        findings.push(table::VOICE_GRANT_EMPTY.finding(message));
    }
    let has_credential = payload.keys().any(|name| plain(name) == "pushcredentialsid")
        && payload.get("push_credential_sid").is_none_or(|sid| !is_blank(sid));
    if product.key == "voice" && allows_incoming && !has_credential {
        let message =
            "A phone app is called only with a push_credential_sid, which the Voice grant does not contain.";
        findings.push(table::PUSH_CREDENTIAL_MISSING.finding(message));
    }
}

/// Returns whether a field is as good as absent.
fn is_blank(value: &Value) -> bool {
    value.is_null() || value == ""
}

/// Returns the product whose fields a deprecated grant has, or one with the product's new name.
fn successor(key: &str) -> Option<&'static Product> {
    PRODUCTS
        .iter()
        .copied()
        .find(|product| product.replaces.contains(&key) || (product.key, key) == ("chat", "conversations"))
}

fn misplaced_identity(key: &str) -> Finding {
    let message = format!("grants contains {}; Twilio expects \"identity\".", quoted_text(key));
    table::IDENTITY_MISPLACED.finding(message)
}

fn check_unknown(key: &str, payload: &Value, findings: &mut Vec<Finding>) {
    let found = quoted_text(key);
    if PRODUCTS.iter().any(|product| product.replaces.contains(&key)) {
        let message = format!("The grant {found} belongs to a product that has been replaced.");
        findings.push(table::GRANT_DEPRECATED.finding(message));
    } else if let Some(product) = meant(key) {
        let message =
            format!("Twilio does not know the grant {found}; expected {}.", quoted_text(product.key));
        findings.push(table::MISSPELT_GRANT.finding(message));
    } else if !payload.is_object() {
        let message = format!("grants.{} is {}, not an object.", shown(key), quoted(payload));
        findings.push(table::GRANT_NOT_OBJECT.finding(message));
    }
}

/// Returns the product of whose key a key is probably a misspelling.
pub(crate) fn meant(key: &str) -> Option<&'static Product> {
    let plain = plain(key);
    let bare = plain.strip_suffix("grant").unwrap_or(&plain);
    let is_meant =
        |alias: &&str| *alias == bare || bare.strip_suffix('s') == Some(alias) || is_typo(bare, alias);
    PRODUCTS.iter().copied().find(|product| product.aliases.iter().any(is_meant))
}

/// Returns the name that another one probably means: the same letters and digits, its plural or singular, or one typing
/// error away. A short name must be the only one that close.
pub(crate) fn name_meant<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain_name = plain(name);
    let known: Vec<&str> = known.into_iter().filter(|known| *known != name).collect();
    let find = |is_meant: &dyn Fn(&str) -> bool| known.iter().copied().find(|known| is_meant(&plain(known)));
    let is_plural = |one: &str, other: &str| one.strip_suffix('s') == Some(other);
    find(&|known| known == plain_name)
        .or_else(|| find(&|known| is_plural(known, &plain_name) || is_plural(&plain_name, known)))
        .or_else(|| find(&|known| is_typo(&plain_name, known)))
        .or_else(|| {
            let is_close = |known: &&str| plain_name.len() > 1 && is_one_error(&plain_name, &plain(known));
            let mut close = known.iter().copied().filter(is_close);
            close.next().filter(|_| close.next().is_none())
        })
}

/// Returns whether two words differ by one typing error. Short words are too similar to each other to tell.
fn is_typo(one: &str, other: &str) -> bool {
    one.len().min(other.len()) > 3 && is_one_error(one, other)
}

fn is_one_error(one: &str, other: &str) -> bool {
    let same = |(one, other): &(char, char)| one == other;
    let start = one.chars().zip(other.chars()).take_while(same).count();
    let end = one.chars().rev().zip(other.chars().rev()).take_while(same).count();
    // An exchange of two letters is the widest error. Most names differ more, and need no exact distance.
    let most = one.len().max(other.len());
    most < start + end + 3 && one != other && strsim::osa_distance(one, other) == 1
}

/// Adds the names of a payload that are spelled differently from Twilio's, at each level.
fn check_names(
    path: &str,
    payload: &Map<String, Value>,
    product: &Product,
    level: usize,
    findings: &mut Vec<Finding>,
) {
    for (name, value) in payload {
        let mut right = product.fields.iter().filter_map(|field| field.path.get(level));
        if right.clone().any(|right| right == name) {
            // Members of a free-form object have no names of Twilio's.
            let is_parent =
                product.fields.iter().any(|field| field.path.len() > level + 1 && field.path[level] == name);
            match value {
                Value::Object(inner) if is_parent => {
                    check_names(&format!("{path}.{name}"), inner, product, level + 1, findings);
                }
                Value::Null => {}
                other if is_parent => {
                    let message = format!("grants.{path}.{name} is {}, not an object.", quoted(other));
                    findings.push(table::FIELD_WRONG_TYPE.finding(message));
                }
                _ => {}
            }
        } else if let Some(right) = right
            .find(|right| plain(right) == plain(name))
            .map(|right| (*right).to_owned())
            .or_else(|| option_path(product, name).filter(|_| level == 0))
        {
            let found = quoted_text(name);
            let message = format!(
                "grants.{path} contains {found}, which Twilio ignores; expected {}.",
                quoted_text(&right)
            );
            findings.push(table::MISSPELT_FIELD.finding(message));
        }
    }
}

/// Returns the path in the payload of the libraries' option with this name.
fn option_path(product: &Product, name: &str) -> Option<String> {
    if product.key == "video" && matches!(plain(name).as_str(), "rooms" | "roomname" | "roomsid") {
        return Some("room".to_owned());
    }
    let field = product.fields.iter().find(|field| plain(field.name) == plain(name))?;
    Some(field.path.join("."))
}

fn find_misspelt<'a>(payload: &'a Map<String, Value>, right: &str) -> Option<&'a String> {
    payload.keys().find(|name| *name != right && plain(name) == plain(right))
}

/// Returns the letters and digits of a name in lower case, which all of its spellings share.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|char| char.to_ascii_lowercase()).collect()
}

fn find<'a>(payload: &'a Map<String, Value>, path: &[&str]) -> Option<&'a Value> {
    let (leaf, parents) = path.split_last()?;
    let mut object = payload;
    for parent in parents {
        object = object.get(*parent)?.as_object()?;
    }
    object.get(*leaf)
}

fn check_sid(
    path: &str,
    product: &Product,
    field: &ProductField,
    prefix: &str,
    found: &str,
    payload: &Map<String, Value>,
    findings: &mut Vec<Finding>,
) {
    if found.is_empty() || product.accepts_sid(field, found) {
        return;
    }
    let rule = if found.starts_with(prefix) { &table::MALFORMED_SID } else { &table::WRONG_SID_PREFIX };
    let other = |other: &ProductField| find(payload, other.path).and_then(Value::as_str);
    let found = product.found(field, found, other);
    findings.push(rule.finding(format!("{path} is {found}; expected {prefix} and 32 hexadecimal digits.")));
}
