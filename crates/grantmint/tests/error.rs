//! Every error of the core: its code, field and message.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use grantmint::internal::{ERROR_CODES, add_custom, integer, issuer_from_variables, message};
use grantmint::{
    AccessToken, Algorithm, BatchOptions, ChatGrant, Error, Field, Grants, Issuer, PlaybackGrant, VideoGrant,
    VoiceGrant,
};
use serde_json::{Map, Value, json};

const NOW: u64 = 1_700_000_000;
const SECRET: &str = "fake-secret-0123456789-abcdefghi";

/// The code, field and message that an error should have. Braces mark the names that each language spells in its way.
type Expected = (&'static str, Option<&'static str>, &'static str);

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
    add_custom(&mut Grants::new(), key, payload).unwrap_err()
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]))
}

/// Returns the error of an issuer whose secret is of the wrong kind.
fn wrong_secret(secret: &str) -> Error {
    Issuer::builder(sid("AC"), sid("SK"), secret).build().unwrap_err()
}

/// Returns the error of an issuer with a custom grant that is broken.
fn broken(key: &str, payload: &Value) -> Error {
    let mut grants = Grants::new();
    add_custom(&mut grants, key, payload.as_object().unwrap()).unwrap();
    Issuer::builder(sid("AC"), sid("SK"), SECRET).set_grants(grants).build().unwrap_err()
}

/// Returns the error of an issuer that mints for a room and an identity with so many characters.
fn too_long(room: usize, identity: usize) -> Error {
    let mut issuer = Issuer::builder(sid("AC"), sid("SK"), SECRET);
    let issuer = issuer.add_grant(&VideoGrant::new().room("r".repeat(room))).unwrap().build().unwrap();
    issuer.mint(&"i".repeat(identity)).unwrap_err()
}

