//! One set of rules: an issuer mints nothing of which `inspect` would report an error, and a verifier accepts nothing
//! with an error of the token itself. `PROPTEST_CASES` sets the number of cases.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::Cell;

use grantmint::internal::{FieldKind, FieldValue, Group, PRODUCTS, RULES, add_custom, add_typed};
use grantmint::{Error, Finding, Grants, InspectOptions, Issuer, MintOptions, Severity, Verifier, inspect};
use jsonwebtoken::{Algorithm, EncodingKey};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

const NOW: u64 = 1_700_000_000;
const SECRET: &str = "fake-secret-0123456789-abcdefghi";

fn sid(prefix: &str) -> String {
    format!("{prefix}0123456789abcdef0123456789abcdef")
}

/// Generates text, mostly of a user's or a room's kind.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(vec!["alice", "daily", "worker", "a b", "x@example.com", "\"", "\u{1f600}"]).prop_map(str::to_owned),
        1 => vec(any::<char>(), 0..20).prop_map(String::from_iter),
        1 => (100_usize..300).prop_map(|length| "é".repeat(length)),
        1 => (100_usize..300).prop_map(|length| "a".repeat(length)),
    ]
}

/// Generates what people pass for a SID.
fn passed_for_a_sid() -> impl Strategy<Value = String> {
    prop_oneof![
        20 => select(vec!["AC", "SK", "IS", "RL", "CR", "AP", "WS", "WK"]).prop_map(sid),
        1 => select(vec!["", "default", "undefined", "IS123", "sk0123456789abcdef0123456789abcdef"]).prop_map(str::to_owned),
        1 => text(),
    ]
}

/// Generates any JSON value that a claim may have, often one near the present.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (NOW - 100_000..NOW + 100_000).prop_map(Value::from),
        passed_for_a_sid().prop_map(Value::from),
        Just(json!([])),
        Just(json!({ "application_sid": "AP1", "allow": "true" })),
    ]
}

/// A grant as a caller describes it: the product's place, with a value for each field, or a custom grant.
#[derive(Debug, Clone)]
enum Described {
    Typed(Index, Vec<Option<String>>, bool),
    Custom(String, Map<String, Value>),
}

fn described() -> impl Strategy<Value = Described> {
    let names = || {
        let known = PRODUCTS.iter().flat_map(|product| product.fields).map(|field| field.name.to_owned());
        prop_oneof![
            select(known.collect::<Vec<_>>()),
            select(vec!["serviceSid".into(), "incoming".into(), "outgoing".into()]),
            text()
        ]
    };
    let keys = prop_oneof![
        select(PRODUCTS.iter().map(|product| product.key.to_owned()).collect::<Vec<_>>()),
        select(vec!["fleet", "sync", "dataSync", "Identity", "rtc", "ip_messaging"]).prop_map(str::to_owned),
        text(),
    ];
    prop_oneof![
        6 => (any::<Index>(), vec(option::of(prop_oneof![Just(String::new()), text()]), 6), any::<bool>())
            .prop_map(|(place, texts, flag)| Described::Typed(place, texts, flag)),
        1 => (keys, vec((names(), value()), 0..4))
            .prop_map(|(key, members)| Described::Custom(key, members.into_iter().collect())),
    ]
}

/// Adds a grant. A typed field for SIDs is mostly right, because nothing else would ever be minted.
fn add(grants: &mut Grants, described: &Described) -> Result<(), Error> {
    match described {
        Described::Custom(key, payload) => add_custom(grants, key, payload),
        Described::Typed(place, texts, flag) => {
            let product = *place.get(PRODUCTS);
            let right: Vec<_> = product.fields.iter().map(|field| field.sid.map(sid)).collect();
            let values: Vec<_> = product
                .fields
                .iter()
                .zip(texts)
                .zip(&right)
                .map(|((field, text), right)| match (field.kind, right, text) {
                    (FieldKind::Flag, ..) => FieldValue::Flag(*flag),
                    (FieldKind::Text, Some(right), Some(text)) if text.len() % 7 != 3 => {
                        FieldValue::Text(right)
                    }
                    (FieldKind::Text, _, Some(text)) if text.len() % 5 != 0 => FieldValue::Text(text),
                    (FieldKind::Text, Some(right), None) if field.required => FieldValue::Text(right),
                    (FieldKind::Text, _, Some(text)) if *flag => FieldValue::Text(text),
                    _ => FieldValue::Absent,
                })
                .collect();
            add_typed(grants, product, &values)
        }
    }
}

/// Runs a property on cases of which it must accept a good part.
fn check<S: Strategy>(strategy: &S, property: impl Fn(S::Value) -> bool) {
    let config = Config { failure_persistence: None, ..Config::default() };
    let (accepted, cases) = (Cell::new(0_u32), config.cases);
    let run = TestRunner::new(config).run(strategy, |input| {
        accepted.set(accepted.get() + u32::from(property(input)));
        Ok(())
    });
    assert!(run.is_ok(), "{}", run.unwrap_err());
    assert!(accepted.get() > cases / 20, "only {} of {cases}", accepted.get());
}

fn errors(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|finding| finding.severity == Severity::Error)
}

