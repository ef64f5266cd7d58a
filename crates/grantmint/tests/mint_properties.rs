//! Any arguments: another library verifies the signed token and reads the intended claims.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use grantmint::{AccessToken, Algorithm, ChatGrant, SyncGrant, TaskRouterGrant, VideoGrant, VoiceGrant};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use proptest::sample::select;
use serde_json::{Map, Value, json};

mod peer;

/// Generates a string of any characters, often with some that JSON escapes.
fn text() -> impl Strategy<Value = String> {
    let letter =
        prop_oneof![any::<char>(), proptest::char::range('\0', '\u{a0}'), select(vec!['"', '\\', '/'])];
    vec(letter, 0..40).prop_map(String::from_iter)
}

/// Generates a string that is not empty.
fn given() -> impl Strategy<Value = String> {
    text().prop_filter("empty", |text| !text.is_empty())
}

/// A grant of any product.
#[derive(Debug, Clone)]
enum Granted {
    Sync(SyncGrant),
    Chat(ChatGrant),
    Video(VideoGrant),
    Voice(VoiceGrant),
    TaskRouter(TaskRouterGrant),
    Custom(String, Map<String, Value>),
}

fn granted() -> impl Strategy<Value = Granted> {
    let texts = || [text(), text(), text(), text()];
    let numbers = || {
        btree_map(text(), any::<i32>(), 0..5)
            .prop_map(|members| members.into_iter().map(|(name, number)| (name, json!(number))))
            .prop_map(Map::from_iter)
    };
    prop_oneof![
        texts()
            .prop_map(|[service, endpoint, ..]| Granted::Sync(SyncGrant::new(service).endpoint_id(endpoint))),
        texts().prop_map(|[service, endpoint, role, push]| {
            let chat = ChatGrant::new(service).endpoint_id(endpoint);
            Granted::Chat(chat.deployment_role_sid(role).push_credential_sid(push))
        }),
        option::of(text()).prop_map(|room| {
            Granted::Video(room.map_or_else(VideoGrant::new, |room| VideoGrant::new().room(room)))
        }),
        (any::<bool>(), given(), option::of(numbers()), texts()).prop_map(
            |(incoming_allow, sid, params, [push, endpoint, ..])| {
                let voice = VoiceGrant::new()
                    .incoming_allow(incoming_allow)
                    .outgoing_application_sid(sid)
                    .push_credential_sid(push)
                    .endpoint_id(endpoint);
                Granted::Voice(match params {
                    Some(params) => voice.outgoing_application_params(params),
                    None => voice,
                })
            }
        ),
        texts().prop_map(|[workspace, worker, role, _]| {
            Granted::TaskRouter(TaskRouterGrant::new().workspace_sid(workspace).worker_sid(worker).role(role))
        }),
        (given(), numbers())
            .prop_filter("reserved", |(key, _)| key != "identity")
            .prop_map(|(key, payload)| Granted::Custom(key, payload)),
    ]
}

impl Granted {
    fn add_to(&self, token: &mut AccessToken<'_>) {
        match self {
            Self::Sync(grant) => _ = token.add_grant(grant).unwrap(),
            Self::Chat(grant) => _ = token.add_grant(grant).unwrap(),
            Self::Video(grant) => _ = token.add_grant(grant).unwrap(),
            Self::Voice(grant) => _ = token.add_grant(grant).unwrap(),
            Self::TaskRouter(grant) => _ = token.add_grant(grant).unwrap(),
            Self::Custom(key, payload) => _ = token.add_grant(&Custom(key, payload)).unwrap(),
        }
    }

    /// Returns the member of the claims' `grants` that Twilio documents for the grant.
    fn expected(&self) -> (String, Value) {
        let (key, members) = match self.clone() {
            Self::Sync(grant) => {
                ("data_sync", json!({ "service_sid": grant.service_sid, "endpoint_id": grant.endpoint_id }))
            }
            Self::Chat(grant) => (
                "chat",
                json!({
                    "service_sid": grant.service_sid,
                    "endpoint_id": grant.endpoint_id,
                    "deployment_role_sid": grant.deployment_role_sid,
                    "push_credential_sid": grant.push_credential_sid,
                }),
            ),
            Self::Video(grant) => ("video", json!({ "room": grant.room })),
            Self::Voice(grant) => (
                "voice",
                json!({
                    "incoming": grant.incoming_allow.then(|| json!({ "allow": true })),
                    "outgoing": match grant.outgoing_application_params {
                        Some(params) => json!({ "application_sid": grant.outgoing_application_sid, "params": params }),
                        None => json!({ "application_sid": grant.outgoing_application_sid }),
                    },
                    "push_credential_sid": grant.push_credential_sid,
                    "endpoint_id": grant.endpoint_id,
                }),
            ),
            Self::TaskRouter(grant) => (
                "task_router",
                json!({
                    "workspace_sid": grant.workspace_sid,
                    "worker_sid": grant.worker_sid,
                    "role": grant.role,
                }),
            ),
            Self::Custom(key, payload) => return (key, Value::Object(payload)),
        };
        (key.to_owned(), without_blanks(members))
    }
}

