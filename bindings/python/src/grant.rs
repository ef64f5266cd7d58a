//! The grant classes.

use grantmint::internal::{FieldKind, FieldValue, PRODUCTS, Product, add_custom, add_typed as add_values};
use grantmint::{Error, Field, Grants};
use grantmint_bindings::{InputError, snake_case};
use pyo3::exceptions::{PyNotImplementedError, PyTypeError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFrozenSet, PyIterator, PyMemoryView, PySet, PyString, PyTuple,
};

use crate::error::{Failure, guard, guard_reading};
use crate::json;
use crate::value::{text, type_name};

#[doc = include_str!(concat!(env!("OUT_DIR"), "/AccessTokenGrant.txt"))]
#[pyclass(subclass, frozen, module = "grantmint")]
pub(crate) struct AccessTokenGrant;

#[pymethods]
#[expect(clippy::unused_self, reason = "Python's methods have one")]
impl AccessTokenGrant {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self
    }

    fn __init__(&self) {}

    fn __getstate__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        own_attributes(slf)
    }

    fn __setstate__(slf: &Bound<'_, Self>, state: &Bound<'_, PyDict>) -> PyResult<()> {
        state.iter().try_for_each(|(name, value)| slf.setattr(name.cast::<PyString>()?, value))
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/AccessTokenGrant.key.txt"))]
    #[getter]
    fn key(&self) -> PyResult<&'static str> {
        Err(PyNotImplementedError::new_err("Grant must have a key property."))
    }

    #[doc = include_str!(concat!(env!("OUT_DIR"), "/AccessTokenGrant.to_payload.txt"))]
    fn to_payload(&self) -> PyResult<()> {
        Err(PyNotImplementedError::new_err("Grant must implement to_payload."))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        Ok(format!("<{} {}>", slf.get_type().name()?, slf.call_method0("to_payload")?.repr()?))
    }
}

/// Declares a class for each product of the core, by its index there. A field accepts any value, which may refer back to
/// the grant. `__new__` accepts any arguments, since a Python subclass may have its own `__init__`; naming the usual
/// arguments avoids collecting them in a `dict`.
macro_rules! grant_classes {
    ($($place:literal $class:ident ($($field:ident),*);)*) => {
        $(
            #[doc = include_str!(concat!(env!("OUT_DIR"), "/", stringify!($class), ".txt"))]
            #[pyclass(subclass, extends = AccessTokenGrant, module = "grantmint")]
            pub(crate) struct $class {
                $(#[pyo3(get, set)] $field: Option<Py<PyAny>>,)*
            }

            #[pymethods]
            impl $class {
                #[new]
                #[pyo3(signature = ($($field = None,)* *_args, **_kwargs))]
                fn new(
                    $($field: Option<&Bound<'_, PyAny>>,)*
                    _args: &Bound<'_, PyTuple>,
                    _kwargs: Option<&Bound<'_, PyDict>>,
                ) -> PyClassInitializer<Self> {
                    $(let _ = $field;)*
                    PyClassInitializer::from(AccessTokenGrant).add_subclass(Self { $($field: None),* })
                }

                #[pyo3(signature = ($($field = None),*))]
                fn __init__(&mut self, $($field: Option<Py<PyAny>>),*) {
                    $(self.$field = $field;)*
                }

                #[doc = include_str!(concat!(env!("OUT_DIR"), "/AccessTokenGrant.key.txt"))]
                #[getter]
                fn key(&self) -> &'static str {
                    Self::product().key
                }

                fn __getstate__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
                    let state = own_attributes(slf)?;
                    $(state.set_item(stringify!($field), slf.getattr(stringify!($field))?)?;)*
                    Ok(state)
                }

                #[doc = include_str!(concat!(env!("OUT_DIR"), "/", stringify!($class), ".to_payload.txt"))]
                fn to_payload<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                    let payload = guard(snake_case, || self.with_values(py, |product, values| product.payload(values)))?;
                    guard_reading(|| json::to_dict(py, &payload))
                }

                fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
                    [$(&self.$field),*].into_iter().try_for_each(|value| visit.call(value))
                }

                fn __clear__(&mut self) {
                    $(self.$field = None;)*
                }
            }

            impl $class {
                fn product() -> &'static Product {
                    PRODUCTS[$place]
                }

                fn with_values<T>(
                    &self,
                    py: Python<'_>,
                    use_them: impl FnOnce(&'static Product, &[FieldValue<'_>]) -> Result<T, Error>,
                ) -> Result<T, Failure> {
                    let product = Self::product();
                    let mut place = 0..;
                    let values = [$(field_value(product, place.next().unwrap_or_default(), self.$field.as_ref().map(|value| value.bind(py)))?),*];
                    Ok(use_them(product, &values)?)
                }
            }
        )*

        #[cfg(test)]
        const CLASSES: &[(usize, &str, &[&str])] =
            &[$(($place, stringify!($class), &[$(stringify!($field)),*])),*];

        /// Returns the addresses of these classes, which live as long as the process.
        fn addresses(py: Python<'_>) -> &'static [usize] {
            static ADDRESSES: PyOnceLock<Vec<usize>> = PyOnceLock::new();
            ADDRESSES.get_or_init(py, || vec![$(py.get_type::<$class>().as_ptr().addr()),*])
        }

        /// Adds a grant of exactly one of these classes; a subclass may override its payload.
        fn add_typed(grant: &Bound<'_, PyAny>, grants: &mut Grants) -> Option<Result<(), Failure>> {
            let class = grant.get_type_ptr().addr();
            let place = addresses(grant.py()).iter().position(|&address| address == class)?;
            let add = |product, values: &[FieldValue<'_>]| add_values(grants, product, values);
            match place {
                $($place => Some(match grant.cast_exact::<$class>().ok()?.try_borrow() {
                    Ok(grant) => grant.with_values(grant.py(), add),
                    Err(error) => Err(Failure::Python(error.into())),
                }),)*
                _ => None,
            }
        }
    };
}

