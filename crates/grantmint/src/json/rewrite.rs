//! Copying an object that another writer wrote, in one pass and without building it.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::number::{is_safe, number_text};
use super::scan::{Name, has_duplicates};
use super::write::{write_name, write_string};
use crate::error::{Error, Field};
use crate::json::Sink;
use crate::limits::MAX_DEPTH;

/// Writes an object that `JSON.stringify` wrote, at nesting level `depth`. All its numbers are doubles. An error names
/// `field`.
///
/// # Errors
/// [`Error::TooDeep`]; [`Error::Internal`] for a text that is not a JSON object or contains a duplicate name.
pub(crate) fn rewrite_object(
    out: &mut impl Sink,
    text: &str,
    depth: usize,
    field: &Field,
) -> Result<(), Error> {
    if !text.starts_with('{') {
        return Err(Error::Internal);
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    // The copy has its own limit, which is one level deeper.
    reader.disable_recursion_limit();
    let mut is_too_deep = false;
    let copy = Copy { out, depth, is_too_deep: &mut is_too_deep };
    match copy.deserialize(&mut reader).and_then(|()| reader.end()) {
        Ok(()) => Ok(()),
        Err(_) if is_too_deep => Err(Error::TooDeep(field.clone())),
        Err(_) => Err(Error::Internal),
    }
}

/// Writes the next value of a reader.
struct Copy<'a, S> {
    out: &'a mut S,
    /// The nesting level of the value, if it is an object or an array.
    depth: usize,
    is_too_deep: &'a mut bool,
}

impl<S: Sink> Copy<'_, S> {
    fn enter<E: serde::de::Error>(&mut self) -> Result<(), E> {
        if self.depth > MAX_DEPTH {
            *self.is_too_deep = true;
            return Err(E::custom("too deep"));
        }
        Ok(())
    }

    fn inner(&mut self) -> Copy<'_, S> {
        Copy { out: self.out, depth: self.depth + 1, is_too_deep: self.is_too_deep }
    }
}

impl<'de, S: Sink> DeserializeSeed<'de> for Copy<'_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for Copy<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.out.put(b"null");
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.out.put(if value { b"true" } else { b"false" });
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "it was a double")]
    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        if is_safe(value) {
            self.out.put(itoa::Buffer::new().format(value).as_bytes());
            return Ok(());
        }
        self.visit_f64(value as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "it was a double")]
    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => self.visit_f64(value as f64),
        }
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.out.put(number_text(value).as_bytes());
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        write_string(self.out, value);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        self.enter()?;
        let mut separator: &[u8] = b"[";
        loop {
            let next = Separated { before: separator, value: self.inner() };
            if items.next_element_seed(next)?.is_none() {
                break;
            }
            separator = b",";
        }
        self.out.put(if separator == b"[" { b"[]" } else { b"]" });
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        self.enter()?;
        let mut names = Vec::new();
        self.out.put(b"{");
        while let Some(name) = members.next_key_seed(Name)? {
            write_name(self.out, names.is_empty(), &name);
            names.push(name);
            members.next_value_seed(self.inner())?;
        }
        self.out.put(b"}");
        if has_duplicates(&names) { Err(A::Error::custom("a duplicate name")) } else { Ok(()) }
    }
}

/// Writes a separator before the next value, if there is one.
struct Separated<'a, S> {
    before: &'a [u8],
    value: Copy<'a, S>,
}

impl<'de, S: Sink> DeserializeSeed<'de> for Separated<'_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.value.out.put(self.before);
        self.value.deserialize(deserializer)
    }
}