/// Removes the members that were not given.
fn without_blanks(mut object: Value) -> Value {
    if let Value::Object(members) = &mut object {
        members.retain(|_, value| !value.is_null() && value != "");
    }
    object
}

struct Custom<'a>(&'a str, &'a Map<String, Value>);

impl grantmint::Grant for Custom<'_> {
    fn key(&self) -> &str {
        self.0
    }

    fn to_payload(&self) -> Result<Map<String, Value>, grantmint::Error> {
        Ok(self.1.clone())
    }
}

/// The times of a token.
#[derive(Debug, Clone, Copy)]
struct Times {
    now: u64,
    lifetime: u64,
    until: bool,
    nbf: Option<u64>,
}

fn times() -> impl Strategy<Value = Times> {
    (0..=253_402_000_000_u64, 1..=86_400_u64, any::<bool>()).prop_flat_map(|(now, lifetime, until)| {
        let nbf = option::of(prop_oneof![Just(0), Just(now), 0..now + lifetime]);
        nbf.prop_map(move |nbf| Times { now, lifetime, until, nbf })
    })
}

proptest::proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn another_library_reads_the_intended_claims(
        (account_sid, key_sid, secret) in (given(), given(), vec(any::<u8>(), 1..200)),
        (identity, region, jti) in (text(), text(), text()),
        algorithm in select(Algorithm::ALL.to_vec()),
        times in times(),
        grants in vec(granted(), 0..6),
    ) {
        // Bytes that happen to be a key are rejected.
        let Ok(mut token) = AccessToken::new(&*account_sid, &*key_sid, &*secret) else {
            return Err(proptest::test_runner::TestCaseError::reject("a key"));
        };
        token.identity(&*identity).region(&*region).jti(&*jti).algorithm(algorithm);
        if times.until {
            token.valid_until(times.now + times.lifetime);
        } else {
            token.ttl(times.lifetime);
        }
        times.nbf.map(|nbf| token.nbf(nbf));
        let mut expected_grants = Map::new();
        if !identity.is_empty() {
            expected_grants.insert("identity".into(), json!(identity));
        }
        for grant in &grants {
            grant.add_to(&mut token);
            let (key, payload) = grant.expected();
            expected_grants.insert(key, payload);
        }
        let jwt = token.to_jwt_at(times.now).unwrap();

        let (header, claims) = peer::verify(&jwt, &secret, algorithm.name()).unwrap();
        let mut expected = json!({ "typ": "JWT", "alg": algorithm.name(), "cty": "twilio-fpa;v=1" });
        if !region.is_empty() {
            expected["twr"] = json!(region);
        }
        proptest::prop_assert_eq!(&header, &expected);
        proptest::prop_assert_eq!(Value::Object(token.header().unwrap()), expected);

        let mut expected = Map::new();
        let official = format!("{key_sid}-{}", times.now);
        expected.insert("jti".into(), json!(if jti.is_empty() { &official } else { &jti }));
        expected.insert("grants".into(), Value::Object(expected_grants));
        times.nbf.map(|nbf| expected.insert("nbf".into(), json!(nbf)));
        expected.insert("iat".into(), json!(times.now));
        expected.insert("exp".into(), json!(times.now + times.lifetime));
        expected.insert("iss".into(), json!(key_sid));
        expected.insert("sub".into(), json!(account_sid));
        let expected = Value::Object(expected);
        // Compared as text, since the order matters.
        proptest::prop_assert_eq!(claims.to_string(), expected.to_string());
        let unsigned = Value::Object(token.claims_at(times.now).unwrap());
        proptest::prop_assert_eq!(unsigned.to_string(), expected.to_string());

        // The signature depends on every byte of the secret.
        let mut other = secret.clone();
        other[0] ^= 1;
        proptest::prop_assert!(peer::verify(&jwt, &other, algorithm.name()).is_err());
    }
}