#[test]
fn minted_by_an_issuer_is_sound_and_verifies() {
    let secrets = prop_oneof![
        12 => Just(SECRET.to_owned()),
        1 => select(vec![sid("SK"), "0123456789abcdef".repeat(2), format!("{SECRET}\n"), "short".into()]),
        1 => vec(any::<char>(), 30..40).prop_map(String::from_iter),
    ];
    let times = (0..NOW, option::of(0_u64..100_000), option::of(0_u64..90_000));
    let options =
        (text(), option::of(text()), option::of(text()), vec(described(), 0..2), vec(described(), 0..2));
    check(&(secrets, times, options), |(secret, (now, nbf, ttl), (identity, region, jti, own, added))| {
        let mint = || -> Result<String, Error> {
            let (mut grants, mut more) = (Grants::new(), Grants::new());
            own.iter().try_for_each(|grant| add(&mut grants, grant))?;
            added.iter().try_for_each(|grant| add(&mut more, grant))?;
            let mut builder = Issuer::builder(sid("AC"), sid("SK"), secret.as_str());
            builder.set_grants(grants);
            region.as_ref().map(|region| builder.region(region));
            let mut options = MintOptions::new().grants(&more).now(now);
            if let Some(jti) = &jti {
                options = options.jti(jti);
            }
            if let Some(ttl) = ttl {
                options = options.ttl(ttl);
            }
            if let Some(nbf) = nbf {
                options = options.nbf((now + nbf).saturating_sub(50_000));
            }
            builder.build()?.mint_with(&identity, &options)
        };
        let Ok(token) = mint() else { return false };
        // From when it is valid.
        let at = nbf.map_or(now, |nbf| now.max((now + nbf).saturating_sub(50_000)));
        let inspection = inspect(&token, &InspectOptions::new().secret(secret.as_str()).now(at));
        let errors: Vec<_> = errors(&inspection.findings).collect();
        assert!(errors.is_empty(), "{errors:?}");
        let mut verifier = Verifier::builder();
        let verifier = verifier.key(sid("SK"), secret.as_str()).account_sid(sid("AC")).build().unwrap();
        let claims = verifier.verify_at(&token, at).unwrap();
        assert_eq!(claims.identity(), Some(identity.as_str()));
        true
    });
}

/// Makes some change to a member of a good object, or none.
fn changed(names: &'static [&'static str]) -> impl Strategy<Value = Vec<(&'static str, Option<Value>)>> {
    let change = (select(names), option::weighted(0.9, value()));
    prop_oneof![2 => Just(Vec::new()), 1 => vec(change, 1..3)]
}

fn apply(good: &Value, changes: Vec<(&'static str, Option<Value>)>) -> Value {
    let mut object = good.as_object().unwrap().clone();
    for (name, value) in changes {
        match value {
            Some(value) => _ = object.insert(name.to_owned(), value),
            None => _ = object.remove(name),
        }
    }
    object.into()
}

#[test]
fn accepted_by_a_verifier_has_no_error_of_the_token_itself() {
    const HEADER: &[&str] = &["alg", "typ", "cty", "crit", "b64", "zip", "enc", "twr", "kid"];
    const CLAIMS: &[&str] = &[
        "iss", "sub", "exp", "nbf", "iat", "jti", "grants", "aud", "scope", "policies", "channel", "hrh",
        "rqh", "identity",
    ];
    let verifier = Verifier::new(SECRET).unwrap();
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let times = (NOW - 60_000..NOW + 100, 0_u64..120_000);
    let wrapped = prop_oneof![8 => Just(("", "")), 1 => select(vec![("Bearer ", ""), ("\"", "\""), ("", "\n"), ("", "=")])];
    check(
        &(changed(HEADER), changed(CLAIMS), times, vec(described(), 0..3), wrapped),
        |(header, claims, (iat, ttl), granted, (before, after))| {
            let mut grants = Map::from_iter([("identity".to_owned(), json!("alice"))]);
            for grant in granted {
                if let Described::Custom(key, payload) = grant {
                    grants.insert(key, payload.into());
                }
            }
            let header = apply(&json!({ "alg": "HS256", "typ": "JWT", "cty": "twilio-fpa;v=1" }), header);
            let good =
                json!({ "iss": sid("SK"), "sub": sid("AC"), "iat": iat, "exp": iat + ttl, "grants": grants });
            let claims = apply(&good, claims);
            let encode =
                |value: &Value| base64_simd::URL_SAFE_NO_PAD.encode_to_string(value.to_string().as_bytes());
            let message = format!("{}.{}", encode(&header), encode(&claims));
            let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
            let token = format!("{before}{message}.{signature}{after}");
            if verifier.verify_at(&token, NOW).is_err() {
                return false;
            }
            let inspection = inspect(&token, &InspectOptions::new().secret(SECRET).now(NOW));
            let own: Vec<_> = errors(&inspection.findings)
                .filter(|finding| {
                    let is_its = |rule: &&&grantmint::internal::Rule| {
                        (rule.code, rule.advice) == (finding.code, finding.advice)
                    };
                    let group = RULES.iter().find(is_its).unwrap().group;
                    !matches!(group, Group::Grants | Group::Identity)
                })
                .collect();
            assert!(own.is_empty(), "{own:?} of {header} and {claims}");
            true
        },
    );
}
