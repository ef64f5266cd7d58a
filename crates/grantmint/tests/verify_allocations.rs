//! How often verifying allocates, and how much: a count does not flake where a time would.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use grantmint::{AccessToken, ChatGrant, Verifier, VideoGrant};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const KEY: &str = "SKfedcba9876543210fedcba9876543210";
const SERVICE: &str = "IS0123456789abcdef0123456789abcdef";
const SECRET: &str = "fake-secret-0123456789-abcdefghi";
const NOW: u64 = 1_700_000_000;
/// What a refusal may take, whatever is refused.
const LITTLE: usize = 64 * 1024;

/// The system's allocator, which counts for each thread how often it is asked for memory, and for how many bytes.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

fn count(bytes: usize) {
    COUNT.set(COUNT.get() + 1);
    BYTES.set(BYTES.get() + bytes);
}

// SAFETY: every call goes to the system's allocator as it is. Counting neither allocates nor unwinds: the counters are
// initialized at compile time and have no destructor, so that they can be reached in every state of a thread, and no
// sum of sizes in a test comes near the largest number.
#[expect(
    unsafe_code,
    clippy::undocumented_unsafe_blocks,
    reason = "no other way to watch the allocator; see above"
)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often this thread allocates or reallocates in one run, after runs that may set something up, and how many bytes
/// in all: none is taken off when it is freed.
fn allocations<T>(run: impl Fn() -> T) -> (usize, usize) {
    for _ in 0..10 {
        black_box(run());
    }
    let before = (COUNT.get(), BYTES.get());
    let result = black_box(run());
    let taken = (COUNT.get() - before.0, BYTES.get() - before.1);
    drop(result);
    taken
}

/// What it takes to refuse a token, after seeing to it that it is refused as it should be.
fn refusal(token: &str, code: &str, verifier: &Verifier) -> (usize, usize) {
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
fn a_huge_token_is_refused_for_its_size_without_any_memory() {
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
        assert_eq!(refusal(&huge, "token_too_large", &verifier()), (0, 0), "{} bytes", huge.len());
    }
}

/// With the size raised, a refusal still takes no more than what had to be read before it.
#[test]
fn dots_take_no_memory_however_many_are_allowed() {
    let mut builder = Verifier::builder();
    let verifier = builder.secret(SECRET).max_size(20_000_000).build().unwrap();
    for dots in [".".repeat(1_000_000), "A.".repeat(1_000_000), "A".repeat(8_000_000)] {
        assert_eq!(refusal(&dots, "not_compact", &verifier), (0, 0));
    }
    let good = token();
    let (signed, _) = good.rsplit_once('.').unwrap();
    let (_, bytes) = refusal(&format!("{signed}.{}", "A".repeat(8_000_000)), "bad_signature", &verifier);
    assert!(bytes < LITTLE, "{bytes}");
}

#[test]
fn the_largest_token_that_is_read_takes_little_to_refuse() {
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
        // The first segment opens as many arrays as there is room for.
        (format!("{}.{payload}.AAAA", "W1tb".repeat(3_900)), "nested_too_deep"),
    ] {
        let (_, bytes) = refusal(&token, code, &verifier());
        assert!(bytes < LITTLE, "{code}: {bytes}");
    }
}

#[test]
fn a_good_token_takes_what_it_says_and_little_more() {
    let token = token();
    let verifier = verifier();
    let (count, bytes) = allocations(|| verifier.verify_at(&token, NOW).unwrap());
    // The payload, the names met in it, and four texts: identity, issuer, account, jti.
    assert_eq!(count, 6);
    assert!(bytes < 4 * token.len(), "{bytes}");
}
