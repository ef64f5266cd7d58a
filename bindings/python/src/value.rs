//! Conversion of Python values: strings, seconds, identities and secrets.

use std::borrow::Cow;

use grantmint::internal::{MAX_THREADS, TimeField};
use grantmint::{Algorithm, Error, Field, Secret};
use grantmint_bindings::{InputError, seconds_from_f64, seconds_from_i64};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyMemoryView, PySlice, PyString,
};

use crate::error::Failure;

/// Reads a string, which must be well-formed Unicode.
pub(crate) fn text<'a>(
    field: impl Fn() -> Field,
    string: &'a Bound<'_, PyString>,
) -> Result<&'a str, InputError> {
    string.to_str().map_err(|_| InputError::LoneSurrogate(field()))
}

/// Reads a string with U+FFFD for each lone surrogate, which no token contains.
pub(crate) fn lossy_text(string: &Bound<'_, PyString>) -> PyResult<String> {
    let utf16 = string.call_method1("encode", ("utf-16-le", "surrogatepass"))?;
    let (units, _) = utf16.cast::<PyBytes>()?.as_bytes().as_chunks();
    let chars = char::decode_utf16(units.iter().map(|unit| u16::from_le_bytes(*unit)));
    Ok(chars.map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// Reads an optional string: `None` and `""` are both empty.
pub(crate) fn optional_text<'a>(
    field: &'static str,
    value: Option<&'a Bound<'_, PyAny>>,
) -> Result<&'a str, InputError> {
    let Some(value) = value else { return Ok("") };
    match value.cast::<PyString>() {
        Ok(string) => text(|| Field::new(field), string),
        Err(_) => Err(wrong_type(field, "a string", value)),
    }
}

/// Reads an identity: a string, or an integer, which becomes its decimal digits.
pub(crate) fn identity<'a>(value: Option<&'a Bound<'_, PyAny>>) -> Result<Cow<'a, str>, Failure> {
    let Some(value) = value else { return Ok(Cow::Borrowed("")) };
    if let Ok(string) = value.cast::<PyString>() {
        return Ok(Cow::Borrowed(text(|| Field::new("identity"), string)?));
    }
    if value.is_instance_of::<PyInt>() && !value.is_instance_of::<PyBool>() {
        return match digits(value) {
            Some(digits) => Ok(Cow::Owned(digits)),
            None => Err(wrong_type("identity", "a string or an integer of fewer digits", value).into()),
        };
    }
    Err(wrong_type("identity", "a string or an integer", value).into())
}

/// Returns the decimal digits of an integer, unless there are more than Python converts.
pub(crate) fn digits(integer: &Bound<'_, PyAny>) -> Option<String> {
    // `int.__repr__`: the `str` of an `IntEnum` member is its name.
    integer.py().get_type::<PyInt>().call_method1("__repr__", (integer,)).ok()?.extract().ok()
}

/// Reads a number of threads.
pub(crate) fn threads(value: Option<&Bound<'_, PyAny>>) -> Result<usize, InputError> {
    let Some(value) = value else { return Ok(1) };
    if value.is_instance_of::<PyBool>() || !value.is_instance_of::<PyInt>() {
        return Err(wrong_type("threads", "a whole number", value));
    }
    // The core checks the smaller range of threads.
    value.extract().map_err(|_| {
        let found = digits(value).unwrap_or_else(|| "more".into());
        Error::OutOfRange { field: Field::new("threads"), found, min: 1, max: MAX_THREADS.into() }.into()
    })
}

