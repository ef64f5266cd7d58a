//! Grants: the payload of each, and values as a binding passes them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use grantmint::internal::{FieldValue, Product, add_typed};
use grantmint::{
    AccessToken, ChatGrant, Error, Grant, Grants, PlaybackGrant, SyncGrant, TaskRouterGrant, VideoGrant,
    VoiceGrant,
};
use serde_json::{Map, Value, json};

const NOW: u64 = 1_700_000_000;
const ABSENT: FieldValue<'static> = FieldValue::Absent;

/// Returns the claims' grants of a token.
fn written(grants: Grants) -> Value {
    let mut token = AccessToken::new("AC123", "SK123", "fake-secret").unwrap();
    token.set_grants(grants).claims_at(NOW).unwrap().remove("grants").unwrap()
}

fn params() -> Map<String, Value> {
    Map::from_iter([("deep".to_owned(), json!([1, { "é": null }]))])
}

fn voice() -> VoiceGrant {
    VoiceGrant::new()
        .incoming_allow(true)
        .outgoing_application_sid("AP123")
        .outgoing_application_params(params())
}

/// A custom grant may wrap one of these and extend its payload.
#[test]
fn the_payload_of_a_grant_is_the_tokens() {
    let grants: [&dyn Grant; 6] = [
        &SyncGrant::new("IS123").endpoint_id("phone"),
        &ChatGrant::default().deployment_role_sid("RL123"),
        &VideoGrant::new(),
        &voice(),
        &TaskRouterGrant::new().role("worker"),
        &PlaybackGrant::new(params()),
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

/// A binding passes ownership of the objects that it has read.
#[test]
fn an_owned_object_is_written_like_a_borrowed_one() {
    let read = || FieldValue::Read(Box::new(params()));
    let mut all = Grants::new();
    add_typed(&mut all, Product::find("player").unwrap(), &[read()]).unwrap();
    let values = [FieldValue::Flag(true), FieldValue::Text("AP123"), read(), ABSENT, ABSENT];
    add_typed(&mut all, Product::find("voice").unwrap(), &values).unwrap();
    assert_eq!(written(all), json!({ "player": params(), "voice": voice().to_payload().unwrap() }));
}

#[test]
fn a_product_takes_one_value_for_each_field() {
    let chat = Product::find("chat").unwrap();
    for values in [&[][..], &[ABSENT][..], &[ABSENT; 5]] {
        assert_eq!(add_typed(&mut Grants::new(), chat, values).unwrap_err(), Error::Internal);
    }
}

/// A value of a wrong kind is a bug of the binding, which checks the kinds first.
#[test]
fn a_field_takes_values_of_its_kind() {
    let (voice, player) = (Product::find("voice").unwrap(), Product::find("player").unwrap());
    let wrong = [FieldValue::Text("true"), ABSENT, ABSENT, ABSENT, ABSENT];
    assert_eq!(add_typed(&mut Grants::new(), voice, &wrong).unwrap_err(), Error::Internal);
    let wrong = [ABSENT, FieldValue::Flag(true), ABSENT, ABSENT, ABSENT];
    assert_eq!(add_typed(&mut Grants::new(), voice, &wrong).unwrap_err(), Error::Internal);
    assert_eq!(add_typed(&mut Grants::new(), player, &[FieldValue::Text("a")]).unwrap_err(), Error::Internal);
}
