//! JavaScript values as the core's: strings, seconds, identities, secrets and grants.

use std::borrow::Cow;

use grantmint::{Algorithm, Error, Field, FieldKind, FieldValue, Grants, Product, Secret};
use napi::bindgen_prelude::{Either, FromNapiValue, Result as NapiResult, Uint8Array, Utf16String, sys};
use serde_json::Map;
use zeroize::Zeroizing;

use crate::packed::{Packed, Value};

/// A secret as JavaScript has it: a string or bytes. Wiped when dropped.
pub struct SecretText(Option<Zeroizing<Vec<u8>>>);
