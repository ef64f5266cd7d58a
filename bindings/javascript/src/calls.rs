//! The calls. Each takes the clock as a function, since a WebAssembly module has none.

use grantmint::internal::{
    DEFAULT_MAX_SIZE, DEFAULT_TTL, Language, PRODUCTS, TimeField, inspect_nothing, inspection_to_json,
};
use grantmint::{
    AccessToken, BatchOptions, Error, Grants, InspectOptions, IssuedToken, Issuer, MintOptions, Secret,
    Verifier,
};
use grantmint_bindings::{InputError, camel_case, inspect_too_large};

use crate::arguments::{Arguments, named};
use crate::packed::Packed;

/// A secret, or the reason why it could not be read.
pub type GivenSecret = Result<Secret<'static>, InputError>;

/// Signs the token of an `AccessToken` object.
///
/// # Errors
/// Those of the arguments, of the clock and of [`AccessToken::to_jwt_at`].
pub fn sign(
    token: &[u16],
    secret: GivenSecret,
    clock: impl FnOnce() -> Result<u64, InputError>,
) -> Result<String, InputError> {
    let packed = Packed::read(token)?;
    let mut arguments = Arguments::new(&packed);
    let account_sid = arguments.text("account_sid")?;
    let key_sid = arguments.text("key_sid")?;
    let mut token = AccessToken::new(account_sid, key_sid, secret?)?;
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
    let now = arguments.seconds(TimeField::Now)?.map_or_else(clock, Ok)?;
    token.set_grants(arguments.grants()?);
    Ok(token.to_jwt_at(now)?)
}

/// Returns the payload of a product's grant as JSON text.
///
/// # Errors
/// Those of the grant's fields.
pub fn payload(grant: &[u16]) -> Result<String, InputError> {
    let packed = Packed::read(grant)?;
    let (product, values) = Arguments::new(&packed).product()?;
    let payload = product.payload(&values).map_err(|error| named(error, product, &values))?;
    serde_json::to_string(&payload).map_err(|_| Error::Internal.into())
}

/// Creates an issuer.
///
/// # Errors
/// Those of the arguments and of [`grantmint::IssuerBuilder::build`].
pub fn issuer(options: &[u16], secret: GivenSecret) -> Result<Issuer, InputError> {
    let packed = Packed::read(options)?;
    let mut arguments = Arguments::new(&packed);
    let account_sid = arguments.text("account_sid")?;
    let key_sid = arguments.text("key_sid")?;
    let mut issuer = Issuer::builder(account_sid, key_sid, secret?);
    if let Some(ttl) = arguments.seconds(TimeField::Ttl)? {
        issuer.ttl(ttl);
    }
    if let Some(region) = arguments.optional_text("region")? {
        issuer.region(region);
    }
    issuer.algorithm(arguments.algorithm()?);
    issuer.set_grants(arguments.grants()?);
    Ok(issuer.build()?)
}

/// Mints a token with options. The identity is the first argument.
///
/// # Errors
/// Those of the arguments, of the clock and of [`Issuer::mint_with`].
pub fn mint_with(
    issuer: &Issuer,
    arguments: &[u16],
    clock: impl FnOnce() -> Result<u64, InputError>,
) -> Result<String, InputError> {
    let packed = Packed::read(arguments)?;
    let mut arguments = Arguments::new(&packed);
    let identity = arguments.required_identity()?;
    let (options, grants) = mint_options(&mut arguments, clock)?;
    Ok(issuer.mint_with(&identity, &options.grants(&grants))?)
}

/// Mints a token with options and returns it with its identity and times.
///
/// # Errors
/// Those of the arguments, of the clock and of [`Issuer::issue`].
pub fn issue(
    issuer: &Issuer,
    arguments: &[u16],
    clock: impl FnOnce() -> Result<u64, InputError>,
) -> Result<(String, IssuedToken), InputError> {
    let packed = Packed::read(arguments)?;
    let mut arguments = Arguments::new(&packed);
    let identity = arguments.required_identity()?;
    let (options, grants) = mint_options(&mut arguments, clock)?;
    let minted = issuer.issue(&identity, &options.grants(&grants))?;
    Ok((identity.into_owned(), minted))
}

/// Mints a token for each identity and passes blocks of tokens, joined by line feeds, to `take`.
///
/// # Errors
/// Those of the arguments, of the clock and of [`Issuer::mint_many`].
pub fn mint_many(
    issuer: &Issuer,
    identities: &[u16],
    shared: &[u16],
    threads: usize,
    clock: impl FnOnce() -> Result<u64, InputError>,
    take: impl FnMut(&mut String),
) -> Result<(), InputError> {
    let packed = Packed::read(shared)?;
    // JavaScript has already rejected a `jti`.
    let (options, _, grants) = options(&mut Arguments::new(&packed), clock)?;
    let packed = Packed::read(identities)?;
    let identities = Arguments::new(&packed).identities()?;
    Ok(issuer.mint_blocks(&identities, &options.grants(&grants), threads, take)?)
}

