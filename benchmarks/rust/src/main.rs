//! One contender in one process: `grantmint-benchmarks <contender>`, driven by `benchmarks/run.py`.
//!
//! The first line on standard input is the workload; each line after it is a number of milliseconds to mint for, and
//! is answered by a line of JSON.

mod contenders;
mod workload;

use std::error::Error;
use std::hint::black_box;
use std::io::{self, BufRead};
use std::time::{Duration, Instant};

use contenders::Mint;
use workload::Workload;

fn main() -> Result<(), Box<dyn Error>> {
    let name = std::env::args().nth(1).ok_or("which contender?")?;
    let mut lines = io::stdin().lock().lines();
    let workload: Workload = serde_json::from_str(&lines.next().ok_or("no workload")??)?;
    let identities = workload.identities();
    let mut mint = contenders::find(&name, workload, &identities)?;

    let batch = batch_of_a_millisecond(&mut mint);
    for line in lines {
        let (tokens, took) = run(&mut mint, batch, Duration::from_millis(line?.trim().parse()?));
        let last = (tokens - 1) % identities.len();
        let answer = serde_json::json!({
            "tokens": tokens,
            "nanoseconds": took.as_nanos() as u64,
            "identity": identities[last],
            "token": mint.token(last),
        });
        println!("{answer}");
    }
    Ok(())
}

/// Reading the clock must not cost more than it measures.
fn batch_of_a_millisecond(mint: &mut Mint) -> usize {
    let mut batch = 1;
    while run(mint, batch, Duration::ZERO).1 < Duration::from_millis(1) {
        batch *= 2;
    }
    batch
}

fn run(mint: &mut Mint, batch: usize, time: Duration) -> (usize, Duration) {
    let mut tokens = 0;
    let start = Instant::now();
    loop {
        for _ in 0..batch {
            mint.next(black_box(tokens % workload::IDENTITIES));
            tokens += 1;
        }
        let took = start.elapsed();
        if took >= time {
            return (tokens, took);
        }
    }
}
