//! JSON from somebody else, read as RFC 8725 asks: every name once, nothing nested without end.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::json::{self, MAX_DEPTH};

/// Why a text is not an object that one can trust to mean the same to every reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    NotAnObject,
    Duplicate,
    TooDeep,
}

/// Where a member stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the object itself.
    Top,
    /// In the object's `grants`.
    Grants,
    Elsewhere,
}

/// A value, without what is inside.
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

/// Reads a whole text that must be one object, and shows each member of it and of its `grants`. Builds nothing.
pub(crate) fn scan<'a>(
    text: &'a str,
    member: &mut dyn FnMut(Place, &str, &Shallow<'a>),
) -> Result<(), Fault> {
    let mut reader = serde_json::Deserializer::from_str(text);
    // The walk has a limit of its own, one level deeper.
    reader.disable_recursion_limit();
    let mut state = State { names: Vec::with_capacity(16), fault: None, member };
    let walk = Walk { state: &mut state, place: Place::Top, depth: 0 };
    match walk.deserialize(&mut reader) {
        Ok(Shallow::Object) => reader.end().map_err(|_| Fault::NotAnObject),
        Ok(_) => Err(Fault::NotAnObject),
        Err(_) => Err(state.fault.unwrap_or(Fault::NotAnObject)),
    }
}

/// The object that a text holds, if [`scan`] finds nothing wrong with it.
pub(crate) fn read(text: &str) -> Result<Map<String, Value>, Fault> {
    scan(text, &mut |_, _, _| ())?;
    json::read_object(text.as_bytes()).map_err(|_| Fault::NotAnObject)
}

struct State<'s, 'de> {
    /// The names in all the objects that are open, innermost last.
    names: Vec<Cow<'de, str>>,
    fault: Option<Fault>,
    member: &'s mut dyn FnMut(Place, &str, &Shallow<'de>),
}

struct Walk<'w, 's, 'de> {
    state: &'w mut State<'s, 'de>,
    /// Where the members of this value stand, if it has any.
    place: Place,
    /// How many objects and arrays are open around it.
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

    #[expect(clippy::cast_precision_loss, reason = "what is beyond 2^53 is out of every claim's range")]
    fn visit_i64<E>(self, value: i64) -> Result<Shallow<'de>, E> {
        Ok(Shallow::Number(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "what is beyond 2^53 is out of every claim's range")]
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
        if has_duplicates(&mut self.state.names[first..]) {
            return Err(self.refuse(Fault::Duplicate));
        }
        self.state.names.truncate(first);
        Ok(Shallow::Object)
    }
}

/// The few names of most objects are compared with each other, the many of others sorted first.
fn has_duplicates(names: &mut [Cow<'_, str>]) -> bool {
    const FEW: usize = 12;
    if names.len() > FEW {
        names.sort_unstable();
        return names.windows(2).any(|pair| pair[0] == pair[1]);
    }
    names.iter().enumerate().any(|(place, name)| names[..place].contains(name))
}

/// A member's name.
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
