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

/// Builds a value while a text is scanned, such as the objects of another language.
///
/// A scan that finds a fault ends without the value. `()` builds nothing.
pub trait Build {
    /// A value that is built.
    type Value;
    /// An array that is not closed yet.
    type Array;
    /// An object that is not closed yet.
    type Object;

    /// Returns a value that has no members.
    fn scalar(&mut self, scalar: Scalar<'_>) -> Self::Value;

    /// Opens an array.
    fn array(&mut self) -> Self::Array;

    /// Adds an item to an array.
    fn push(&mut self, array: &mut Self::Array, item: Self::Value);

    /// Closes an array.
    fn close_array(&mut self, array: Self::Array) -> Self::Value;

    /// Opens an object.
    fn object(&mut self) -> Self::Object;

    /// Adds a member to an object.
    fn insert(&mut self, object: &mut Self::Object, name: &str, value: Self::Value);

    /// Closes an object.
    fn close_object(&mut self, object: Self::Object) -> Self::Value;
}

/// A value that is neither an object nor an array.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scalar<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer that has a sign, or may have one.
    Signed(i64),
    /// An integer without a sign.
    Unsigned(u64),
    /// A number with a fraction or an exponent, or a larger one.
    Float(f64),
    /// A string.
    Text(&'a str),
}

impl Build for () {
    type Value = ();
    type Array = ();
    type Object = ();

    fn scalar(&mut self, _: Scalar<'_>) {}

    fn array(&mut self) {}

    fn push(&mut self, (): &mut (), (): ()) {}

    fn close_array(&mut self, (): ()) {}

    fn object(&mut self) {}

    fn insert(&mut self, (): &mut (), _: &str, (): ()) {}

    fn close_object(&mut self, (): ()) {}
}

/// Reads a text that must be one object. Calls `member` for each member of the object and of its `grants`.
pub(crate) fn scan<'a>(
    text: &'a str,
    member: &mut dyn FnMut(Place, &str, &Shallow<'a>),
) -> Result<(), Fault> {
    scan_and_build(text, member, &mut ())
}

/// Scans a text as [`scan`] does, and builds its value in the same pass.
pub(crate) fn scan_and_build<'a, B: Build>(
    text: &'a str,
    member: &mut dyn FnMut(Place, &str, &Shallow<'a>),
    build: &mut B,
) -> Result<B::Value, Fault> {
    let mut reader = serde_json::Deserializer::from_str(text);
    // The walk has its own limit, which is one level deeper.
    reader.disable_recursion_limit();
    let mut state = State { names: Vec::with_capacity(16), fault: None, member, build };
    let walk = Walk { state: &mut state, place: Place::Top, depth: 0 };
    match walk.deserialize(&mut reader) {
        Ok((Shallow::Object, value)) => reader.end().map(|()| value).map_err(|_| Fault::NotAnObject),
        Ok(_) => Err(Fault::NotAnObject),
        Err(_) => Err(state.fault.unwrap_or(Fault::NotAnObject)),
    }
}

/// Reads the object in a text that passes [`scan`].
pub(crate) fn read_untrusted(text: &str) -> Result<Map<String, Value>, Fault> {
    scan(text, &mut |_, _, _| ())?;
    read_object(text.as_bytes()).map_err(|_| Fault::NotAnObject)
}

struct State<'s, 'de, B> {
    /// The names of all open objects, the innermost last.
    names: Vec<Cow<'de, str>>,
    fault: Option<Fault>,
    member: &'s mut dyn FnMut(Place, &str, &Shallow<'de>),
    build: &'s mut B,
}

struct Walk<'w, 's, 'de, B> {
    state: &'w mut State<'s, 'de, B>,
    /// The place of this value's members.
    place: Place,
    /// The number of open objects and arrays around this value.
    depth: usize,
}

impl<'s, 'de, B: Build> Walk<'_, 's, 'de, B> {
    fn enter<E: serde::de::Error>(&mut self) -> Result<(), E> {
        if self.depth >= MAX_DEPTH { Err(self.refuse(Fault::TooDeep)) } else { Ok(()) }
    }

    fn refuse<E: serde::de::Error>(&mut self, fault: Fault) -> E {
        self.state.fault = Some(fault);
        E::custom("refused")
    }

    fn inner(&mut self, name: Option<&str>) -> Walk<'_, 's, 'de, B> {
        let place = match (self.place, name) {
            (Place::Top, Some("grants")) if self.depth == 0 => Place::Grants,
            _ => Place::Elsewhere,
        };
        Walk { state: &mut *self.state, place, depth: self.depth + 1 }
    }

    fn scalar(self, shallow: Shallow<'de>, scalar: Scalar<'_>) -> (Shallow<'de>, B::Value) {
        (shallow, self.state.build.scalar(scalar))
    }
}

