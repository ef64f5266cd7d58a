//! Numbers of dynamic languages: converted, or rejected with the error that the core has for a Rust caller's number.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use grantmint::internal::TimeField;
use grantmint::{AccessToken, Verifier};
use grantmint_bindings::{max_size, seconds_from_f64, seconds_from_i64, snake_case};

const NOW: u64 = 1_700_000_000;
const SECRET: &str = "fake-secret-0123456789-abcdefghi";

#[test]
fn a_lifetime_out_of_every_range_is_out_of_the_lifetimes_range() {
    let mut token = AccessToken::new("AC123", "SK123", SECRET).unwrap();
    let direct = token.ttl(253_402_300_800).to_jwt_at(NOW).unwrap_err();
    assert_eq!(seconds_from_i64(TimeField::Ttl, 253_402_300_800), Err(direct));
    let from_float = seconds_from_f64(TimeField::Ttl, 1e300).unwrap_err();
    assert_eq!(from_float.message(snake_case), "ttl must be from 1 to 86400, not 1e+300");
}

#[test]
fn clocks_may_differ_by_a_day_at_most() {
    for seconds in [0, 1, 86_400] {
        assert_eq!(seconds_from_i64(TimeField::Leeway, seconds), Ok(seconds.unsigned_abs()));
    }
    let direct = Verifier::builder().secret(SECRET).leeway(86_401).build().unwrap_err();
    assert_eq!(seconds_from_i64(TimeField::Leeway, 86_401), Err(direct));
}

#[test]
fn a_float_is_a_whole_number_of_seconds() {
    for (number, seconds) in [(1.0, 1), (3600.0, 3600), (86_400.0, 86_400)] {
        assert_eq!(seconds_from_f64(TimeField::Ttl, number), Ok(seconds));
    }
    assert_eq!(seconds_from_f64(TimeField::Leeway, -0.0), Ok(0));
    for number in [0.5, -0.5, 1e-7, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(seconds_from_f64(TimeField::Ttl, number).unwrap_err().code(), "not_whole", "{number}");
    }
    for number in [-1.0, 0.0, 86_401.0, 1e300, -1e300, f64::MAX, f64::MIN] {
        assert_eq!(seconds_from_f64(TimeField::Ttl, number).unwrap_err().code(), "out_of_range", "{number}");
    }
}

#[test]
fn a_size_is_accepted_as_it_is_or_out_of_range() {
    for size in [1, 2, 16_384, 1 << 30] {
        let converted = max_size(size).unwrap();
        assert_eq!(converted, usize::try_from(size).unwrap());
        let verifier = Verifier::builder().secret("fake-secret").max_size(converted).build().unwrap();
        assert_eq!(verifier.max_size(), converted);
    }
    for size in [i64::MIN, -1, 0, (1 << 30) + 1, i64::MAX] {
        let error = max_size(size).unwrap_err();
        assert_eq!((error.code(), error.field()), ("out_of_range", Some("max_size")), "{size}");
    }
}
