//! The Python objects of JSON text, built while the core scans it.

use grantmint::internal::{Build, PRODUCTS, Scalar};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};

/// Builds Python objects, and keeps the values of claims.
pub(crate) struct Builder<'a, 'py> {
    py: Python<'py>,
    names: &'static Names,
    /// Strings that are likely in the text. Using them again costs less than creating equal ones.
    likely: &'a [Likely],
    /// The members of the outermost object that are named in [`Claim`].
    claims: [Option<Bound<'py, PyAny>>; CLAIMS.len()],
    /// The number of open objects.
    depth: usize,
    /// The first failure, such as for lack of memory. The values that are built afterwards are of no use.
    failure: Option<PyErr>,
}

/// A string and its text.
pub(crate) struct Likely {
    pub(crate) text: Box<str>,
    pub(crate) object: Py<PyString>,
}

impl Likely {
    pub(crate) fn new(py: Python<'_>, text: &str) -> Self {
        Self { text: text.into(), object: PyString::new(py, text).unbind() }
    }

    /// Returns this string if it is equal to the text, and a new one otherwise.
    pub(crate) fn or_new<'py>(&self, py: Python<'py>, text: &str) -> Bound<'py, PyString> {
        if *self.text == *text { self.object.bind(py).clone() } else { PyString::new(py, text) }
    }
}

impl<'a, 'py> Builder<'a, 'py> {
    pub(crate) fn new(py: Python<'py>, likely: &'a [Likely]) -> Self {
        let claims = [const { None }; CLAIMS.len()];
        Self { py, names: names(py), likely, claims, depth: 0, failure: None }
    }

    /// Returns the `dict` that has been built.
    pub(crate) fn finish(&mut self, value: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => Ok(value.cast_into()?),
        }
    }

    /// Returns the value of a claim, once.
    pub(crate) fn take(&mut self, claim: Claim) -> Option<Bound<'py, PyAny>> {
        self.claims[claim as usize].take()
    }

    fn note(&mut self, result: PyResult<()>) {
        if let Err(failure) = result {
            self.failure.get_or_insert(failure);
        }
    }
}

impl<'py> Build for Builder<'_, 'py> {
    type Value = Bound<'py, PyAny>;
    type Array = Bound<'py, PyList>;
    type Object = Bound<'py, PyDict>;

    fn scalar(&mut self, scalar: Scalar<'_>) -> Self::Value {
        let py = self.py;
        match scalar {
            Scalar::Null => py.None().into_bound(py),
            Scalar::Bool(value) => PyBool::new(py, value).to_owned().into_any(),
            Scalar::Signed(value) => PyInt::new(py, value).into_any(),
            Scalar::Unsigned(value) => PyInt::new(py, value).into_any(),
            Scalar::Float(value) => PyFloat::new(py, value).into_any(),
            Scalar::Text(text) => {
                #[cfg(feature = "panic-test")]
                assert_ne!(text, "panic!", "a value that panics");
                match self.likely.iter().find(|likely| *likely.text == *text) {
                    Some(likely) => likely.object.bind(py).clone().into_any(),
                    None => PyString::new(py, text).into_any(),
                }
            }
        }
    }

    fn array(&mut self) -> Self::Array {
        PyList::empty(self.py)
    }

    fn push(&mut self, array: &mut Self::Array, item: Self::Value) {
        let result = array.append(item);
        self.note(result);
    }

    fn close_array(&mut self, array: Self::Array) -> Self::Value {
        array.into_any()
    }

    fn object(&mut self) -> Self::Object {
        self.depth += 1;
        PyDict::new(self.py)
    }

    fn insert(&mut self, object: &mut Self::Object, name: &str, value: Self::Value) {
        let result = match self.names.find(name) {
            Some((number, name)) => {
                let result = object.set_item(name.bind(self.py), &value);
                if self.depth == 1
                    && let Some(claim) = self.claims.get_mut(*number)
                {
                    *claim = Some(value);
                }
                result
            }
            None => object.set_item(name, value),
        };
        self.note(result);
    }

    fn close_object(&mut self, object: Self::Object) -> Self::Value {
        self.depth -= 1;
        object.into_any()
    }
}

/// A claim that a [`Builder`] keeps: the place of its name in [`CLAIMS`].
#[derive(Clone, Copy)]
pub(crate) enum Claim {
    Jti,
    Grants,
    Nbf,
    Iat,
    Exp,
    Iss,
    Sub,
}

const CLAIMS: [&str; 7] = ["jti", "grants", "nbf", "iat", "exp", "iss", "sub"];

/// Other usual names. Those in grants come from the core's table.
const OTHERS: [&str; 5] = ["identity", "alg", "typ", "cty", "twr"];

/// The usual names in tokens, as interned strings: a hash table that does not change. The names of claims have their numbers.
struct Names(Vec<Option<(&'static str, Numbered)>>);

/// A name with its number.
type Numbered = (usize, Py<PyString>);

/// More than the names, so that each has a slot of its own.
const SLOTS: usize = 256;

impl Names {
    fn new(py: Python<'_>) -> Self {
        let mut names = Self((0..SLOTS).map(|_| None).collect());
        let fields = PRODUCTS.iter().flat_map(|product| product.fields).flat_map(|field| field.path);
        let grants = PRODUCTS.iter().map(|product| product.key).chain(fields.copied());
        for (number, name) in CLAIMS.into_iter().chain(OTHERS).chain(grants).enumerate() {
            let slot = names.slot(name);
            names.0[slot].get_or_insert_with(|| (name, (number, PyString::intern(py, name).unbind())));
        }
        names
    }

    fn find(&self, name: &str) -> Option<&Numbered> {
        self.0[self.slot(name)].as_ref().map(|(_, found)| found)
    }

    /// Returns the slot of a name, or the first empty one after its place.
    fn slot(&self, name: &str) -> usize {
        let place = match name.as_bytes() {
            [first, .., last] => name.len() + 3 * usize::from(*first) + 15 * usize::from(*last),
            _ => 0,
        };
        let is_other = |slot: usize| self.0[slot].as_ref().is_some_and(|(other, _)| *other != name);
        let mut slot = place % SLOTS;
        while is_other(slot) {
            slot = (slot + 1) % SLOTS;
        }
        slot
    }
}

fn names(py: Python<'_>) -> &'static Names {
    static TABLE: PyOnceLock<Names> = PyOnceLock::new();
    TABLE.get_or_init(py, || Names::new(py))
}
