//! Functions that panic, for `tests/reliability/panics.mjs`.

#![expect(clippy::panic, clippy::missing_panics_doc, reason = "that is what they are for")]

use grantmint_javascript::Failure;
use napi::Task;
use napi::bindgen_prelude::{
    AsyncTask, Env, FromNapiValue, Object, Result, TypeName, ValidateNapiValue, ValueType, sys,
};
use napi_derive::napi;

use crate::outcome::{Outcome, answer, outcome};

/// Panics in a call.
#[napi(catch_unwind)]
pub fn panic_in_call(text: String) -> Outcome<String> {
    outcome(|| -> std::result::Result<String, Failure> { panic!("{text}") })
}

/// An argument that cannot be read without a panic.
pub struct Panicking;

impl FromNapiValue for Panicking {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        // SAFETY: as this function's caller promises.
        let text = unsafe { String::from_napi_value(env, value) }?;
        panic!("{text}")
    }
}

impl TypeName for Panicking {
    fn type_name() -> &'static str {
        "string"
    }

    fn value_type() -> ValueType {
        ValueType::String
    }
}

impl ValidateNapiValue for Panicking {}

/// Panics before the call.
#[napi(catch_unwind)]
pub fn panic_in_argument(_text: Panicking) {}

/// A function that panics before its call.
#[napi(catch_unwind)]
pub fn panic_in_function(env: &Env) -> Result<Object<'_>> {
    let mut functions = Object::new(env)?;
    functions.set(
        "call",
        env.create_function_from_closure::<(), _, _>("call", |call| {
            answer(|| {
                let _: Panicking = call.first_arg()?;
                Ok(outcome(|| Ok::<_, Failure>(String::new())))
            })
        })?,
    )?;
    Ok(functions)
}

/// On its way through a thread of the pool.
pub struct InPool(String);

impl Task for InPool {
    type Output = Outcome<String>;
    type JsValue = Outcome<String>;

    fn compute(&mut self) -> Result<Self::Output> {
        let text = &self.0;
        Ok(outcome(|| -> std::result::Result<String, Failure> { panic!("{text}") }))
    }

    fn resolve(&mut self, _: Env, output: Self::Output) -> Result<Self::JsValue> {
        Ok(output)
    }
}

/// Panics in a thread of the pool.
#[napi(catch_unwind)]
pub fn panic_in_pool(text: String) -> AsyncTask<InPool> {
    AsyncTask::new(InPool(text))
}
