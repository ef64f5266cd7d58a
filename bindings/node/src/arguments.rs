//! Packed values as the core's: strings, seconds, identities and grants, taken one after the other.

use std::borrow::Cow;

use grantmint::{Algorithm, Error, Field, FieldKind, FieldValue, Grants, Product, json};
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

    /// An optional string: the empty one if it is not given.
    pub(crate) fn text(&mut self, field: &'static str) -> Result<&'a str, Error> {
        match self.take()? {
            Value::Absent => Ok(""),
            value => text(|| Field::new(field), value),
        }
    }

    /// An identity: a string, or an integer that stands for its decimal digits.
    pub(crate) fn identity(&mut self) -> Result<Cow<'a, str>, Error> {
        match self.take()? {
            Value::Absent => Ok(Cow::Borrowed("")),
            Value::Number(number) => integer(number).map(Cow::Owned),
            Value::Text(Some(text)) => Ok(Cow::Borrowed(text)),
            Value::Text(None) => Err(Error::LoneSurrogate(Field::new("identity"))),
            other => Err(wrong_type(Field::new("identity"), IDENTITY, other)),
        }
    }

    /// Every identity, to the end of the arguments.
    pub(crate) fn identities(&mut self) -> Result<Vec<Cow<'a, str>>, Error> {
        let mut identities = Vec::with_capacity(self.packed.len() - self.next);
        while self.next < self.packed.len() {
            let index = identities.len();
            identities
                .push(self.identity().map_err(|error| Error::AtIndex { index, error: Box::new(error) })?);
        }
        Ok(identities)
    }

    /// Whole seconds, if they are given.
    pub(crate) fn seconds(&mut self, field: &'static str) -> Result<Option<u64>, Error> {
        match self.take()? {
            Value::Absent | Value::Text(Some("")) => Ok(None),
            Value::Number(number) => grantmint::seconds_from_f64(field, number).map(Some),
            value => Err(wrong_type(Field::new(field), "a whole number of seconds", value)),
        }
    }

    /// A number of bytes, if it is given.
    pub(crate) fn size(&mut self, field: &'static str) -> Result<Option<usize>, Error> {
        match self.take()? {
            Value::Absent | Value::Text(Some("")) => Ok(None),
            Value::Number(number) if number.fract() == 0.0 =>
            {
                #[expect(clippy::cast_possible_truncation, reason = "it saturates, and is out of range then")]
                grantmint::size_from_i64(field, number as i64).map(Some)
            }
            value => Err(wrong_type(Field::new(field), "a whole number", value)),
        }
    }

    /// Every string, to the end of the arguments; `None` for what is not given.
    pub(crate) fn texts(&mut self, field: &'static str) -> Result<Vec<Option<&'a str>>, Error> {
        let mut texts = Vec::with_capacity(self.packed.len() - self.next);
        while self.next < self.packed.len() {
            texts.push(match self.take()? {
                Value::Absent => None,
                value => Some(text(|| Field::new(field), value)?),
            });
        }
        Ok(texts)
    }

    /// An algorithm; the default if it is not given.
    pub(crate) fn algorithm(&mut self) -> Result<Algorithm, Error> {
        match self.text("algorithm")? {
            "" => Ok(Algorithm::default()),
            name => name.parse(),
        }
    }

    /// Every grant, to the end of the arguments. Each starts with a flag: `true` before a product's key and its
    /// fields, `false` before the key and the payload of any other.
    pub(crate) fn grants(&mut self) -> Result<Grants, Error> {
        let mut grants = Grants::new();
        while self.next < self.packed.len() {
            match self.take()? {
                Value::Flag(true) => {
                    let (product, values) = self.product()?;
                    grants.add_typed(product, &values)?;
                }
                Value::Flag(false) => {
                    let key = text(|| Field::new("key"), self.take()?)?;
                    let payload = object(&Field::of(key, "payload"), self.take()?)?;
                    grants.add_custom(key, &payload)?;
                }
                _ => return Err(Error::NotAGrant { expected: NOT_A_GRANT }),
            }
        }
        Ok(grants)
    }

    /// A product's key and the values of its fields.
    pub(crate) fn product(&mut self) -> Result<(&'static Product, Vec<FieldValue<'a>>), Error> {
        let product = Product::find(self.text("key")?).ok_or(Error::Internal)?;
        let mut values = Vec::with_capacity(product.fields.len());
        for (place, field) in product.fields.iter().enumerate() {
            let owner = || Field::of(product.class, field.name);
            values.push(match self.take()? {
                Value::Absent => FieldValue::Absent,
                Value::Text(Some(text)) => FieldValue::Text(text),
                Value::Text(None) => return Err(Error::LoneSurrogate(owner())),
                Value::Flag(flag) => FieldValue::Flag(flag),
                value @ Value::Object(_) if field.kind == FieldKind::Object => {
                    FieldValue::Read(Box::new(object(&owner(), value)?))
                }
                other => return Err(product.wrong_type(place, describe(other))),
            });
        }
        Ok((product, values))
    }

    fn take(&mut self) -> Result<Value<'a>, Error> {
        let value = self.packed.value(self.next).ok_or(Error::Internal)?;
        self.next += 1;
        Ok(value)
    }
}

