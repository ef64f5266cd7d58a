//! Conversion of packed values: strings, seconds, identities and grants, taken in order.

use std::borrow::Cow;

use grantmint::internal::{
    FieldKind, FieldValue, JsonFault, MAX_SAFE_INTEGER, Product, TimeField, add_custom, add_typed,
    number_text, read_json,
};
use grantmint::{Algorithm, Error, Field, Grants};
use grantmint_bindings::{InputError, max_size, seconds_from_f64};
use serde_json::{Map, Number, Value as Json};

use crate::packed::{Packed, Value};

/// The arguments of one call.
pub(crate) struct Arguments<'a> {
    packed: &'a Packed,
    next: usize,
}

impl<'a> Arguments<'a> {
    pub(crate) fn new(packed: &'a Packed) -> Self {
        Self { packed, next: 0 }
    }

    /// Takes an optional string; returns an empty one if it is not given.
    pub(crate) fn text(&mut self, field: &'static str) -> Result<&'a str, InputError> {
        match self.take()? {
            Value::Absent => Ok(""),
            value => text(|| Field::new(field), value),
        }
    }

    /// Takes an optional string; tells an empty one from none.
    pub(crate) fn optional_text(&mut self, field: &'static str) -> Result<Option<&'a str>, InputError> {
        match self.take()? {
            Value::Absent => Ok(None),
            value => text(|| Field::new(field), value).map(Some),
        }
    }

    /// Takes an identity: a string, or an integer, which becomes its decimal digits.
    pub(crate) fn identity(&mut self) -> Result<Cow<'a, str>, InputError> {
        match self.take()? {
            Value::Absent => Ok(Cow::Borrowed("")),
            Value::Number(number) => integer(number).map(Cow::Owned),
            Value::Text(Some(text)) => Ok(Cow::Borrowed(text)),
            Value::Text(None) => Err(InputError::LoneSurrogate(Field::new("identity"))),
            other => Err(wrong_type(Field::new("identity"), IDENTITY, other)),
        }
    }

    /// Takes an identity that must be given. JavaScript has already rejected a missing one, but for those of a list.
    pub(crate) fn required_identity(&mut self) -> Result<Cow<'a, str>, InputError> {
        if let Some(Value::Absent) = self.packed.value(self.next) {
            let field = Field::new("identity");
            return Err(Error::Required { field, found: Some("undefined or null") }.into());
        }
        self.identity()
    }

