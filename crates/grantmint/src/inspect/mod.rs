//! Explaining: the kind of a token, its contents, and everything that is wrong with it.

mod claims;
mod decode;
mod header;
mod inspection;
mod kind;
pub(crate) mod layout;
mod report;
mod signature;
mod text;
mod unwrap;

pub use inspection::{InspectOptions, Inspection};
pub use kind::TokenKind;
pub use report::Style;
pub use signature::SignatureState;

use crate::limits::{MAX_FINDINGS, MAX_TIME};
use crate::rules;
use crate::time;

/// Explains a token. A bad token is not an error: every problem is a finding of the [`Inspection`].
///
/// ```
/// use grantmint::{InspectOptions, inspect};
///
/// let inspection = inspect("Bearer abc", &InspectOptions::new());
/// let codes: Vec<_> = inspection.findings.iter().map(|finding| finding.code).collect();
/// assert_eq!(codes, ["bearer_prefix", "not_compact"]);
/// println!("{inspection}");
/// ```
#[must_use]
pub fn inspect(token: &str, options: &InspectOptions<'_>) -> Inspection {
    let now = options.now.unwrap_or_else(time::now).min(MAX_TIME);
    let mut decoded = decode::decode(token, options.language);
    let mut inspection = Inspection::empty(now);
    inspection.findings = std::mem::take(&mut decoded.findings);
    inspection.kind = kind::kind(decoded.header.as_ref(), decoded.claims.as_ref());
    let findings = &mut inspection.findings;
    if let Some(header) = &decoded.header {
        header::check(inspection.kind, header, decoded.claims.as_ref(), findings);
    }
    if let Some(claims) = &decoded.claims {
        let times = claims::check(inspection.kind, claims, options.secret.as_ref(), now, findings);
        inspection.issued_at = times.issued_at;
        inspection.not_before = times.not_before;
        inspection.expires_at = times.expires_at;
        inspection.renew_at = times.expires_at.map(|exp| time::renew_at(times.start(now).min(exp), exp));
    }
    signature::check_length(&decoded, findings);
    if let Some(secret) = &options.secret {
        inspection.signature = signature::check(&decoded, secret, findings);
    }
    // The sort is stable: findings of one severity stay in the order of the checks.
    findings.sort_by_key(|finding| finding.severity);
    findings.truncate(MAX_FINDINGS);
    for finding in findings.iter_mut() {
        finding.spell(options.language);
    }
    inspection.header = decoded.header;
    inspection.claims = decoded.claims;
    inspection
}

/// Returns the [`Inspection`] of a value that is not a string, which callers from dynamic languages can pass.
pub(crate) fn inspect_nothing(options: &InspectOptions<'_>) -> Inspection {
    let mut inspection = inspect("", options);
    let mut finding = rules::NOT_A_STRING.finding("This is not a string.");
    finding.spell(options.language);
    inspection.findings = vec![finding];
    inspection
}
