//! One contender that mints, in one process: `grantmint-benchmarks <contender>`, driven by `benchmarks/run.py`.

mod contenders;
mod rounds;
mod workload;

fn main() -> Result<(), rounds::Failure> {
    rounds::serve(contenders::prepare)
}
