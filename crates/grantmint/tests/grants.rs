//! Grants by themselves: what each says it stands for, and values as a binding hands them over.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use grantmint::{
    AccessToken, ChatGrant, Error, FieldValue, Grant, Grants, PlaybackGrant, Product, SyncGrant,
    TaskRouterGrant, VideoGrant, VoiceGrant,
};
use serde_json::{Map, Value, json};

const NOW: u64 = 1_700_000_000;
const ABSENT: FieldValue<'static> = FieldValue::Absent;

/// What a token says of its grants.
fn written(grants: Grants) -> Value {
    let mut token = AccessToken::new("AC123", "SK123", "fake-secret").unwrap();
    token.grants(grants).claims_at(NOW).unwrap().remove("grants").unwrap()
}

fn params() -> Map<String, Value> {
    Map::from_iter([("deep".to_owned(), json!([1, { "é": null }]))])
}

fn voice() -> VoiceGrant {
    VoiceGrant {
        incoming_allow: true,
        outgoing_application_sid: Some("AP123".into()),
        outgoing_application_params: Some(params()),
        ..VoiceGrant::default()
    }
}

/// A grant of one's own may be one of these with something added.
#[test]
fn a_grant_says_what_the_token_will() {
    let grants: [&dyn Grant; 6] = [
        &SyncGrant { service_sid: Some("IS123".into()), endpoint_id: Some("phone".into()) },
        &ChatGrant { deployment_role_sid: Some("RL123".into()), ..ChatGrant::default() },
        &VideoGrant::default(),
        &voice(),
        &TaskRouterGrant { role: Some("worker".into()), ..TaskRouterGrant::default() },
        &PlaybackGrant { grant: Some(params()) },
    ];
    for grant in grants {
        let mut all = Grants::new();
        all.add(grant).unwrap();
        assert_eq!(written(all), json!({ grant.key(): grant.to_payload().unwrap() }));
    }
    assert_eq!(
        Value::Object(voice().to_payload().unwrap()),
        json!({ "incoming": { "allow": true }, "outgoing": { "application_sid": "AP123", "params": params() } })
    );
}

/// The bindings hand over objects that nobody else holds.
#[test]
fn an_object_that_was_just_read_is_written_as_any_other() {
    let read = || FieldValue::Read(Box::new(params()));
    let mut all = Grants::new();
    all.add_typed(Product::find("player").unwrap(), &[read()]).unwrap();
    let values = [FieldValue::Flag(true), FieldValue::Text("AP123"), read(), ABSENT, ABSENT];
    all.add_typed(Product::find("voice").unwrap(), &values).unwrap();
    assert_eq!(written(all), json!({ "player": params(), "voice": voice().to_payload().unwrap() }));
}

#[test]
fn a_product_takes_as_many_values_as_it_has_fields() {
    let chat = Product::find("chat").unwrap();
    for values in [&[][..], &[ABSENT][..], &[ABSENT; 5]] {
        assert_eq!(Grants::new().add_typed(chat, values).unwrap_err(), Error::Internal);
    }
}