/// Reads whole seconds, or nothing for `None` and `""`.
pub(crate) fn seconds(field: TimeField, value: Option<&Bound<'_, PyAny>>) -> Result<Option<u64>, Failure> {
    let Some(value) = value else { return Ok(None) };
    if value.cast::<PyString>().is_ok_and(|text| text.len().is_ok_and(|length| length == 0)) {
        Ok(None)
    } else if value.is_instance_of::<PyBool>() {
        Err(wrong_type(field.name(), WHOLE_NUMBER, value).into())
    } else if value.is_instance_of::<PyInt>() {
        match value.extract() {
            Ok(number) => Ok(Some(seconds_from_i64(field, number)?)),
            Err(_) => Err(field.out_of_range(digits(value).unwrap_or_else(|| "more".into())).into()),
        }
    } else if let Ok(number) = value.cast::<PyFloat>() {
        Ok(seconds_from_f64(field, number.value()).map(Some)?)
    } else if matches!(field, TimeField::Nbf | TimeField::ValidUntil)
        && let Some(seconds) = timestamp(value)?
    {
        Ok(Some(seconds_from_i64(field, seconds)?))
    } else {
        Err(wrong_type(field.name(), WHOLE_NUMBER, value).into())
    }
}

/// Returns the seconds since the epoch of a `datetime`, as PyJWT converts it: without a time zone, it is in UTC.
pub(crate) fn timestamp(value: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    let py = value.py();
    // Modules cannot be imported while the interpreter shuts down, so other values are told apart before.
    if !value.get_type().hasattr(intern!(py, "utctimetuple"))?
        || !value.is_instance(&py.import(intern!(py, "datetime"))?.getattr(intern!(py, "datetime"))?)?
    {
        return Ok(None);
    }
    let time = value.call_method0(intern!(py, "utctimetuple"))?;
    py.import(intern!(py, "calendar"))?.call_method1(intern!(py, "timegm"), (time,))?.extract().map(Some)
}

const WHOLE_NUMBER: &str = "a whole number of seconds";

/// Reads a time in seconds since the epoch. Defaults to the current time.
pub(crate) fn now(value: Option<&Bound<'_, PyAny>>) -> Result<u64, Failure> {
    Ok(seconds(TimeField::Now, value)?.unwrap_or_else(grantmint::now))
}

/// Reads an algorithm's name. `None` and `""` mean the default.
pub(crate) fn algorithm(value: Option<&Bound<'_, PyAny>>) -> Result<Algorithm, InputError> {
    match optional_text("algorithm", value)? {
        "" => Ok(Algorithm::default()),
        name => Ok(name.parse()?),
    }
}

/// Rejects arguments that a function does not have, given the names of those that it has.
pub(crate) fn no_more(unknown: Option<&Bound<'_, PyDict>>, known: &[&str]) -> Result<(), Failure> {
    let Some((name, _)) = unknown.and_then(|unknown| unknown.iter().next()) else { return Ok(()) };
    let name = name.cast::<PyString>().map_or_else(|_| Ok(String::new()), lossy_text)?;
    Err(InputError::UnknownOption { name, known: known.join(", ") }.into())
}

/// Rejects a missing credential as early as possible.
pub(crate) fn required(field: &'static str, value: Option<&Bound<'_, PyAny>>) -> Result<(), Failure> {
    let found = match value {
        None => "None",
        Some(value) if value.is_truthy()? => return Ok(()),
        // An empty list has the wrong type, which signing reports.
        Some(value) if value.is_instance_of::<PyList>() || value.is_instance_of::<PyDict>() => return Ok(()),
        Some(value) if value.is_none() => "None",
        Some(_) => "empty",
    };
    Err(missing(field, found))
}

/// Rejects `None` in the place of a required value, which most often comes from a variable that is not set.
pub(crate) fn given<'a, 'py>(
    field: &'static str,
    value: Option<&'a Bound<'py, PyAny>>,
) -> Result<&'a Bound<'py, PyAny>, Failure> {
    value.filter(|value| !value.is_none()).ok_or_else(|| missing(field, "None"))
}

/// Returns the error for a required value that is missing.
pub(crate) fn missing(field: &'static str, found: &'static str) -> Failure {
    Error::Required { field: Field::new(field), found: Some(found) }.into()
}

