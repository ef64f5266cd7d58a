//! What the functions hold that JavaScript is handed.

use std::cell::{Ref, RefCell};
use std::rc::Rc;

use grantmint::Error;
use napi::bindgen_prelude::{Env, Object};

/// An issuer or a verifier, in the closure of each of its functions.
///
/// napi-rs loses a closure of which no function can be made, as it is in a worker that is just being ended. So it is taken
/// out of all of them then: what is lost has no secret.
pub(crate) struct Held<T>(Rc<RefCell<Option<T>>>);

impl<T> Held<T> {
    /// An object with the functions that `add` makes.
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

    /// # Errors
    /// [`Error::Internal`] if it was taken out: nobody has such a function.
    pub(crate) fn get(&self) -> Result<Ref<'_, T>, Error> {
        Ref::filter_map(self.0.borrow(), Option::as_ref).map_err(|_| Error::Internal)
    }
}

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}
