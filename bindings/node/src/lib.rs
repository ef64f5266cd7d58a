//! The native module of the npm package: it unpacks arguments, calls the core, and returns a result or an error.
//!
//! The classes that users see are JavaScript (`node/lib`). A call into a native module is expensive, so most arguments are
//! packed into one string (see [`packed`]).

#![expect(
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    reason = "JavaScript calls these functions, and napi passes owned values"
)]

mod arguments;
#[cfg(feature = "fault-test")]
pub mod fault_test;
mod held;
mod outcome;
mod packed;
#[cfg(feature = "panic-test")]
pub mod panic_test;
mod text;
mod verifier;

use std::ffi::OsString;
use std::sync::Arc;
use std::thread;

use grantmint::internal::{DEFAULT_TTL, PRODUCTS, TimeField};
use grantmint::{AccessToken, BatchOptions, Error, Field, Grants, Issuer, MintOptions, TokenError};
use grantmint_bindings::{InputError, camel_case};
use napi::Task;
use napi::bindgen_prelude::{AsyncTask, Either, Env, Object};
use napi_derive::napi;

use crate::arguments::Arguments;
use crate::held::Held;
use crate::outcome::{Outcome, answer, outcome};
use crate::packed::Packed;
use crate::text::{Identity, SecretArgument, Utf16};

pub use crate::verifier::{inspect, verifier};

/// Signs the token of an `AccessToken` object.
#[napi(catch_unwind)]
pub fn sign(token: Utf16, secret: SecretArgument) -> Outcome<String> {
    outcome(|| {
        let packed = Packed::read(token.units())?;
        let mut arguments = Arguments::new(&packed);
        let account_sid = arguments.text("account_sid")?;
        let key_sid = arguments.text("key_sid")?;
        let mut token = AccessToken::new(account_sid, key_sid, secret.into_secret()?)?;
        token.identity(arguments.identity()?);
        if let Some(ttl) = arguments.seconds(TimeField::Ttl)? {
            token.ttl(ttl);
        }
        if let Some(nbf) = arguments.seconds(TimeField::Nbf)? {
            token.nbf(nbf);
        }
        if let Some(until) = arguments.seconds(TimeField::ValidUntil)? {
            token.valid_until(until);
        }
        token.region(arguments.text("region")?);
        token.jti(arguments.text("jti")?);
        token.algorithm(arguments.algorithm()?);
        let now = arguments.seconds(TimeField::Now)?.unwrap_or_else(grantmint::now);
        token.set_grants(arguments.grants()?);
        Ok::<_, InputError>(token.to_jwt_at(now)?)
    })
}

/// Returns the payload of a product's grant as JSON text.
#[napi(catch_unwind)]
pub fn payload(grant: Utf16) -> Outcome<String> {
    outcome(|| {
        let packed = Packed::read(grant.units())?;
        let (product, values) = Arguments::new(&packed).product()?;
        serde_json::to_string(&product.payload(&values)?).map_err(|_| InputError::from(Error::Internal))
    })
}

/// Creates an issuer and returns its functions: `mint`, `mintWith`, `issue` and `mintMany`. Their closures contain the
/// issuer, which is faster than looking it up in an object of JavaScript.
#[napi(catch_unwind)]
pub fn issuer(env: &Env, options: Utf16, secret: SecretArgument) -> napi::Result<Outcome<Object<'_>>> {
    let built = outcome(|| {
        let packed = Packed::read(options.units())?;
        let mut arguments = Arguments::new(&packed);
        let account_sid = arguments.text("account_sid")?;
        let key_sid = arguments.text("key_sid")?;
        let mut issuer = Issuer::builder(account_sid, key_sid, secret.into_secret()?);
        if let Some(ttl) = arguments.seconds(TimeField::Ttl)? {
            issuer.ttl(ttl);
        }
        issuer.region(arguments.text("region")?);
        issuer.algorithm(arguments.algorithm()?);
        issuer.set_grants(arguments.grants()?);
        Ok::<_, InputError>(Arc::new(issuer.build()?))
    });
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
                    Ok(outcome(|| mint_with(&*held.get()?, &arguments)))
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
            "mintMany",
            env.create_function_from_closure::<(), _, _>("mintMany", move |call| {
                let (identities, options) = (call.get(0)?, call.get(1)?);
                let issuer = held.get().map_err(|error| napi::Error::from_reason(error.code()))?;
                Ok(AsyncTask::new(MintMany { issuer: Arc::clone(&issuer), identities, options }))
            })?,
        )
    })
}

