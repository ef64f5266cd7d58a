//! Measures whether the time of rejecting a signature depends on the number of its correct bytes.
//!
//! The method is dudect's (Reparaz, Balasch, Verbauwhede: "dude, is my code constant time?", 2017). Inputs of two
//! classes come in random order: signatures with only the last byte wrong, and signatures with every byte wrong.
//! Welch's t-test compares the times. A value below 4.5 is no evidence of a difference. To show that the measurement
//! can find one, a comparison that stops at the first difference is measured in the same way.
//!
//! `dudect [samples]`, 20,000,000 by default.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use grantmint::{AccessToken, TokenError, Verifier, VideoGrant};

const SECRET: &str = "fake-secret-0123456789-abcdefghi";
const NOW: u64 = 1_700_000_000;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// dudect's threshold for "maybe not constant time".
const SUSPICIOUS: f64 = 4.5;

fn main() -> ExitCode {
    let samples = std::env::args().nth(1).map_or(20_000_000, |count| count.parse().unwrap());
    let token = token();
    let verifier = Verifier::new(SECRET).unwrap();
    let rejection = |token: &[u8]| matches!(verifier.verify_at(token, NOW), Err(TokenError::BadSignature));
    let ours = measure("Verifier::verify", &token, samples, rejection);
    let right = token.clone();
    let leaking = measure("a comparison that stops early", &token, samples / 20, |token: &[u8]| {
        // The verifier, and then a comparison of the signature byte by byte.
        let rejected = rejection(token);
        rejected & right.iter().zip(token).any(|(one, other)| black_box(one) != black_box(other))
    });
    if ours.abs() >= SUSPICIOUS {
        println!("the times differ");
        return ExitCode::FAILURE;
    }
    if leaking.abs() < SUSPICIOUS {
        println!("the measurement finds no difference even if there is one");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn token() -> Vec<u8> {
    let mut token =
        AccessToken::new("ACa0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0", "SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1", SECRET)
            .unwrap();
    token.identity("alice").add_grant(&VideoGrant::new()).unwrap();
    token.to_jwt_at(NOW).unwrap().into_bytes()
}

/// Measures the times of `rejects`, and returns the largest of the t-values with and without the slowest times.
fn measure(name: &str, token: &[u8], samples: usize, rejects: impl Fn(&[u8]) -> bool) -> f64 {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut wrong = token.to_vec();
    let signature = token.len() - 43;
    let last = ALPHABET.iter().position(|byte| *byte == token[token.len() - 1]).unwrap();
    let mut one = || {
        let class = (random.next() & 1) as usize;
        // The same instructions write both classes: a branch could be predicted for one of them.
        let mask = black_box(0_u8.wrapping_sub(class as u8));
        for (place, byte) in wrong[signature..].iter_mut().enumerate() {
            let other = ALPHABET[(random.next() & 63) as usize];
            *byte = (other & mask) | (token[signature + place] & !mask);
        }
        // The last character contains four bits. It stays canonical, but is not the right one.
        let other = 1 + (random.next() % 15) as usize;
        *wrong.last_mut().unwrap() = ALPHABET[(last + 4 * other) % 64];
        let start = Instant::now();
        let rejected = rejects(black_box(&wrong));
        let time = start.elapsed().as_nanos() as f64;
        assert!(rejected);
        (class, time)
    };
    let mut first: Vec<f64> = (0..100_000).map(|_| one().1).collect();
    first.sort_unstable_by(f64::total_cmp);
    // Interrupts and other processes add noise. Each limit excludes more of it.
    let limits = [f64::INFINITY, first[99_000], first[95_000], first[80_000], first[50_000]];
    let mut statistics = [[Welford::default(); 2]; 5];
    for _ in 0..samples {
        let (class, time) = one();
        for (limit, statistics) in limits.iter().zip(&mut statistics) {
            if time <= *limit {
                statistics[class].add(time);
            }
        }
    }
    let values = statistics.map(|[one, other]| one.t(&other));
    let worst = values.into_iter().fold(0.0, |worst: f64, t| if t.abs() > worst.abs() { t } else { worst });
    let [last, random] = &statistics[1];
    println!(
        "{name}: {samples} samples, t = {worst:.2} (all {:.2}; fastest 99 % {:.2}, 95 % {:.2}, 80 % {:.2}, 50 % {:.2}); \
         mean of the fastest 99 %: {:.2} ns wrong at the end, {:.2} ns wrong everywhere",
        values[0], values[1], values[2], values[3], values[4], last.mean, random.mean
    );
    worst
}

/// A mean and a variance, computed in one pass.
#[derive(Clone, Copy, Default)]
struct Welford {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Welford {
    fn add(&mut self, time: f64) {
        self.count += 1.0;
        let delta = time - self.mean;
        self.mean += delta / self.count;
        self.squares += delta * (time - self.mean);
    }

    /// Returns Welch's t.
    fn t(&self, other: &Self) -> f64 {
        let error = |of: &Self| of.squares / (of.count - 1.0) / of.count;
        (self.mean - other.mean) / (error(self) + error(other)).sqrt()
    }
}

/// The generator xorshift64*. The numbers need no pattern, but no secrecy either.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 8
    }
}
