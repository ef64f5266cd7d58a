//! Playing a case that mints a token: `tokens.json` and `errors.json`.

use std::borrow::Cow;

use grantmint::internal::{FieldValue, PRODUCTS, TimeField, add_custom, add_typed};
use grantmint::{AccessToken, Algorithm, Error, Grants, Issuer, MintOptions};
use serde_json::{Map, Value};

use super::{Seconds, title};

/// Mints with the class that the case's `via` names.
pub(crate) fn play<E: From<Error>>(case: &Value, seconds: Seconds<E>) -> Result<String, E> {
    match &case["via"] {
        via if via == "AccessToken" => access_token(case, seconds),
        via if via == "Issuer" => issuer(case, seconds),
        via => panic!("{}: via {via}", title(case)),
    }
}

/// Signs an `AccessToken` with all arguments of the case.
pub(crate) fn access_token<E: From<Error>>(case: &Value, seconds: Seconds<E>) -> Result<String, E> {
    let mut token = AccessToken::new(text(case, "account_sid"), text(case, "key_sid"), text(case, "secret"))?;
    token.identity(identity(case)).region(text(case, "region")).jti(text(case, "jti"));
    token.algorithm(algorithm(case)?).set_grants(grants(case)?);
    let time = |field| time(case, field, seconds);
    time(TimeField::Ttl)?.map(|ttl| token.ttl(ttl));
    time(TimeField::Nbf)?.map(|nbf| token.nbf(nbf));
    time(TimeField::ValidUntil)?.map(|until| token.valid_until(until));
    Ok(match time(TimeField::Now)? {
        Some(now) => token.to_jwt_at(now)?,
        None => token.to_jwt()?,
    })
}

/// Mints with an `Issuer`. The case's `ttl` and `grants` are the issuer's; those of its `mint` are the token's.
pub(crate) fn issuer<E: From<Error>>(case: &Value, seconds: Seconds<E>) -> Result<String, E> {
    let mut issuer = Issuer::builder(text(case, "account_sid"), text(case, "key_sid"), text(case, "secret"));
    issuer.algorithm(algorithm(case)?).set_grants(grants(case)?);
    if !case["region"].is_null() {
        issuer.region(text(case, "region"));
    }
    time(case, TimeField::Ttl, seconds)?.map(|ttl| issuer.ttl(ttl));
    let added = grants(&case["mint"])?;
    let mut options = MintOptions::new().grants(&added);
    if !case["jti"].is_null() {
        options = options.jti(text(case, "jti"));
    }
    if let Some(ttl) = time(&case["mint"], TimeField::Ttl, seconds)? {
        options = options.ttl(ttl);
    }
    if let Some(nbf) = time(case, TimeField::Nbf, seconds)? {
        options = options.nbf(nbf);
    }
    if let Some(now) = time(case, TimeField::Now, seconds)? {
        options = options.now(now);
    }
    Ok(issuer.build()?.mint_with(&identity(case), &options)?)
}

fn text<'a>(case: &'a Value, name: &str) -> &'a str {
    match &case[name] {
        Value::Null => "",
        value => value.as_str().unwrap_or_else(|| panic!("{}: {name} is not a string", title(case))),
    }
}

fn identity(case: &Value) -> Cow<'_, str> {
    match &case["identity"] {
        Value::Number(number) => Cow::Owned(number.to_string()),
        _ => Cow::Borrowed(text(case, "identity")),
    }
}

fn algorithm(case: &Value) -> Result<Algorithm, Error> {
    match text(case, "algorithm") {
        "" => Ok(Algorithm::default()),
        name => name.parse(),
    }
}

fn time<E>(case: &Value, field: TimeField, seconds: Seconds<E>) -> Result<Option<u64>, E> {
    match &case[field.name()] {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::Number(number) => seconds(field, number).map(Some),
        other => panic!("{}: {} is {other}", title(case), field.name()),
    }
}

fn grants(case: &Value) -> Result<Grants, Error> {
    let mut grants = Grants::new();
    for grant in case["grants"].as_array().into_iter().flatten() {
        let (class, fields) = grant.as_object().and_then(|grant| grant.iter().next()).unwrap();
        if class == "custom" {
            let payload = fields["payload"].as_object().unwrap();
            add_custom(&mut grants, fields["key"].as_str().unwrap(), payload)?;
        } else {
            add_product(&mut grants, class, fields.as_object().unwrap())?;
        }
    }
    Ok(grants)
}

fn add_product(grants: &mut Grants, class: &str, given: &Map<String, Value>) -> Result<(), Error> {
    let product = PRODUCTS.iter().find(|product| product.class == class).unwrap();
    let unknown = given.keys().find(|name| product.fields.iter().all(|field| field.name != *name));
    assert_eq!(unknown, None, "{class} has no such field");
    let value = |name: &str| match given.get(name) {
        None | Some(Value::Null) => FieldValue::Absent,
        Some(Value::String(text)) => FieldValue::Text(text),
        Some(Value::Bool(flag)) => FieldValue::Flag(*flag),
        Some(Value::Object(object)) => FieldValue::Object(object),
        Some(other) => panic!("{class}.{name}: {other}"),
    };
    let values: Vec<_> = product.fields.iter().map(|field| value(field.name)).collect();
    add_typed(grants, product, &values)
}