/// Mints a token with options. The identity is the first argument.
fn mint_with(issuer: &Issuer, arguments: &Utf16) -> Result<String, InputError> {
    let packed = Packed::read(arguments.units())?;
    let mut arguments = Arguments::new(&packed);
    let identity = arguments.identity()?;
    let (options, grants) = mint_options(&mut arguments)?;
    Ok(issuer.mint_with(&identity, &options.grants(&grants))?)
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
    let packed = Packed::read(arguments.units())?;
    let mut arguments = Arguments::new(&packed);
    let identity = arguments.identity()?;
    let (options, grants) = mint_options(&mut arguments)?;
    let minted = issuer.issue(&identity, &options.grants(&grants))?;
    Ok(IssuedToken {
        identity: identity.into_owned(),
        token: minted.token,
        expires_at: minted.expires_at.cast_signed(),
        expires_in: minted.expires_in.cast_signed(),
        renew_at: minted.renew_at.cast_signed(),
    })
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

/// The shortest list that is worth more threads than the one of Node's pool.
const LONG_LIST: usize = 4096;

/// Returns the number of cores, but not more threads than the event loop can keep up with.
fn threads() -> usize {
    thread::available_parallelism().map_or(1, |threads| threads.get().min(4))
}

impl Task for MintMany {
    type Output = Outcome<Tokens>;
    type JsValue = Outcome<Tokens>;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(outcome(|| {
            let packed = Packed::read(self.options.units())?;
            let (options, grants) = batch_options(&mut Arguments::new(&packed))?;
            let packed = Packed::read(self.identities.units())?;
            let identities = Arguments::new(&packed).identities()?;
            let options = options.grants(&grants);
            let threads = if identities.len() < LONG_LIST { 1 } else { threads() };
            let mut blocks = Vec::new();
            self.issuer
                .mint_blocks(&identities, &options, threads, |block| blocks.push(std::mem::take(block)))?;
            Ok::<_, InputError>(Tokens { blocks })
        }))
    }

    fn resolve(&mut self, _: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        Ok(output)
    }
}

/// Takes the options of one token.
fn mint_options<'a>(arguments: &mut Arguments<'a>) -> Result<(MintOptions<'a>, Grants), InputError> {
    let (shared, jti, grants) = options(arguments)?;
    Ok((MintOptions::from(shared).jti(jti), grants))
}

/// Takes the options that many tokens share. JavaScript has already rejected a `jti`.
fn batch_options<'a>(arguments: &mut Arguments<'_>) -> Result<(BatchOptions<'a>, Grants), InputError> {
    let (shared, _, grants) = options(arguments)?;
    Ok((shared, grants))
}

/// Takes the options of a call, which JavaScript packs alike for one token and for many, with the `jti` before `now`.
fn options<'a, 'o>(arguments: &mut Arguments<'a>) -> Result<(BatchOptions<'o>, &'a str, Grants), InputError> {
    let mut options = BatchOptions::new();
    if let Some(ttl) = arguments.seconds(TimeField::Ttl)? {
        options = options.ttl(ttl);
    }
    if let Some(nbf) = arguments.seconds(TimeField::Nbf)? {
        options = options.nbf(nbf);
    }
    let jti = arguments.text("jti")?;
    if let Some(now) = arguments.seconds(TimeField::Now)? {
        options = options.now(now);
    }
    Ok((options, jti, arguments.grants()?))
}

/// Returns the parts of an error that JavaScript found. `field` has the core's spelling, after the class of its grant if
/// it has one: `VoiceGrant.outgoing_application_params`.
#[napi(catch_unwind)]
pub fn failure(code: String, field: String, found: String) -> Vec<String> {
    let name = field.clone();
    let field = match field.rsplit_once('.') {
        Some((owner, name)) => Field::of(owner, name),
        None => Field::new(field),
    };
    outcome::parts(&match code.as_str() {
        "required" if name == "options.identity" => InputError::IdentityRequired,
        "required" => Error::Required(field).into(),
        "wrong_type" => InputError::WrongType { field, expected: arguments::expected(&name), found },
        "unknown_option" => InputError::UnknownOption { name, known: found },
        "not_a_grant" => InputError::NotAGrant { expected: arguments::NOT_A_GRANT },
        "not_json" => InputError::NotJson { field, found },
        "too_deep" => Error::TooDeep(field).into(),
        "missing_variable" => Error::MissingVariable(name).into(),
        "conflict" => InputError::Conflict { field, other: "secret" },
        "not_a_string" => return outcome::token_parts(TokenError::NotAString),
        _ => Error::Internal.into(),
    })
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
    let products = PRODUCTS.iter().map(|product| {
        let fields: Vec<_> = product.fields.iter().map(|field| camel_case(field.name)).collect();
        serde_json::json!({ "class": product.class, "key": product.key, "fields": fields })
    });
    serde_json::json!({ "products": products.collect::<Vec<_>>(), "defaultTtl": DEFAULT_TTL }).to_string()
}