/// Takes the options of one token.
fn mint_options<'a>(
    arguments: &mut Arguments<'a>,
    clock: impl FnOnce() -> Result<u64, InputError>,
) -> Result<(MintOptions<'a>, Grants), InputError> {
    let (shared, jti, grants) = options(arguments, clock)?;
    let mut options = MintOptions::from(shared);
    if let Some(jti) = jti {
        options = options.jti(jti);
    }
    Ok((options, grants))
}

/// Takes the options of a call, which JavaScript packs alike for one token and for many, with the `jti` before `now`.
fn options<'a, 'o>(
    arguments: &mut Arguments<'a>,
    clock: impl FnOnce() -> Result<u64, InputError>,
) -> Result<(BatchOptions<'o>, Option<&'a str>, Grants), InputError> {
    let mut options = BatchOptions::new();
    if let Some(ttl) = arguments.seconds(TimeField::Ttl)? {
        options = options.ttl(ttl);
    }
    if let Some(nbf) = arguments.seconds(TimeField::Nbf)? {
        options = options.nbf(nbf);
    }
    let jti = arguments.optional_text("jti")?;
    let now = arguments.seconds(TimeField::Now)?.map_or_else(clock, Ok)?;
    Ok((options.now(now), jti, arguments.grants()?))
}

/// Creates a verifier. The options end with the SID of each secret, or nothing for a secret that verifies tokens of any
/// issuer.
///
/// # Errors
/// Those of the arguments and of [`grantmint::VerifierBuilder::build`].
pub fn verifier(
    options: &[u16],
    secrets: impl IntoIterator<Item = GivenSecret>,
) -> Result<Verifier, InputError> {
    let packed = Packed::read(options)?;
    let mut arguments = Arguments::new(&packed);
    let mut verifier = Verifier::builder();
    if let Some(account_sid) = arguments.optional_text("account_sid")? {
        verifier.account_sid(account_sid);
    }
    verifier.leeway(arguments.seconds(TimeField::Leeway)?.unwrap_or_default());
    verifier.algorithm(arguments.algorithm()?);
    verifier.max_size(arguments.max_size()?.unwrap_or(DEFAULT_MAX_SIZE));
    for (sid, secret) in arguments.texts("keys")?.into_iter().zip(secrets) {
        match sid {
            Some(sid) => verifier.key(sid, secret?),
            None => verifier.secret(secret?),
        };
    }
    Ok(verifier.build()?)
}

/// Returns the time in options that contain nothing else, or the clock's.
///
/// # Errors
/// Those of the arguments and of the clock.
pub fn now(options: &[u16], clock: impl FnOnce() -> Result<u64, InputError>) -> Result<u64, InputError> {
    let packed = Packed::read(options)?;
    Arguments::new(&packed).seconds(TimeField::Now)?.map_or_else(clock, Ok)
}

/// The value to explain.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// A value that is not a string.
    Nothing,
    /// A token as UTF-8.
    Token(&'a [u8]),
    /// A string that is larger than any token.
    TooLarge,
}

/// Returns the options of an inspection, in the words of JavaScript.
pub fn inspect_options() -> InspectOptions<'static> {
    InspectOptions::new().language(Language::JavaScript)
}

/// Returns the inspection of a value as JSON text, and the report.
#[must_use]
pub fn explain(subject: Subject<'_>, options: &InspectOptions<'_>) -> (String, String) {
    let inspection = match subject {
        Subject::Nothing => inspect_nothing(options),
        Subject::Token(token) => grantmint::inspect(&String::from_utf8_lossy(token), options),
        Subject::TooLarge => inspect_too_large(options),
    };
    (inspection_to_json(&inspection, camel_case).to_string(), inspection.to_string())
}

/// Returns the facts that the JavaScript classes repeat, as JSON text: each product with its fields, and the default TTL.
#[must_use]
pub fn contract() -> String {
    let products = PRODUCTS.iter().map(|product| {
        let fields: Vec<_> = product.fields.iter().map(|field| camel_case(field.name)).collect();
        serde_json::json!({ "class": product.class, "key": product.key, "fields": fields })
    });
    serde_json::json!({ "products": products.collect::<Vec<_>>(), "defaultTtl": DEFAULT_TTL }).to_string()
}
