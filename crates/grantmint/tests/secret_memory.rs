//! Searches the whole memory of a process for the secret and everything computed from it, while an object lives and
//! afterwards.
//!
//! Each case runs in a process of its own, which receives the bytes to look for with all bits inverted, so that it
//! contains them only if grantmint left them there.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a process prints what it found")]

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write;
use std::fs::{self, File};
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::process::Command;

use base64_simd::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use grantmint::{
    AccessToken, Algorithm, BatchOptions, InspectOptions, Issuer, Secret, Verifier, VideoGrant, inspect,
};
use memchr::memmem;
use sha2::digest::common::hazmat::SerializableState;
use sha2::{Digest, Sha256, Sha384, Sha512};
use zeroize::Zeroize;

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const KEY: &str = "SKfedcba9876543210fedcba9876543210";
const SECRET: &str = "fake-secret-of-a-canary-bird-abc";

const ALGORITHMS: [Algorithm; 3] = [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512];
const INNER: u8 = 0x36;
const OUTER: u8 = 0x5c;

/// The bytes to look for, by name.
type Needles = BTreeMap<String, Vec<u8>>;
/// How often each was found.
type Counts = BTreeMap<String, usize>;

#[test]
fn an_object_that_keeps_no_secret_leaves_nothing_but_its_states() {
    for (algorithm, secret) in cases() {
        for object in ["issuer", "verifier"] {
            // An issuer signs with HS256 alone.
            if object == "issuer" && algorithm != Algorithm::Hs256 {
                continue;
            }
            let states = kept(object);
            for (name, [live, dropped]) in run(object, algorithm, &secret) {
                let found = format!("{object}, {algorithm:?}: {name}");
                // Each object has one copy of its two states. Its own memory is the only place for them.
                let expected = usize::from(states.contains(&name.as_str()));
                assert_eq!(live, expected, "{found} while it lives");
                assert_eq!(dropped, 0, "{found} after it was dropped");
            }
        }
    }
}

#[test]
fn an_object_that_keeps_the_secret_leaves_nothing_else() {
    for (algorithm, secret) in cases() {
        for object in ["token", "inspect"] {
            for (name, [live, dropped]) in run(object, algorithm, &secret) {
                let found = format!("{object}, {algorithm:?}: {name}");
                let expected = usize::from(name == "secret");
                assert_eq!(live, expected, "{found} while it lives");
                assert_eq!(dropped, 0, "{found} after it was dropped");
            }
        }
    }
}

#[test]
fn the_search_finds_what_stays() {
    for algorithm in ALGORITHMS {
        for (name, [live, dropped]) in run("copies", algorithm, SECRET) {
            assert_eq!((live, dropped), (1, 0), "{algorithm:?}: {name}");
        }
    }
}

/// Each algorithm with a secret like Twilio's, and with one that is longer than a block, so that it is hashed first.
fn cases() -> Vec<(Algorithm, String)> {
    let long = format!("{}{SECRET}", "fake".repeat(38));
    ALGORITHMS
        .into_iter()
        .flat_map(|algorithm| [(algorithm, SECRET.to_owned()), (algorithm, long.clone())])
        .collect()
}

/// Returns the names of the states that an object has to keep.
fn kept(object: &str) -> [&'static str; 2] {
    match object {
        // The inner state of an issuer has read the whole blocks of the header.
        "issuer" => ["inner state after the header", "outer state"],
        _ => ["inner state", "outer state"],
    }
}

/// Runs a case in a process of its own. Returns the number of copies of each needle while the object lives, and after
/// it was dropped.
fn run(object: &str, algorithm: Algorithm, secret: &str) -> BTreeMap<String, [usize; 2]> {
    let needles = needles(algorithm, secret)
        .into_iter()
        .map(|(name, bytes)| format!("{name}={}", hex_inverted(&bytes)))
        .collect::<Vec<_>>();
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture", "--test-threads", "1"])
        .env("GRANTMINT_TEST_OBJECT", object)
        .env("GRANTMINT_TEST_ALGORITHM", algorithm.name())
        .env("GRANTMINT_TEST_SECRET", hex_inverted(secret.as_bytes()))
        .env("GRANTMINT_TEST_NEEDLES", needles.join(";"))
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    let found = printed
        .lines()
        .filter_map(|line| {
            let (name, counts) = line.split_once('=')?;
            let (live, dropped) = counts.split_once(' ')?;
            Some((name.to_owned(), [live.parse().unwrap(), dropped.parse().unwrap()]))
        })
        .collect::<BTreeMap<_, _>>();
    assert_eq!(found.len(), needles.len(), "{printed}");
    found
}

