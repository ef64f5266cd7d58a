//! The number and size of allocations of verifying. A count is exact, unlike a time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use grantmint::{AccessToken, ChatGrant, Verifier, VideoGrant};

mod counting;

use counting::allocations;

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const KEY: &str = "SKfedcba9876543210fedcba9876543210";
const SERVICE: &str = "IS0123456789abcdef0123456789abcdef";
const SECRET: &str = "fake-secret-0123456789-abcdefghi";
const NOW: u64 = 1_700_000_000;
/// The most bytes that a rejection may allocate.
const LITTLE: usize = 64 * 1024;

/// Returns the allocations of a rejection, after checking its code.
fn rejection(token: &str, code: &str, verifier: &Verifier) -> (usize, usize) {
    assert_eq!(verifier.verify_at(token, NOW).unwrap_err().code(), code);
    allocations(|| verifier.verify_at(token, NOW).unwrap_err())
}

fn verifier() -> Verifier {
    Verifier::new(SECRET).unwrap()
}

fn token() -> String {
    let mut token = AccessToken::new(ACCOUNT, KEY, SECRET).unwrap();
    let chat = ChatGrant::new(SERVICE);
    token.identity("alice").add_grant(&chat).unwrap();
    token.add_grant(&VideoGrant::new().room("daily")).unwrap();
    token.to_jwt_at(NOW).unwrap()
}

#[test]
fn the_count_counts() {
    assert_eq!(allocations(|| ()), (0, 0));
    assert_eq!(allocations(|| Box::new(1_u64)), (1, 8));
    assert_eq!(allocations(|| Vec::<u8>::with_capacity(100)), (1, 100));
}

#[test]
fn a_huge_token_is_rejected_for_its_size_without_an_allocation() {
    let good = token();
    let mut parts = good.split('.');
    let (header, payload) = (parts.next().unwrap(), parts.next().unwrap());
    let segment = "A".repeat(8_000_000);
    for huge in [
        ".".repeat(1_000_000),
        "A.".repeat(1_000_000),
        " ".repeat(8_000_000),
        "\u{10ffff}".repeat(2_000_000),
        segment.clone(),
        format!("{segment}.{payload}.AAAA"),
        format!("{header}.{segment}.AAAA"),
        format!("{header}.{payload}.{segment}"),
        format!("{good}{}", " ".repeat(8_000_000)),
    ] {
        assert_eq!(rejection(&huge, "token_too_large", &verifier()), (0, 0), "{} bytes", huge.len());
    }
}

/// With a raised limit, a rejection still allocates only for the parts that were read before it.
#[test]
fn dots_allocate_nothing_however_many_are_allowed() {
    let mut builder = Verifier::builder();
    let verifier = builder.secret(SECRET).max_size(20_000_000).build().unwrap();
    for dots in [".".repeat(1_000_000), "A.".repeat(1_000_000), "A".repeat(8_000_000)] {
        assert_eq!(rejection(&dots, "not_compact", &verifier), (0, 0));
    }
    let good = token();
    let (signed, _) = good.rsplit_once('.').unwrap();
    let (_, bytes) = rejection(&format!("{signed}.{}", "A".repeat(8_000_000)), "bad_signature", &verifier);
    assert!(bytes < LITTLE, "{bytes}");
}

#[test]
fn rejecting_the_largest_token_takes_little_memory() {
    let good = token();
    let mut parts = good.split('.');
    let (header, payload) = (parts.next().unwrap(), parts.next().unwrap());
    let fill = |before: &str, after: &str| {
        let room = (16_384 - before.len() - after.len()) / 4 * 4;
        format!("{before}{}{after}", "A".repeat(room))
    };
    for (token, code) in [
        (fill("", &format!(".{payload}.AAAA")), "not_json_object"),
        (fill(&format!("{header}."), ".AAAA"), "bad_signature"),
        (fill(&format!("{header}.{payload}."), ""), "bad_signature"),
        (".".repeat(16_384), "not_compact"),
        // The first segment opens as many arrays as fit.
        (format!("{}.{payload}.AAAA", "W1tb".repeat(3_900)), "nested_too_deep"),
    ] {
        let (_, bytes) = rejection(&token, code, &verifier());
        assert!(bytes < LITTLE, "{code}: {bytes}");
    }
}

#[test]
fn a_good_token_takes_its_claims_and_little_more() {
    let token = token();
    let verifier = verifier();
    let (count, bytes) = allocations(|| verifier.verify_at(&token, NOW).unwrap());
    // The payload, its member names, and four texts: identity, issuer, account, jti.
    assert_eq!(count, 6);
    assert!(bytes < 4 * token.len(), "{bytes}");
}
