//! The parts that the Python and Node modules share: mistakes that only callers from dynamic languages can make, numbers
//! of such languages, the spelling of names, and the wall that stops panics.

#![forbid(unsafe_code)]

mod error;
mod inspect;
mod number;
mod panic;
mod spelling;

pub use error::InputError;
pub use inspect::inspect_too_large;
pub use number::{max_size, seconds_from_f64, seconds_from_i64};
pub use panic::{catch, hush};
pub use spelling::{camel_case, snake_case};