fn needles(algorithm: Algorithm, secret: &str) -> Needles {
    type Function = fn(&[u8]) -> Vec<u8>;
    let (block, word, state, hash): (usize, usize, Function, Function) = match algorithm {
        Algorithm::Hs256 => (64, 4, state::<Sha256, 4>, hash::<Sha256>),
        Algorithm::Hs384 => (128, 8, state::<Sha384, 8>, hash::<Sha384>),
        Algorithm::Hs512 => (128, 8, state::<Sha512, 8>, hash::<Sha512>),
        _ => panic!("an algorithm without needles"),
    };
    let token = access_token(algorithm, Secret::from(secret)).to_jwt().unwrap();
    let header = token.split_inclusive('.').next().unwrap().as_bytes();
    let whole = header.len() / block * block;
    assert!(whole > 0, "the header fills a block, so that the two inner states differ");
    let key = if secret.len() > block { hash(secret.as_bytes()) } else { secret.as_bytes().to_vec() };
    let padded = |pad: u8| {
        let mut key = key.clone();
        key.resize(block, 0);
        key.iter().map(|byte| byte ^ pad).collect::<Vec<_>>()
    };
    let mut needles = Needles::from([
        ("inner state".to_owned(), state(&padded(INNER))),
        ("inner state after the header".to_owned(), state(&[&padded(INNER), &header[..whole]].concat())),
        ("outer state".to_owned(), state(&padded(OUTER))),
    ]);
    let part = |pad| padded(pad)[..SECRET.len()].to_vec();
    // The end of a long secret, which hashing leaves in a buffer.
    let end = secret.as_bytes()[secret.len() - SECRET.len()..].to_vec();
    let forms = [("secret", end), ("inner pad", part(INNER)), ("outer pad", part(OUTER))];
    let hashed = (secret.len() > block).then(|| ("hashed secret", part(0)));
    for (name, bytes) in forms.into_iter().chain(hashed) {
        // On a little-endian machine, hashing reverses the bytes of each word.
        let words = bytes.chunks(word).flat_map(|word| word.iter().rev().copied()).collect();
        needles.insert(format!("{name}, in words"), words);
        let base64 = STANDARD_NO_PAD.encode_to_string(&bytes);
        let base64url = URL_SAFE_NO_PAD.encode_to_string(&bytes);
        if base64url != base64 {
            needles.insert(format!("{name}, in base64url"), base64url.into_bytes());
        }
        needles.insert(format!("{name}, in base64"), base64.into_bytes());
        needles.insert(name.to_owned(), bytes);
    }
    needles
}

/// Returns the words of a hash that has read `blocks`, as they are in memory.
fn state<D: Digest + SerializableState, const WORD: usize>(blocks: &[u8]) -> Vec<u8> {
    let mut state = D::new().chain_update(blocks).serialize()[..32].to_vec();
    if cfg!(target_endian = "big") {
        // The serialized words are little-endian.
        state.chunks_mut(WORD).for_each(<[u8]>::reverse);
    }
    state
}

fn hash<D: Digest>(text: &[u8]) -> Vec<u8> {
    D::digest(text).to_vec()
}

/// So long that the header fills a block of every hash.
const REGION: &str = "a-region-with-a-name-that-is-long-enough";

fn issuer(secret: Secret<'_>) -> Issuer {
    let mut builder = Issuer::builder(ACCOUNT, KEY, secret);
    builder.region(REGION).add_grant(&VideoGrant::new().room("daily")).unwrap().build().unwrap()
}

