//! The problems of a header.

use serde_json::{Map, Value};

use super::kind::{TokenKind, is_foreign};
use crate::algorithm::Algorithm;
use crate::header::CONTENT_TYPE;
use crate::rules;
use crate::rules::Finding;
use crate::rules::text::quoted;

/// Adds the problems of a header, unless the token is clearly of another kind.
pub(super) fn check(
    kind: TokenKind,
    header: &Map<String, Value>,
    claims: Option<&Map<String, Value>>,
    findings: &mut Vec<Finding>,
) {
    let is_other = match kind {
        TokenKind::AccessToken => false,
        TokenKind::Unknown => claims.is_some_and(is_foreign),
        _ => true,
    };
    if is_other {
        return;
    }
    match header.get("alg") {
        Some(Value::String(alg)) if alg == Algorithm::default().name() => {}
        Some(Value::String(alg)) if alg.eq_ignore_ascii_case("none") => {
            findings.push(rules::WRONG_ALGORITHM.finding("The token is not signed (alg none)."));
        }
        Some(alg) => {
            let message = format!("The token is signed with {}, not with HS256.", quoted(alg));
            findings.push(rules::WRONG_ALGORITHM.finding(message));
        }
        None => findings.push(rules::WRONG_ALGORITHM.finding("The header has no alg.")),
    }
    match header.get("typ") {
        Some(Value::String(typ)) if typ.eq_ignore_ascii_case("JWT") => {}
        Some(typ) => {
            findings.push(rules::WRONG_TYP.finding(format!("The header's typ is {}.", quoted(typ))));
        }
        None => findings.push(rules::MISSING_TYP.finding("The header has no typ.")),
    }
    match header.get("cty") {
        Some(Value::String(cty)) if cty == CONTENT_TYPE => {}
        Some(cty) => {
            findings.push(rules::WRONG_CTY.finding(format!("The header's cty is {}.", quoted(cty))));
        }
        None => findings.push(rules::WRONG_CTY.finding("The header has no cty.")),
    }
    for name in ["crit", "b64", "zip", "enc"] {
        if header.get(name).is_some_and(|value| name != "b64" || *value != true) {
            findings.push(rules::UNSUPPORTED_HEADER.finding(format!("The header has {name}.")));
        }
    }
}
