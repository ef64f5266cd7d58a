//! No text from the crate contains the secret, and no memory that it frees.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Debug;
use std::hint::black_box;

use grantmint::internal::{inspection_to_json, issuer_from_variables, message};
use grantmint::{
    AccessToken, Algorithm, BatchOptions, Error, InspectOptions, Issuer, IssuerBuilder, MintOptions, Secret,
    Verifier, VideoGrant, inspect,
};
use sha2::digest::common::hazmat::SerializableState;
use sha2::{Digest, Sha256};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const KEY: &str = "SKfedcba9876543210fedcba9876543210";
const CANARY: &str = "fake-secret-of-a-canary-bird-abc";

/// The bytes to look for in memory: as many as a secret of Twilio's has.
type Needle = [u8; 32];

fn canary() -> Needle {
    CANARY.as_bytes().try_into().unwrap()
}

/// An allocator that searches freed memory.
struct Watching;

thread_local! {
    static NEEDLE: Cell<Option<Needle>> = const { Cell::new(None) };
    static FOUND: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: memory comes from the system's allocator and returns to it unchanged; the trait's own `realloc` calls the two
// functions here. A block is read only within its layout and before it is freed. It was zeroed when it was allocated,
// so all of its bytes are initialized. The search neither allocates nor unwinds.
#[expect(
    unsafe_code,
    clippy::undocumented_unsafe_blocks,
    reason = "no other way to watch the allocator; see above"
)]
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if let Some(needle) = NEEDLE.get() {
            // Volatile, or the compiler could remove the writes that wipe the block.
            let holds_at = |at: usize| {
                needle
                    .iter()
                    .enumerate()
                    .all(|(i, byte)| unsafe { block.add(at + i).read_volatile() } == *byte)
            };
            if (0..(layout.size() + 1).saturating_sub(needle.len())).any(holds_at) {
                FOUND.set(FOUND.get() + 1);
            }
        }
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// Returns the number of blocks with the needle that this thread frees during the run.
fn freed_with<T>(needle: Needle, run: impl FnOnce() -> T) -> usize {
    FOUND.set(0);
    NEEDLE.set(Some(needle));
    drop(black_box(run()));
    NEEDLE.set(None);
    FOUND.get()
}

fn video() -> VideoGrant {
    VideoGrant::new().room("daily")
}

