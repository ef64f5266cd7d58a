//! JSON: written as ECMAScript writes it, read as RFC 8725 requires.

mod buffer;
mod number;
mod read;
mod rewrite;
mod scan;
mod write;

pub(crate) use buffer::{Sink, StackBuffer};
pub(crate) use number::{integer, is_lossy, number_text};
pub(crate) use read::{read_member, read_object};
pub(crate) use rewrite::rewrite_object;
pub use scan::{Build, Fault, Scalar};
pub(crate) use scan::{Place, Shallow, read_untrusted, scan, scan_and_build};
pub(crate) use write::{escaped, write_object, write_string, write_text};
