//! Every mistake of a caller from a dynamic language: its code, field and message, in both spellings.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use grantmint::internal::{ERROR_CODES, Product, TimeField};
use grantmint::{AccessToken, Error, Field};
use grantmint_bindings::{InputError, camel_case, seconds_from_f64, snake_case};

#[path = "../../../crates/grantmint/tests/error_tables/mod.rs"]
mod error_tables;
#[path = "../../../crates/grantmint/tests/vectors/mod.rs"]
mod vectors;

/// The code, field, message in Python and message in Node that an error should have.
type Expected = (&'static str, Option<&'static str>, &'static str, &'static str);

/// Creates a list with an entry of each variant. It does not compile while a variant is missing.
macro_rules! one_of_each {
    ($type:ty { $($variant:pat_param => $entry:expr,)* }) => {{
        let _ = |value: &$type| match value { $($variant)|* => () };
        vec![$($entry),*]
    }};
}

/// Returns an error of each variant.
#[expect(clippy::too_many_lines, reason = "one sample for each variant")]
fn errors() -> Vec<(InputError, Expected)> {
    let voice = Product::find("voice").unwrap();
    let params = || Field::of("VoiceGrant", "outgoing_application_params");
    let expected = "Grant must be an instance of AccessTokenGrant.";
    one_of_each!(InputError {
        InputError::Core(_) => (
            AccessToken::new("", "SK123", "fake-secret").unwrap_err().into(),
            (
                "required",
                Some("account_sid"),
                "account_sid is required (it was empty: is TWILIO_ACCOUNT_SID set?)",
                "accountSid is required (it was empty: is TWILIO_ACCOUNT_SID set?)",
            ),
        ),
        InputError::IdentityRequired => (
            InputError::IdentityRequired,
            (
                "required",
                Some("identity"),
                "identity is required to be specified in options",
                "identity is required to be specified in options",
            ),
        ),
        InputError::WrongType { .. } => (
            InputError::wrong_field_type(voice, &voice.fields[0], "a string"),
            (
                "wrong_type",
                Some("incoming_allow"),
                "VoiceGrant.incoming_allow must be a boolean, not a string",
                "VoiceGrant.incomingAllow must be a boolean, not a string",
            ),
        ),
        InputError::NotWhole { .. } => (
            seconds_from_f64(TimeField::ValidUntil, 0.5).unwrap_err(),
            (
                "not_whole",
                Some("valid_until"),
                "valid_until must be a whole number of seconds, not 0.5",
                "validUntil must be a whole number of seconds, not 0.5",
            ),
        ),
        InputError::LoneSurrogate(_) => (
            InputError::LoneSurrogate(Field::new("account_sid")),
            (
                "lone_surrogate",
                Some("account_sid"),
                "account_sid is not well-formed Unicode: it contains a lone surrogate",
                "accountSid is not well-formed Unicode: it contains a lone surrogate",
            ),
        ),
        InputError::UnknownOption { .. } => (
            InputError::UnknownOption { name: "servicesid".into(), known: "serviceSid, endpointId".into() },
            (
                "unknown_option",
                Some("servicesid"),
                "unknown option \"servicesid\"; did you mean serviceSid? expected one of: serviceSid, endpointId",
                "unknown option \"servicesid\"; did you mean serviceSid? expected one of: serviceSid, endpointId",
            ),
        ),
        InputError::Conflict { .. } => (
            InputError::Conflict { field: Field::new("max_size"), other: "key_sid" },
            (
                "conflict",
                Some("max_size"),
                "max_size and key_sid exclude each other",
                "maxSize and keySid exclude each other",
            ),
        ),
        InputError::NotAGrant { .. } => (
            InputError::NotAGrant { expected },
            ("not_a_grant", Some("grants"), expected, expected),
        ),
        InputError::NotJson { .. } => (
            InputError::NotJson { field: params(), found: "NaN".into() },
            (
                "not_json",
                Some("outgoing_application_params"),
                "VoiceGrant.outgoing_application_params contains NaN, which JSON cannot represent",
                "VoiceGrant.outgoingApplicationParams contains NaN, which JSON cannot represent",
            ),
        ),
        InputError::NoClock => (
            InputError::NoClock,
            (
                "no_clock",
                Some("now"),
                "the clock of this runtime reads 1970: an edge runtime stops it outside of a request; expected a call \
                 inside the request handler, or `now`",
                "the clock of this runtime reads 1970: an edge runtime stops it outside of a request; expected a call \
                 inside the request handler, or `now`",
            ),
        ),
        InputError::AtIndex { .. } => (
            InputError::LoneSurrogate(Field::new("identity")).at_index(2),
            (
                "lone_surrogate",
                Some("identity"),
                "identities[2]: identity is not well-formed Unicode: it contains a lone surrogate",
                "identities[2]: identity is not well-formed Unicode: it contains a lone surrogate",
            ),
        ),
    })
}

