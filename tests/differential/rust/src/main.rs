//! Reads inputs as JSON lines and writes the outcome of each, a token or an error: the Rust part of the three-way
//! conformance test (`tests/differential/test_conformance.py`).

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{BufRead, BufWriter, Write, stdin, stdout};

use grantmint::internal::TimeField;
use grantmint_bindings::{InputError, seconds_from_f64, seconds_from_i64};
use serde_json::{Number, Value, json};

#[path = "../../../../crates/grantmint/tests/vectors/mod.rs"]
mod vectors;

fn main() {
    let mut out = BufWriter::new(stdout().lock());
    for line in stdin().lock().lines() {
        let case = vectors::parse(&line.unwrap());
        let outcome = if case["rust"] == false {
            Value::Null
        } else {
            match vectors::mint::play(&case, seconds) {
                Ok(token) => json!({ "token": token }),
                Err(error) => json!({ "code": error.code(), "field": error.field() }),
            }
        };
        writeln!(out, "{outcome}").unwrap();
    }
}

/// Converts a number as the bindings do. A Rust caller could not pass most of the bad ones.
fn seconds(field: TimeField, number: &Number) -> Result<u64, InputError> {
    match number.as_i64() {
        Some(number) => Ok(seconds_from_i64(field, number)?),
        None => seconds_from_f64(field, number.as_f64().unwrap()),
    }
}
