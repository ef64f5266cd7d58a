//! One case of a vector file, and how it is played in Rust: as a binding would, with `null` and `""` for "not given".

use std::borrow::Cow;
use std::path::Path;

use grantmint::{AccessToken, Algorithm, Error, FieldValue, Grants, Issuer, MintOptions, PRODUCTS};
use serde_json::{Map, Value};

/// The cases of a file in `tests/vectors`.
pub(crate) fn read(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = serde_json::Deserializer::from_str(&text);
    reader.disable_recursion_limit();
    let mut file: Value = reader.into_iter().next().unwrap().unwrap();
    match file["cases"].take() {
        Value::Array(cases) => cases,
        _ => panic!("{} has no cases", path.display()),
    }
}

/// Signs an `AccessToken` with everything that the case gives.
pub(crate) fn sign(case: &Value) -> Result<String, Error> {
    let mut token = AccessToken::new(text(case, "account_sid"), text(case, "key_sid"), text(case, "secret"))?;
    token.identity(identity(case)).region(text(case, "region")).jti(text(case, "jti"));
    token.algorithm(algorithm(case)?).grants(grants(case)?);
    seconds(case, "ttl")?.map(|ttl| token.ttl(ttl));
    seconds(case, "nbf")?.map(|nbf| token.nbf(nbf));
    seconds(case, "valid_until")?.map(|until| token.valid_until(until));
    match seconds(case, "now")? {
        Some(now) => token.to_jwt_at(now),
        None => token.to_jwt(),
    }
}

/// Mints with an `Issuer`: the case's `ttl` and `grants` are the issuer's, those of its `mint` the one token's.
pub(crate) fn mint(case: &Value) -> Result<String, Error> {
    let mut issuer = Issuer::builder(text(case, "account_sid"), text(case, "key_sid"), text(case, "secret"));
    issuer.region(text(case, "region")).algorithm(algorithm(case)?).grants(grants(case)?);
    seconds(case, "ttl")?.map(|ttl| issuer.ttl(ttl));
    let added = grants(&case["mint"])?;
    let options = MintOptions {
        grants: Some(&added),
        ttl: seconds(&case["mint"], "ttl")?,
        nbf: seconds(case, "nbf")?,
        jti: Some(text(case, "jti")),
        now: seconds(case, "now")?,
    };
    issuer.build()?.mint_with(&identity(case), &options)
}

fn text<'a>(case: &'a Value, name: &str) -> &'a str {
    match &case[name] {
        Value::Null => "",
        value => value.as_str().unwrap_or_else(|| panic!("{}: {name} is no string", case["title"])),
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

fn seconds(case: &Value, name: &'static str) -> Result<Option<u64>, Error> {
    match &case[name] {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        value => match (value.as_i64(), value.as_f64()) {
            (Some(whole), _) => grantmint::seconds_from_i64(name, whole).map(Some),
            (None, Some(number)) => grantmint::seconds_from_f64(name, number).map(Some),
            (None, None) => panic!("{}: {name} is no number", case["title"]),
        },
    }
}

fn grants(case: &Value) -> Result<Grants, Error> {
    let mut grants = Grants::new();
    for grant in case["grants"].as_array().into_iter().flatten() {
        let (class, fields) = grant.as_object().and_then(|grant| grant.iter().next()).unwrap();
        if class == "custom" {
            let payload = fields["payload"].as_object().unwrap();
            grants.add_custom(fields["key"].as_str().unwrap(), payload)?;
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
    grants.add_typed(product, &values)
}