/// Reads a secret: `str` or bytes.
pub(crate) fn secret<'a>(value: Option<&'a Bound<'_, PyAny>>) -> Result<Secret<'a>, Failure> {
    let Some(value) = value else { return Ok("".into()) };
    if let Ok(string) = value.cast::<PyString>() {
        Ok(text(|| Field::new("secret"), string)?.into())
    } else if let Ok(bytes) = value.cast::<PyBytes>() {
        Ok(bytes.as_bytes().into())
    } else if let Ok(bytes) = value.cast::<PyByteArray>() {
        Ok(bytes.to_vec().into())
    } else if value.is_instance_of::<PyMemoryView>() {
        // `tobytes` would create bytes that cannot be wiped.
        let copy = PyByteArray::from(value)?;
        let secret = copy.to_vec().into();
        copy.set_item(PySlice::full(value.py()), PyBytes::new(value.py(), &vec![0; copy.len()]))?;
        Ok(secret)
    } else {
        Err(wrong_type("secret", "a string or bytes", value).into())
    }
}

/// Returns the error for a value of a wrong type. It names the type, never the value, which may be secret.
pub(crate) fn wrong_type(
    field: &'static str,
    expected: &'static str,
    value: &Bound<'_, PyAny>,
) -> InputError {
    InputError::WrongType {
        field: Field::new(field),
        expected,
        found: described(value, Wanted::of(expected)),
    }
}

/// The type that a field accepts, as far as a caller can convert a value to it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Text,
    Integer,
    Identity,
    Flag,
    Secret,
    Json,
    Other,
}

impl Wanted {
    pub(crate) fn of(expected: &str) -> Self {
        match expected {
            "a string" => Self::Text,
            "a string or an integer" => Self::Identity,
            "a string or bytes" => Self::Secret,
            "a boolean" => Self::Flag,
            "a whole number" | WHOLE_NUMBER => Self::Integer,
            _ => Self::Other,
        }
    }
}

/// Returns the name of a value's type, with the expression that converts the value: `int64 (write int(…))`.
pub(crate) fn described(value: &Bound<'_, PyAny>, wanted: Wanted) -> String {
    let name = type_name(value);
    match conversion(value, wanted) {
        Some(conversion) => format!("{name} (write {conversion})"),
        None => name,
    }
}

/// Returns the expression that converts a value, unless it is of a built-in type. Reads only the value's type.
fn conversion(value: &Bound<'_, PyAny>, wanted: Wanted) -> Option<&'static str> {
    let class = value.get_type();
    let is_builtin = class.getattr("__module__").and_then(|module| module.eq("builtins")).unwrap_or(true);
    if is_builtin {
        return None;
    }
    let has = |name: &str| class.hasattr(name).unwrap_or_default();
    let prints = || {
        let [own, plain] = [&class, &class.py().get_type::<PyAny>()].map(|class| class.getattr("__str__"));
        own.is_ok_and(|own| plain.is_ok_and(|plain| !own.is(&plain)))
    };
    let text = || prints().then_some("str(…)");
    if has("get_secret_value") {
        return Some(".get_secret_value()");
    }
    if has("__members__") {
        return Some(".value");
    }
    match wanted {
        Wanted::Integer if has("total_seconds") => Some("int(….total_seconds())"),
        Wanted::Integer if has("utctimetuple") => Some("int(….timestamp())"),
        Wanted::Integer => has("__int__").then_some("int(…)"),
        Wanted::Identity | Wanted::Json if has("__index__") => Some("int(…)"),
        Wanted::Json if has("__float__") => Some("float(…)"),
        Wanted::Json if has("isoformat") => Some(".isoformat()"),
        Wanted::Text | Wanted::Secret | Wanted::Identity | Wanted::Json => text(),
        Wanted::Flag => has("__bool__").then_some("bool(…)"),
        Wanted::Other => None,
    }
}

/// Returns the name of a value's type.
pub(crate) fn type_name(value: &Bound<'_, PyAny>) -> String {
    if value.is_none() {
        return "None".to_owned();
    }
    let name = value.get_type().name().map(|name| name.to_string());
    // A type's name may be any text; only a plain one belongs into a message.
    let is_plain = |name: &String| name.len() <= 100 && !name.chars().any(char::is_control);
    name.ok().filter(is_plain).unwrap_or_else(|| "something else".to_owned())
}
