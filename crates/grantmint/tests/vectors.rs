//! The shared vectors: the tokens of the official library, reproduced byte for byte.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::HashSet;

mod case;

/// Miri takes a second where the processor takes a millisecond: there, a few cases of each kind must do.
const STEP: usize = if cfg!(miri) { 40 } else { 1 };

#[test]
fn an_access_token_is_the_official_one() {
    let cases = case::read("tokens.json");
    let mut failed = Vec::new();
    for case in cases.iter().step_by(STEP) {
        match case::sign(case) {
            Ok(token) if token == case["token"] => {}
            other => failed.push(format!("{}: {other:?}", case["title"])),
        }
    }
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), cases.len(), failed.join("\n"));
}

/// Whatever an `Issuer` mints is the official token too; what it refuses, it refuses for being stricter.
#[test]
fn an_issuer_mints_the_official_token_or_is_too_strict_to() {
    // `valid_until` is the one option that an issuer does not have.
    let cases: Vec<_> =
        case::read("tokens.json").into_iter().filter(|case| case["valid_until"].is_null()).collect();
    let mut failed = Vec::new();
    let mut minted = 0;
    for case in cases.iter().step_by(STEP) {
        match case::mint(case) {
            Ok(token) if token == case["token"] => minted += 1,
            Err(error)
                if ["required", "no_grants", "malformed_sid", "secret_too_short"].contains(&error.code()) => {
            }
            other => failed.push(format!("{}: {other:?}", case["title"])),
        }
    }
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), cases.len(), failed.join("\n"));
    assert!(minted > cases.len() / STEP / 2, "an issuer minted only {minted} of {}", cases.len());
}

#[test]
fn every_case_has_its_own_title() {
    for file in ["tokens.json", "errors.json"] {
        let cases = case::read(file);
        let titles: HashSet<_> = cases.iter().map(|case| case["title"].as_str().unwrap()).collect();
        assert_eq!(titles.len(), cases.len(), "{file}");
    }
}
