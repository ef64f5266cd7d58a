//! The number of allocations of minting. A count is exact, unlike a time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use grantmint::internal::{FieldValue, Product, add_typed};
use grantmint::{AccessToken, Algorithm, BatchOptions, ChatGrant, Grants, Issuer, MintOptions, VideoGrant};

mod counting;

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const KEY: &str = "SKfedcba9876543210fedcba9876543210";
const SERVICE: &str = "IS0123456789abcdef0123456789abcdef";
const SECRET: &str = "fake-secret-0123456789-abcdefghi";
const NOW: u64 = 1_700_000_000;

/// Returns how often this thread allocates or reallocates in one run.
fn allocations<T>(run: impl Fn() -> T) -> usize {
    let (count, _) = counting::allocations(run);
    count
}

fn chat() -> ChatGrant {
    ChatGrant::new(SERVICE)
}

fn video() -> VideoGrant {
    VideoGrant::new().room("daily")
}

fn issuer() -> Issuer {
    Issuer::builder(ACCOUNT, KEY, SECRET)
        .add_grant(&chat())
        .unwrap()
        .add_grant(&video())
        .unwrap()
        .build()
        .unwrap()
}

#[test]
fn the_count_counts() {
    assert_eq!(allocations(|| ()), 0);
    assert_eq!(allocations(|| Box::new(1)), 1);
    assert_eq!(
        allocations(|| {
            let mut list = Vec::with_capacity(1);
            list.extend([1, 2, 3, 4, 5, 6, 7, 8]);
            list
        }),
        2
    );
}

#[test]
fn an_issuer_allocates_the_token_and_nothing_else() {
    let issuer = issuer();
    assert_eq!(allocations(|| issuer.mint("alice").unwrap()), 1);
    let options = MintOptions::new().ttl(60).nbf(NOW).jti("mine").now(NOW);
    assert_eq!(allocations(|| issuer.mint_with("alice", &options).unwrap()), 1);
    assert_eq!(allocations(|| issuer.mint("älice \"the first\"\n").unwrap()), 1, "with characters to escape");
    assert_eq!(allocations(|| issuer.mint(&"a".repeat(128)).unwrap()), 2, "with one of them the test's own");
}

/// Exactly a token's size is reserved, and after a block's first token the size of the whole block.
#[test]
fn tokens_fill_their_memory() {
    for algorithm in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
        let mut token = AccessToken::new(ACCOUNT, KEY, SECRET).unwrap();
        token.algorithm(algorithm).add_grant(&chat()).unwrap();
        let token = token.to_jwt().unwrap();
        assert_eq!(token.capacity(), token.len());
    }
    let mut issuer = Issuer::builder(ACCOUNT, KEY, SECRET);
    let issuer = issuer.add_grant(&chat()).unwrap().build().unwrap();
    assert_eq!(allocations(|| issuer.mint("alice").unwrap()), 1);
    let token = issuer.mint("alice").unwrap();
    assert_eq!(token.capacity(), token.len());
    let check = |block: &mut String| assert_eq!(block.capacity(), block.len());
    issuer.mint_blocks(&["alice"; 100], &BatchOptions::new(), 1, check).unwrap();
}

#[test]
fn claims_beyond_the_stack_take_memory_of_their_own() {
    let issuer = issuer();
    let jti = "a".repeat(4096);
    let options = MintOptions::new().jti(&jti);
    // The claims, reserved once, and the token.
    assert_eq!(allocations(|| issuer.mint_with("alice", &options).unwrap()), 2);
}

#[test]
fn a_list_allocates_itself_and_its_tokens() {
    let issuer = issuer();
    let identities: Vec<_> = (0..100).map(|number| format!("user-{number}")).collect();
    let count = allocations(|| issuer.mint_many(&identities, &BatchOptions::new(), 1).unwrap());
    assert!((101..=110).contains(&count), "{count}");
}

#[test]
fn an_access_token_allocates_its_grants_and_the_token() {
    let (chat, video) = (chat(), video());
    let signed = || {
        let mut token = AccessToken::new(ACCOUNT, KEY, SECRET).unwrap();
        token.identity("alice").add_grant(&chat).unwrap().add_grant(&video).unwrap();
        token.to_jwt().unwrap()
    };
    // The values of each grant, their JSON text, their list, the key, and the token.
    assert_eq!(allocations(signed), 6);

    let mut token = AccessToken::new(ACCOUNT, KEY, SECRET).unwrap();
    token.identity("alice").add_grant(&chat).unwrap().add_grant(&video).unwrap();
    assert_eq!(allocations(|| token.to_jwt().unwrap()), 2, "signed again");
}

/// A binding keeps the values of the fields on its stack.
#[test]
fn grants_from_typed_values_allocate_no_values() {
    let (chat, video) = (Product::find("chat").unwrap(), Product::find("video").unwrap());
    let signed = || {
        let mut grants = Grants::new();
        let absent = || FieldValue::Absent;
        add_typed(&mut grants, chat, &[FieldValue::Text(SERVICE), absent(), absent(), absent()]).unwrap();
        add_typed(&mut grants, video, &[FieldValue::Text("daily")]).unwrap();
        let mut token = AccessToken::new(ACCOUNT, KEY, SECRET).unwrap();
        token.identity("alice").set_grants(grants);
        token.to_jwt().unwrap()
    };
    assert_eq!(allocations(signed), 4);
}

/// The header with a region is not prepared: it is written and encoded for the token.
#[test]
fn a_region_costs_an_access_token_two_allocations() {
    let mut token = AccessToken::new(ACCOUNT, KEY, SECRET).unwrap();
    token.identity("alice").region("au1").add_grant(&chat()).unwrap();
    assert_eq!(allocations(|| token.to_jwt().unwrap()), 4);

    let issuer =
        Issuer::builder(ACCOUNT, KEY, SECRET).region("au1").add_grant(&chat()).unwrap().build().unwrap();
    assert_eq!(allocations(|| issuer.mint("alice").unwrap()), 1, "but not an issuer");
}