fn access_token(algorithm: Algorithm, secret: Secret<'_>) -> AccessToken<'_> {
    let mut token = AccessToken::new(ACCOUNT, KEY, secret).unwrap();
    token.algorithm(algorithm).region(REGION).identity("alice");
    token
}

#[test]
#[ignore = "the process that the other tests start"]
fn child() {
    let object = env::var("GRANTMINT_TEST_OBJECT").unwrap();
    let algorithm: Algorithm = env::var("GRANTMINT_TEST_ALGORITHM").unwrap().parse().unwrap();
    let inverted = env::var("GRANTMINT_TEST_NEEDLES").unwrap();
    let needles: Needles = inverted
        .split(';')
        .map(|needle| needle.split_once('=').unwrap())
        .map(|(name, hex)| (name.to_owned(), bytes_of(hex)))
        .collect();
    let token = {
        // Signed with another secret, so that minting this token leaves nothing to be found.
        let another = "another-fake-secret-another-fake";
        access_token(algorithm, Secret::from(another)).to_jwt().unwrap()
    };
    let (live, dropped) = match &object[..] {
        "issuer" => counts(&needles, |secret| {
            let issuer = deep(|| issuer(secret));
            let used = deeper(|| {
                let tokens = issuer.mint_many(&["a", "b"], &BatchOptions::new(), 1).unwrap();
                let batch = issuer.batch(&BatchOptions::new()).unwrap().mint("alice").unwrap();
                (issuer.mint("alice").unwrap(), batch, tokens)
            });
            (used, issuer)
        }),
        "verifier" => counts(&needles, |secret| {
            let build = || Verifier::builder().key(KEY, secret).algorithm(algorithm).build().unwrap();
            let verifier = deep(build);
            deeper(|| verifier.verify(&token).unwrap_err());
            verifier
        }),
        "token" => counts(&needles, |secret| {
            let token = deep(|| access_token(algorithm, secret));
            (deeper(|| token.to_jwt().unwrap()), token)
        }),
        "inspect" => counts(&needles, |secret| {
            let options = deep(|| InspectOptions::new().secret(secret));
            (deeper(|| inspect(&token, &options).to_string()), options)
        }),
        "copies" => counts(&needles, |secret| {
            drop(secret);
            needles.values().map(|needle| Wiped(inverted_bytes(needle))).collect::<Vec<_>>()
        }),
        _ => panic!("no object is called {object}"),
    };
    println!();
    for (name, live) in &live {
        println!("{name}={live} {}", dropped[name]);
    }
}

/// Returns how often each needle is in memory while the object lives, and after it was dropped.
fn counts<T>(needles: &Needles, make: impl FnOnce(Secret<'static>) -> T) -> (Counts, Counts) {
    let object = Box::new(make(deep(|| Secret::from(secret()))));
    let live = search(needles);
    deeper(|| drop(black_box(object)));
    (live, search(needles))
}

/// Runs a function so deep in the stack that the search does not overwrite its frames.
#[inline(never)]
fn deep<T>(run: impl FnOnce() -> T) -> T {
    // Not initialized: nothing is written.
    let mut frame = MaybeUninit::<[u8; 1 << 18]>::uninit();
    black_box(&mut frame);
    let result = run();
    black_box(&mut frame);
    result
}

/// Runs a function so deep in the stack that it does not overwrite the frames of one in [`deep`].
fn deeper<T>(run: impl FnOnce() -> T) -> T {
    deep(|| deep(run))
}

/// Returns the secret, of which no other copy exists in this process.
fn secret() -> Vec<u8> {
    inverted_bytes(&bytes_of(&env::var("GRANTMINT_TEST_SECRET").unwrap()))
}

/// Bytes that are wiped when they are dropped.
struct Wiped(Vec<u8>);

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Counts the needles, which are inverted, in the writable memory of this process.
fn search(needles: &Needles) -> Counts {
    let mut found: Counts = needles.keys().map(|name| (name.clone(), 0)).collect();
    let memory = File::open("/proc/self/mem").unwrap();
    let overlap = needles.values().map(Vec::len).max().unwrap() - 1;
    let mut window = vec![0_u8; 1 << 20];
    let own = window.as_ptr().addr() as u64..window.as_ptr_range().end.addr() as u64;
    for (from, to) in writable(&own) {
        let mut place = from;
        while place < to {
            let size = window.len().min(usize::try_from(to - place).unwrap());
            let Ok(read) = memory.read_at(&mut window[..size], place) else { break };
            // Inverted, because the needles are.
            window[..read].iter_mut().for_each(|byte| *byte = !*byte);
            let last = read <= overlap || place + read as u64 >= to;
            // A needle that begins in the overlap is counted in the next window.
            let starts = if last { read } else { read - overlap };
            for (name, needle) in needles {
                let count = memmem::find_iter(&window[..read], needle).filter(|at| *at < starts).count();
                *found.get_mut(name).unwrap() += count;
            }
            place += starts as u64;
        }
    }
    found
}

/// Returns the writable ranges of memory without a range of the search's own.
fn writable(own: &Range<u64>) -> Vec<(u64, u64)> {
    let mut ranges = Vec::new();
    for line in fs::read_to_string("/proc/self/maps").unwrap().lines() {
        let mut parts = line.split(' ');
        let (from, to) = parts.next().unwrap().split_once('-').unwrap();
        let [from, to] = [from, to].map(|place| u64::from_str_radix(place, 16).unwrap());
        if parts.next().unwrap().starts_with("rw") {
            ranges.extend([(from, to.min(own.start)), (from.max(own.end), to)]);
        }
    }
    ranges
}

fn inverted_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut inverted = Vec::with_capacity(bytes.len());
    inverted.extend(bytes.iter().map(|byte| !byte));
    inverted
}

fn hex_inverted(bytes: &[u8]) -> String {
    let mut hex = String::new();
    for byte in bytes {
        write!(hex, "{:02x}", !byte).unwrap();
    }
    hex
}

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
