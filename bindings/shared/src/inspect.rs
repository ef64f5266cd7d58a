//! Inspections that need no copy of the token.

use grantmint::internal::DEFAULT_MAX_SIZE;
use grantmint::{InspectOptions, Inspection, inspect};

/// Returns the inspection of a token that is too large to inspect. Its text does not matter, so it is never copied.
#[must_use]
pub fn inspect_too_large(options: &InspectOptions<'_>) -> Inspection {
    inspect(&".".repeat(DEFAULT_MAX_SIZE + 1), options)
}
