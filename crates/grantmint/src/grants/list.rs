//! The grants of one token.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::grant::Grant;
use super::payload::{PAYLOAD_DEPTH, write_payload};
use super::product::{FieldValue, Product};
use crate::error::{Error, Field};
use crate::json::{Sink, write_object, write_string};

/// The grants of one token, already written as JSON: the members of the claims' `grants` after the identity.
#[derive(Debug, Clone, Default)]
pub struct Grants {
    json: Vec<u8>,
    members: Vec<Member>,
}

/// One member of the JSON text: `,"key":payload`.
#[derive(Debug, Clone)]
struct Member {
    key: Cow<'static, str>,
    /// The required field that the grant lacks. [`Issuer`](crate::Issuer) rejects such a grant.
    missing: Option<Field>,
    end: usize,
}

impl Grants {
    /// Creates an empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a grant. A grant with the same key is replaced in its place.
    ///
    /// # Errors
    /// Those of [`Grant::to_payload`]; [`Error::Needs`] for a field without the one that it needs;
    /// [`Error::ReservedGrantKey`] and [`Error::Required`] for the keys `"identity"` and `""`; [`Error::TooDeep`] and
    /// [`Error::LossyInteger`] for a free-form object.
    pub fn add(&mut self, grant: &(impl Grant + ?Sized)) -> Result<(), Error> {
        match grant.typed() {
            Some((product, values)) => self.add_typed(product, &values),
            None => self.add_custom(grant.key(), &grant.to_payload()?),
        }
    }

    /// Adds the grant of a product, given the values of its fields in their order.
    ///
    /// # Errors
    /// Those of [`Grants::add`]; [`Error::Internal`] unless there is one value for each field, of its kind.
    #[doc(hidden)]
    pub fn add_typed(&mut self, product: &'static Product, values: &[FieldValue<'_>]) -> Result<(), Error> {
        if values.len() != product.fields.len() {
            return Err(Error::Internal);
        }
        let missing =
            product.fields.iter().zip(values).find(|(field, value)| field.required && value.is_empty());
        let missing = missing.map(|(field, _)| product.field(field));
        self.write_member(Cow::Borrowed(product.key), missing, |out| write_payload(out, product, values))
    }

    /// Adds a grant with any other key.
    ///
    /// # Errors
    /// See [`Grants::add`].
    #[doc(hidden)]
    pub fn add_custom(&mut self, key: &str, payload: &Map<String, Value>) -> Result<(), Error> {
        match key {
            "" => return Err(Error::Required(Field::new("key"))),
            "identity" => return Err(Error::ReservedGrantKey),
            _ => {}
        }
        let missing = Product::find(key).and_then(|product| product.missing_in(payload));
        self.write_member(Cow::Owned(key.to_owned()), missing, |out| {
            write_object(out, payload, PAYLOAD_DEPTH, &Field::of(key, "payload"))
        })
    }

    /// Returns whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Adds the grants of another list, one by one.
    pub(crate) fn merge(&mut self, others: &Self) {
        let mut start = 0;
        for member in &others.members {
            let written = &others.json[start..member.end];
            let at = self.json.len();
            self.json.extend_from_slice(written);
            self.place(member.key.clone(), member.missing.clone(), at);
            start = member.end;
        }
    }

    /// Rejects a grant without a required field, which an unset environment variable often causes.
    pub(crate) fn check_complete(&self) -> Result<(), Error> {
        match self.members.iter().find_map(|member| member.missing.clone()) {
            Some(field) => Err(Error::Required(field)),
            None => Ok(()),
        }
    }

    /// Returns the members as JSON text, each with a comma before it.
    pub(crate) fn json(&self) -> &[u8] {
        &self.json
    }

    fn write_member(
        &mut self,
        key: Cow<'static, str>,
        missing: Option<Field>,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let start = self.json.len();
        if start == 0 {
            // Most tokens have two or three grants.
            self.json.reserve(256);
            self.members.reserve(4);
        }
        self.json.put(b",");
        write_string(&mut self.json, &key);
        self.json.put(b":");
        if let Err(error) = write(&mut self.json) {
            self.json.truncate(start);
            return Err(error);
        }
        self.place(key, missing, start);
        Ok(())
    }

    /// Registers the member written at `start`, the end of the text. It replaces a member with the same key.
    fn place(&mut self, key: Cow<'static, str>, missing: Option<Field>, start: usize) {
        match self.members.iter().position(|member| member.key == key) {
            None => self.members.push(Member { key, missing, end: self.json.len() }),
            Some(place) => {
                self.members[place].missing = missing;
                self.replace(place, start);
            }
        }
    }

    /// Moves the member written at `start` to the place of the member that it replaces.
    fn replace(&mut self, place: usize, start: usize) {
        let written = self.json.split_off(start);
        let from = place.checked_sub(1).map_or(0, |before| self.members[before].end);
        let to = self.members[place].end;
        let length = written.len();
        self.json.splice(from..to, written);
        for member in &mut self.members[place..] {
            member.end = member.end + length - (to - from);
        }
    }
}
