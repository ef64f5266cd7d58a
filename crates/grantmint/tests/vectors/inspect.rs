//! Playing a case that inspects a token: `inspections.json`.

use grantmint::internal::inspect_nothing;
use grantmint::{InspectOptions, Inspection, inspect};
use serde_json::Value;

use super::token;

/// Inspects the token of a case.
pub(crate) fn play(case: &Value) -> Inspection {
    let mut options = InspectOptions::new();
    if let Some(secret) = case["secret"].as_str() {
        options = options.secret(secret);
    }
    if let Some(now) = case["now"].as_u64() {
        options = options.now(now);
    }
    token(case).map_or_else(|| inspect_nothing(&options), |token| inspect(&token, &options))
}
