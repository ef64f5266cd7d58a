//! Every error: its code, its field and its message, in both spellings.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use grantmint::{
    AccessToken, Algorithm, ChatGrant, Error, Field, FieldValue, Grants, Issuer, Product, camel_case, json,
};
use serde_json::{Map, Value};

mod case;

const NOW: u64 = 1_700_000_000;
const SECRET: &str = "fake-secret-0123456789-abcdefghi";

/// What an error should say for itself: code, field, message in Rust, message in camel case.
type Expected = (&'static str, Option<&'static str>, &'static str, &'static str);

fn sid(prefix: &str) -> String {
    format!("{prefix}0123456789abcdef0123456789abcdef")
}

fn token() -> AccessToken<'static> {
    AccessToken::new("AC123", "SK123", SECRET).unwrap()
}

fn payload(member: Value) -> Map<String, Value> {
    Map::from_iter([("a".to_owned(), member)])
}

fn custom(key: &str, payload: &Map<String, Value>) -> Error {
    Grants::new().add_custom(key, payload).unwrap_err()
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]))
}

const ABSENT: FieldValue<'static> = FieldValue::Absent;

/// One error of each kind that a Rust caller can bring about, and what it should say.
#[expect(clippy::too_many_lines, reason = "a table")]
fn mistakes() -> Vec<(Error, Expected)> {
    let voice = Product::find("voice").unwrap();
    let mut issuer = Issuer::builder(sid("AC"), sid("SK"), SECRET);
    let no_grants = issuer.build().unwrap().mint("alice").unwrap_err();
    issuer.grant(&ChatGrant { service_sid: Some(sid("IS")), ..ChatGrant::default() }).unwrap();
    let at_index = issuer.build().unwrap().mint_many(&["a", "b", ""], &grantmint::MintOptions::default(), 1);
    vec![
        (
            AccessToken::new("", "SK123", SECRET).unwrap_err(),
            ("required", Some("account_sid"), "account_sid is required", "accountSid is required"),
        ),
        (
            Issuer::builder(sid("AC"), sid("SK"), SECRET)
                .grant(&ChatGrant::default())
                .unwrap()
                .build()
                .unwrap_err(),
            (
                "required",
                Some("service_sid"),
                "ChatGrant.service_sid is required",
                "ChatGrant.serviceSid is required",
            ),
        ),
        (
            Grants::new()
                .add_typed(voice, &[FieldValue::Text("true"), ABSENT, ABSENT, ABSENT, ABSENT])
                .unwrap_err(),
            (
                "wrong_type",
                Some("incoming_allow"),
                "VoiceGrant.incoming_allow must be a boolean, not a string",
                "VoiceGrant.incomingAllow must be a boolean, not a string",
            ),
        ),
        (
            grantmint::seconds_from_f64("valid_until", 0.5).unwrap_err(),
            (
                "not_whole",
                Some("valid_until"),
                "valid_until must be a whole number of seconds, not 0.5",
                "validUntil must be a whole number of seconds, not 0.5",
            ),
        ),
        (
            token().valid_until(NOW).to_jwt_at(NOW).unwrap_err(),
            (
                "out_of_range",
                Some("valid_until"),
                "valid_until must be from 1700000001 to 1700086400, not 1700000000",
                "validUntil must be from 1700000001 to 1700086400, not 1700000000",
            ),
        ),
        (
            token().ttl(60).nbf(NOW + 60).to_jwt_at(NOW).unwrap_err(),
            (
                "not_before_expiry",
                Some("nbf"),
                "nbf must be before the expiry (1700000060 is not before 1700000060)",
                "nbf must be before the expiry (1700000060 is not before 1700000060)",
            ),
        ),
        (
            "none".parse::<Algorithm>().unwrap_err(),
            (
                "unsupported_algorithm",
                Some("algorithm"),
                "Algorithm not supported. Allowed values are HS256, HS384, HS512",
                "Algorithm not supported. Allowed values are HS256, HS384, HS512",
            ),
        ),
        (
            AccessToken::new("AC123", "SK123", "-----BEGIN PUBLIC KEY-----").unwrap_err(),
            (
                "secret_is_key",
                Some("secret"),
                "secret is a PEM key, not the secret of a Twilio API key",
                "secret is a PEM key, not the secret of a Twilio API key",
            ),
        ),
        (
            AccessToken::new("AC123", "SK123", "\0\0").unwrap_err(),
            (
                "secret_is_zeros",
                Some("secret"),
                "secret is nothing but zero bytes",
                "secret is nothing but zero bytes",
            ),
        ),
        (
            Issuer::builder(sid("AC"), sid("SK"), &SECRET[1..]).build().unwrap_err(),
            (
                "secret_too_short",
                Some("secret"),
                "secret must be at least 32 bytes long, not 31",
                "secret must be at least 32 bytes long, not 31",
            ),
        ),
        (
            Issuer::builder(sid("AC"), sid("AC"), SECRET).build().unwrap_err(),
            (
                "malformed_sid",
                Some("key_sid"),
                "key_sid must be SK followed by 32 hexadecimal digits",
                "keySid must be SK followed by 32 hexadecimal digits",
            ),
        ),
        (
            no_grants,
            ("no_grants", Some("grants"), "at least one grant is required", "at least one grant is required"),
        ),
        (
            custom("identity", &Map::new()),
            (
                "reserved_grant_key",
                Some("key"),
                "a grant's key must not be \"identity\"",
                "a grant's key must not be \"identity\"",
            ),
        ),
        (
            Grants::new()
                .add_typed(
                    voice,
                    &[ABSENT, ABSENT, FieldValue::Object(&payload(Value::Null)), ABSENT, ABSENT],
                )
                .unwrap_err(),
            (
                "needs_field",
                Some("outgoing_application_params"),
                "VoiceGrant.outgoing_application_params needs outgoing_application_sid",
                "VoiceGrant.outgoingApplicationParams needs outgoingApplicationSid",
            ),
        ),
        (
            Grants::new()
                .add_typed(Product::find("player").unwrap(), &[FieldValue::Object(&payload(nested(130)))])
                .unwrap_err(),
            (
                "too_deep",
                Some("grant"),
                "PlaybackGrant.grant is nested deeper than 128 levels",
                "PlaybackGrant.grant is nested deeper than 128 levels",
            ),
        ),
        (
            json::integer(&Field::of("VoiceGrant", "outgoing_application_params"), "9007199254740993")
                .unwrap_err(),
            (
                "lossy_integer",
                Some("outgoing_application_params"),
                "VoiceGrant.outgoing_application_params holds the integer 9007199254740993, which loses precision \
                 in JSON",
                "VoiceGrant.outgoingApplicationParams holds the integer 9007199254740993, which loses precision \
                 in JSON",
            ),
        ),
        (
            at_index.unwrap_err(),
            (
                "required",
                Some("identity"),
                "identities[2]: identity is required",
                "identities[2]: identity is required",
            ),
        ),
        (
            Issuer::from_variables(|name| (name != "TWILIO_API_KEY").then(|| "AC123".into())).unwrap_err(),
            (
                "missing_variable",
                None,
                "the environment variable TWILIO_API_KEY is not set",
                "the environment variable TWILIO_API_KEY is not set",
            ),
        ),
    ]
}

