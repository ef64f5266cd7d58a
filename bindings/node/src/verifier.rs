//! The functions behind `Verifier` and `inspect`.

use grantmint::internal::{DEFAULT_MAX_SIZE, TimeField, inspect_nothing, inspection_to_json};
use grantmint::{Error, InspectOptions, Inspection, TokenError, Verifier};
use grantmint_bindings::{InputError, camel_case, inspect_too_large};
use napi::bindgen_prelude::{Either, Env, Object};
use napi_derive::napi;

use crate::arguments::Arguments;
use crate::held::Held;
use crate::outcome::{Failure, Outcome, answer, outcome};
use crate::packed::Packed;
use crate::text::{SecretArgument, Token, Utf16};

/// Creates a verifier and returns its functions `verify` and `verifyAt`. The options end with the SID of each secret, or
/// nothing for a secret that verifies tokens of any issuer.
#[napi(catch_unwind)]
pub fn verifier(
    env: &Env,
    options: Utf16,
    secrets: Vec<SecretArgument>,
) -> napi::Result<Outcome<Object<'_>>> {
    let built = outcome(|| {
        let packed = Packed::read(options.units())?;
        let mut arguments = Arguments::new(&packed);
        let mut verifier = Verifier::builder();
        verifier.account_sid(arguments.text("account_sid")?);
        verifier.leeway(arguments.seconds(TimeField::Leeway)?.unwrap_or_default());
        verifier.algorithm(arguments.algorithm()?);
        verifier.max_size(arguments.max_size()?.unwrap_or(DEFAULT_MAX_SIZE));
        for (sid, secret) in arguments.texts("keys")?.into_iter().zip(secrets) {
            match sid {
                Some(sid) => verifier.key(sid, secret.into_secret()?),
                None => verifier.secret(secret.into_secret()?),
            };
        }
        Ok::<_, InputError>(verifier.build()?)
    });
    match built {
        Either::A(verifier) => functions(env, verifier).map(Either::A),
        Either::B(error) => Ok(Either::B(error)),
    }
}

fn functions(env: &Env, verifier: Verifier) -> napi::Result<Object<'_>> {
    Held::functions(verifier, env, |verifier, functions| {
        let held = verifier.clone();
        functions.set(
            "verify",
            env.create_function_from_closure::<(), _, _>("verify", move |call| {
                answer(|| {
                    let token: Token = call.first_arg()?;
                    Ok(outcome(|| verify(&*held.get()?, &token, grantmint::now())))
                })
            })?,
        )?;
        let held = verifier.clone();
        functions.set(
            "verifyAt",
            env.create_function_from_closure::<(), _, _>("verifyAt", move |call| {
                answer(|| {
                    let (token, options): (Token, Utf16) = (call.get(0)?, call.get(1)?);
                    let now = || Ok::<_, InputError>(now(&options)?.unwrap_or_else(grantmint::now));
                    Ok(outcome(|| verify(&*held.get()?, &token, now()?)))
                })
            })?,
        )
    })
}

/// Returns the claims of a token that verifies, as JSON text.
fn verify(verifier: &Verifier, token: &Token, now: u64) -> Result<String, Failure> {
    let max = verifier.max_size();
    let claims = token.read(max, |token| verifier.verify_at(token, now))?;
    Ok(claims.ok_or(TokenError::TooLarge { max })??.into_payload_json())
}

fn now(options: &Utf16) -> Result<Option<u64>, InputError> {
    let packed = Packed::read(options.units())?;
    Arguments::new(&packed).seconds(TimeField::Now)
}

/// The inspection of a token.
#[napi(object)]
pub struct Explained {
    /// The inspection as JSON text.
    pub json: String,
    /// The report.
    pub report: String,
}

/// Explains a token. A value that is not a string is passed as nothing.
#[napi(catch_unwind)]
pub fn inspect(token: Option<Token>, options: Utf16, secret: Option<SecretArgument>) -> Outcome<Explained> {
    outcome(|| {
        let at = now(&options)?;
        let mut options = InspectOptions::new();
        if let Some(secret) = secret {
            options = options.secret(secret.into_secret()?);
        }
        if let Some(at) = at {
            options = options.now(at);
        }
        let inspection = match token {
            None => inspect_nothing(&options),
            Some(token) => read_and_inspect(&token, &options)?,
        };
        let json = inspection_to_json(&inspection, camel_case);
        Ok::<_, InputError>(Explained { json: json.to_string(), report: inspection.to_string() })
    })
}

fn read_and_inspect(token: &Token, options: &InspectOptions<'_>) -> Result<Inspection, Error> {
    let explain = |token: &[u8]| grantmint::inspect(&String::from_utf8_lossy(token), options);
    Ok(token.read(DEFAULT_MAX_SIZE, explain)?.unwrap_or_else(|| inspect_too_large(options)))
}
