//! Forged, broken and oversized tokens: `hostile.json`, and every small change to a good token.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use grantmint::internal::TOKEN_ERROR_CODES;
use grantmint::{InspectOptions, inspect};
use serde_json::Value;

mod vectors;

use vectors::verify::{Corpus, check_error};
use vectors::{Failure, STEP, assert_none, check_titles, title, token, typed_seconds};

/// Compares the verdict on a case, or the error of its verifier.
fn verify(corpus: &Corpus, case: &Value, token: &str) -> Result<(), String> {
    let expected = &case["input_error"];
    match corpus.verifier(case, typed_seconds) {
        Ok(verifier) if expected.is_null() => corpus.check(case, token, &verifier),
        Ok(_) => Err(format!("the verifier was created instead of {expected}")),
        Err(Failure::Rejected(error)) => {
            check_error(expected, error.code(), error.field(), &error.to_string())
        }
        // A negative leeway.
        Err(Failure::Untypable) if expected["code"] == "out_of_range" => Ok(()),
        Err(Failure::Untypable) => Err("a time is not a u64".into()),
    }
}

/// Inspects a case. Inspecting never fails, and finds a problem in a token that every verifier rejects.
fn explain(corpus: &Corpus, case: &Value, token: &str) -> Result<(), String> {
    let options = || InspectOptions::new().now(corpus.now(case));
    for (given, options) in [(false, options()), (true, options().secret(corpus.secret(case)))] {
        let inspection = inspect(token, &options);
        let forged = given && case["error"]["code"] == "bad_signature" && case["verifier"]["keys"].is_null();
        if inspection.is_sound() && (case["sound"] == false || forged) {
            return Err(format!("sound, with the secret: {given}"));
        }
        if inspection.to_string().is_empty() {
            return Err("no report".into());
        }
    }
    Ok(())
}

fn play(run: impl Fn(&Corpus, &Value, &str) -> Result<(), String>) {
    let corpus = Corpus::read();
    let mut failed = Vec::new();
    let mut played = 0;
    for case in &corpus.cases {
        let Some(token) = token(case) else { continue };
        played += 1;
        if let Err(difference) = run(&corpus, case, &token) {
            failed.push(format!("{}: {}", title(case), difference.chars().take(500).collect::<String>()));
        }
    }
    assert_none(&failed);
    assert!(played > 1800 / STEP, "{played}");
}

#[test]
fn each_case_has_its_verdict() {
    play(verify);
}

#[test]
fn each_case_is_explained() {
    play(explain);
}

#[test]
fn each_code_has_a_case_and_each_case_a_title() {
    let corpus = Corpus::read();
    check_titles(&corpus.cases);
    let codes: BTreeSet<_> = corpus.cases.iter().filter_map(|case| case["error"]["code"].as_str()).collect();
    assert_eq!(codes, TOKEN_ERROR_CODES.iter().copied().collect());
}

/// Changes one character to any of the alphabet, and to some that are not in it.
#[test]
fn every_small_change_to_a_good_token_is_rejected() {
    let corpus = Corpus::read();
    let (good, now) = (token(&corpus.cases[0]).unwrap(), corpus.now(&corpus.cases[0]));
    let verifier = corpus.verifier(&corpus.cases[0], typed_seconds).unwrap();
    assert!(verifier.verify_at(&good, now).is_ok());

    let mut codes = BTreeMap::new();
    for changed in changes(&good).filter(|changed| *changed != good) {
        match verifier.verify_at(&changed, now) {
            Ok(_) => panic!("accepted: {changed}"),
            Err(error) => *codes.entry(error.code()).or_insert(0) += 1,
        }
    }
    assert!(codes.values().sum::<u32>() > 60_000, "{codes:?}");
    // The signature matches no changed token, so no claim is reached.
    let found: Vec<_> = codes.keys().copied().collect();
    for code in ["bad_signature", "not_base64url", "not_compact", "not_json_object"] {
        assert!(found.contains(&code), "{codes:?}");
    }
    assert!(!found.iter().any(|code| code.contains("claim") || *code == "expired"), "{codes:?}");
}

fn changes(good: &str) -> impl Iterator<Item = String> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let characters = move || ALPHABET.chars().chain(['.', '=', '+', '/', ' ', '\0', 'é']);
    let around = move |at: usize, cut: usize| (&good[..at], &good[at + cut..]);
    let with = |(before, after): (&str, &str), text: char| format!("{before}{text}{after}");
    let substituted =
        (0..good.len()).flat_map(move |at| characters().map(move |text| with(around(at, 1), text)));
    let inserted =
        (0..=good.len()).flat_map(move |at| characters().map(move |text| with(around(at, 0), text)));
    let deleted = (0..good.len()).map(move |at| [around(at, 1).0, around(at, 1).1].concat());
    let swapped = (1..good.len())
        .map(move |at| [&good[..at - 1], &good[at..=at], &good[at - 1..at], &good[at + 1..]].concat());
    substituted.chain(inserted).chain(deleted).chain(swapped)
}