    /// Takes all remaining arguments as identities.
    pub(crate) fn identities(&mut self) -> Result<Vec<Cow<'a, str>>, InputError> {
        let mut identities = Vec::with_capacity(self.packed.len() - self.next);
        while self.next < self.packed.len() {
            let index = identities.len();
            identities.push(self.required_identity().map_err(|error| error.at_index(index))?);
        }
        Ok(identities)
    }

    /// Takes optional whole seconds.
    pub(crate) fn seconds(&mut self, field: TimeField) -> Result<Option<u64>, InputError> {
        match self.take()? {
            Value::Absent | Value::Text(Some("")) => Ok(None),
            Value::Number(number) => seconds_from_f64(field, number).map(Some),
            value => Err(wrong_type(Field::new(field.name()), "a whole number of seconds", value)),
        }
    }

    /// Takes an optional size limit in bytes.
    pub(crate) fn max_size(&mut self) -> Result<Option<usize>, InputError> {
        match self.take()? {
            Value::Absent | Value::Text(Some("")) => Ok(None),
            Value::Number(number) if number.fract() == 0.0 =>
            {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "the cast saturates, which is out of range"
                )]
                Ok(Some(max_size(number as i64)?))
            }
            value => Err(wrong_type(Field::new("max_size"), "a whole number", value)),
        }
    }

    /// Takes all remaining arguments as optional strings.
    pub(crate) fn texts(&mut self, field: &'static str) -> Result<Vec<Option<&'a str>>, InputError> {
        let mut texts = Vec::with_capacity(self.packed.len() - self.next);
        while self.next < self.packed.len() {
            texts.push(match self.take()? {
                Value::Absent => None,
                value => Some(text(|| Field::new(field), value)?),
            });
        }
        Ok(texts)
    }

    /// Takes an optional algorithm.
    pub(crate) fn algorithm(&mut self) -> Result<Algorithm, InputError> {
        match self.text("algorithm")? {
            "" => Ok(Algorithm::default()),
            name => Ok(name.parse()?),
        }
    }

    /// Takes all remaining arguments as grants. Each begins with a flag: `true` before a product's key and fields, `false`
    /// before the key and payload of a custom grant.
    pub(crate) fn grants(&mut self) -> Result<Grants, InputError> {
        let mut grants = Grants::new();
        while self.next < self.packed.len() {
            match self.take()? {
                Value::Flag(true) => {
                    let (product, values) = self.product()?;
                    add_typed(&mut grants, product, &values)
                        .map_err(|error| named(error, product, &values))?;
                }
                Value::Flag(false) => {
                    let key = text(|| Field::new("key"), self.take()?)?;
                    let payload = object(&Field::of(key, "payload"), self.take()?)?;
                    add_custom(&mut grants, key, &payload)?;
                }
                _ => return Err(InputError::NotAGrant { expected: NOT_A_GRANT }),
            }
        }
        Ok(grants)
    }

    /// Takes a product's key and the values of its fields.
    pub(crate) fn product(&mut self) -> Result<(&'static Product, Vec<FieldValue<'a>>), InputError> {
        let product = Product::find(self.text("key")?).ok_or(Error::Internal)?;
        let mut values = Vec::with_capacity(product.fields.len());
        for field in product.fields {
            values.push(match (field.kind, self.take()?) {
                (_, Value::Absent) => FieldValue::Absent,
                // An empty string counts as not given in a field of any type, except for an issuer.
                (_, Value::Text(Some(""))) => FieldValue::Text(""),
                (_, Value::Text(None)) => return Err(InputError::LoneSurrogate(product.field(field))),
                (FieldKind::Text, Value::Text(Some(text))) => FieldValue::Text(text),
                (FieldKind::Flag, Value::Flag(flag)) => FieldValue::Flag(flag),
                (FieldKind::Object, Value::Object(text)) => {
                    written(|| product.field(field), text)?;
                    FieldValue::Written(text)
                }
                (_, other) => return Err(InputError::wrong_field_type(product, field, describe(other))),
            });
        }
        Ok((product, values))
    }

    fn take(&mut self) -> Result<Value<'a>, InputError> {
        let value = self.packed.value(self.next).ok_or(Error::Internal)?;
        self.next += 1;
        Ok(value)
    }
}

/// The description of a grant in error messages.
pub(crate) const NOT_A_GRANT: &str = "a grant must be an object with a string `key` and a method `toPayload`";

/// Returns the accepted types of a field that JavaScript checks itself.
pub(crate) fn expected(field: &str) -> &'static str {
    match field {
        "secret" => "a string or bytes",
        "keys" => "an object or a Map of secrets by key SID (one secret alone is the option secret)",
        "options" => "an object",
        "grants" | "identities" => "an array",
        _ => "a string",
    }
}

fn text(field: impl Fn() -> Field, value: Value<'_>) -> Result<&str, InputError> {
    match value {
        Value::Text(Some(text)) => Ok(text),
        Value::Text(None) => Err(InputError::LoneSurrogate(field())),
        other => Err(wrong_type(field(), "a string", other)),
    }
}

const IDENTITY: &str = "a string or an integer";

/// Returns the digits of an identity that is an integer. Beyond 2^53, JavaScript's numbers skip integers, so the caller's
/// integer has been changed already.
fn integer(number: f64) -> Result<String, InputError> {
    #[expect(clippy::cast_precision_loss, reason = "a double represents it exactly")]
    const MAX: f64 = MAX_SAFE_INTEGER as f64;
    if number.fract() != 0.0 || !number.is_finite() {
        return Err(wrong_type(Field::new("identity"), IDENTITY, Value::Number(number)));
    }
    let digits = number_text(number);
    if number.abs() > MAX {
        return Err(Error::LossyInteger { field: Field::new("identity"), found: digits }.into());
    }
    Ok(digits)
}

