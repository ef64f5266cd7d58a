//! The player of the shared vectors (`tests/vectors` in the repository).
//!
//! It plays a case as a binding would: `null` and `""` mean "not given". The caller chooses how a JSON number becomes a
//! time, since a Rust caller has integers only.

// Each test file is a crate of its own, and none of them plays every file.
#![allow(dead_code, reason = "see above")]

pub(crate) mod inspect;
pub(crate) mod mint;
pub(crate) mod verify;

use std::collections::HashSet;
use std::path::Path;

use grantmint::Error;
use grantmint::internal::TimeField;
use serde_json::{Number, Value};

/// Every so many cases are played. Miri takes a second where the processor takes a millisecond.
pub(crate) const STEP: usize = if cfg!(miri) { 40 } else { 1 };

/// Converts a number of a case to seconds.
pub(crate) type Seconds<E> = fn(TimeField, &Number) -> Result<u64, E>;

/// The reason why a case failed for a Rust caller.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The core rejected the arguments.
    Rejected(Error),
    /// A Rust caller cannot make the mistake, since a time is a `u64`.
    Untypable,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Rejected(error)
    }
}

/// Converts a number to seconds if it is a `u64`.
pub(crate) fn typed_seconds(_: TimeField, number: &Number) -> Result<u64, Failure> {
    number.as_u64().ok_or(Failure::Untypable)
}

/// Reads the text of a file.
pub(crate) fn text(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Reads the cases of a file.
pub(crate) fn read(file: &str) -> Vec<Value> {
    let Value::Array(cases) = parse(&text(file))["cases"].take() else { panic!("{file} has no cases") };
    cases
}

/// Parses JSON without a limit on nesting: some cases are nested too deep on purpose.
pub(crate) fn parse(json: &str) -> Value {
    let mut reader = serde_json::Deserializer::from_str(json);
    reader.disable_recursion_limit();
    reader.into_iter().next().unwrap().unwrap()
}

/// Returns the title of a case.
pub(crate) fn title(case: &Value) -> &str {
    case["title"].as_str().unwrap()
}

/// Checks that no two cases have the same title.
pub(crate) fn check_titles(cases: &[Value]) {
    let mut titles = HashSet::new();
    for case in cases {
        assert!(titles.insert(title(case)), "duplicate title: {}", title(case));
    }
}

/// Returns the token of a case, unless it cannot be a Rust string.
pub(crate) fn token(case: &Value) -> Option<String> {
    match &case["token"] {
        Value::String(token) => Some(token.clone()),
        token => token.get("parts")?.as_array()?.iter().map(part).collect(),
    }
}

fn part(part: &Value) -> Option<String> {
    match (part.as_str(), part["repeat"].as_str()) {
        (Some(text), _) => Some(text.to_owned()),
        (None, Some(text)) => Some(text.repeat(usize::try_from(part["times"].as_u64().unwrap()).unwrap())),
        (None, None) => None,
    }
}

/// Fails a test with a list of the cases that failed.
pub(crate) fn assert_none(failed: &[String]) {
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}
