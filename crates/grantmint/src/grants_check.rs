//! What is wrong with the grants and the identity of a token that is being explained.

use serde_json::{Map, Value};

use crate::finding::{self, Finding};
use crate::grant::PRODUCTS;
use crate::product::{FieldKind, Product};
use crate::sid;
use crate::text::{quoted, quoted_text, shown};
use crate::verified_claims;

pub(crate) fn check(claims: &Map<String, Value>, findings: &mut Vec<Finding>) {
    let grants = match claims.get("grants") {
        Some(Value::Object(grants)) => grants,
        Some(Value::Array(_)) => {
            let message = "grants is an array, as in tokens of an older kind.";
            return findings.push(finding::GRANTS_NOT_OBJECT.finding(message));
        }
        Some(other) => {
            let message = format!("grants is {}, not an object.", quoted(other));
            return findings.push(finding::GRANTS_NOT_OBJECT.finding(message));
        }
        None => return findings.push(finding::GRANTS_MISSING.finding("The token has no grants.")),
    };
    let mut opens_something = false;
    for (key, payload) in grants.iter().filter(|(key, _)| *key != "identity") {
        if plain(key) == "identity" {
            let message = format!("grants has {}, and Twilio looks for \"identity\".", quoted_text(key));
            findings.push(finding::IDENTITY_MISPLACED.finding(message));
            continue;
        }
        opens_something = true;
        check_grant(key, payload, findings);
    }
    if !opens_something {
        findings.push(finding::NO_PRODUCT_GRANT.finding("The token grants no product."));
    }
    check_identity(claims, grants, findings);
}

fn check_grant(key: &str, payload: &Value, findings: &mut Vec<Finding>) {
    let Some(product) = Product::find(key) else { return check_unknown(key, payload, findings) };
    let Value::Object(payload) = payload else {
        let message = format!("grants.{key} is {}, not an object.", quoted(payload));
        return findings.push(finding::GRANT_NOT_OBJECT.finding(message));
    };
    if key == "player" {
        findings.push(finding::PRODUCT_ENDED.finding("The token has a grant for Twilio Live's player."));
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
            findings.push(finding::CLAIM_WRONG_TYPE.finding(message));
        } else if let (Some(prefix), Value::String(found)) = (field.sid, found) {
            check_sid(&path, prefix, found, findings);
        }
    }
    // A name that is only misspelt is not missing too.
    if let Some(field) = product.missing_in(payload)
        && find_misspelt(payload, field.name()).is_none()
    {
        let message = format!("grants.{key} names no service: it has no {}.", field.name());
        findings.push(finding::SERVICE_SID_MISSING.finding(message));
    }
    let allows_incoming = find(payload, &["incoming", "allow"]).is_some_and(|allow| *allow == true);
    let allows_outgoing = payload.get("outgoing").is_some_and(|outgoing| {
        outgoing
            .as_object()
            .is_none_or(|outgoing| outgoing.keys().any(|name| plain(name) == "applicationsid"))
    });
    let has_params = find(payload, &["outgoing", "params"]).is_some();
    if key == "voice" && allows_incoming && !allows_outgoing && has_params {
        let message =
            "The Voice grant has parameters for outgoing calls, but no application_sid: it allows none.";
        findings.push(finding::VOICE_GRANT_EMPTY.finding(message));
    }
    if key == "voice" && !allows_incoming && !allows_outgoing {
        let message = "The Voice grant allows neither incoming nor outgoing calls.";
        findings.push(finding::VOICE_GRANT_EMPTY.finding(message));
    }
}

fn check_unknown(key: &str, payload: &Value, findings: &mut Vec<Finding>) {
    let found = quoted_text(key);
    if matches!(key, "ip_messaging" | "rtc") {
        let message = format!("The grant {found} is of a product that another has replaced.");
        findings.push(finding::GRANT_DEPRECATED.finding(message));
    } else if let Some(product) = PRODUCTS.iter().find(|product| is_meant(key, product.key)) {
        let message =
            format!("The grant {found} means nothing to Twilio; {} does.", quoted_text(product.key));
        findings.push(finding::MISSPELT_GRANT.finding(message));
    } else if !payload.is_object() {
        let message = format!("grants.{} is {}, not an object.", shown(key), quoted(payload));
        findings.push(finding::GRANT_NOT_OBJECT.finding(message));
    }
}

/// Whether a key looks like another way to write a product's.
fn is_meant(key: &str, right: &str) -> bool {
    let names: &[&str] = match right {
        "data_sync" => &["datasync", "sync"],
        "chat" => &["chat", "conversations", "conversation", "ipmessaging"],
        "video" => &["video", "rooms"],
        "voice" => &["voice"],
        "task_router" => &["taskrouter"],
        _ => &[],
    };
    let plain = plain(key);
    let bare = plain.strip_suffix("grant").unwrap_or(&plain);
    names.iter().any(|name| *name == bare || bare.strip_suffix('s') == Some(name) || is_typo(bare, name))
}

/// Whether two words of some length differ by one letter, or by two that have changed places.
fn is_typo(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let start = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let end = |from_one: usize, from_other: usize| {
        one.get(start + from_one..).is_some_and(|rest| other.get(start + from_other..) == Some(rest))
    };
    let swapped = one.len() == other.len()
        && one.get(start) == other.get(start + 1)
        && one.get(start + 1) == other.get(start)
        && end(2, 2);
    one.len().min(other.len()) > 3 && one != other && (end(1, 1) || end(1, 0) || end(0, 1) || swapped)
}

