//! The parts of the core that only its bindings and its command use. Nothing here is stable.

use serde_json::{Map, Number, Value};

pub use crate::error::{ERROR_CODES, Spelling};
pub use crate::grants::{FieldKind, FieldValue, IdentityRules, PRODUCTS, Product, ProductField};
pub use crate::inspect::Style;
pub use crate::json::{Build, Fault as JsonFault, Scalar};
pub use crate::limits::{
    DEFAULT_MAX_SIZE, DEFAULT_TTL, LARGEST_MAX_SIZE, MAX_DEPTH, MAX_SAFE_INTEGER, MAX_THREADS,
};
pub use crate::rules::text::{is_invisible, time_text};
pub use crate::rules::wrapping::scheme;
pub use crate::rules::{Group, Guard, Language, RULES, Rule};
pub use crate::shown::is_padding;
pub use crate::time::TimeField;
pub use crate::variables::OTHER_NAMES;
pub use crate::verify::{Claims, TOKEN_ERROR_CODES, TokenErrorKind};

use crate::algorithm::Algorithm;
use crate::error::{Error, Field};
use crate::grants::Grants;
use crate::inspect::{self, InspectOptions, Inspection, layout};
use crate::json;
use crate::mint::{self, IssuerBuilder};
use crate::rules::{self, Finding, Severity};
use crate::secret::Secret;
use crate::sid;
use crate::verify::{self, TokenError, VerifiedClaims};

/// Returns the message of an error, with field names spelled by `spell`.
#[must_use]
pub fn message(error: &Error, spell: Spelling) -> String {
    error.message(spell)
}

/// Returns the name of a field with its grant, spelled by `spell`.
#[must_use]
pub fn spelled(field: &Field, spell: Spelling) -> String {
    field.spelled(spell)
}

/// Returns the kind of a rejection.
#[must_use]
pub fn kind_of(error: TokenError) -> TokenErrorKind {
    error.kind()
}

/// Adds the grant of a product, given the values of its fields in their order and of their kinds.
///
/// # Errors
/// Those of [`Grants::add`].
pub fn add_typed(
    grants: &mut Grants,
    product: &'static Product,
    values: &[FieldValue<'_>],
) -> Result<(), Error> {
    grants.add_typed(product, values)
}

/// Adds a grant with any other key.
///
/// # Errors
/// Those of [`Grants::add`].
pub fn add_custom(grants: &mut Grants, key: &str, payload: &Map<String, Value>) -> Result<(), Error> {
    grants.add_custom(key, payload)
}

/// Signs a header and claims that a subclass of a drop-in class created. The claims are not checked.
///
/// # Errors
/// [`Error::SecretIsKey`] and [`Error::SecretIsZeros`]; [`Error::TooDeep`] and [`Error::LossyInteger`].
pub fn sign_as_given(
    header: &Map<String, Value>,
    claims: &Map<String, Value>,
    algorithm: Algorithm,
    secret: &Secret<'_>,
) -> Result<String, Error> {
    mint::sign_as_given(header, claims, algorithm, secret)
}

/// Starts an issuer with the credentials of an environment, which `look_up` reads.
///
/// # Errors
/// [`Error::MissingVariable`] with all variables that are missing or empty.
pub fn issuer_from_variables(
    look_up: impl FnMut(&'static str) -> Option<String>,
) -> Result<IssuerBuilder<'static>, Error> {
    mint::from_variables(look_up)
}

/// Rejects an empty identity.
///
/// # Errors
/// [`Error::Required`] for an empty identity.
pub fn check_identity(identity: &str) -> Result<(), Error> {
    mint::check_identity(identity)
}

/// Rejects text that is not a SID of the given kind. `next` is the credential that follows it, which may be swapped with it.
///
/// # Errors
/// [`Error::Required`] and [`Error::MalformedSid`].
pub fn check_sid(field: &'static str, prefix: &'static str, text: &str, next: &str) -> Result<(), Error> {
    sid::check(field, prefix, text, next)
}

/// Builds the value of a verified token's header, given its segment.
///
/// # Errors
/// The reason why the segment is not that of a verified token.
pub fn build_header<B: Build>(segment: &str, build: &mut B) -> Result<B::Value, TokenError> {
    verify::build_header(segment, build)
}

/// Returns the inspection of a value that is not a string.
#[must_use]
pub fn inspect_nothing(options: &InspectOptions<'_>) -> Inspection {
    inspect::inspect_nothing(options)
}

/// Returns an inspection as JSON, with member names spelled by `spell`.
#[must_use]
pub fn inspection_to_json(inspection: &Inspection, spell: Spelling) -> Value {
    inspection.to_json(spell)
}

/// Returns the report of an inspection, with each part formatted by `paint`. `secret_note` is where the secret
/// came from, or why there is none.
#[must_use]
pub fn report(
    inspection: &Inspection,
    secret_note: Option<&str>,
    paint: &dyn Fn(Style, &str) -> String,
) -> String {
    inspection.report(secret_note, paint)
}

/// Returns the part of a report about the contents of the token.
#[must_use]
pub fn facts(
    inspection: &Inspection,
    secret_note: Option<&str>,
    paint: &dyn Fn(Style, &str) -> String,
) -> String {
    inspection.facts(secret_note, paint)
}

/// Returns how to solve the problem of a rejected token.
#[must_use]
pub fn advice_on(error: TokenError) -> &'static str {
    error.advice()
}

