//! One contender that verifies, in one process: `grantmint-benchmarks-verify <contender>`, driven by `benchmarks/run.py`.
//!
//! A program of its own: beside other code, the optimizer would make something else of those who mint.

mod rounds;
mod verifiers;

fn main() -> Result<(), rounds::Failure> {
    rounds::serve(verifiers::prepare)
}
