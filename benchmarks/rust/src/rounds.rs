//! One contender in one process. The first line on standard input is the workload. Each line after it is a number of
//! milliseconds to work for; the answer is a line of JSON.

use std::error::Error;
use std::hint::black_box;
use std::io::{self, BufRead};
use std::time::{Duration, Instant};

use serde_json::Value;

pub type Failure = Box<dyn Error>;

/// A function that works for some milliseconds and returns a line of JSON.
pub type Answer = Box<dyn FnMut(u64) -> Value>;

/// Serves the requested runs. `prepare` takes the contender's name and the workload.
pub fn serve(prepare: impl Fn(&str, &str) -> Result<Answer, Failure>) -> Result<(), Failure> {
    let name = std::env::args().nth(1).ok_or("which contender?")?;
    let mut lines = io::stdin().lock().lines();
    let mut answer = prepare(&name, &lines.next().ok_or("no workload")??)?;
    for line in lines {
        println!("{}", answer(line?.trim().parse()?));
    }
    Ok(())
}

/// The number of steps of a run, and its duration.
pub struct Turn {
    pub times: usize,
    pub took: Duration,
}

/// Returns a number of steps that take a millisecond: reading the clock must not cost more than it measures.
pub fn batch_of_a_millisecond(mut step: impl FnMut(usize)) -> usize {
    let mut batch = 1;
    while run(&mut step, batch, 0).took < Duration::from_millis(1) {
        batch *= 2;
    }
    batch
}

/// Calls `step` with the numbers from 0 on.
pub fn run(mut step: impl FnMut(usize), batch: usize, milliseconds: u64) -> Turn {
    let time = Duration::from_millis(milliseconds);
    let mut times = 0;
    let start = Instant::now();
    loop {
        for _ in 0..batch {
            step(black_box(times));
            times += 1;
        }
        let took = start.elapsed();
        if took >= time {
            return Turn { times, took };
        }
    }
}
