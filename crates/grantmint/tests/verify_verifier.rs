//! Setting up a `Verifier`. `verify_hostile.rs` tests its verdicts.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use grantmint::{AccessToken, Error, Field, Verifier};

const SECRET: &str = "fake-secret-0123456789-abcdefghi";
const NOW: u64 = 1_700_000_000;

#[test]
fn a_size_limit_is_from_1_to_2_to_the_30() {
    for size in [1, 2, 16_384, 1 << 30] {
        let verifier = Verifier::builder().secret(SECRET).max_size(size).build().unwrap();
        assert_eq!(verifier.max_size(), size);
    }
    for size in [0, (1 << 30) + 1, usize::MAX] {
        let error = Verifier::builder().secret(SECRET).max_size(size).build().unwrap_err();
        assert_eq!((error.code(), error.field()), ("out_of_range", Some("max_size")), "{size}");
        assert_eq!(error.to_string(), format!("max_size must be from 1 to 1073741824, not {size}"));
    }
}

/// A verifier without a key must not exist by accident: it would compare no signature.
#[test]
fn a_verifier_has_a_key_unless_it_skips_the_signature() {
    assert_eq!(
        Verifier::builder().build().unwrap_err(),
        Error::Required { field: Field::new("secret"), found: None }
    );

    let token = AccessToken::new("AC123", "SK123", "another secret").unwrap().to_jwt_at(NOW).unwrap();
    let mut reader = Verifier::builder();
    reader.dangerously_skip_signature().lenient();
    let claims = reader.build().unwrap().verify_at(&token, NOW).unwrap();
    assert_eq!((claims.account_sid(), claims.key_sid()), ("AC123", "SK123"));
    // A key changes nothing.
    reader.key("SK123", SECRET);
    assert_eq!(reader.build().unwrap().verify_at(&token, NOW).unwrap().payload_json(), claims.payload_json());
}