/// Names that are written in another way than Twilio's, at each level of the payload.
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
            // Below a free-form object's name, nothing is ours.
            let is_parent =
                product.fields.iter().any(|field| field.path.len() > level + 1 && field.path[level] == name);
            match value {
                Value::Object(inner) if is_parent => {
                    check_names(&format!("{path}.{name}"), inner, product, level + 1, findings);
                }
                Value::Null => {}
                other if is_parent => {
                    let message = format!("grants.{path}.{name} is {}, not an object.", quoted(other));
                    findings.push(finding::CLAIM_WRONG_TYPE.finding(message));
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
                "grants.{path} has {found}, which means nothing to Twilio; {} does.",
                quoted_text(&right)
            );
            findings.push(finding::MISSPELT_FIELD.finding(message));
        }
    }
}

/// Where in the payload stands what the libraries have an option of this name for.
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

/// A name without what distinguishes one spelling from another.
fn plain(name: &str) -> String {
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

fn check_sid(path: &str, prefix: &str, found: &str, findings: &mut Vec<Finding>) {
    // Sync takes the name of the service that every account has.
    let is_default = path == "grants.data_sync.service_sid" && found == "default";
    if found.is_empty() || is_default || sid::is(prefix, found) {
        return;
    }
    let found_text = quoted_text(found);
    if found.starts_with(prefix) {
        let message = format!("{path} is {found_text}: {prefix} goes before 32 hexadecimal digits.");
        findings.push(finding::MALFORMED_SID.finding(message));
    } else {
        let message = format!("{path} is {found_text}, which does not start with {prefix}.");
        findings.push(finding::WRONG_SID_PREFIX.finding(message));
    }
}

fn check_identity(claims: &Map<String, Value>, grants: &Map<String, Value>, findings: &mut Vec<Finding>) {
    let identity = match grants.get("identity") {
        Some(Value::String(identity)) if !identity.is_empty() => identity,
        Some(value @ Value::Number(number)) if verified_claims::identity(Some(value.into())).is_ok() => {
            let message = format!("The identity is the number {number}, not a string.");
            return findings.push(finding::IDENTITY_NOT_STRING.finding(message));
        }
        None | Some(Value::String(_)) => {
            return check_absent_identity(claims, grants, findings);
        }
        Some(other) => {
            let message = format!("The identity is {}, not a string.", quoted(other));
            return findings.push(finding::CLAIM_WRONG_TYPE.finding(message));
        }
    };
    check_length(identity, grants, findings);
    let mut reserved: Vec<char> = identity.chars().filter(|char| is_reserved(*char)).collect();
    reserved.sort_unstable();
    reserved.dedup();
    if !reserved.is_empty() {
        let found = quoted_text(&reserved.into_iter().collect::<String>());
        let message = format!("The identity holds characters that Twilio reserves: {found}.");
        findings.push(finding::IDENTITY_RESERVED_CHARACTERS.finding(message));
    }
}

fn check_absent_identity(
    claims: &Map<String, Value>,
    grants: &Map<String, Value>,
    findings: &mut Vec<Finding>,
) {
    // It is there under another spelling, and that has been said.
    if grants.keys().any(|key| key != "identity" && plain(key) == "identity") {
        return;
    }
    if claims.contains_key("identity") {
        let message = "The identity stands beside grants, not in it.";
        return findings.push(finding::IDENTITY_MISPLACED.finding(message));
    }
    // TaskRouter speaks for a worker, and a viewer of Live may be anybody.
    let needs = [("data_sync", "Sync"), ("chat", "Conversations"), ("video", "Video"), ("voice", "Voice")];
    let needing: Vec<&str> =
        needs.iter().filter(|(key, _)| grants.contains_key(*key)).map(|(_, name)| *name).collect();
    if !needing.is_empty() {
        let message = format!("The token has no identity, which {} needs.", needing.join(" and "));
        findings.push(finding::IDENTITY_MISSING.finding(message));
    }
}

/// Twilio's limits: 128 for a participant of a room, in which a character of more than one byte counts twice; 256
/// elsewhere.
fn check_length(identity: &str, grants: &Map<String, Value>, findings: &mut Vec<Finding>) {
    let length = identity.chars().count();
    let in_room: usize = identity.chars().map(|char| if char.is_ascii() { 1 } else { 2 }).sum();
    if grants.contains_key("video") && in_room > 128 {
        let message = format!("The identity has {length} characters, too many for Video (128).");
        findings.push(finding::IDENTITY_TOO_LONG.finding(message));
    } else if length > 256 {
        let message = format!("The identity has {length} characters, more than 256.");
        findings.push(finding::IDENTITY_TOO_LONG.finding(message));
    } else if grants.contains_key("voice") && length > 121 {
        let message = format!("The identity has {length} characters, many for Voice (121).");
        findings.push(finding::IDENTITY_LONG.finding(message));
    }
}

/// What Twilio reserves, or cannot do with, in the identity of one product or another.
fn is_reserved(char: char) -> bool {
    "!*'();:@&=+$,/?%#[]".contains(char) || char.is_whitespace() || char.is_control()
}
