//! The encoding of arguments from JavaScript: one string, read in one call.
//!
//! Each value is a UTF-16 code unit for its type, followed by its contents. `node/lib/pack.js` is the encoder:
//!
//! | unit | value | contents |
//! |---|---|---|
//! | below `FF00` | a string of so many code units | those units |
//! | `FFFB` | a longer string | its length as two units, high half first; its units |
//! | `FFFF` | `undefined` or `null` | nothing |
//! | `FFFE`, `FFFD` | `true`, `false` | nothing |
//! | `FFFC` | a number | its decimal form as a string |
//! | `FFFA` | an object | its JSON text as a string |
//! | `FFF9` | another value | its type ("an array", "a function") as a string |

use std::ops::Range;

use grantmint::Error;

use crate::utf16::append_utf8;

const LONG: u16 = 0xfffb;
const ABSENT: u16 = 0xffff;
const TRUE: u16 = 0xfffe;
const FALSE: u16 = 0xfffd;
const NUMBER: u16 = 0xfffc;
const OBJECT: u16 = 0xfffa;
const OTHER: u16 = 0xfff9;
const SHORT: Range<u16> = 0..0xff00;

/// Values with all their text in one buffer.
pub(crate) struct Packed {
    text: String,
    values: Vec<Stored>,
}

/// A value as it was in JavaScript.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    Absent,
    Flag(bool),
    Number(f64),
    /// A string; `None` if it contains a lone surrogate.
    Text(Option<&'a str>),
    /// JSON text.
    Object(&'a str),
    /// The type, in words.
    Other(&'a str),
}

enum Stored {
    Absent,
    Flag(bool),
    Number(f64),
    Text(Option<Range<usize>>),
    Object(Range<usize>),
    Other(Range<usize>),
}

impl Packed {
    /// Reads all values.
    ///
    /// # Errors
    /// [`Error::Internal`] for an encoding that `node/lib/pack.js` does not write.
    pub(crate) fn read(units: &[u16]) -> Result<Self, Error> {
        let mut reader = Reader { units, text: Vec::with_capacity(units.len()) };
        let mut values = Vec::with_capacity(24);
        while !reader.units.is_empty() {
            values.push(reader.value().ok_or(Error::Internal)?);
        }
        let text = String::from_utf8(reader.text).map_err(|_| Error::Internal)?;
        Ok(Self { text, values })
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    pub(crate) fn value(&self, place: usize) -> Option<Value<'_>> {
        Some(match self.values.get(place)? {
            Stored::Absent => Value::Absent,
            Stored::Flag(flag) => Value::Flag(*flag),
            Stored::Number(number) => Value::Number(*number),
            Stored::Text(text) => Value::Text(text.clone().map(|text| &self.text[text])),
            Stored::Object(json) => Value::Object(&self.text[json.clone()]),
            Stored::Other(what) => Value::Other(&self.text[what.clone()]),
        })
    }
}

struct Reader<'a> {
    units: &'a [u16],
    text: Vec<u8>,
}

impl<'a> Reader<'a> {
    /// Reads the next value; returns `None` for an invalid encoding.
    fn value(&mut self) -> Option<Stored> {
        Some(match self.unit()? {
            ABSENT => Stored::Absent,
            TRUE => Stored::Flag(true),
            FALSE => Stored::Flag(false),
            NUMBER => {
                let digits = self.string()?;
                Stored::Number(str::from_utf8(&self.text[digits]).ok()?.parse().ok()?)
            }
            OBJECT => Stored::Object(self.string()?),
            OTHER => Stored::Other(self.string()?),
            length => {
                let units = self.units(length)?;
                let start = self.text.len();
                Stored::Text(append_utf8(units, &mut self.text).then_some(start..self.text.len()))
            }
        })
    }

    /// Reads a string with its length before it. JavaScript itself created it, so it is well-formed.
    fn string(&mut self) -> Option<Range<usize>> {
        let length = self.unit()?;
        let units = self.units(length)?;
        let start = self.text.len();
        append_utf8(units, &mut self.text).then_some(start..self.text.len())
    }

    fn units(&mut self, length: u16) -> Option<&'a [u16]> {
        let length = match length {
            LONG => (usize::from(self.unit()?) << 16) | usize::from(self.unit()?),
            short if SHORT.contains(&short) => usize::from(short),
            _ => return None,
        };
        let (units, rest) = self.units.split_at_checked(length)?;
        self.units = rest;
        Some(units)
    }

    fn unit(&mut self) -> Option<u16> {
        let (&unit, rest) = self.units.split_first()?;
        self.units = rest;
        Some(unit)
    }
}