/// The errors that the core leaves to the bindings to raise, and the one that takes a bug.
fn others() -> Vec<(Error, Expected)> {
    let params = || Field::of("VoiceGrant", "outgoing_application_params");
    let expected = "Grant must be an instance of AccessTokenGrant.";
    vec![
        (
            Error::IdentityRequired,
            (
                "required",
                Some("identity"),
                "identity is required to be specified in options",
                "identity is required to be specified in options",
            ),
        ),
        (
            Error::LoneSurrogate(Field::new("account_sid")),
            (
                "lone_surrogate",
                Some("account_sid"),
                "account_sid is not well-formed Unicode: it holds a lone surrogate",
                "accountSid is not well-formed Unicode: it holds a lone surrogate",
            ),
        ),
        (
            Error::UnknownOption { name: "servicesid".into(), known: "serviceSid, endpointId".into() },
            (
                "unknown_option",
                Some("servicesid"),
                "unknown option \"servicesid\": there are serviceSid, endpointId",
                "unknown option \"servicesid\": there are serviceSid, endpointId",
            ),
        ),
        (Error::NotAGrant { expected }, ("not_a_grant", Some("grants"), expected, expected)),
        (
            Error::NotJson { field: params(), found: "NaN".into() },
            (
                "not_json",
                Some("outgoing_application_params"),
                "VoiceGrant.outgoing_application_params holds NaN, which JSON has no form for",
                "VoiceGrant.outgoingApplicationParams holds NaN, which JSON has no form for",
            ),
        ),
        (
            Error::Conflict { field: Field::new("max_size"), other: "key_sid" },
            (
                "conflict",
                Some("max_size"),
                "max_size and key_sid exclude each other",
                "maxSize and keySid exclude each other",
            ),
        ),
        (
            Error::Internal,
            (
                "internal",
                None,
                "grantmint failed; this is a bug in grantmint, not in your code",
                "grantmint failed; this is a bug in grantmint, not in your code",
            ),
        ),
    ]
}

