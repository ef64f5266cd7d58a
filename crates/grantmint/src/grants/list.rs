//! The grants of one token.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::grant::Grant;
use super::payload::{PAYLOAD_DEPTH, write_payload};
use super::product::{FieldValue, Product};
use super::products::PRODUCTS;
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
    /// The fault for which [`Issuer`](crate::Issuer) rejects the grant.
    fault: Option<Box<Error>>,
    /// Whether the payload is any object, not one made of a product's fields.
    is_custom: bool,
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
        let fault = product.fault(values).map(Box::new);
        self.write_member(Cow::Borrowed(product.key), fault, false, |out| write_payload(out, product, values))
    }

    /// Adds a grant with any other key.
    ///
    /// # Errors
    /// See [`Grants::add`].
    #[doc(hidden)]
    pub fn add_custom(&mut self, key: &str, payload: &Map<String, Value>) -> Result<(), Error> {
        match key {
            "" => return Err(Error::Required { field: Field::new("key"), found: None }),
            "identity" => return Err(Error::ReservedGrantKey),
            _ => {}
        }
        let product = PRODUCTS.iter().find(|product| product.key == key || product.replaces.contains(&key));
        let missing = product.and_then(|product| product.missing_in(payload));
        let fault = missing.map(|field| Box::new(Error::Required { field, found: Some("not given") }));
        self.write_member(Cow::Owned(key.to_owned()), fault, true, |out| {
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
            self.place(Member { end: self.json.len(), ..member.clone() }, at);
            start = member.end;
        }
    }

    /// Returns whether the list has a grant with this key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.members.iter().any(|member| member.key == key)
    }

    /// Rejects a grant without a required field, or with a field that no product accepts. An unset environment variable
    /// often causes either.
    pub(crate) fn check_fields(&self) -> Result<(), Error> {
        match self.members.iter().find_map(|member| member.fault.as_deref()) {
            Some(fault) => Err(fault.clone()),
            None => Ok(()),
        }
    }

    /// Returns the keys and the JSON texts of the grants that were not made of a product's fields.
    pub(crate) fn custom(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let starts = std::iter::once(0).chain(self.members.iter().map(|member| member.end));
        let custom = self.members.iter().zip(starts).filter(|(member, _)| member.is_custom);
        // The text is `,"key":{…}`.
        custom.map(|(member, start)| {
            let written = &self.json[start..member.end];
            let mut key = Vec::with_capacity(member.key.len() + 4);
            write_string(&mut key, &member.key);
            (&*member.key, &written[key.len() + 2..])
        })
    }

    /// Returns the members as JSON text, each with a comma before it.
    pub(crate) fn json(&self) -> &[u8] {
        &self.json
    }

    fn write_member(
        &mut self,
        key: Cow<'static, str>,
        fault: Option<Box<Error>>,
        is_custom: bool,
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
        self.place(Member { key, fault, is_custom, end: self.json.len() }, start);
        Ok(())
    }

    /// Registers the member written at `start`, the end of the text. It replaces a member with the same key.
    fn place(&mut self, member: Member, start: usize) {
        match self.members.iter().position(|other| other.key == member.key) {
            None => self.members.push(member),
            Some(place) => {
                let end = self.members[place].end;
                self.members[place] = Member { end, ..member };
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
