//! The shared vectors of minting: the official library's tokens, byte for byte, and the errors of bad arguments.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use grantmint::internal::{ERROR_CODES, message};
use serde_json::Value;

mod vectors;

use vectors::mint::{access_token, issuer, play};
use vectors::{Failure, STEP, assert_none, check_titles, read, title, typed_seconds};

#[test]
fn an_access_token_is_the_official_one() {
    let mut failed = Vec::new();
    for case in read("tokens.json").iter().step_by(STEP) {
        match access_token(case, typed_seconds) {
            Ok(token) if token == case["token"] => {}
            other => failed.push(format!("{}: {other:?}", title(case))),
        }
    }
    assert_none(&failed);
}

/// An `Issuer` mints the official token too, unless one of its stricter rules rejects the case.
#[test]
fn an_issuer_mints_the_official_token_or_is_too_strict_to() {
    const STRICTER: [&str; 10] = [
        "wrong_algorithm",
        "required",
        "no_grants",
        "malformed_sid",
        "secret_too_short",
        "secret_stray_characters",
        "empty",
        "identity_too_long",
        "token_too_large",
        "identity_misplaced",
    ];
    // An issuer has every option but `valid_until`.
    let cases: Vec<_> =
        read("tokens.json").into_iter().filter(|case| case["valid_until"].is_null()).collect();
    let mut failed = Vec::new();
    let mut minted = 0;
    for case in cases.iter().step_by(STEP) {
        match issuer(case, typed_seconds) {
            Ok(token) if token == case["token"] => minted += 1,
            Err(Failure::Rejected(error)) if STRICTER.contains(&error.code()) => {}
            other => failed.push(format!("{}: {other:?}", title(case))),
        }
    }
    assert_none(&failed);
    assert!(minted > cases.len() / STEP / 2, "an issuer minted only {minted} of {}", cases.len());
}

#[test]
fn bad_arguments_cause_the_errors_of_the_vectors() {
    let mut failed = Vec::new();
    let (mut played, mut skipped) = (0, 0);
    for case in read("errors.json").iter().step_by(STEP) {
        // A mistake that Rust's types rule out; the bindings' own tests play it.
        if case["rust"] == false {
            skipped += 1;
            continue;
        }
        let expected = &case["error"];
        match play(case, typed_seconds) {
            Err(Failure::Rejected(error)) if is_expected(&error, expected) => played += 1,
            Err(Failure::Untypable) if is_about_numbers(expected) => skipped += 1,
            other => failed.push(format!("{}: {other:?}\n    instead of {expected}", title(case))),
        }
    }
    assert_none(&failed);
    assert!(played > 200 / STEP && skipped > 150 / STEP, "{played} played, {skipped} skipped");
}

fn is_expected(error: &grantmint::Error, expected: &Value) -> bool {
    let braced = |name: &str| format!("{{{name}}}");
    error.code() == expected["code"]
        && error.field() == expected["field"].as_str()
        && expected["message"].as_str().is_none_or(|expected| {
            let plain = expected.replace(['{', '}'], "");
            without_cause(&message(error, braced)) == expected && without_cause(&error.to_string()) == plain
        })
}

/// Returns a message without what was in the place of a required value, which each language names itself.
fn without_cause(message: &str) -> &str {
    message.split_once(" (it was ").map_or(message, |(message, _)| message)
}

fn is_about_numbers(expected: &Value) -> bool {
    expected["code"] == "not_whole" || expected["code"] == "out_of_range"
}

/// Every language can cause the errors in `errors.json`. A code that is not there has its reason here.
#[test]
fn the_vectors_have_every_code() {
    let elsewhere = [
        "missing_variable", // needs an environment
        "internal",         // needs a bug
    ];
    let cases = read("errors.json");
    let shared: BTreeSet<_> = cases.iter().map(|case| case["error"]["code"].as_str().unwrap()).collect();
    let left: BTreeSet<_> = ERROR_CODES.iter().copied().filter(|code| !shared.contains(code)).collect();
    assert_eq!(left, BTreeSet::from(elsewhere));
}

#[test]
fn every_case_has_its_own_title() {
    for file in ["tokens.json", "errors.json"] {
        check_titles(&read(file));
    }
}