#[test]
fn an_error_names_its_code_and_its_field_and_says_what_is_wrong() {
    for (error, (code, field, message, camel)) in mistakes().into_iter().chain(others()) {
        assert_eq!(error.code(), code, "{error:?}");
        assert_eq!(error.field(), field, "{error:?}");
        assert_eq!(error.to_string(), message);
        assert_eq!(error.message(camel_case), camel);
        assert_eq!(error.is_type_error(), ["wrong_type", "unknown_option"].contains(&code), "{error:?}");
    }
}

/// Outside the crate no `match` over the enum can be complete, so its source is asked.
#[test]
fn every_variant_is_tested_above() {
    let source = include_str!("../src/error.rs");
    let (_, rest) = source.split_once("pub enum Error {\n").unwrap();
    let (variants, _) = rest.split_once("\n}\n").unwrap();
    let name = |line: &str| line.split(|letter: char| !letter.is_alphanumeric()).next().unwrap().to_owned();
    let declared: BTreeSet<_> = variants
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase()))
        .map(name)
        .collect();
    let tested: BTreeSet<_> =
        mistakes().iter().chain(&others()).map(|(error, _)| name(&format!("{error:?}"))).collect();
    assert_eq!(tested, declared);
}

#[test]
fn the_shared_bad_inputs_give_their_errors() {
    let mut failed = Vec::new();
    // Miri takes a second where the processor takes a millisecond.
    for case in case::read("errors.json").into_iter().step_by(if cfg!(miri) { 20 } else { 1 }) {
        if case["rust"] == false {
            continue;
        }
        let result = match case["via"].as_str().unwrap() {
            "AccessToken" => case::sign(&case),
            "Issuer" => case::mint(&case),
            other => panic!("{}: via {other}", case["title"]),
        };
        let expected = &case["error"];
        let message = expected["message"].as_str().map(|message| message.replace(['{', '}'], ""));
        let good = result.as_ref().is_err_and(|error| {
            error.code() == expected["code"]
                && error.field() == expected["field"].as_str()
                && message.is_none_or(|message| message == error.to_string())
        });
        if !good {
            failed.push(format!("{}: {result:?}\n    instead of {expected}", case["title"]));
        }
    }
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}

/// What every language can be asked for stands in `errors.json`; each code that does not has its reason here.
#[test]
fn the_shared_bad_inputs_cover_every_code() {
    let elsewhere = [
        "lone_surrogate",   // errors_surrogates.json, which no Rust string can hold
        "not_json",         // NaN, sets, cycles: JSON cannot say them
        "missing_variable", // needs an environment
        "conflict",         // of a verifier's keys and secret, in Node
        "internal",         // needs a bug
    ];
    let shared: BTreeSet<_> = case::read("errors.json")
        .iter()
        .map(|case| case["error"]["code"].as_str().unwrap().to_owned())
        .collect();
    let all: BTreeSet<_> =
        mistakes().iter().chain(&others()).map(|(error, _)| error.code().to_owned()).collect();
    let left: Vec<_> = all.difference(&shared).map(String::as_str).collect();
    assert_eq!(BTreeSet::from_iter(left), BTreeSet::from(elsewhere));
    assert!(shared.is_subset(&all), "errors.json has codes of its own: {shared:?}");
}

/// A key is the caller's own word: unlike a field's name, it has no other spelling.
#[test]
fn a_custom_grants_key_is_named_as_it_is() {
    let error = custom("my_product", &payload(nested(130)));
    assert_eq!(error.field(), Some("payload"));
    assert_eq!(error.to_string(), "my_product.payload is nested deeper than 128 levels");
    assert_eq!(error.message(camel_case), error.to_string());
}

#[test]
fn field_names_in_camel_case() {
    for (snake, camel) in [
        ("ttl", "ttl"),
        ("valid_until", "validUntil"),
        ("outgoing_application_sid", "outgoingApplicationSid"),
    ] {
        assert_eq!(camel_case(snake), camel);
    }
}

/// What is wrong in a list is told as of a single token, and the place beside it.
#[test]
fn an_error_of_a_list_knows_its_place() {
    for (index, (cause, _)) in others().into_iter().enumerate() {
        let error = Error::AtIndex { index, error: Box::new(cause.clone()) };
        assert_eq!((cause.index(), error.index()), (None, Some(index)));
        assert_eq!((error.code(), error.field()), (cause.code(), cause.field()));
        assert_eq!(error.is_type_error(), cause.is_type_error());
        assert_eq!(error.to_string(), format!("identities[{index}]: {cause}"));
    }
}

#[test]
fn a_field_is_named_with_its_grant() {
    assert_eq!(Field::new("ttl").to_string(), "ttl");
    assert_eq!(Field::of("SyncGrant", "service_sid").to_string(), "SyncGrant.service_sid");
}
