//! The trait of all grants.

use serde_json::{Map, Value};

use super::product::{FieldValue, Product};
use crate::error::Error;

/// A grant that a token can contain: one of this crate's, or your own.
///
/// ```
/// use grantmint::{AccessToken, Grant};
/// use serde_json::{Map, Value, json};
///
/// struct Fleet { fleet_sid: String }
///
/// impl Grant for Fleet {
///     fn key(&self) -> &str {
///         "fleet"
///     }
///     fn to_payload(&self) -> Result<Map<String, Value>, grantmint::Error> {
///         Ok(Map::from_iter([("fleet_sid".to_owned(), json!(self.fleet_sid))]))
///     }
/// }
///
/// let fleet = Fleet { fleet_sid: "FL123".into() };
/// let jwt = AccessToken::new("AC123", "SK123", "fake-secret")?.add_grant(&fleet)?.to_jwt()?;
/// # Ok::<(), grantmint::Error>(())
/// ```
pub trait Grant {
    /// Returns the grant's key in the claims' `grants`: `"data_sync"`.
    fn key(&self) -> &str;

    /// Returns the object under that key.
    ///
    /// # Errors
    /// Any error that prevents the grant from being written.
    fn to_payload(&self) -> Result<Map<String, Value>, Error>;

    /// Returns the product and its values for the grants of this crate, which are written directly.
    #[doc(hidden)]
    fn typed(&self) -> Option<(&'static Product, Vec<FieldValue<'_>>)> {
        None
    }
}
