//! Reads inputs as JSON lines and writes the outcome of each, a token or an error: Rust's part of the three-way
//! conformance test (`tests/differential/test_conformance.py`).

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{BufRead, BufWriter, Write, stdin, stdout};

use serde::Deserialize;
use serde_json::{Value, json};

#[path = "../../../../crates/grantmint/tests/case/mod.rs"]
#[expect(dead_code, reason = "it also reads vector files")]
mod case;

fn main() {
    let mut out = BufWriter::new(stdout().lock());
    for line in stdin().lock().lines() {
        let case = read(&line.unwrap());
        let result = if case["rust"] == false {
            None
        } else if case["via"] == "Issuer" {
            Some(case::mint(&case))
        } else {
            Some(case::sign(&case))
        };
        let outcome = match result {
            None => Value::Null,
            Some(Ok(token)) => json!({ "token": token }),
            Some(Err(error)) => json!({ "code": error.code(), "field": error.field() }),
        };
        writeln!(out, "{outcome}").unwrap();
    }
}

/// Some inputs are nested too deep on purpose.
fn read(line: &str) -> Value {
    let mut reader = serde_json::Deserializer::from_str(line);
    reader.disable_recursion_limit();
    Value::deserialize(&mut reader).unwrap()
}
