//! The shared vectors with numbers of dynamic languages: each causes the error that the vector names.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use grantmint::internal::TimeField;
use grantmint_bindings::{InputError, seconds_from_f64, seconds_from_i64, snake_case};
use serde_json::{Number, Value};

#[path = "../../../crates/grantmint/tests/vectors/mod.rs"]
mod vectors;

use vectors::mint::play;
use vectors::verify::{Corpus, check_error};
use vectors::{assert_none, read, title};

fn seconds(field: TimeField, number: &Number) -> Result<u64, InputError> {
    match number.as_i64() {
        Some(number) => Ok(seconds_from_i64(field, number)?),
        None => seconds_from_f64(field, number.as_f64().unwrap()),
    }
}

/// Plays the cases with arguments of the right types. The tests of Python and Node play all of them.
#[test]
fn bad_arguments_cause_the_errors_of_the_vectors() {
    let cases = read("errors.json");
    let (typed, untyped): (Vec<_>, Vec<_>) = cases.iter().partition(|case| case["rust"] != false);
    let mut failed = Vec::new();
    for case in &typed {
        let result = play(case, seconds);
        if !result.as_ref().is_err_and(|error| is_expected(error, &case["error"])) {
            failed.push(format!("{}: {result:?}\n    instead of {}", title(case), case["error"]));
        }
    }
    assert_none(&failed);
    assert!(typed.len() > 250 && untyped.len() > 100, "{} and {}", typed.len(), untyped.len());
}

fn is_expected(error: &InputError, expected: &Value) -> bool {
    let message = expected["message"].as_str();
    error.code() == expected["code"]
        && error.field() == expected["field"].as_str()
        && message.is_none_or(|message| {
            let said = error.message(snake_case);
            // After a required field, parentheses contain the value found in its place.
            said.split(" (it was ").next() == Some(&*message.replace(['{', '}'], ""))
        })
}

#[test]
fn bad_options_cause_the_errors_of_the_vectors() {
    let corpus = Corpus::read();
    let cases = corpus.cases.iter().filter(|case| !case["input_error"].is_null());
    let checked = cases.map(|case| {
        let error = corpus.verifier(case, seconds).unwrap_err();
        check_error(&case["input_error"], error.code(), error.field(), &error.message(snake_case))
            .map_err(|difference| format!("{}: {difference}", title(case)))
    });
    let checked: Vec<_> = checked.collect();
    assert!(checked.len() > 50, "{}", checked.len());
    assert_none(&checked.into_iter().filter_map(Result::err).collect::<Vec<_>>());
}
