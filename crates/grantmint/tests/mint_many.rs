//! Lists of more than one block: minted on several threads, and handed over in their order.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::sync::Mutex;
use std::thread::{self, ThreadId};

use grantmint::{BatchOptions, Error, Field, Issuer, VideoGrant};

const NOW: u64 = 1_700_000_000;

fn issuer() -> Issuer {
    let sid = |prefix| format!("{prefix}0123456789abcdef0123456789abcdef");
    let mut issuer = Issuer::builder(sid("AC"), sid("SK"), "fake-secret-0123456789-abcdefghi");
    issuer.add_grant(&VideoGrant::new()).unwrap().build().unwrap()
}

fn options() -> BatchOptions<'static> {
    BatchOptions::new().now(NOW)
}

fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("user-{number}")).collect()
}

/// How many identities each thread has read.
type Readers = Mutex<HashMap<ThreadId, usize>>;

/// An identity that takes note of who reads it.
struct Watched<'a>(&'a str, &'a Readers);

impl AsRef<str> for Watched<'_> {
    fn as_ref(&self) -> &str {
        *self.1.lock().unwrap().entry(thread::current().id()).or_default() += 1;
        self.0
    }
}

/// The outcome for a list, and who has minted how many of its tokens.
fn watched(identities: &[String], threads: usize) -> (Result<Vec<String>, Error>, HashMap<ThreadId, usize>) {
    let readers = Readers::default();
    let identities: Vec<_> = identities.iter().map(|identity| Watched(identity, &readers)).collect();
    let minted = issuer().mint_many(&identities, &options(), threads);
    drop(identities);
    (minted, readers.into_inner().unwrap())
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
fn the_first_bad_identity_is_that_of_the_list_whichever_block_is_done_first() {
    for bad in [0, 130, 1024, 4999] {
        let mut identities = numbered(5000);
        for index in [bad, 3000.max(bad), 4999] {
            identities[index].clear();
        }
        for threads in [1, 2, 4] {
            let (minted, _) = watched(&identities, threads);
            let error = Box::new(Error::Required(Field::new("identity")));
            assert_eq!(minted, Err(Error::AtIndex { index: bad, error }), "{threads} threads");
        }
    }
}

/// What is minted behind the bad one is thrown away: a few blocks of it, until the others hear of it.
#[test]
fn a_bad_identity_ends_the_work() {
    let mut identities = numbered(100 * 1024);
    identities[0].clear();
    let (minted, readers) = watched(&identities, 2);
    assert_eq!(minted.unwrap_err().index(), Some(0));
    assert!(readers.values().sum::<usize>() < 50 * 1024, "{readers:?}");
}

/// What is set aside for a block is guessed from its first token.
#[test]
fn one_long_identity_takes_no_memory_for_a_thousand() {
    let mut identities = numbered(1024);
    identities[0] = "a".repeat(10_000_000);
    let check = |block: &mut String| assert!(block.capacity() < 2 * block.len(), "{}", block.capacity());
    issuer().mint_blocks(&identities, &options(), 1, check).unwrap();
}
