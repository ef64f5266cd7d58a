//! The rules that tokens must follow, each written once: `mint` prevents what breaks them, `verify` rejects it, `inspect`
//! reports it.

mod finding;
pub(crate) mod grants;
pub(crate) mod identity;
pub(crate) mod parties;
mod rule;
pub(crate) mod secret;
mod table;
pub(crate) mod text;
pub(crate) mod times;
pub(crate) mod wrapping;

pub use finding::Finding;
pub use rule::{Group, Guard, Language, Rule, Severity};
pub use table::RULES;
pub(crate) use table::*;