/// What `addGrant` takes.
pub(crate) const NOT_A_GRANT: &str = "a grant must be an object with a string `key` and a method `toPayload`";

/// What a field takes that JavaScript itself hands over by its type.
pub(crate) fn expected(field: &str) -> &'static str {
    match field {
        "secret" => "a string or bytes",
        "options" => "an object",
        "grants" | "identities" => "an array",
        _ => "a string",
    }
}

fn text(field: impl Fn() -> Field, value: Value<'_>) -> Result<&str, Error> {
    match value {
        Value::Text(Some(text)) => Ok(text),
        Value::Text(None) => Err(Error::LoneSurrogate(field())),
        other => Err(wrong_type(field(), "a string", other)),
    }
}

const IDENTITY: &str = "a string or an integer";

/// The digits of an identity that is an integer. Beyond 2^53, JavaScript's numbers skip integers: the caller's own
/// has been changed already.
fn integer(number: f64) -> Result<String, Error> {
    const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;
    if number.fract() != 0.0 || !number.is_finite() {
        return Err(wrong_type(Field::new("identity"), IDENTITY, Value::Number(number)));
    }
    let digits = json::number_text(number);
    if number.abs() > MAX_SAFE_INTEGER {
        return Err(Error::LossyInteger { field: Field::new("identity"), found: digits });
    }
    Ok(digits)
}

/// An object from its JSON text, of which `JSON.stringify` leaves nothing to doubt but its depth and its strings.
fn object(field: &Field, value: Value<'_>) -> Result<Map<String, Json>, Error> {
    let Value::Object(text) = value else {
        return Err(wrong_type(field.clone(), "an object", value));
    };
    match serde_json::from_str(text) {
        Ok(Json::Object(mut object)) => {
            object.values_mut().for_each(read_as_doubles);
            Ok(object)
        }
        Ok(other) => Err(wrong_type_named(field.clone(), "an object", describe_json(&other))),
        Err(_) if has_lone_surrogate(text) => Err(Error::LoneSurrogate(field.clone())),
        Err(_) => Err(Error::TooDeep(field.clone())),
    }
}

/// What looks like a large integer was a double in JavaScript.
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

/// Whether a string holds one: `JSON.stringify` escapes nothing else as `\ud…` (ECMA-262, `QuoteJSONString`).
fn has_lone_surrogate(json: &str) -> bool {
    let mut rest = json.as_bytes();
    while let Some(escape) = rest.iter().position(|&byte| byte == b'\\') {
        if rest[escape..].starts_with(b"\\ud") {
            return true;
        }
        rest = rest.get(escape + 2..).unwrap_or_default();
    }
    false
}

fn wrong_type(field: Field, expected: &'static str, value: Value<'_>) -> Error {
    wrong_type_named(field, expected, describe(value))
}

fn wrong_type_named(field: Field, expected: &'static str, found: String) -> Error {
    Error::WrongType { field, expected, found }
}

/// What a value is, never what it says: that may be secret.
fn describe(value: Value<'_>) -> String {
    match value {
        Value::Absent => "undefined".to_owned(),
        Value::Flag(_) => "a boolean".to_owned(),
        Value::Number(number) if number.is_finite() && number.fract() == 0.0 => "a number".to_owned(),
        Value::Number(number) => json::number_text(number),
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