impl<'de, B: Build> DeserializeSeed<'de> for Walk<'_, '_, 'de, B> {
    type Value = (Shallow<'de>, B::Value);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, B: Build> Visitor<'de> for Walk<'_, '_, 'de, B> {
    type Value = (Shallow<'de>, B::Value);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(self.scalar(Shallow::Null, Scalar::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(self.scalar(Shallow::Bool(value), Scalar::Bool(value)))
    }

    #[expect(clippy::cast_precision_loss, reason = "integers beyond 2^53 are out of every claim's range")]
    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(self.scalar(Shallow::Number(value as f64), Scalar::Signed(value)))
    }

    #[expect(clippy::cast_precision_loss, reason = "integers beyond 2^53 are out of every claim's range")]
    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(self.scalar(Shallow::Number(value as f64), Scalar::Unsigned(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(self.scalar(Shallow::Number(value), Scalar::Float(value)))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(self.scalar(Shallow::Text(Cow::Borrowed(value)), Scalar::Text(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(self.scalar(Shallow::Text(Cow::Owned(value.to_owned())), Scalar::Text(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Self::Value, A::Error> {
        self.enter()?;
        let mut array = self.state.build.array();
        while let Some((_, item)) = items.next_element_seed(self.inner(None))? {
            self.state.build.push(&mut array, item);
        }
        Ok((Shallow::Array, self.state.build.close_array(array)))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Self::Value, A::Error> {
        self.enter()?;
        let mut object = self.state.build.object();
        let first = self.state.names.len();
        // Names of different marks differ, so most objects need no comparison.
        let (mut marks, mut may_repeat) = (0_u64, false);
        while let Some(name) = members.next_key_seed(Name)? {
            let (shallow, value) = members.next_value_seed(self.inner(Some(&name)))?;
            if self.place != Place::Elsewhere {
                (self.state.member)(self.place, &name, &shallow);
            }
            self.state.build.insert(&mut object, &name, value);
            let mark = mark(&name);
            may_repeat |= marks & mark != 0;
            marks |= mark;
            self.state.names.push(name);
        }
        if may_repeat && has_duplicates(&self.state.names[first..]) {
            return Err(self.refuse(Fault::Duplicate));
        }
        self.state.names.truncate(first);
        Ok((Shallow::Object, self.state.build.close_object(object)))
    }
}

/// Returns one of 64 bits for a name: another one for each claim and each header parameter of a usual token.
fn mark(name: &str) -> u64 {
    let number = match name.as_bytes() {
        [first, .., last] => name.len() + usize::from(*first) + 3 * usize::from(*last),
        _ => name.len(),
    };
    1 << (number % 64)
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_pair_of_names_is_told_apart() {
        let usual =
            ["jti", "grants", "nbf", "iat", "exp", "iss", "sub", "aud", "identity", "alg", "typ", "cty"];
        let names = usual.map(str::to_owned).into_iter().chain((0..80).map(|number| format!("n{number}m")));
        let names: Vec<String> = names.chain(["", "a", "b", "é", "ab", "ba"].map(str::to_owned)).collect();
        let marks: HashSet<u64> = names.iter().map(|name| mark(name)).collect();
        assert!(marks.len() < names.len(), "names with the same mark");
        for first in &names {
            for second in &names {
                let text = format!("{{\"{first}\":1,\"other\":{{}},\"{second}\":2}}");
                let expected = if first == second { Err(Fault::Duplicate) } else { Ok(()) };
                assert_eq!(scan(&text, &mut |_, _, _| ()), expected, "{text}");
            }
        }
    }

    #[test]
    fn the_usual_claims_have_marks_of_their_own() {
        let claims = ["jti", "grants", "nbf", "iat", "exp", "iss", "sub", "aud"];
        let marks: HashSet<u64> = claims.into_iter().map(mark).collect();
        assert_eq!(marks.len(), claims.len());
    }
}
