//! The native module of the npm package: it reads arguments, calls the core, and returns a result or an error.
//!
//! The classes that users see are JavaScript (`node/lib`). A call into a native module is expensive, so most arguments are
//! packed into one string (see `grantmint-javascript`).

#![expect(
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    reason = "JavaScript calls these functions, and napi passes owned values"
)]

#[cfg(feature = "fault-test")]
pub mod fault_test;
mod held;
mod outcome;
#[cfg(feature = "panic-test")]
pub mod panic_test;
mod text;
mod verifier;

use std::ffi::OsString;
use std::sync::Arc;
use std::thread;

use grantmint::{Error, Issuer};
use grantmint_bindings::InputError;
use napi::Task;
use napi::bindgen_prelude::{AsyncTask, Either, Env, JsValue, Object};
use napi::sys::napi_value;
use napi_derive::napi;

use crate::held::Held;
use crate::outcome::{Outcome, answer, outcome};
use crate::text::{Identity, SecretArgument, Utf16};

pub use crate::verifier::{inspect, verifier};

/// Signs the token of an `AccessToken` object.
#[napi(catch_unwind)]
pub fn sign(token: Utf16, secret: SecretArgument) -> Outcome<String> {
    outcome(|| grantmint_javascript::sign(token.units(), secret.into_secret(), clock))
}

/// Returns the payload of a product's grant as JSON text.
#[napi(catch_unwind)]
pub fn payload(grant: Utf16) -> Outcome<String> {
    outcome(|| grantmint_javascript::payload(grant.units()))
}

/// Creates an issuer and returns its functions: `mint`, `mintWith`, `issue`, `mintFew` and `mintMany`. Their closures
/// contain the issuer, which is faster than looking it up in an object of JavaScript.
#[napi(catch_unwind)]
pub fn issuer(env: &Env, options: Utf16, secret: SecretArgument) -> napi::Result<Outcome<Object<'_>>> {
    let built = outcome(|| grantmint_javascript::issuer(options.units(), secret.into_secret()).map(Arc::new));
    match built {
        Either::A(issuer) => minters(env, issuer).map(Either::A),
        Either::B(error) => Ok(Either::B(error)),
    }
}

fn minters(env: &Env, issuer: Arc<Issuer>) -> napi::Result<Object<'_>> {
    Held::functions(issuer, env, |issuer, minters| {
        let held = issuer.clone();
        minters.set(
            "mint",
            env.create_function_from_closure::<(), _, _>("mint", move |call| {
                answer(|| {
                    let identity: Identity = call.first_arg()?;
                    Ok(outcome(|| Ok::<_, InputError>(held.get()?.mint(identity.text()?)?)))
                })
            })?,
        )?;
        let held = issuer.clone();
        minters.set(
            "mintWith",
            env.create_function_from_closure::<(), _, _>("mintWith", move |call| {
                answer(|| {
                    let arguments: Utf16 = call.first_arg()?;
                    Ok(outcome(|| grantmint_javascript::mint_with(&*held.get()?, arguments.units(), clock)))
                })
            })?,
        )?;
        let held = issuer.clone();
        minters.set(
            "issue",
            env.create_function_from_closure::<(), _, _>("issue", move |call| {
                answer(|| {
                    let arguments: Utf16 = call.first_arg()?;
                    Ok(outcome(|| issue(&*held.get()?, &arguments)))
                })
            })?,
        )?;
        let held = issuer.clone();
        minters.set(
            "mintFew",
            env.create_function_from_closure::<(), _, _>("mintFew", move |call| {
                answer(|| {
                    let issuer = held.get().map_err(|error| napi::Error::from_reason(error.code()))?;
                    mint_few(call.env, &issuer, &call.get(0)?, &call.get(1)?)
                })
            })?,
        )?;
        let held = issuer.clone();
        minters.set(
            "mintMany",
            env.create_function_from_closure::<(), _, _>("mintMany", move |call| {
                let (identities, options) = (call.get(0)?, call.get(1)?);
                let issuer = held.get().map_err(|error| napi::Error::from_reason(error.code()))?;
                Ok(AsyncTask::new(MintMany { issuer: Arc::clone(&issuer), identities, options }))
            })?,
        )
    })
}

/// A token and its times, in the order of an answer to the client.
#[napi(object)]
pub struct IssuedToken {
    /// The identity.
    pub identity: String,
    /// The token.
    pub token: String,
    /// The expiry, in seconds since the epoch.
    pub expires_at: i64,
    /// The lifetime in seconds.
    pub expires_in: i64,
    /// The time at which to replace the token, in seconds since the epoch.
    pub renew_at: i64,
}