grant_classes! {
    0 SyncGrant(service_sid, endpoint_id);
    1 ChatGrant(service_sid, endpoint_id, deployment_role_sid, push_credential_sid);
    2 VideoGrant(room);
    3 VoiceGrant(
        incoming_allow, outgoing_application_sid, outgoing_application_params, push_credential_sid, endpoint_id
    );
    4 TaskRouterGrant(workspace_sid, worker_sid, role);
    5 PlaybackGrant(grant);
}

/// Returns the attributes of an instance of a Python subclass besides the fields.
fn own_attributes<'py>(grant: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    match grant.getattr_opt("__dict__")? {
        Some(attributes) => Ok(attributes.cast::<PyDict>()?.copy()?),
        None => Ok(PyDict::new(grant.py())),
    }
}

/// The official class's message about a list with other values.
pub(crate) const NOT_GRANTS: &str = "Grants must be instances of AccessTokenGrant.";

/// Reads all grants of an iterable.
pub(crate) fn read_all(list: &Bound<'_, PyAny>) -> Result<Grants, Failure> {
    let mut grants = Grants::new();
    for grant in iterate("grants", list)? {
        add(&grant?, &mut grants)?;
    }
    Ok(grants)
}

/// Iterates over a list or another iterable.
pub(crate) fn iterate<'py>(
    field: &'static str,
    list: &Bound<'py, PyAny>,
) -> Result<Bound<'py, PyIterator>, Failure> {
    // These are iterable, too, but their items or their order is not what the caller means.
    if list.is_instance_of::<PyString>()
        || list.is_instance_of::<PyBytes>()
        || list.is_instance_of::<PyByteArray>()
        || list.is_instance_of::<PyMemoryView>()
        || list.is_instance_of::<PyDict>()
        || list.is_instance_of::<PySet>()
        || list.is_instance_of::<PyFrozenSet>()
    {
        return Err(wrong_type(Field::new(field), "a list", list));
    }
    // Exceptions of the caller's `__iter__` pass through. A missing `__iter__` is a `TypeError`.
    list.try_iter().map_err(|error| {
        let has_none = error.is_instance_of::<PyTypeError>(list.py());
        if has_none { wrong_type(Field::new(field), "a list", list) } else { error.into() }
    })
}

/// Adds any grant: a built-in one, or an instance of another subclass of `AccessTokenGrant`.
pub(crate) fn add(grant: &Bound<'_, PyAny>, grants: &mut Grants) -> Result<(), Failure> {
    if let Some(added) = add_typed(grant, grants) {
        return added;
    }
    check(grant, NOT_GRANTS)?;
    let key = grant.getattr("key")?;
    let Ok(key) = key.cast::<PyString>() else {
        return Err(wrong_type(Field::new("key"), "a string", &key));
    };
    let key = text(|| Field::new("key"), key)?;
    let payload = grant.call_method0("to_payload")?;
    let field = Field::of(key, "payload");
    let Ok(payload) = payload.cast::<PyDict>() else {
        return Err(wrong_type(field, "an object", &payload));
    };
    Ok(add_custom(grants, key, &json::object(&field, payload)?)?)
}

/// Rejects a value that is not a grant, with the official message for its place.
pub(crate) fn check(grant: &Bound<'_, PyAny>, expected: &'static str) -> Result<(), Failure> {
    if grant.is_instance_of::<AccessTokenGrant>() {
        Ok(())
    } else {
        Err(InputError::NotAGrant { expected }.into())
    }
}

fn field_value<'a>(
    product: &'static Product,
    place: usize,
    value: Option<&'a Bound<'_, PyAny>>,
) -> Result<FieldValue<'a>, Failure> {
    let field = &product.fields[place];
    let Some(value) = value else { return Ok(FieldValue::Absent) };
    if let Ok(string) = value.cast::<PyString>() {
        let text = text(|| Field::of(product.class, field.name), string)?;
        if field.kind == FieldKind::Text || text.is_empty() {
            return Ok(FieldValue::Text(text));
        }
    }
    match field.kind {
        FieldKind::Flag => {
            if let Ok(flag) = value.cast::<PyBool>() {
                return Ok(FieldValue::Flag(flag.is_true()));
            }
        }
        FieldKind::Object => {
            if let Ok(dict) = value.cast::<PyDict>() {
                let object = json::object(&Field::of(product.class, field.name), dict)?;
                return Ok(FieldValue::Read(Box::new(object)));
            }
        }
        FieldKind::Text => {}
    }
    Err(InputError::wrong_field_type(product, field, type_name(value)).into())
}

fn wrong_type(field: Field, expected: &'static str, value: &Bound<'_, PyAny>) -> Failure {
    InputError::WrongType { field, expected, found: type_name(value) }.into()
}

#[cfg(test)]
mod tests {
    use super::CLASSES;

    #[test]
    fn the_classes_are_the_products_of_the_core() {
        let products = grantmint::internal::PRODUCTS.iter().enumerate().map(|(place, product)| {
            (place, product.class, product.fields.iter().map(|field| field.name).collect::<Vec<_>>())
        });
        let classes = CLASSES.iter().map(|(place, class, fields)| (*place, *class, fields.to_vec()));
        assert!(
            classes.eq(products),
            "bindings/python/src/grant.rs does not mirror crates/grantmint/src/grants/products.rs"
        );
    }
}
