//! The ranges of times.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use grantmint::internal::TimeField;
use grantmint::{AccessToken, Verifier};

const NOW: u64 = 1_700_000_000;
const SECRET: &str = "fake-secret-0123456789-abcdefghi";

/// The first second after the year 9999.
const YEAR_10000: u64 = 253_402_300_800;

fn token() -> AccessToken<'static> {
    AccessToken::new("AC123", "SK123", SECRET).unwrap()
}

#[test]
fn a_lifetime_out_of_every_range_is_out_of_the_lifetimes_range() {
    let error = token().ttl(YEAR_10000).to_jwt_at(NOW).unwrap_err();
    assert_eq!(error.to_string(), "ttl must be from 1 to 86400, not 253402300800");
    assert_eq!(TimeField::Ttl.check(YEAR_10000), Err(error));
}

/// A Rust caller passes any `u64`: no conversion has checked it.
#[test]
fn times_after_the_year_9999_are_rejected() {
    assert_eq!(TimeField::Nbf.range().1, YEAR_10000 - 1);
    for late in [YEAR_10000, NOW * 1000, u64::MAX - 1, u64::MAX] {
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
        assert_eq!(TimeField::Leeway.check(seconds), Ok(seconds));
        assert!(Verifier::builder().secret(SECRET).leeway(seconds).build().is_ok());
    }
    let error = Verifier::builder().secret(SECRET).leeway(86_401).build().unwrap_err();
    assert_eq!(error.to_string(), "leeway must be from 0 to 86400, not 86401");
    assert_eq!(TimeField::Leeway.check(86_401), Err(error));
}
