//! The native module behind the npm package: unpacks what JavaScript hands over, calls the core, and gives back
//! either a result or what is wrong. The classes that users see are JavaScript (`node/lib`).
//!
//! Calls into a native module are dear, so most arguments come as one string (see [`packed`]).

#![expect(
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    reason = "JavaScript calls these, and napi hands over what it owns"
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

use grantmint::{AccessToken, Error, Field, Grants, Issuer, MintOptions, PRODUCTS, TokenError, camel_case};
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
        if let Some(ttl) = arguments.seconds("ttl")? {
            token.ttl(ttl);
        }
        if let Some(nbf) = arguments.seconds("nbf")? {
            token.nbf(nbf);
        }
        if let Some(until) = arguments.seconds("valid_until")? {
            token.valid_until(until);
        }
        token.region(arguments.text("region")?);
        token.jti(arguments.text("jti")?);
        token.algorithm(arguments.algorithm()?);
        let now = arguments.seconds("now")?.unwrap_or_else(grantmint::now);
        token.grants(arguments.grants()?);
        token.to_jwt_at(now)
    })
}

/// The payload of a product's grant, as JSON text.
#[napi(catch_unwind)]
pub fn payload(grant: Utf16) -> Outcome<String> {
    outcome(|| {
        let packed = Packed::read(grant.units())?;
        let (product, values) = Arguments::new(&packed).product()?;
        serde_json::to_string(&product.payload(&values)?).map_err(|_| Error::Internal)
    })
}

/// Sets up an issuer, and gives back the functions that mint with it: `mint`, `mintWith` and `mintMany`. They hold it
/// themselves, which costs a call less than looking it up in an object of JavaScript.
#[napi(catch_unwind)]
pub fn issuer(env: &Env, options: Utf16, secret: SecretArgument) -> napi::Result<Outcome<Object<'_>>> {
    let built = outcome(|| {
        let packed = Packed::read(options.units())?;
        let mut arguments = Arguments::new(&packed);
        let account_sid = arguments.text("account_sid")?;
        let key_sid = arguments.text("key_sid")?;
        let mut issuer = Issuer::builder(account_sid, key_sid, secret.into_secret()?);
        if let Some(ttl) = arguments.seconds("ttl")? {
            issuer.ttl(ttl);
        }
        issuer.region(arguments.text("region")?);
        issuer.algorithm(arguments.algorithm()?);
        issuer.grants(arguments.grants()?);
        issuer.build().map(Arc::new)
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
                    Ok(outcome(|| held.get()?.mint(identity.text()?)))
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

/// Mints a token with options of its own: the identity comes first, then the options.
fn mint_with(issuer: &Issuer, arguments: &Utf16) -> Result<String, Error> {
    let packed = Packed::read(arguments.units())?;
    let mut arguments = Arguments::new(&packed);
    let identity = arguments.identity()?;
    let (options, grants) = mint_options(&mut arguments)?;
    issuer.mint_with(&identity, &MintOptions { grants: Some(&grants), ..options })
}

/// A token and its times, in the order in which an answer has them.
#[napi(object)]
pub struct IssuedToken {
    /// Whom it speaks for.
    pub identity: String,
    /// The token.
    pub token: String,
    /// When it expires, in seconds since the epoch.
    pub expires_at: i64,
    /// How long it lives, in seconds.
    pub expires_in: i64,
    /// When to replace it, in seconds since the epoch.
    pub renew_at: i64,
}

/// As [`mint_with`], with the token's times.
fn issue(issuer: &Issuer, arguments: &Utf16) -> Result<IssuedToken, Error> {
    let packed = Packed::read(arguments.units())?;
    let mut arguments = Arguments::new(&packed);
    let identity = arguments.identity()?;
    let (options, grants) = mint_options(&mut arguments)?;
    let minted = issuer.issue(&identity, &MintOptions { grants: Some(&grants), ..options })?;
    Ok(IssuedToken {
        identity: identity.into_owned(),
        token: minted.token,
        expires_at: minted.expires_at.cast_signed(),
        expires_in: minted.expires_in.cast_signed(),
        renew_at: minted.renew_at.cast_signed(),
    })
}

/// A list of identities on its way through a thread of the pool.
pub struct MintMany {
    issuer: Arc<Issuer>,
    identities: Utf16,
    options: Utf16,
}

/// Tokens in blocks, joined by line feeds: it is quicker to make one string and cut it than to make many.
#[napi(object)]
pub struct Tokens {
    /// The blocks, in order.
    pub blocks: Vec<String>,
}

/// A list for which it is worth to start threads besides the one of Node's pool.
const LONG_LIST: usize = 4096;

/// As many as there are cores, but not so many that the event loop cannot keep up with the results.
fn threads() -> usize {
    thread::available_parallelism().map_or(1, |threads| threads.get().min(4))
}

impl Task for MintMany {
    type Output = Outcome<Tokens>;
    type JsValue = Outcome<Tokens>;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(outcome(|| {
            let packed = Packed::read(self.options.units())?;
            let (options, grants) = mint_options(&mut Arguments::new(&packed))?;
            let packed = Packed::read(self.identities.units())?;
            let identities = Arguments::new(&packed).identities()?;
            let options = MintOptions { grants: Some(&grants), ..options };
            let threads = if identities.len() < LONG_LIST { 1 } else { threads() };
            let mut blocks = Vec::new();
            self.issuer
                .mint_blocks(&identities, &options, threads, |block| blocks.push(std::mem::take(block)))?;
            Ok::<_, Error>(Tokens { blocks })
        }))
    }

    fn resolve(&mut self, _: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        Ok(output)
    }
}

fn mint_options<'a>(arguments: &mut Arguments<'a>) -> Result<(MintOptions<'a>, Grants), Error> {
    let ttl = arguments.seconds("ttl")?;
    let nbf = arguments.seconds("nbf")?;
    let jti = Some(arguments.text("jti")?);
    let now = arguments.seconds("now")?;
    Ok((MintOptions { grants: None, ttl, nbf, jti, now }, arguments.grants()?))
}