fn builder(secret: impl Into<Secret<'static>>) -> IssuerBuilder<'static> {
    let mut builder = Issuer::builder(ACCOUNT, KEY, secret);
    builder.add_grant(&video()).unwrap();
    builder
}

#[test]
fn the_allocator_finds_a_secret_that_is_not_wiped() {
    assert_eq!(freed_with(canary(), || CANARY.to_owned()), 1);
    assert_eq!(freed_with(canary(), || [CANARY, CANARY].concat()), 1);
    assert_eq!(freed_with(canary(), || "another".to_owned()), 0);
    let emptied = || {
        let mut text = CANARY.to_owned();
        text.clear();
        text
    };
    assert_eq!(freed_with(canary(), emptied), 1);
}

#[test]
fn an_owned_secret_is_wiped() {
    assert_eq!(freed_with(canary(), || Secret::from(CANARY.to_owned())), 0);
    assert_eq!(freed_with(canary(), || Secret::from(CANARY.as_bytes().to_vec())), 0);
    assert_eq!(freed_with(canary(), || Secret::from(CANARY.to_owned()).clone()), 0, "its clone too");
    let emptied = || {
        let mut bytes = CANARY.as_bytes().to_vec();
        bytes.clear();
        Secret::from(bytes)
    };
    assert_eq!(freed_with(canary(), emptied), 0, "also behind its end");
}

#[test]
fn every_owner_of_the_secret_wipes_it() {
    let owned = || CANARY.to_owned();
    let sign = || {
        let mut token = AccessToken::new(ACCOUNT, KEY, owned()).unwrap();
        token.identity("alice").add_grant(&video()).unwrap();
        let copy = token.clone();
        (token.to_jwt().unwrap(), token.claims_at(0).unwrap(), copy.to_jwt().unwrap())
    };
    assert_eq!(freed_with(canary(), sign), 0, "an access token");
    let mint = || {
        let issuer = builder(owned()).build().unwrap();
        (issuer.mint("alice").unwrap(), issuer)
    };
    assert_eq!(freed_with(canary(), mint), 0, "an issuer");
    let from_variables = || {
        let look_up =
            |name: &str| Some(if name == "TWILIO_API_SECRET" { owned() } else { ACCOUNT.to_owned() });
        issuer_from_variables(look_up).unwrap()
    };
    assert_eq!(freed_with(canary(), from_variables), 0, "an issuer of the environment");
    let token = builder(CANARY).build().unwrap().mint("alice").unwrap();
    let verify = || {
        let verifier = Verifier::builder().key("SK1", owned()).secret(owned()).build().unwrap();
        (verifier.verify(&token).unwrap(), verifier.verify("a.b.c").unwrap_err(), verifier)
    };
    assert_eq!(freed_with(canary(), verify), 0, "a verifier");
    let explain = || {
        let options = InspectOptions::new().secret(owned());
        let copy = options.clone();
        (
            inspect(&token, &options).to_string(),
            inspection_to_json(&inspect(&token[1..], &copy), str::to_uppercase),
        )
    };
    assert_eq!(freed_with(canary(), explain), 0, "an inspection");
}

#[test]
fn a_rejected_secret_is_wiped_as_well() {
    // Not `format!`, which may outgrow its first block and free it.
    let key = || ["-----BEGIN PRIVATE KEY-----\n", CANARY].concat();
    let refused = || AccessToken::new(ACCOUNT, KEY, key()).unwrap_err();
    assert_eq!(freed_with(canary(), refused), 0);
    assert_eq!(freed_with(canary(), || AccessToken::new("", KEY, CANARY.to_owned()).unwrap_err()), 0);
    assert_eq!(freed_with(canary(), || builder(key()).build().unwrap_err()), 0);
    let malformed = || Issuer::builder("AC123", KEY, CANARY.to_owned()).build().unwrap_err();
    assert_eq!(freed_with(canary(), malformed), 0);
}

/// Returns the hash's words after `blocks`, as they are in memory. With the words of the inner and the outer pad,
/// anybody can sign without the secret.
fn state(blocks: &[u8]) -> Needle {
    let mut state: Needle = Sha256::new().chain_update(blocks).serialize()[..32].try_into().unwrap();
    if cfg!(target_endian = "big") {
        // The serialized words are little-endian.
        state.chunks_mut(4).for_each(<[u8]>::reverse);
    }
    state
}

/// Returns the key padded to a block and combined with `pad` (RFC 2104, section 2).
fn padded(pad: u8, block: usize) -> Vec<u8> {
    let mut key = CANARY.as_bytes().to_vec();
    key.resize(block, 0);
    key.iter().map(|byte| byte ^ pad).collect()
}

#[test]
fn the_prepared_key_is_wiped() {
    const BLOCK: usize = 64;
    let issuer = || Box::new(builder(CANARY).build().unwrap());
    let header = issuer().mint("alice").unwrap();
    let header = header.split_inclusive('.').next().unwrap().as_bytes();
    // The inner hash has read all whole blocks of the header.
    let whole = header.len() / BLOCK * BLOCK;
    let inner = state(&[&padded(0x36, BLOCK), &header[..whole]].concat());
    let outer = state(&padded(0x5c, BLOCK));
    for needle in [inner, outer] {
        assert_eq!(freed_with(needle, issuer), 0);
        let minted = || {
            let issuer = issuer();
            let tokens = issuer.mint_many(&["a", "b"], &BatchOptions::new(), 1).unwrap();
            (issuer.mint("alice").unwrap(), tokens, issuer)
        };
        assert_eq!(freed_with(needle, minted), 0, "after minting");
    }
}

/// Checks that a text contains no part of the secret, in any form that bytes are printed in.
fn assert_silent(text: &str) {
    let numbers = |from: &str| from.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ");
    let hex = |from: &str| from.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in ["canary", "bird"] {
        for form in [part.to_owned(), numbers(part), hex(part), hex(part).to_uppercase()] {
            assert!(!text.contains(&form), "{form} in {text}");
        }
    }
    // Base64 of the secret from its first byte.
    assert!(!text.contains("ZmFrZS1zZWNyZXQtb2Y"), "{text}");
}

fn assert_debug_is_silent(value: &impl Debug) {
    assert_silent(&format!("{value:?}"));
    assert_silent(&format!("{value:#?}"));
}

#[test]
fn nothing_prints_the_secret() {
    for secret in [Secret::from(CANARY), Secret::from(CANARY.to_owned()), Secret::from(CANARY.as_bytes())] {
        assert_debug_is_silent(&secret);
    }
    let mut token = AccessToken::new(ACCOUNT, KEY, CANARY).unwrap();
    token.identity("alice").add_grant(&video()).unwrap();
    assert_debug_is_silent(&token);
    assert!(format!("{token:?}").contains("alice"), "it prints something all the same");
    let builder = builder(CANARY);
    assert_debug_is_silent(&builder);
    assert_debug_is_silent(&Some(&builder));
    let issuer = builder.build().unwrap();
    assert_debug_is_silent(&issuer);
    assert!(format!("{issuer:?}").contains(KEY), "it prints something all the same");
    assert_debug_is_silent(&issuer.batch(&BatchOptions::new()).unwrap());
    let verifier = Verifier::builder().key(KEY, CANARY).build().unwrap();
    assert_debug_is_silent(&verifier);
    assert!(format!("{verifier:?}").contains(KEY), "it prints something all the same");
    let token = issuer.mint("alice").unwrap();
    assert_debug_is_silent(&verifier.verify(&token).unwrap());
    assert_debug_is_silent(&verifier.verify(&token[1..]).unwrap_err());
    assert_debug_is_silent(&issuer.issue("alice", &MintOptions::new()).unwrap());
    for secret in [CANARY.to_owned(), format!(" {CANARY}"), CANARY[5..25].to_owned()] {
        let options = InspectOptions::new().secret(secret).now(0);
        assert_debug_is_silent(&options);
        for token in [&token[..], &token[1..], "Bearer"] {
            let inspection = inspect(token, &options);
            assert_debug_is_silent(&inspection);
            assert_silent(&inspection.to_string());
            assert_silent(&inspection_to_json(&inspection, str::to_uppercase).to_string());
        }
    }
}

#[test]
fn no_error_names_the_secret() {
    let secrets = [
        CANARY.to_owned(),
        CANARY[5..].to_owned(),
        format!("-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----"),
        format!("ssh-rsa {CANARY}"),
        format!("{{\"kty\":\"oct\",\"k\":\"{CANARY}\"}}"),
    ];
    let mut errors: Vec<Error> = Vec::new();
    for secret in &secrets {
        let secret = secret.as_str();
        errors.extend(AccessToken::new("", KEY, secret).err());
        errors.extend(AccessToken::new(ACCOUNT, KEY, secret).err());
        errors.extend(
            AccessToken::new(ACCOUNT, KEY, secret).and_then(|mut token| token.ttl(0).to_jwt_at(0)).err(),
        );
        errors.extend(Issuer::builder(ACCOUNT, KEY, secret).build().err());
        // The caller confuses the arguments.
        errors.extend(Issuer::builder(secret, KEY, ACCOUNT).build().err());
        errors.extend(Issuer::builder(ACCOUNT, secret, KEY).build().err());
        errors.extend(
            Issuer::builder(ACCOUNT, KEY, secret).build().and_then(|issuer| issuer.mint("alice")).err(),
        );
        errors.extend(secret.parse::<Algorithm>().err());
        errors.extend(Verifier::builder().key("", secret).build().err());
        errors.extend(Verifier::builder().secret(secret).leeway(u64::MAX).build().err());
        errors.extend(Verifier::new(secret).err());
    }
    assert!(errors.len() > 20, "{errors:?}");
    for error in errors {
        assert_debug_is_silent(&error);
        assert_silent(&error.to_string());
        assert_silent(&message(&error, str::to_uppercase));
    }
}
