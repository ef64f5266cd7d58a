//! One contender that verifies, in one process: `grantmint-benchmarks-verify <contender>`, driven by
//! `benchmarks/run.py`.
//!
//! A program of its own: in one program, the optimizer would compile the contenders that mint differently.

mod rounds;
mod verifiers;

fn main() -> Result<(), rounds::Failure> {
    rounds::serve(verifiers::prepare)
}