/// The parts of an error that JavaScript is the first to know of. `field` is in the core's spelling, with the
/// grant's class before it where it has one: `VoiceGrant.outgoing_application_params`.
#[napi(catch_unwind)]
pub fn failure(code: String, field: String, found: String) -> Vec<String> {
    let name = field.clone();
    let field = match field.rsplit_once('.') {
        Some((owner, name)) => Field::of(owner, name),
        None => Field::new(field),
    };
    outcome::parts(&match code.as_str() {
        "required" if name == "options.identity" => Error::IdentityRequired,
        "required" => Error::Required(field),
        "wrong_type" => Error::WrongType { field, expected: arguments::expected(&name), found },
        "unknown_option" => Error::UnknownOption { name, known: found },
        "not_a_grant" => Error::NotAGrant { expected: arguments::NOT_A_GRANT },
        "not_json" => Error::NotJson { field, found },
        "too_deep" => Error::TooDeep(field),
        "missing_variable" => Error::MissingVariable(name),
        "conflict" => Error::Conflict { field, other: "secret" },
        "not_a_string" => return outcome::token_parts(TokenError::NotAString),
        _ => Error::Internal,
    })
}

/// Runs when the module is loaded.
#[napi_derive::module_init]
fn init() {
    outcome::hush_panics();
}

/// The command `grantmint`, with what stands after its name; answers with the exit code.
#[napi(catch_unwind)]
pub fn main(arguments: Vec<String>) -> Outcome<u32> {
    outcome(|| Ok::<_, Error>(grantmint_cli::main_with(as_given(&arguments)).into()))
}

/// The same arguments, as the process got them: JavaScript has replaced what is not Unicode.
fn as_given(arguments: &[String]) -> Vec<OsString> {
    let all: Vec<OsString> = std::env::args_os().collect();
    let last = all.len().checked_sub(arguments.len()).map(|from| &all[from..]).unwrap_or_default();
    let is_same = last.len() == arguments.len()
        && last.iter().zip(arguments).all(|(given, text)| given.to_string_lossy() == *text);
    if is_same { last.to_vec() } else { arguments.iter().map(Into::into).collect() }
}

/// What the JavaScript classes must agree with, as JSON text: each product with its fields, and the default TTL.
#[napi(catch_unwind)]
pub fn contract() -> String {
    let products = PRODUCTS.iter().map(|product| {
        let fields: Vec<_> = product.fields.iter().map(|field| camel_case(field.name)).collect();
        serde_json::json!({ "class": product.class, "key": product.key, "fields": fields })
    });
    serde_json::json!({ "products": products.collect::<Vec<_>>(), "defaultTtl": grantmint::DEFAULT_TTL })
        .to_string()
}
