//! Writing a product's grant into the claims.

use serde_json::{Map, Value};

use super::product::{FieldKind, FieldValue, Product};
use crate::error::{Error, Field};
use crate::json::{Sink, read_object, rewrite_object, write_object, write_string};

/// The nesting level of a grant's payload: below the claims and their `grants`.
pub(crate) const PAYLOAD_DEPTH: usize = 3;

impl Product {
    /// Returns the payload for these values, one for each field and in their order.
    ///
    /// # Errors
    /// Those of [`Grants::add`](crate::Grants::add).
    pub fn payload(&self, values: &[FieldValue<'_>]) -> Result<Map<String, Value>, Error> {
        if values.len() != self.fields.len() {
            return Err(Error::Internal);
        }
        let mut out = Vec::new();
        write_payload(&mut out, self, values)?;
        read_object(&out)
    }
}

/// Writes the payload for these values, one for each field and in their order.
pub(crate) fn write_payload(
    out: &mut Vec<u8>,
    product: &Product,
    values: &[FieldValue<'_>],
) -> Result<(), Error> {
    let fields = || product.fields.iter().zip(values);
    if let Some((field, value)) = fields().next()
        && field.path.is_empty()
        && !value.is_empty()
    {
        return write_free_form(out, value, PAYLOAD_DEPTH, &product.field(field));
    }
    out.put(b"{");
    let (mut first, mut open) = (true, None);
    for (field, value) in fields() {
        if !is_written(field.kind, value)? {
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
            write_string(out, parent);
            out.put(b":{");
            open = Some(parent);
        }
        write_string(out, leaf);
        out.put(b":");
        match value {
            FieldValue::Text(text) => write_string(out, text),
            FieldValue::Flag(_) => out.put(b"true"),
            value => {
                write_free_form(out, value, PAYLOAD_DEPTH + field.path.len(), &product.field(field))?;
            }
        }
    }
    if open.is_some() {
        out.put(b"}");
    }
    out.put(b"}");
    Ok(())
}

fn write_free_form(
    out: &mut Vec<u8>,
    value: &FieldValue<'_>,
    depth: usize,
    field: &Field,
) -> Result<(), Error> {
    match value {
        FieldValue::Object(object) => write_object(out, object, depth, field),
        FieldValue::Read(object) => write_object(out, object, depth, field),
        FieldValue::Written(text) => rewrite_object(out, text, depth, field),
        FieldValue::Absent | FieldValue::Text(_) | FieldValue::Flag(_) => Err(Error::Internal),
    }
}

/// Returns whether a value is written. A value of another kind than its field is a bug of the caller: bindings check
/// the kinds first.
fn is_written(kind: FieldKind, value: &FieldValue<'_>) -> Result<bool, Error> {
    match (kind, value) {
        (_, value) if value.is_empty() => Ok(false),
        (FieldKind::Text, FieldValue::Text(_))
        | (FieldKind::Object, FieldValue::Object(_) | FieldValue::Read(_) | FieldValue::Written(_)) => {
            Ok(true)
        }
        (FieldKind::Flag, FieldValue::Flag(flag)) => Ok(*flag),
        _ => Err(Error::Internal),
    }
}
