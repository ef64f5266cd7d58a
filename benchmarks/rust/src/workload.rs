//! The tokens that every contender mints, as `benchmarks/harness/workload.py` writes them.

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
pub struct Workload {
    pub account_sid: String,
    pub key_sid: String,
    pub secret: String,
    pub service_sid: String,
    pub room: String,
    /// A Voice grant's parameters, for a large payload.
    pub voice: Option<Voice>,
}

#[derive(Deserialize)]
pub struct Voice {
    pub application_sid: String,
    pub params: Map<String, Value>,
}

/// The number of identities: a power of two, so that going round costs nothing.
pub const IDENTITIES: usize = 1024;

impl Workload {
    pub fn identities(&self) -> Vec<String> {
        (0..IDENTITIES).map(|number| format!("user-{number}")).collect()
    }
}
