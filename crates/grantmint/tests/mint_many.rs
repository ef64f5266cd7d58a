//! Lists of identities: minted in blocks on several threads, and returned in their order.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::thread::{self, ThreadId};

use grantmint::{BatchOptions, Error, Field, Issuer, IssuerBuilder, MintOptions, VideoGrant};

mod peer;

const NOW: u64 = 1_700_000_000;
const SECRET: &str = "fake-secret-0123456789-abcdefghi";

fn builder() -> IssuerBuilder<'static> {
    let sid = |prefix| format!("{prefix}0123456789abcdef0123456789abcdef");
    Issuer::builder(sid("AC"), sid("SK"), SECRET)
}

fn issuer() -> Issuer {
    builder().add_grant(&VideoGrant::new()).unwrap().build().unwrap()
}

fn options() -> BatchOptions<'static> {
    BatchOptions::new().now(NOW)
}

fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("user-{number}")).collect()
}

/// Returns the error for an empty identity at a place of a list.
fn rejected_at(index: usize) -> Error {
    Error::AtIndex {
        index,
        error: Box::new(Error::Required { field: Field::new("identity"), found: Some("empty") }),
    }
}

/// The number of identities that each thread has read.
type Readers = Mutex<HashMap<ThreadId, usize>>;

/// An identity that registers the threads that read it.
struct Watched<'a>(&'a str, &'a Readers);

impl AsRef<str> for Watched<'_> {
    fn as_ref(&self) -> &str {
        *self.1.lock().unwrap().entry(thread::current().id()).or_default() += 1;
        self.0
    }
}

/// Mints a list, and returns the number of tokens that each thread minted.
fn watched(identities: &[String], threads: usize) -> (Result<Vec<String>, Error>, HashMap<ThreadId, usize>) {
    let readers = Readers::default();
    let identities: Vec<_> = identities.iter().map(|identity| Watched(identity, &readers)).collect();
    let minted = issuer().mint_many(&identities, &options(), threads);
    drop(identities);
    (minted, readers.into_inner().unwrap())
}

#[test]
fn a_list_equals_tokens_minted_one_by_one() {
    let issuer = issuer();
    let one = MintOptions::new().now(NOW);
    for count in [0, 1, 2, 3, 5, 7, 8, 9, 16, 100] {
        let identities = numbered(count);
        let one_by_one: Vec<_> =
            identities.iter().map(|identity| issuer.mint_with(identity, &one).unwrap()).collect();
        for threads in 1..=8 {
            let tokens = issuer.mint_many(&identities, &options(), threads).unwrap();
            assert_eq!(tokens, one_by_one, "{count} identities on {threads} threads");
        }
    }
}

#[test]
fn a_list_of_many_blocks_keeps_its_order() {
    let identities = numbered(5000);
    let issuer = issuer();
    let batch = issuer.batch(&options()).unwrap();
    let one_by_one: Vec<_> = identities.iter().map(|identity| batch.mint(identity).unwrap()).collect();
    for count in [127, 128, 129, 257, 1024, 1025, 5000] {
        for threads in [1, 2, 3, 8] {
            let tokens = issuer.mint_many(&identities[..count], &options(), threads).unwrap();
            assert!(tokens == one_by_one[..count], "{count} identities on {threads} threads");
        }
    }
}

#[test]
fn other_threads_mint_a_long_list_and_the_callers_own_a_short_one() {
    let own = thread::current().id();
    for (count, threads, is_own) in [(5000, 1, true), (100, 8, true), (129, 2, false), (5000, 4, false)] {
        let (minted, readers) = watched(&numbered(count), threads);
        assert_eq!(minted.unwrap().len(), count);
        assert_eq!(readers.values().sum::<usize>(), count, "each identity once");
        assert_eq!(readers.contains_key(&own), is_own, "{count} identities on {threads} threads");
        assert!(readers.len() <= threads);
    }
}

#[test]
fn threads_are_from_1_to_1024() {
    let identities = numbered(3);
    for threads in [9, 1024] {
        let tokens = issuer().mint_many(&identities, &options(), threads).unwrap();
        assert_eq!(tokens, issuer().mint_many(&identities, &options(), 1).unwrap());
    }
    for threads in [0, 1025, usize::MAX] {
        let error = issuer().mint_many(&identities, &options(), threads).unwrap_err();
        assert_eq!(error.to_string(), format!("threads must be from 1 to 1024, not {threads}"));
        assert_eq!((error.code(), error.field()), ("out_of_range", Some("threads")));
    }
}

#[test]
fn all_tokens_of_a_list_are_minted_at_the_same_second() {
    let tokens = issuer().mint_many(&numbered(2000), &BatchOptions::new(), 2).unwrap();
    let claims = |token: &String| peer::verify(token, SECRET.as_bytes(), "HS256").unwrap().1;
    let seconds: HashSet<_> = tokens.iter().map(|token| claims(token)["iat"].as_u64().unwrap()).collect();
    assert_eq!(seconds.len(), 1);
}

#[test]
fn the_first_bad_identity_fails_the_list() {
    let issuer = issuer();
    for threads in 1..=8 {
        for bad in 0..20 {
            let mut identities = numbered(20);
            identities[bad].clear();
            assert_eq!(issuer.mint_many(&identities, &options(), threads), Err(rejected_at(bad)));
            // A second one changes nothing.
            identities[19].clear();
            assert_eq!(issuer.mint_many(&identities, &options(), threads), Err(rejected_at(bad)));
        }
    }
}

#[test]
fn the_first_bad_identity_is_the_lists_first_whichever_block_is_finished_first() {
    for bad in [0, 130, 1024, 4999] {
        let mut identities = numbered(5000);
        for index in [bad, 3000.max(bad), 4999] {
            identities[index].clear();
        }
        for threads in [1, 2, 4] {
            let (minted, _) = watched(&identities, threads);
            assert_eq!(minted, Err(rejected_at(bad)), "{threads} threads");
        }
    }
}

/// The other threads mint a few more blocks before they learn of the error; nobody receives those.
#[test]
fn a_bad_identity_ends_the_work() {
    let mut identities = numbered(100 * 1024);
    identities[0].clear();
    let (minted, readers) = watched(&identities, 2);
    assert_eq!(minted.unwrap_err().index(), Some(0));
    assert!(readers.values().sum::<usize>() < 50 * 1024, "{readers:?}");
}

#[test]
fn an_error_of_the_options_has_no_index() {
    let bad = options().ttl(0);
    for identities in [numbered(0), numbered(3), vec![String::new()]] {
        let error = issuer().mint_many(&identities, &bad, 2).unwrap_err();
        assert_eq!((error.code(), error.field(), error.index()), ("out_of_range", Some("ttl"), None));
    }
    assert_eq!(builder().build().unwrap().mint_many(&numbered(3), &options(), 2), Err(Error::NoGrants));
}

/// A block's reservation is guessed from its first token.
#[test]
fn one_long_identity_takes_no_memory_for_a_thousand() {
    let mut identities = numbered(1024);
    identities[0] = "a".repeat(128);
    let check = |block: &mut String| assert!(block.capacity() < 2 * block.len(), "{}", block.capacity());
    issuer().mint_blocks(&identities, &options(), 1, check).unwrap();
}
