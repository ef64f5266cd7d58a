//! Setting up a `Verifier`; `hostile.rs` has what it takes and refuses.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use grantmint::{AccessToken, Error, Field, Verifier};

const SECRET: &str = "fake-secret-0123456789-abcdefghi";
const NOW: u64 = 1_700_000_000;

/// Without a key there is nothing to compare a signature with: such a verifier must not come about by itself.
#[test]
fn a_verifier_has_a_key_unless_it_is_told_to_skip_the_signature() {
    assert_eq!(Verifier::builder().build().unwrap_err(), Error::Required(Field::new("secret")));

    let token = AccessToken::new("AC123", "SK123", "another secret").unwrap().to_jwt_at(NOW).unwrap();
    let mut reader = Verifier::builder();
    reader.dangerously_skip_signature();
    let claims = reader.build().unwrap().verify_at(&token, NOW).unwrap();
    assert_eq!((claims.account_sid(), claims.key_sid()), ("AC123", "SK123"));
    // A key changes nothing about that.
    reader.key("SK123", SECRET);
    assert_eq!(reader.build().unwrap().verify_at(&token, NOW).unwrap().payload_json(), claims.payload_json());
}
