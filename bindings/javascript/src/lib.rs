//! The calls behind the classes of the npm package, from packed arguments to a result or an error.
//!
//! The native module and the WebAssembly module are thin layers over this crate. `node/lib` contains the classes.

#![forbid(unsafe_code)]

mod arguments;
mod calls;
mod failure;
mod packed;
mod utf16;

pub use calls::{
    GivenSecret, Subject, contract, explain, inspect_options, issue, issuer, mint_many, mint_with, now,
    payload, sign, verifier,
};
pub use failure::{Failure, failure};
pub use utf16::append_utf8;
