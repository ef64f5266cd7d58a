//! Grants: the products that a token gives access to, and how each is written into the claims.

mod grant;
mod list;
mod payload;
mod product;
mod products;

pub use grant::Grant;
pub use list::Grants;
pub use product::{FieldKind, FieldValue, IdentityRules, Product, ProductField};
pub use products::{ChatGrant, PRODUCTS, PlaybackGrant, SyncGrant, TaskRouterGrant, VideoGrant, VoiceGrant};