#[test]
fn an_error_has_a_code_a_field_and_a_message() {
    for (error, (code, field, message, camel)) in errors() {
        assert_eq!((error.code(), error.field()), (code, field), "{error:?}");
        assert_eq!(error.message(snake_case), message);
        assert_eq!(error.message(camel_case), camel);
        assert_eq!(error.is_type_error(), ["wrong_type", "unknown_option"].contains(&code), "{error:?}");
        assert!(!error.is_internal(), "{error:?}");
    }
    assert!(InputError::from(Error::Internal).is_internal());
}

#[test]
fn an_error_of_a_list_contains_its_place() {
    for (index, (cause, _)) in errors().into_iter().enumerate() {
        let error = cause.clone().at_index(index);
        assert_eq!(error.index(), Some(index));
        assert_eq!((error.code(), error.field()), (cause.code(), cause.field()));
        assert_eq!(error.is_type_error(), cause.is_type_error());
        for spell in [snake_case, camel_case] {
            assert_eq!(error.message(spell), format!("identities[{index}]: {}", cause.message(spell)));
        }
    }
    let (cause, _) = &errors()[0];
    assert_eq!(cause.index(), None);
    let of_the_core = Error::AtIndex { index: 3, error: Box::new(Error::NoGrants) };
    assert_eq!(InputError::from(of_the_core).index(), Some(3));
}

#[test]
fn an_error_of_a_field_names_the_type_that_the_field_accepts() {
    let voice = Product::find("voice").unwrap();
    let expected = |name: &str| {
        let field = voice.fields.iter().find(|field| field.name == name).unwrap();
        InputError::wrong_field_type(voice, field, "a number").message(camel_case)
    };
    assert_eq!(expected("incoming_allow"), "VoiceGrant.incomingAllow must be a boolean, not a number");
    assert_eq!(expected("endpoint_id"), "VoiceGrant.endpointId must be a string, not a number");
    let params = expected("outgoing_application_params");
    assert_eq!(params, "VoiceGrant.outgoingApplicationParams must be an object, not a number");
}

/// Returns the codes of the core and of the bindings.
fn codes() -> BTreeSet<&'static str> {
    let own = errors().into_iter().map(|(error, _)| error.code());
    own.chain(ERROR_CODES.iter().copied()).collect()
}

#[test]
fn the_book_lists_every_code_once() {
    let rows = error_tables::rows("`InputError`");
    let documented: Vec<_> = rows.iter().map(|row| error_tables::code(&row[0])).collect();
    assert_eq!(documented.iter().copied().collect::<BTreeSet<_>>(), codes());
    assert_eq!(documented.len(), codes().len(), "a duplicate code");
}

/// Every language can cause the errors in `errors.json`. A code that is not there has its reason here.
#[test]
fn the_vectors_have_every_code() {
    let elsewhere = [
        "lone_surrogate",   // in errors_surrogates.json, since no Rust string contains one
        "not_json",         // JSON cannot represent NaN, sets and cycles
        "no_clock",         // needs an edge runtime
        "conflict",         // two options of a verifier in Node
        "missing_variable", // needs an environment
        "internal",         // needs a bug
    ];
    let cases = vectors::read("errors.json");
    let shared: BTreeSet<_> = cases.iter().map(|case| case["error"]["code"].as_str().unwrap()).collect();
    let codes = codes();
    let left: BTreeSet<_> = codes.difference(&shared).copied().collect();
    assert_eq!(left, BTreeSet::from(elsewhere));
    assert!(shared.is_subset(&codes), "errors.json has codes of its own: {shared:?}");
}
