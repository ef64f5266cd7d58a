//! Times: what range each must keep to, and what a conversion makes of another language's numbers.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use grantmint::{AccessToken, Verifier};

const NOW: u64 = 1_700_000_000;
const SECRET: &str = "fake-secret-0123456789-abcdefghi";

fn token() -> AccessToken<'static> {
    AccessToken::new("AC123", "SK123", SECRET).unwrap()
}

/// The range that is named is the one that counts, whichever check comes first.
#[test]
fn a_lifetime_out_of_any_range_is_told_the_lifetimes_range() {
    let direct = token().ttl(grantmint::MAX_TIME + 1).to_jwt_at(NOW).unwrap_err();
    assert_eq!(direct.to_string(), "ttl must be from 1 to 86400, not 253402300800");
    let converted = grantmint::seconds_from_i64("ttl", 253_402_300_800).unwrap_err();
    assert_eq!(converted.to_string(), direct.to_string());
}

/// Rust's own callers pass any `u64` without a conversion that would check it first.
#[test]
fn times_beyond_the_year_9999_are_refused_whoever_passes_them() {
    for late in [grantmint::MAX_TIME + 1, NOW * 1000, u64::MAX - 1, u64::MAX] {
        for (error, field) in [
            (token().to_jwt_at(late), "now"),
            (token().nbf(late).to_jwt_at(NOW), "nbf"),
            (token().valid_until(late).to_jwt_at(NOW), "valid_until"),
            (token().ttl(late).to_jwt_at(NOW), "ttl"),
            (token().claims_at(late).map(|_| String::new()), "now"),
        ] {
            let error = error.unwrap_err();
            assert_eq!((error.code(), error.field()), ("out_of_range", Some(field)));
            assert!(error.to_string().ends_with(&format!("not {late}")), "{error}");
        }
    }
}

#[test]
fn clocks_may_differ_by_a_day_at_most() {
    for seconds in [0, 1, 86_400] {
        assert_eq!(grantmint::seconds_from_i64("leeway", seconds), Ok(seconds.unsigned_abs()));
        assert!(Verifier::builder().secret(SECRET).leeway(seconds.unsigned_abs()).build().is_ok());
    }
    let direct = Verifier::builder().secret(SECRET).leeway(86_401).build().unwrap_err();
    assert_eq!(direct.to_string(), "leeway must be from 0 to 86400, not 86401");
    assert_eq!(grantmint::seconds_from_i64("leeway", 86_401), Err(direct));
}