/// Returns an error of each kind, caused by a mistake unless it takes a bug.
fn errors() -> Vec<(Error, Expected)> {
    [mistakes(), stricter_rules()].concat()
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn mistakes() -> Vec<(Error, Expected)> {
    let issuer = |key_sid: String, secret: &'static str| Issuer::builder(sid("AC"), key_sid, secret).build();
    let chat = ChatGrant::default();
    let incomplete = Issuer::builder(sid("AC"), sid("SK"), SECRET).add_grant(&chat).unwrap().build();
    let params = VoiceGrant::new().outgoing_application_params(payload(Value::Null));
    let params_field = Field::of("VoiceGrant", "outgoing_application_params");
    vec![
        (
            AccessToken::new("", "SK123", SECRET).unwrap_err(),
            (
                "required",
                Some("account_sid"),
                "{account_sid} is required (it was empty: is TWILIO_ACCOUNT_SID set?)",
            ),
        ),
        (
            incomplete.unwrap_err(),
            (
                "required",
                Some("service_sid"),
                "ChatGrant.{service_sid} is required (it was not given: is its environment variable set?)",
            ),
        ),
        (
            token().valid_until(NOW).to_jwt_at(NOW).unwrap_err(),
            (
                "out_of_range",
                Some("valid_until"),
                "{valid_until} must be from 1700000001 to 1700086400, not 1700000000",
            ),
        ),
        (
            token().ttl(60).nbf(NOW + 60).to_jwt_at(NOW).unwrap_err(),
            (
                "not_before_expiry",
                Some("nbf"),
                "{nbf} must be before the expiry (1700000060 is not before 1700000060)",
            ),
        ),
        (
            "none".parse::<Algorithm>().unwrap_err(),
            (
                "unsupported_algorithm",
                Some("algorithm"),
                "Algorithm not supported. Allowed values are HS256, HS384, HS512",
            ),
        ),
        (
            Issuer::builder(sid("AC"), sid("SK"), SECRET).algorithm(Algorithm::Hs512).build().unwrap_err(),
            (
                "wrong_algorithm",
                Some("algorithm"),
                "{algorithm} must be HS256, the only one that Twilio accepts, not HS512",
            ),
        ),
        (
            AccessToken::new("AC123", "SK123", "-----BEGIN PUBLIC KEY-----").unwrap_err(),
            ("secret_is_key", Some("secret"), "{secret} is a PEM key, not the secret of a Twilio API key"),
        ),
        (
            AccessToken::new("AC123", "SK123", "\0\0").unwrap_err(),
            ("secret_is_zeros", Some("secret"), "{secret} consists of zero bytes"),
        ),
        (
            issuer(sid("SK"), &SECRET[1..]).unwrap_err(),
            ("secret_too_short", Some("secret"), "{secret} must be at least 32 bytes long, not 31"),
        ),
        (
            issuer(sid("AC"), SECRET).unwrap_err(),
            (
                "malformed_sid",
                Some("key_sid"),
                "{key_sid} must be SK followed by 32 hexadecimal digits, not the SID of an account",
            ),
        ),
        (
            wrong_secret("your_api_secret"),
            (
                "secret_is_placeholder",
                Some("secret"),
                "{secret} is a placeholder; expected the secret of an API key",
            ),
        ),
        (
            issuer(sid("SK"), SECRET).unwrap().mint("alice").unwrap_err(),
            ("no_grants", Some("grants"), "at least one grant is required"),
        ),
        (
            custom("identity", &Map::new()),
            ("reserved_grant_key", Some("key"), "a grant's key must not be \"identity\""),
        ),
        (
            Grants::new().add(&params).unwrap_err(),
            (
                "needs_field",
                Some("outgoing_application_params"),
                "VoiceGrant.{outgoing_application_params} needs {outgoing_application_sid}",
            ),
        ),
        (
            Grants::new().add(&PlaybackGrant::new(payload(nested(130)))).unwrap_err(),
            ("too_deep", Some("grant"), "PlaybackGrant.{grant} is nested deeper than 128 levels"),
        ),
        (
            integer(&params_field, "9007199254740993").unwrap_err(),
            (
                "lossy_integer",
                Some("outgoing_application_params"),
                "VoiceGrant.{outgoing_application_params} contains the integer 9007199254740993, which loses \
                 precision in JSON",
            ),
        ),
        (
            issuer_from_variables(|name| (name == "TWILIO_ACCOUNT_SID").then(|| "AC123".into())).unwrap_err(),
            (
                "missing_variable",
                None,
                "the environment variables TWILIO_API_KEY and TWILIO_API_SECRET are not set",
            ),
        ),
        (
            Error::Internal,
            ("internal", None, "grantmint failed; this is a bug in grantmint, not in your code"),
        ),
    ]
}

/// The errors that an issuer alone reports.
fn stricter_rules() -> Vec<(Error, Expected)> {
    let grants = Some("grants");
    vec![
        (
            wrong_secret("0123456789abcdef0123456789abcdef"),
            (
                "secret_is_auth_token",
                Some("secret"),
                "{secret} looks like the account's Auth Token; expected the secret of an API key",
            ),
        ),
        (
            wrong_secret(&sid("SK")),
            ("secret_is_sid", Some("secret"), "{secret} is a SID; expected the secret shown beside it"),
        ),
        (
            wrong_secret(&format!("{SECRET}\n")),
            ("secret_stray_characters", Some("secret"), "{secret} ends with a line feed"),
        ),
        (
            Issuer::builder(sid("AC"), sid("SK"), SECRET).region("").build().unwrap_err(),
            ("empty", Some("region"), "{region} is empty; set it or leave it out"),
        ),
        (
            broken("sync", &json!({})),
            ("misspelt_grant", grants, "Twilio does not know the grant \"sync\"; expected \"data_sync\"."),
        ),
        (
            broken("video", &json!({"Room": "daily"})),
            (
                "misspelt_field",
                grants,
                "grants.video contains \"Room\", which Twilio ignores; expected \"room\".",
            ),
        ),
        (
            broken("chat", &json!({"service_sid": "MG123"})),
            (
                "wrong_sid_prefix",
                grants,
                "grants.chat.service_sid is text that is not a SID; expected IS and 32 hexadecimal digits.",
            ),
        ),
        (broken("video", &json!({"room": 1})), ("claim_wrong_type", grants, "grants.video.room is 1.")),
        (
            broken("Identity", &json!({})),
            ("identity_misplaced", grants, "grants contains \"Identity\"; Twilio expects \"identity\"."),
        ),
        (
            too_long(1, 129),
            (
                "identity_too_long",
                Some("identity"),
                "{identity} must have at most 128 characters for Video, which counts 129",
            ),
        ),
        (
            too_long(16_384, 1),
            (
                "token_too_large",
                None,
                "the token would have 22252 bytes, more than the 16384 that verifiers accept",
            ),
        ),
    ]
}

#[test]
fn an_error_has_a_code_a_field_and_a_message() {
    for (error, (code, field, expected)) in errors() {
        assert_eq!((error.code(), error.field()), (code, field), "{error:?}");
        assert_eq!(error.to_string(), expected.replace(['{', '}'], ""));
        assert_eq!(message(&error, |name| format!("{{{name}}}")), expected);
    }
}

#[test]
fn every_code_is_tested_above() {
    let tested: BTreeSet<_> = errors().iter().map(|(error, _)| error.code()).collect();
    assert_eq!(tested, ERROR_CODES.iter().copied().collect());
}

#[test]
fn an_error_of_a_list_contains_its_place() {
    let mut issuer = Issuer::builder(sid("AC"), sid("SK"), SECRET);
    let issuer = issuer.add_grant(&ChatGrant::new(sid("IS"))).unwrap().build().unwrap();
    let error = issuer.mint_many(&["a", "b", ""], &BatchOptions::new(), 1).unwrap_err();
    assert_eq!(error.to_string(), "identities[2]: identity is required (it was empty)");
    for (index, (cause, (code, field, expected))) in errors().into_iter().enumerate() {
        let error = Error::AtIndex { index, error: Box::new(cause.clone()) };
        assert_eq!((cause.index(), error.index()), (None, Some(index)));
        assert_eq!((error.code(), error.field()), (code, field));
        assert_eq!(error.to_string(), format!("identities[{index}]: {cause}"));
        let braced = message(&error, |name| format!("{{{name}}}"));
        assert_eq!(braced, format!("identities[{index}]: {expected}"));
    }
}

/// Spells no key of a custom grant: the caller chose it.
#[test]
fn the_key_of_a_custom_grant_has_one_spelling() {
    let error = custom("my_product", &payload(nested(130)));
    assert_eq!(error.field(), Some("payload"));
    assert_eq!(error.to_string(), "my_product.payload is nested deeper than 128 levels");
    assert_eq!(message(&error, str::to_uppercase), "my_product.PAYLOAD is nested deeper than 128 levels");
}

#[test]
fn the_name_of_a_field_includes_its_grant() {
    assert_eq!(Field::new("ttl").to_string(), "ttl");
    assert_eq!(Field::of("SyncGrant", "service_sid").to_string(), "SyncGrant.service_sid");
}

#[test]
fn the_key_of_a_custom_grant_is_escaped() {
    let key = "fleet\u{1b}[2J\n  \u{202e}x";
    let payload = json!({ "id": 9_007_199_254_740_993_u64 });
    let error = add_custom(&mut Grants::new(), key, payload.as_object().unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "fleet\\u{1b}[2J\\n\\u{20}\\u{20}\\u{202e}x.payload contains the integer 9007199254740993, which loses precision in JSON"
    );
    assert_eq!(error.field(), Some("payload"));
}
