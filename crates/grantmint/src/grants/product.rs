//! The description of a product's grant.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::error::{Error, Field};
use crate::sid;

/// One of Twilio's products: its grant as every language sees it, and the facts that `inspect` needs.
#[derive(Debug)]
pub struct Product {
    /// The grant's class in Rust, Python and Node: `"SyncGrant"`.
    pub class: &'static str,
    /// The key in the claims' `grants`: `"data_sync"`.
    pub key: &'static str,
    /// The product's name: `"Sync"`.
    pub title: &'static str,
    /// Other spellings of the key that people try, in lower case without separators.
    pub aliases: &'static [&'static str],
    /// The keys of earlier products that this one has replaced.
    pub replaces: &'static [&'static str],
    /// The access that an empty grant gives, if it gives any: `"any room"`.
    pub when_empty: Option<&'static str>,
    /// Whether the product has ended, so that nothing accepts its grant any more.
    pub has_ended: bool,
    /// The rules for the identity.
    pub identity: IdentityRules,
    /// The fields, in the order in which they are written.
    pub fields: &'static [ProductField],
}

/// The rules of a product for the identity.
#[derive(Debug, Clone, Copy)]
pub struct IdentityRules {
    /// Whether the product needs an identity.
    pub is_needed: bool,
    /// The greatest length that the product accepts, as measured by `length`.
    pub max_length: usize,
    /// The length above which some clients of the product fail.
    pub long: usize,
    /// Measures an identity.
    pub length: fn(&str) -> usize,
}

impl IdentityRules {
    /// The rules of most products: an identity of at most 256 characters.
    pub(crate) const NEEDED: Self = Self {
        is_needed: true,
        max_length: 256,
        long: usize::MAX,
        length: |identity| identity.chars().count(),
    };
    /// The rules of a product that also accepts tokens without an identity.
    pub(crate) const OPTIONAL: Self = Self { is_needed: false, ..Self::NEEDED };

    /// Returns whether the product rejects an identity for its length.
    pub(crate) fn is_too_long(&self, identity: &str) -> bool {
        (self.length)(identity) > self.max_length
    }
}

/// One field of a [`Product`].
#[derive(Debug)]
pub struct ProductField {
    /// The name in Rust and Python; Node spells it in camel case.
    pub name: &'static str,
    /// The kind of its values.
    pub kind: FieldKind,
    /// The place in the payload: one or two member names, or empty if the field is the payload itself.
    pub path: &'static [&'static str],
    /// The two letters that its SID starts with, if the field accepts nothing but a SID.
    pub sid: Option<&'static str>,
    /// A field of the same grant that must be given as well.
    pub needs: Option<&'static str>,
    /// Whether [`Issuer`](crate::Issuer) rejects the grant without it.
    pub required: bool,
}

/// The kind of a field's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A string; an empty one is not written.
    Text,
    /// A boolean; only `true` is written.
    Flag,
    /// A JSON object of any form.
    Object,
}

/// The value of one field.
#[derive(Debug, Clone)]
pub enum FieldValue<'a> {
    /// Not given.
    Absent,
    /// A string.
    Text(&'a str),
    /// A boolean.
    Flag(bool),
    /// A JSON object.
    Object(&'a Map<String, Value>),
    /// A JSON object that a binding has just read.
    Read(Box<Map<String, Value>>),
    /// A JSON object as `JSON.stringify` wrote it.
    Written(&'a str),
}

impl FieldValue<'_> {
    /// Returns whether the value counts as not given: absent, or the empty string that an unset variable often leaves.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Absent | Self::Text(""))
    }
}

impl Product {
    /// A row's values for the columns that most products leave out.
    pub(crate) const PLAIN: Self = Self {
        class: "",
        key: "",
        title: "",
        aliases: &[],
        replaces: &[],
        when_empty: None,
        has_ended: false,
        identity: IdentityRules::NEEDED,
        fields: &[],
    };

    /// Returns the first required field that a payload lacks, if any.
    pub(crate) fn missing_in(&self, payload: &Map<String, Value>) -> Option<Field> {
        let is_missing = |field: &&ProductField| {
            let value = field.path.first().and_then(|member| payload.get(*member));
            field.required && value.is_none_or(|value| value.is_null() || value == "")
        };
        self.fields.iter().find(is_missing).map(|field| self.field(field))
    }

    /// Returns the fault in the values of the fields for which [`Issuer`](crate::Issuer) rejects the grant, if any.
    pub(crate) fn fault(&self, values: &[FieldValue<'_>]) -> Option<Error> {
        let text_of = |field: &ProductField| {
            self.fields.iter().zip(values).find_map(|(other, value)| match value {
                FieldValue::Text(text) if other.name == field.name => Some(*text),
                _ => None,
            })
        };
        self.fields.iter().zip(values).find_map(|(field, value)| match value {
            FieldValue::Absent if field.required => {
                Some(Error::Required { field: self.field(field), found: Some("not given") })
            }
            FieldValue::Text("") if field.required => {
                Some(Error::Required { field: self.field(field), found: Some("empty") })
            }
            FieldValue::Text("") => Some(Error::Empty(self.field(field))),
            FieldValue::Text(text) if !self.accepts_sid(field, text) => {
                let prefix = field.sid.unwrap_or_default();
                Some(Error::MalformedSid {
                    field: self.field(field),
                    prefix,
                    found: self.found(field, text, text_of),
                })
            }
            _ => None,
        })
    }

    /// Returns what a text is that a field for a SID does not accept, without repeating it. `text_of` returns the text of
    /// another field, which may be swapped with it.
    pub(crate) fn found<'a>(
        &self,
        field: &ProductField,
        text: &str,
        text_of: impl Fn(&ProductField) -> Option<&'a str>,
    ) -> Cow<'static, str> {
        let prefix = field.sid.unwrap_or_default();
        let found = sid::found(prefix, text);
        let is_swapped = |other: &&ProductField| {
            other.sid.is_some_and(|other_prefix| sid::is(other_prefix, text))
                && text_of(other).is_some_and(|other_text| sid::is(prefix, other_text))
        };
        match self.fields.iter().find(is_swapped) {
            Some(other) => format!("{found}: it is swapped with {}", other.name).into(),
            None => found.into(),
        }
    }

    /// Returns whether a field accepts a text. Only a field for SIDs rejects any.
    pub(crate) fn accepts_sid(&self, field: &ProductField, text: &str) -> bool {
        // Every account has a default Sync service.
        let is_default = self.key == "data_sync" && field.name == "service_sid" && text == "default";
        is_default || field.sid.is_none_or(|prefix| sid::is(prefix, text))
    }

    /// Returns the name of a field for error messages: `SyncGrant.service_sid`.
    #[must_use]
    pub fn field(&self, field: &ProductField) -> Field {
        Field::of(self.class, field.name)
    }
}
