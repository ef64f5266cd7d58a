//! Reading grants, which are objects of Python classes, into the core.

use grantmint::internal::{FieldKind, FieldValue, PRODUCTS, Product, add_custom, add_typed};
use grantmint::{Error, Field, Grants};
use grantmint_bindings::{InputError, snake_case};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFrozenSet, PyIterator, PyList, PyMemoryView, PySet, PyString,
    PyType,
};

use crate::error::{Failure, guard, guard_reading};
use crate::json;
use crate::value::{Wanted, described, text};

/// The grant classes, as the package registered them when it was imported.
struct Classes {
    base: Py<PyType>,
    products: Vec<Class>,
}

/// The class of a product, with the members that it has unless somebody patches or overrides them.
struct Class {
    product: &'static Product,
    object: Py<PyType>,
    key: Py<PyAny>,
    to_payload: Py<PyAny>,
    fields: Vec<Py<PyString>>,
}

/// The number of fields of the product that has the most.
const MOST_FIELDS: usize = 5;

static CLASSES: PyOnceLock<Classes> = PyOnceLock::new();

fn classes(py: Python<'_>) -> Result<&'static Classes, Error> {
    CLASSES.get(py).ok_or(Error::Internal)
}

/// Registers the base of all grants, and the class of each product.
#[pyfunction]
#[pyo3(name = "_register", signature = (base, classes, /))]
pub(crate) fn register(base: Bound<'_, PyType>, classes: &Bound<'_, PyList>) -> PyResult<()> {
    let classes: Vec<Bound<'_, PyType>> = classes.extract()?;
    let py = base.py();
    let class = |product: &'static Product| {
        let named = |class: &&Bound<'_, PyType>| class.name().is_ok_and(|name| name == product.class);
        let class = classes.iter().find(named).filter(|_| product.fields.len() <= MOST_FIELDS);
        let class = class.ok_or_else(|| {
            PyTypeError::new_err(format!(
                "{} is not among the classes of _register in grants.py",
                product.class
            ))
        })?;
        Ok(Class {
            product,
            object: class.clone().unbind(),
            key: class.getattr("key")?.unbind(),
            to_payload: class.getattr("to_payload")?.unbind(),
            fields: product.fields.iter().map(|field| PyString::intern(py, field.name).unbind()).collect(),
        })
    };
    let products = PRODUCTS.iter().copied().map(class).collect::<PyResult<_>>()?;
    _ = CLASSES.set(py, Classes { base: base.unbind(), products });
    Ok(())
}

/// Returns the payload of the grant of a product, given the product's key.
#[pyfunction]
#[pyo3(name = "_payload", signature = (key, grant, /))]
pub(crate) fn payload<'py>(key: &str, grant: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let payload = guard(snake_case, || {
        let classes = &classes(grant.py())?.products;
        let class = classes.iter().find(|class| class.product.key == key).ok_or(Error::Internal)?;
        class.with_values(grant, |values| class.product.payload(values))
    })?;
    guard_reading(|| json::to_dict(grant.py(), &payload))
}

impl Class {
    /// Returns whether a call of a grant's method would run this class's own `to_payload` on that grant.
    fn runs(&self, method: &Bound<'_, PyAny>, grant: &Bound<'_, PyAny>) -> PyResult<bool> {
        let py = grant.py();
        let function = method.getattr_opt(intern!(py, "__func__"))?;
        if !function.is_some_and(|function| function.is(&self.to_payload)) {
            return Ok(false);
        }
        Ok(method.getattr(intern!(py, "__self__"))?.is(grant))
    }