/// Returns the rejections whose code no rule has, since they depend on the verifier's settings.
#[must_use]
pub fn rejections_by_settings() -> [TokenError; 2] {
    [TokenError::UnknownKey, TokenError::WrongAccount]
}

/// Returns the product that a word probably means: its key, its class, an earlier name, or a typing error in one of them.
#[must_use]
pub fn product_meant(word: &str) -> Option<&'static Product> {
    rules::grants::meant(word)
}

/// Returns the name that another one probably means: the same letters and digits, or one typing error away.
#[must_use]
pub fn name_meant<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    rules::grants::name_meant(name, known)
}

/// Returns a fact as lines of a report, which no value can imitate.
#[must_use]
pub fn fact(name: &str, value: &str, paint: &dyn Fn(Style, &str) -> String) -> String {
    layout::fact(name, value, paint)
}

/// Returns text that begins in a column, with line breaks where a line would be too long.
#[must_use]
pub fn wrapped(text: &str, column: usize, indent: usize) -> String {
    layout::wrapped(text, column, indent)
}

/// Returns a finding as lines of a report.
#[must_use]
pub fn finding_lines(finding: &Finding, severity: &str, codes: &str) -> String {
    layout::finding(&finding.message, finding.advice, &format!("{severity} {}{codes}", finding.code))
}

/// Returns a problem as lines of a report: a line that names it, the message, the advice.
#[must_use]
pub fn problem_lines(head: &str, message: &str, advice: &str) -> String {
    layout::finding(message, advice, head)
}

/// Returns a duration in its two largest units.
#[must_use]
pub fn duration_text(seconds: u64) -> String {
    rules::text::duration(seconds)
}

/// Returns the errors of verified claims that a verifier leaves to `inspect`: those of the grants and the identity.
#[must_use]
pub fn unsound(claims: &VerifiedClaims) -> Vec<Finding> {
    let mut findings = Vec::new();
    rules::grants::check(&claims.payload(), &mut findings);
    findings.retain(|finding| finding.severity == Severity::Error);
    findings
}

/// Returns whether a JSON reader with IEEE 754 numbers would change a number, given as JSON text.
#[must_use]
pub fn is_lossy(number: &str) -> bool {
    json::is_lossy(number)
}

/// Reads a JSON object without duplicate names and with limited nesting.
///
/// # Errors
/// The reason why the text was rejected.
pub fn read_json(text: &str) -> Result<Map<String, Value>, JsonFault> {
    json::read_untrusted(text)
}

/// Returns a number as ECMAScript writes it.
#[must_use]
pub fn number_text(number: f64) -> String {
    json::number_text(number)
}

/// Returns the JSON number for an integer of any size, given in decimal digits.
///
/// # Errors
/// [`Error::LossyInteger`] for an integer that a JSON reader could change.
pub fn integer(field: &Field, digits: &str) -> Result<Number, Error> {
    json::integer(field, digits)
}
