//! `Verifier` and `inspect`.

use grantmint::{DEFAULT_MAX_SIZE, Error, InspectOptions, Inspection, TokenError, Verifier, camel_case};
use napi::bindgen_prelude::{Either, Env, Object};
use napi_derive::napi;

use crate::arguments::Arguments;
use crate::held::Held;
use crate::outcome::{Failure, Outcome, answer, outcome};
use crate::packed::Packed;
use crate::text::{SecretArgument, Token, Utf16};

/// Sets up a verifier, and gives back the functions `verify` and `verifyAt`, which hold it. The options end with the SID
/// of each secret, or nothing for one that is good for all.
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
        verifier.leeway(arguments.seconds("leeway")?.unwrap_or_default());
        verifier.algorithm(arguments.algorithm()?);
        verifier.max_size(arguments.size("max_size")?.unwrap_or(DEFAULT_MAX_SIZE));
        for (sid, secret) in arguments.texts("keys")?.into_iter().zip(secrets) {
            match sid {
                Some(sid) => verifier.key(sid, secret.into_secret()?),
                None => verifier.secret(secret.into_secret()?),
            };
        }
        verifier.build()
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
                    let now = || Ok::<_, Error>(now(&options)?.unwrap_or_else(grantmint::now));
                    Ok(outcome(|| verify(&*held.get()?, &token, now()?)))
                })
            })?,
        )
    })
}

/// The claims of a good token, as JSON text.
fn verify(verifier: &Verifier, token: &Token, now: u64) -> Result<String, Failure> {
    let max = verifier.max_size();
    let claims = token.read(max, |token| verifier.verify_at(token, now))?;
    Ok(claims.ok_or(TokenError::TooLarge { max })??.into_payload_json())
}

fn now(options: &Utf16) -> Result<Option<u64>, Error> {
    let packed = Packed::read(options.units())?;
    Arguments::new(&packed).seconds("now")
}

/// What there is to say of a token.
#[napi(object)]
pub struct Explained {
    /// All of it, as JSON text.
    pub json: String,
    /// The report.
    pub report: String,
}

/// Explains a token, or what is no string and comes as nothing.
#[napi(catch_unwind)]
pub fn inspect(token: Option<Token>, options: Utf16, secret: Option<SecretArgument>) -> Outcome<Explained> {
    outcome(|| {
        let secret = secret.map(SecretArgument::into_secret).transpose()?;
        let options = InspectOptions { secret, now: now(&options)? };
        let inspection = match token {
            None => grantmint::inspect_nothing(&options),
            Some(token) => read_and_inspect(&token, &options)?,
        };
        let json = inspection.to_json(camel_case);
        Ok::<_, Error>(Explained { json: json.to_string(), report: inspection.to_string() })
    })
}

fn read_and_inspect(token: &Token, options: &InspectOptions<'_>) -> Result<Inspection, Error> {
    let explain = |token: &[u8]| grantmint::inspect(&String::from_utf8_lossy(token), options);
    // Of one that is too large, nothing is said but that.
    let too_large = || explain(&vec![b'.'; DEFAULT_MAX_SIZE + 1]);
    Ok(token.read(DEFAULT_MAX_SIZE, explain)?.unwrap_or_else(too_large))
}
