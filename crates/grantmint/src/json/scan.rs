//! Reading untrusted JSON as RFC 8725 requires: no duplicate names, limited nesting.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::read::read_object;
use crate::limits::MAX_DEPTH;

/// Why a text was rejected: parsers could disagree about its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The text is not a JSON object.
    NotAnObject,
    /// An object contains a duplicate member name.
    Duplicate,
    /// The text is nested too deep.
    TooDeep,
}

/// The place of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The object itself.
    Top,
    /// The object's `grants`.
    Grants,
    /// Any deeper object.
    Elsewhere,
}

/// A value without its contents.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shallow<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Text(Cow<'a, str>),
    Object,
    Array,
}

impl<'a> From<&'a Value> for Shallow<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(number.as_f64().unwrap_or(f64::NAN)),
            Value::String(text) => Self::Text(Cow::Borrowed(text)),
            Value::Object(_) => Self::Object,
            Value::Array(_) => Self::Array,
        }
    }
}

/// Reads a text that must be one object. Calls `member` for each member of the object and of its `grants`.
pub(crate) fn scan<'a>(
    text: &'a str,
    member: &mut dyn FnMut(Place, &str, &Shallow<'a>),
) -> Result<(), Fault> {
    let mut reader = serde_json::Deserializer::from_str(text);
    // The walk has its own limit, which is one level deeper.
    reader.disable_recursion_limit();
    let mut state = State { names: Vec::with_capacity(16), fault: None, member };
    let walk = Walk { state: &mut state, place: Place::Top, depth: 0 };
    match walk.deserialize(&mut reader) {
        Ok(Shallow::Object) => reader.end().map_err(|_| Fault::NotAnObject),
        Ok(_) => Err(Fault::NotAnObject),
        Err(_) => Err(state.fault.unwrap_or(Fault::NotAnObject)),
    }
}

/// Reads the object in a text that passes [`scan`].
pub(crate) fn read_untrusted(text: &str) -> Result<Map<String, Value>, Fault> {
    scan(text, &mut |_, _, _| ())?;
    read_object(text.as_bytes()).map_err(|_| Fault::NotAnObject)
}

struct State<'s, 'de> {
    /// The names of all open objects, the innermost last.
    names: Vec<Cow<'de, str>>,
    fault: Option<Fault>,
    member: &'s mut dyn FnMut(Place, &str, &Shallow<'de>),
}

struct Walk<'w, 's, 'de> {
    state: &'w mut State<'s, 'de>,
    /// The place of this value's members.
    place: Place,
    /// The number of open objects and arrays around this value.
    depth: usize,
}

impl<'s, 'de> Walk<'_, 's, 'de> {
    fn enter<E: serde::de::Error>(&mut self) -> Result<(), E> {
        if self.depth >= MAX_DEPTH { Err(self.refuse(Fault::TooDeep)) } else { Ok(()) }
    }

    fn refuse<E: serde::de::Error>(&mut self, fault: Fault) -> E {
        self.state.fault = Some(fault);
        E::custom("refused")
    }

    fn inner(&mut self, name: Option<&str>) -> Walk<'_, 's, 'de> {
        let place = match (self.place, name) {
            (Place::Top, Some("grants")) if self.depth == 0 => Place::Grants,
            _ => Place::Elsewhere,
        };
        Walk { state: &mut *self.state, place, depth: self.depth + 1 }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_, 'de> {
    type Value = Shallow<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Shallow<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_, 'de> {
    type Value = Shallow<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Shallow<'de>, E> {
        Ok(Shallow::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Shallow<'de>, E> {
        Ok(Shallow::Bool(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "integers beyond 2^53 are out of every claim's range")]
    fn visit_i64<E>(self, value: i64) -> Result<Shallow<'de>, E> {
        Ok(Shallow::Number(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "integers beyond 2^53 are out of every claim's range")]
    fn visit_u64<E>(self, value: u64) -> Result<Shallow<'de>, E> {
        Ok(Shallow::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Shallow<'de>, E> {
        Ok(Shallow::Number(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Shallow<'de>, E> {
        Ok(Shallow::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Shallow<'de>, E> {
        Ok(Shallow::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Shallow<'de>, A::Error> {
        self.enter()?;
        while items.next_element_seed(self.inner(None))?.is_some() {}
        Ok(Shallow::Array)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Shallow<'de>, A::Error> {
        self.enter()?;
        let first = self.state.names.len();
        while let Some(name) = members.next_key_seed(Name)? {
            let value = members.next_value_seed(self.inner(Some(&name)))?;
            if self.place != Place::Elsewhere {
                (self.state.member)(self.place, &name, &value);
            }
            self.state.names.push(name);
        }
        if has_duplicates(&self.state.names[first..]) {
            return Err(self.refuse(Fault::Duplicate));
        }
        self.state.names.truncate(first);
        Ok(Shallow::Object)
    }
}

/// Finds duplicates: compares a few names with each other, but puts many into a set.
pub(super) fn has_duplicates(names: &[Cow<'_, str>]) -> bool {
    const FEW: usize = 12;
    if names.len() > FEW {
        let mut seen = HashSet::with_capacity(names.len());
        return !names.iter().all(|name| seen.insert(&**name));
    }
    names.iter().enumerate().any(|(place, name)| names[..place].contains(name))
}

/// A seed that reads a member's name.
pub(crate) struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}