/// Mints a token with options and returns it with its times.
fn issue(issuer: &Issuer, arguments: &Utf16) -> Result<IssuedToken, InputError> {
    let (identity, minted) = grantmint_javascript::issue(issuer, arguments.units(), clock)?;
    Ok(IssuedToken {
        identity,
        token: minted.token,
        expires_at: minted.expires_at.cast_signed(),
        expires_in: minted.expires_in.cast_signed(),
        renew_at: minted.renew_at.cast_signed(),
    })
}

/// Mints a short list at once. The memory of a block is used for the next one, since each becomes a string first.
fn mint_few(
    env: &Env,
    issuer: &Issuer,
    identities: &Utf16,
    options: &Utf16,
) -> napi::Result<Outcome<napi_value>> {
    let mut blocks = Vec::new();
    let take = |block: &mut String| blocks.push(env.create_string_latin1(block));
    let (identities, options) = (identities.units(), options.units());
    match outcome(|| grantmint_javascript::mint_many(issuer, identities, options, 1, clock, take)) {
        Either::A(()) => {
            let mut tokens = Object::new(env)?;
            tokens.set("blocks", blocks.into_iter().collect::<napi::Result<Vec<_>>>()?)?;
            Ok(Either::A(tokens.raw()))
        }
        Either::B(error) => Ok(Either::B(error)),
    }
}

/// A list of identities to mint on a thread of the pool.
pub struct MintMany {
    issuer: Arc<Issuer>,
    identities: Utf16,
    options: Utf16,
}

/// Tokens in blocks, joined by line feeds: creating one string and splitting it is faster than creating many.
#[napi(object)]
pub struct Tokens {
    /// The blocks, in order.
    pub blocks: Vec<String>,
}

/// Returns the number of cores, but not more threads than the event loop can keep up with.
fn threads() -> usize {
    thread::available_parallelism().map_or(1, |threads| threads.get().min(4))
}

impl Task for MintMany {
    type Output = Outcome<Tokens>;
    type JsValue = Outcome<Tokens>;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(outcome(|| {
            let mut blocks = Vec::new();
            let take = |block: &mut String| blocks.push(std::mem::take(block));
            let (identities, options) = (self.identities.units(), self.options.units());
            grantmint_javascript::mint_many(&self.issuer, identities, options, threads(), clock, take)?;
            Ok::<_, InputError>(Tokens { blocks })
        }))
    }

    fn resolve(&mut self, _: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        Ok(output)
    }
}

/// Reads the clock. A native module always has one.
#[expect(clippy::unnecessary_wraps, reason = "the clock of an edge runtime may be stopped")]
fn clock() -> Result<u64, InputError> {
    Ok(grantmint::now())
}

/// Returns the parts of an error that JavaScript found. `field` has the core's spelling, after the class of its grant if
/// it has one: `VoiceGrant.outgoing_application_params`.
#[napi(catch_unwind)]
pub fn failure(code: String, field: String, found: String) -> Vec<String> {
    grantmint_javascript::failure(&code, field, found).into_parts()
}

/// Runs when the module is loaded.
#[napi_derive::module_init]
fn init() {
    grantmint_bindings::hush();
}

/// Runs the command `grantmint` with the arguments after its name. Returns the exit code.
#[napi(catch_unwind)]
pub fn main(arguments: Vec<String>) -> Outcome<u32> {
    outcome(|| Ok::<_, Error>(grantmint_cli::main_with(as_given(&arguments)).into()))
}

/// Returns the arguments as the process received them: JavaScript has replaced bytes that are not Unicode.
fn as_given(arguments: &[String]) -> Vec<OsString> {
    let all: Vec<OsString> = std::env::args_os().collect();
    let last = all.len().checked_sub(arguments.len()).map(|from| &all[from..]).unwrap_or_default();
    let is_same = last.len() == arguments.len()
        && last.iter().zip(arguments).all(|(given, text)| given.to_string_lossy() == *text);
    if is_same { last.to_vec() } else { arguments.iter().map(Into::into).collect() }
}

/// Returns the facts that the JavaScript classes repeat, as JSON text: each product with its fields, and the default TTL.
#[napi(catch_unwind)]
pub fn contract() -> String {
    grantmint_javascript::contract()
}
