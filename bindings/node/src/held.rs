//! The value shared by the functions that JavaScript is given.

use std::cell::{Ref, RefCell};
use std::rc::Rc;

use grantmint::Error;
use napi::bindgen_prelude::{Env, Object};

/// An issuer or a verifier, shared by the closures of its functions.
///
/// napi-rs leaks a closure if it cannot create the function, which happens in a worker that is being terminated. The
/// value is then taken out of all closures, so that a leaked closure contains no secret.
pub(crate) struct Held<T>(Rc<RefCell<Option<T>>>);

impl<T> Held<T> {
    /// Returns an object with the functions that `add` creates.
    pub(crate) fn functions<'env>(
        value: T,
        env: &'env Env,
        add: impl FnOnce(&Self, &mut Object<'env>) -> napi::Result<()>,
    ) -> napi::Result<Object<'env>> {
        let held = Self(Rc::new(RefCell::new(Some(value))));
        let mut functions = Object::new(env)?;
        add(&held, &mut functions).inspect_err(|_| drop(held.0.take()))?;
        Ok(functions)
    }

    /// Returns the value.
    ///
    /// # Errors
    /// [`Error::Internal`] if it was taken out, in which case no caller has the function.
    pub(crate) fn get(&self) -> Result<Ref<'_, T>, Error> {
        Ref::filter_map(self.0.borrow(), Option::as_ref).map_err(|_| Error::Internal)
    }
}

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}
