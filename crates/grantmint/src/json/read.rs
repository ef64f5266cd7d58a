//! Reading JSON that is known to be sound: written by this crate, or scanned before.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::scan::Name;
use crate::error::Error;

/// Reads an object. Its depth has been limited when it was written or scanned.
pub(crate) fn read_object(json: &[u8]) -> Result<Map<String, Value>, Error> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    reader.disable_recursion_limit();
    Map::deserialize(&mut reader).map_err(|_| Error::Internal)
}

/// Reads one member of an object with a seed of serde and skips the others.
pub(crate) fn read_member<'de, S: DeserializeSeed<'de>>(
    json: &'de str,
    name: &str,
    seed: S,
) -> Result<Option<S::Value>, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(json);
    reader.disable_recursion_limit();
    reader.deserialize_map(Member { name, seed })
}

struct Member<'a, S> {
    name: &'a str,
    seed: S,
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for Member<'_, S> {
    type Value = Option<S::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let (mut seed, mut found) = (Some(self.seed), None);
        while let Some(name) = members.next_key_seed(Name)? {
            match seed.take_if(|_| name == self.name) {
                Some(seed) => found = Some(members.next_value_seed(seed)?),
                None => _ = members.next_value::<IgnoredAny>()?,
            }
        }
        Ok(found)
    }
}
