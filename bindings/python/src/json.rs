//! Conversion of free-form objects to JSON, and of JSON values to Python objects.

use grantmint::internal::{MAX_DEPTH, integer, number_text};
use grantmint::{Error, Field};
use grantmint_bindings::InputError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};
use serde_json::{Map, Number, Value};

use crate::error::Failure;
use crate::value::{Wanted, described, digits, text};

/// Converts a mapping with string keys and values that JSON can represent. Returns nothing for any other value.
pub(crate) fn object(field: &Field, value: &Bound<'_, PyAny>) -> Result<Option<Map<String, Value>>, Failure> {
    Reader { field, parents: Vec::new() }.mapping(value)
}

struct Reader<'a> {
    field: &'a Field,
    /// The objects and arrays being read, to distinguish a cycle from deep nesting.
    parents: Vec<*mut pyo3::ffi::PyObject>,
}

impl Reader<'_> {
    /// Reads a `dict` itself, and any other mapping through its `items()`, as the module `json` does.
    fn mapping(&mut self, value: &Bound<'_, PyAny>) -> Result<Option<Map<String, Value>>, Failure> {
        let items = if let Ok(dict) = value.cast_exact::<PyDict>() {
            // A copy, since reading the values may run the caller's code, which may change the `dict`.
            dict.items().into_any()
        } else if value.cast::<PyMapping>().is_ok() {
            value.call_method0(intern!(value.py(), "items"))?
        } else {
            return Ok(None);
        };
        self.enter(value)?;
        let mut object = Map::new();
        for item in items.try_iter()? {
            let item = item?;
            let Ok((name, value)) = item.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>() else {
                return Err(self.not_json("a mapping whose items are not pairs").into());
            };
            let Ok(name) = name.cast::<PyString>() else {
                let found = described(&name, Wanted::Text);
                return Err(self.not_json(&format!("a key of type {found}")).into());
            };
            if object.insert(self.text(name)?, self.value(&value)?).is_some() {
                return Err(self.not_json("a duplicate key").into());
            }
        }
        self.parents.pop();
        Ok(Some(object))
    }

    fn array<'py>(
        &mut self,
        parent: &Bound<'py, PyAny>,
        items: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
    ) -> Result<Value, Failure> {
        self.enter(parent)?;
        let array = items.map(|item| self.value(&item?)).collect::<Result<Vec<_>, _>>()?;
        self.parents.pop();
        Ok(Value::Array(array))
    }

    fn value(&mut self, value: &Bound<'_, PyAny>) -> Result<Value, Failure> {
        if value.is_none() {
            Ok(Value::Null)
        } else if let Ok(string) = value.cast::<PyString>() {
            Ok(Value::String(self.text(string)?))
        } else if let Ok(boolean) = value.cast::<PyBool>() {
            Ok(Value::Bool(boolean.is_true()))
        } else if value.is_instance_of::<PyInt>() {
            self.integer(value)
        } else if let Ok(float) = value.cast::<PyFloat>() {
            let number = Number::from_f64(float.value());
            Ok(Value::Number(number.ok_or_else(|| self.not_json(&number_text(float.value())))?))
        } else if let Ok(list) = value.cast_exact::<PyList>() {
            self.array(value, list.iter().map(Ok))
        } else if let Ok(tuple) = value.cast_exact::<PyTuple>() {
            self.array(value, tuple.iter().map(Ok))
        } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
            // A subclass may define its own `__iter__`.
            self.array(value, value.try_iter()?)
        } else if let Some(object) = self.mapping(value)? {
            Ok(Value::Object(object))
        } else {
            let found = described(value, Wanted::Json);
            Err(self.not_json(&format!("a value of type {found}")).into())
        }
    }

    fn integer(&self, value: &Bound<'_, PyAny>) -> Result<Value, Failure> {
        if let Ok(small) = value.extract::<i64>() {
            return Ok(Value::Number(small.into()));
        }
        let digits = digits(value).unwrap_or_else(|| "of too many digits".to_owned());
        Ok(Value::Number(integer(self.field, &digits)?))
    }

    fn text(&self, string: &Bound<'_, PyString>) -> Result<String, InputError> {
        text(|| self.field.clone(), string).map(str::to_owned)
    }

    fn enter(&mut self, parent: &Bound<'_, PyAny>) -> Result<(), InputError> {
        if self.parents.len() >= MAX_DEPTH {
            let cyclic = self.parents.iter().filter(|&&other| other == parent.as_ptr()).count() > 0;
            return Err(if cyclic {
                self.not_json("a cycle")
            } else {
                Error::TooDeep(self.field.clone()).into()
            });
        }
        self.parents.push(parent.as_ptr());
        Ok(())
    }

    fn not_json(&self, found: &str) -> InputError {
        InputError::NotJson { field: self.field.clone(), found: found.to_owned() }
    }
}

/// Converts an object to a `dict`.
pub(crate) fn to_dict<'py>(py: Python<'py>, object: &Map<String, Value>) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in object {
        dict.set_item(name, to_python(py, value)?)?;
    }
    Ok(dict)
}

pub(crate) fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    #[cfg(feature = "panic-test")]
    assert_ne!(*value, "panic!", "a value that panics");
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(boolean) => PyBool::new(py, *boolean).to_owned().into_any(),
        Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(integer), ..) => PyInt::new(py, integer).into_any(),
            (None, Some(integer), _) => PyInt::new(py, integer).into_any(),
            (None, None, float) => PyFloat::new(py, float.unwrap_or(f64::NAN)).into_any(),
        },
        Value::String(string) => PyString::new(py, string).into_any(),
        Value::Array(items) => {
            let list = PyList::empty(py);
            for item in items {
                list.append(to_python(py, item)?)?;
            }
            list.into_any()
        }
        Value::Object(object) => to_dict(py, object)?.into_any(),
    })
}
