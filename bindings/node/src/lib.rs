//! The native module behind the npm package: unpacks what JavaScript hands over, calls the core, and gives back
//! either a result or what is wrong. The classes that users see are JavaScript (`node/lib`).
//!
//! Calls into a native module are dear, so most arguments come as one string (see [`packed`]).

#![expect(
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    reason = "JavaScript calls these, and napi hands over what it owns"
)]

mod arguments;
mod outcome;
mod packed;
mod text;

use std::sync::Arc;

use grantmint::{AccessToken, Error, Field, Grants, Issuer, MintOptions, PRODUCTS, camel_case};
use napi::Task;
use napi::bindgen_prelude::{AsyncTask, Env, External};
use napi_derive::napi;

use crate::arguments::Arguments;
use crate::outcome::{Outcome, outcome};
use crate::packed::Packed;
use crate::text::{SecretArgument, Utf16};

/// Signs the token of an `AccessToken` object.
#[napi]
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
#[napi]
pub fn payload(grant: Utf16) -> Outcome<String> {
    outcome(|| {
        let packed = Packed::read(grant.units())?;
        let (product, values) = Arguments::new(&packed).product()?;
        serde_json::to_string(&product.payload(&values)?).map_err(|_| Error::Internal)
    })
}

/// Sets up an issuer.
#[napi]
pub fn issuer(options: Utf16, secret: SecretArgument) -> Outcome<External<Arc<Issuer>>> {
    outcome(|| {
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
        issuer.build().map(|issuer| External::new(Arc::new(issuer)))
    })
}

/// Mints a token with the issuer's own grants and lifetime.
#[napi]
pub fn mint(issuer: &External<Arc<Issuer>>, identity: Utf16) -> Outcome<String> {
    outcome(|| issuer.mint(&identity.to_text("identity")?))
}

/// Mints a token with options of its own: the identity comes first, then the options.
#[napi]
pub fn mint_with(issuer: &External<Arc<Issuer>>, arguments: Utf16) -> Outcome<String> {
    outcome(|| {
        let packed = Packed::read(arguments.units())?;
        let mut arguments = Arguments::new(&packed);
        let identity = arguments.identity()?;
        let (options, grants) = mint_options(&mut arguments)?;
        issuer.mint_with(&identity, &MintOptions { grants: Some(&grants), ..options })
    })
}

/// Mints a token for each identity, off the event loop.
#[napi(ts_return_type = "Promise<string[] | Tokens>")]
pub fn mint_many(issuer: &External<Arc<Issuer>>, identities: Utf16, options: Utf16) -> AsyncTask<MintMany> {
    AsyncTask::new(MintMany { issuer: Arc::clone(issuer), identities, options })
}

/// A list of identities on its way through a thread of the pool.
pub struct MintMany {
    issuer: Arc<Issuer>,
    identities: Utf16,
    options: Utf16,
}

/// Tokens in blocks, joined by line feeds: one string takes JavaScript as long to make as many tokens to cut from it.
#[napi(object)]
pub struct Tokens {
    /// The blocks, in order.
    pub blocks: Vec<String>,
}

/// How many tokens a block holds: a token kept alone keeps its block in memory.
const BLOCK: usize = 64;

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
            let batch = self.issuer.batch(&options)?;
            let mut blocks = Vec::with_capacity(identities.len().div_ceil(BLOCK));
            for (place, identities) in (0..).step_by(BLOCK).zip(identities.chunks(BLOCK)) {
                let mut block = String::new();
                for (index, identity) in (place..).zip(identities) {
                    let at_index = |error| Error::AtIndex { index, error: Box::new(error) };
                    let token = batch.mint(identity).map_err(at_index)?;
                    if block.is_empty() {
                        block.reserve(BLOCK * (token.len() + 1));
                    } else {
                        block.push('\n');
                    }
                    block.push_str(&token);
                }
                blocks.push(block);
            }
            Ok(Tokens { blocks })
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
#[napi]
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
        _ => Error::Internal,
    })
}

/// What the JavaScript classes must agree with, as JSON text: each product with its fields, and the default TTL.
#[napi]
pub fn contract() -> String {
    let products = PRODUCTS.iter().map(|product| {
        let fields: Vec<_> = product.fields.iter().map(|field| camel_case(field.name)).collect();
        serde_json::json!({ "class": product.class, "key": product.key, "fields": fields })
    });
    serde_json::json!({ "products": products.collect::<Vec<_>>(), "defaultTtl": grantmint::DEFAULT_TTL })
        .to_string()
}
