//! What a product's grant is made of, and how it is written into the claims.

use serde_json::{Map, Value};

use crate::buffer::Sink;
use crate::error::{Error, Field};
use crate::grant::PRODUCTS;
use crate::json;

/// One of Twilio's products: its grant as every language sees it.
#[derive(Debug)]
pub struct Product {
    /// The class in Rust, Python and Node: `"SyncGrant"`.
    pub class: &'static str,
    /// The name among the claims' `grants`: `"data_sync"`.
    pub key: &'static str,
    /// The fields, in the order in which they are written.
    pub fields: &'static [ProductField],
}

/// One field of a [`Product`].
#[derive(Debug)]
pub struct ProductField {
    /// The name in Rust and Python; Node has it in camel case.
    pub name: &'static str,
    /// What it takes.
    pub kind: FieldKind,
    /// Where it stands in the payload: one or two member names, or none if it is the payload itself.
    pub path: &'static [&'static str],
    /// The two letters that its SID starts with, where it takes nothing but a SID.
    pub sid: Option<&'static str>,
    /// A field of the same grant without which this one means nothing.
    pub needs: Option<&'static str>,
    /// Whether [`Issuer`](crate::Issuer) refuses the grant without it.
    pub required: bool,
}

/// What a field of a grant takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A string; an empty one is not written.
    Text,
    /// A boolean; only `true` is written.
    Flag,
    /// A JSON object of any form.
    Object,
}

/// The value of one field, as a binding or a grant of this module hands it over.
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
}

impl FieldValue<'_> {
    /// Whether it counts as not given: absent, or the empty string that an unset variable often leaves.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Absent | Self::Text(""))
    }

    fn object(&self) -> Option<&Map<String, Value>> {
        match self {
            Self::Object(object) => Some(object),
            Self::Read(object) => Some(object),
            _ => None,
        }
    }
}

impl Product {
    /// The product of a class or of a key among the claims' `grants`.
    #[must_use]
    pub fn find(key: &str) -> Option<&'static Self> {
        PRODUCTS.iter().find(|product| product.key == key)
    }

    /// What stands under the product's key for these values, one for each field and in their order.
    ///
    /// # Errors
    /// As for [`Grants::add_typed`](crate::Grants::add_typed).
    pub fn payload(&'static self, values: &[FieldValue<'_>]) -> Result<Map<String, Value>, Error> {
        let mut out = Vec::new();
        write_payload(&mut out, self, values)?;
        json::read_object(&out)
    }

    /// The required field that a payload made elsewhere lacks, as that of a subclass in Python or Node.
    pub(crate) fn missing_in(&self, payload: &Map<String, Value>) -> Option<Field> {
        let is_missing = |field: &&ProductField| {
            let value = field.path.first().and_then(|member| payload.get(*member));
            field.required && value.is_none_or(|value| value.is_null() || value == "")
        };
        self.fields.iter().find(is_missing).map(|field| self.field(field))
    }

    pub(crate) fn field(&self, field: &ProductField) -> Field {
        Field::of(self.class, field.name)
    }

    /// A [`Error::WrongType`] for one of the fields, by its place.
    #[must_use]
    pub fn wrong_type(&self, place: usize, found: impl Into<String>) -> Error {
        let Some(field) = self.fields.get(place) else { return Error::Internal };
        let expected = match field.kind {
            FieldKind::Text => "a string",
            FieldKind::Flag => "a boolean",
            FieldKind::Object => "an object",
        };
        Error::WrongType { field: self.field(field), expected, found: found.into() }
    }
}

/// The level at which a grant's payload opens: below the claims and their `grants`.
pub(crate) const PAYLOAD_DEPTH: usize = 3;

/// Writes the payload of a grant, given the values of its fields.
pub(crate) fn write_payload(
    out: &mut Vec<u8>,
    product: &Product,
    values: &[FieldValue<'_>],
) -> Result<(), Error> {
    let fields = || product.fields.iter().zip(values);
    if let Some((field, value)) = fields().next()
        && let Some(object) = value.object()
        && field.path.is_empty()
    {
        return json::write_object(out, object, PAYLOAD_DEPTH, &product.field(field));
    }
    out.put(b"{");
    let (mut first, mut open) = (true, None);
    for (place, (field, value)) in fields().enumerate() {
        if !is_given(product, place, value)? {
            continue;
        }
        if let Some(needs) = field.needs
            && !fields().any(|(other, value)| other.name == needs && !value.is_empty())
        {
            return Err(Error::Needs { field: product.field(field), needs });
        }
        let (parent, leaf) = match field.path {
            [parent, leaf] => (Some(*parent), *leaf),
            [leaf] => (None, *leaf),
            _ => return Err(Error::Internal),
        };
        if open != parent && open.take().is_some() {
            out.put(b"}");
        }
        if !std::mem::replace(&mut first, false) {
            out.put(b",");
        }
        if let Some(parent) = parent
            && open.is_none()
        {
            json::write_string(out, parent);
            out.put(b":{");
            open = Some(parent);
        }
        json::write_string(out, leaf);
        out.put(b":");
        match value {
            FieldValue::Text(text) => json::write_string(out, text),
            FieldValue::Flag(_) => out.put(b"true"),
            FieldValue::Object(_) | FieldValue::Read(_) | FieldValue::Absent => {
                let object = value.object().ok_or(Error::Internal)?;
                json::write_object(out, object, PAYLOAD_DEPTH + field.path.len(), &product.field(field))?;
            }
        }
    }
    if open.is_some() {
        out.put(b"}");
    }
    out.put(b"}");
    Ok(())
}

/// Whether a value of the right kind is to be written.
fn is_given(product: &Product, place: usize, value: &FieldValue<'_>) -> Result<bool, Error> {
    let found = match (product.fields[place].kind, value) {
        (_, value) if value.is_empty() => return Ok(false),
        (FieldKind::Text, FieldValue::Text(_))
        | (FieldKind::Object, FieldValue::Object(_) | FieldValue::Read(_)) => {
            return Ok(true);
        }
        (FieldKind::Flag, FieldValue::Flag(flag)) => return Ok(*flag),
        (_, FieldValue::Flag(_)) => "a boolean",
        (_, FieldValue::Object(_) | FieldValue::Read(_)) => "an object",
        (_, FieldValue::Text(_) | FieldValue::Absent) => "a string",
    };
    Err(product.wrong_type(place, found))
}