/// Checks that `JSON.stringify` wrote an object without a lone surrogate; the core checks the rest.
fn written(field: impl Fn() -> Field, text: &str) -> Result<(), InputError> {
    if !text.starts_with('{') {
        // A `toJSON` returned another value.
        return object(&field(), Value::Object(text)).map(|_| ());
    }
    if has_lone_surrogate(text) { Err(InputError::LoneSurrogate(field())) } else { Ok(()) }
}

/// Returns the error of a product's grant. Only a text that a replaced `JSON.stringify` wrote causes an internal one.
pub(crate) fn named(error: Error, product: &'static Product, values: &[FieldValue<'_>]) -> InputError {
    let is_written = |value: &FieldValue<'_>| matches!(value, FieldValue::Written(_));
    match product.fields.iter().zip(values).find(|(_, value)| is_written(value)) {
        Some((field, _)) if error == Error::Internal => invalid(product.field(field)),
        _ => error.into(),
    }
}

/// Reads an object from the text that `JSON.stringify` wrote. Only its depth and its strings can be wrong.
fn object(field: &Field, value: Value<'_>) -> Result<Map<String, Json>, InputError> {
    let Value::Object(text) = value else {
        return Err(wrong_type(field.clone(), "an object", value));
    };
    match read_json(text) {
        Ok(mut object) => {
            object.values_mut().for_each(read_as_doubles);
            Ok(object)
        }
        Err(JsonFault::TooDeep) => Err(Error::TooDeep(field.clone()).into()),
        Err(_) if has_lone_surrogate(text) => Err(InputError::LoneSurrogate(field.clone())),
        Err(_) => Err(match serde_json::from_str(text) {
            Ok(Json::Object(_)) | Err(_) => invalid(field.clone()),
            Ok(other) => wrong_type_named(field.clone(), "an object", describe_json(&other)),
        }),
    }
}

/// Returns the error for a text that is not JSON or repeats a name: a program has replaced `JSON.stringify`.
fn invalid(field: Field) -> InputError {
    wrong_type_named(field, "an object", "an invalid text of JSON.stringify".to_owned())
}

/// Converts integers to doubles, which they were in JavaScript.
fn read_as_doubles(value: &mut Json) {
    match value {
        Json::Number(number) => {
            *number = number.as_f64().and_then(Number::from_f64).unwrap_or(number.clone());
        }
        Json::Array(items) => items.iter_mut().for_each(read_as_doubles),
        Json::Object(object) => object.values_mut().for_each(read_as_doubles),
        Json::Null | Json::Bool(_) | Json::String(_) => {}
    }
}

/// Returns whether a JSON text contains a lone surrogate, which `JSON.stringify` escapes as `\ud…` (ECMA-262,
/// `QuoteJSONString`). It escapes no other character so.
fn has_lone_surrogate(json: &str) -> bool {
    // Almost no text has one: a quick search without regard to what an escape begins with.
    if !json.contains("\\ud") {
        return false;
    }
    let mut rest = json.as_bytes();
    while let Some(escape) = rest.iter().position(|&byte| byte == b'\\') {
        if rest[escape..].starts_with(b"\\ud") {
            return true;
        }
        rest = rest.get(escape + 2..).unwrap_or_default();
    }
    false
}

fn wrong_type(field: Field, expected: &'static str, value: Value<'_>) -> InputError {
    wrong_type_named(field, expected, describe(value))
}

fn wrong_type_named(field: Field, expected: &'static str, found: String) -> InputError {
    InputError::WrongType { field, expected, found }
}

/// Describes a value by its type. Its contents may be secret.
fn describe(value: Value<'_>) -> String {
    match value {
        Value::Absent => "undefined".to_owned(),
        Value::Flag(_) => "a boolean".to_owned(),
        Value::Number(number) if number.is_finite() && number.fract() == 0.0 => "a number".to_owned(),
        Value::Number(number) => number_text(number),
        Value::Text(_) => "a string".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::Other(what) => what.to_owned(),
    }
}

fn describe_json(value: &Json) -> String {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
    .to_owned()
}