    fn with_values<T>(
        &self,
        grant: &Bound<'_, PyAny>,
        use_them: impl FnOnce(&[FieldValue<'_>]) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        let mut attributes = [const { None }; MOST_FIELDS];
        for (attribute, name) in attributes.iter_mut().zip(&self.fields) {
            let value = grant.getattr(name.bind(grant.py()))?;
            *attribute = Some(value).filter(|value| !value.is_none());
        }
        let mut values = [const { FieldValue::Absent }; MOST_FIELDS];
        for (place, (value, attribute)) in values.iter_mut().zip(&attributes).enumerate() {
            if attribute.is_some() {
                *value = field_value(self.product, place, attribute.as_ref())?;
            }
        }
        Ok(use_them(&values[..self.fields.len()])?)
    }
}

/// The official class's message about a list with other values.
pub(crate) const NOT_GRANTS: &str = "Grants must be instances of AccessTokenGrant.";

/// Reads all grants of an iterable.
pub(crate) fn read_all(list: &Bound<'_, PyAny>) -> Result<Grants, Failure> {
    let mut grants = Grants::new();
    if let Ok(list) = list.cast_exact::<PyList>() {
        // A custom grant or another thread may change the list meanwhile, which counts as in a Python `for`.
        let mut place = 0;
        while let Some(Ok(grant)) = (place < list.len()).then(|| list.get_item(place)) {
            add(&grant, &mut grants)?;
            place += 1;
        }
        return Ok(grants);
    }
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
    list.try_iter().map_err(|error| {
        // An exception of the caller's own `__iter__` passes through.
        let class = list.get_type();
        let has = |name| class.getattr(name).is_ok_and(|method| !method.is_none());
        let is_iterable = has(intern!(list.py(), "__iter__")) || has(intern!(list.py(), "__getitem__"));
        if is_iterable { error.into() } else { wrong_type(Field::new(field), "a list", list) }
    })
}

/// Adds any grant: that of a product, or an instance of another subclass of `AccessTokenGrant`.
pub(crate) fn add(grant: &Bound<'_, PyAny>, grants: &mut Grants) -> Result<(), Failure> {
    let py = grant.py();
    let classes = classes(py)?;
    let class = grant.get_type();
    let exact = classes.products.iter().find(|known| class.is(&known.object));
    let method = intern!(py, "to_payload");
    if let Some(exact) = exact
        // A property of the class, which no attribute of the instance can replace.
        && class.getattr(intern!(py, "key"))?.is(&exact.key)
        && exact.runs(&grant.getattr(method)?, grant)?
    {
        return exact.with_values(grant, |values| add_typed(grants, exact.product, values));
    }
    if exact.is_none() {
        check(grant, NOT_GRANTS)?;
    }
    let key = grant.getattr(intern!(py, "key"))?;
    let Ok(key) = key.cast::<PyString>() else {
        return Err(wrong_type(Field::new("key"), "a string", &key));
    };
    let key = text(|| Field::new("key"), key)?;
    let method = grant.getattr(method)?;
    // A subclass of a product's class that only changes the values of fields is still checked field by field.
    if let Some(known) = classes.products.iter().find(|known| known.product.key == key)
        && known.runs(&method, grant)?
    {
        return known.with_values(grant, |values| add_typed(grants, known.product, values));
    }
    let payload = method.call0()?;
    let field = Field::of(key, "payload");
    let Some(object) = json::object(&field, &payload)? else {
        return Err(wrong_type(field, "an object", &payload));
    };
    Ok(add_custom(grants, key, &object)?)
}

/// Rejects a value that is not a grant, with the official message for its place.
pub(crate) fn check(grant: &Bound<'_, PyAny>, expected: &'static str) -> Result<(), Failure> {
    if grant.is_instance(classes(grant.py())?.base.bind(grant.py()))? {
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
    let wanted = match field.kind {
        FieldKind::Flag => {
            if let Ok(flag) = value.cast::<PyBool>() {
                return Ok(FieldValue::Flag(flag.is_true()));
            }
            Wanted::Flag
        }
        FieldKind::Object => {
            if let Some(object) = json::object(&Field::of(product.class, field.name), value)? {
                return Ok(FieldValue::Read(Box::new(object)));
            }
            Wanted::Other
        }
        FieldKind::Text => Wanted::Text,
    };
    Err(InputError::wrong_field_type(product, field, described(value, wanted)).into())
}

fn wrong_type(field: Field, expected: &'static str, value: &Bound<'_, PyAny>) -> Failure {
    InputError::WrongType { field, expected, found: described(value, Wanted::of(expected)) }.into()
}
