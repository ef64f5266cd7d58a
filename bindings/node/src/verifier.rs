//! The functions behind `Verifier` and `inspect`.

use grantmint::internal::DEFAULT_MAX_SIZE;
use grantmint::{TokenError, Verifier};
use grantmint_bindings::InputError;
use grantmint_javascript::{Failure, Subject, explain, inspect_options, now};
use napi::bindgen_prelude::{Either, Env, Object};
use napi_derive::napi;

use crate::clock;
use crate::held::Held;
use crate::outcome::{Outcome, answer, outcome};
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
        grantmint_javascript::verifier(options.units(), secrets.into_iter().map(SecretArgument::into_secret))
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
                    Ok(outcome(|| verify(&*held.get()?, &token, now(options.units(), clock)?)))
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
        let mut options = inspect_options().now(now(options.units(), clock)?);
        if let Some(secret) = secret {
            options = options.secret(secret.into_secret()?);
        }
        let (json, report) = match token {
            None => explain(Subject::Nothing, &options),
            Some(token) => token
                .read(DEFAULT_MAX_SIZE, |token| explain(Subject::Token(token), &options))?
                .unwrap_or_else(|| explain(Subject::TooLarge, &options)),
        };
        Ok::<_, InputError>(Explained { json, report })
    })
}
