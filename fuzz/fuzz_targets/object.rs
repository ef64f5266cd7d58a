//! Free-form objects: an object in a token is read back equal, or there is an error.

#![no_main]

use grantmint::{AccessToken, PlaybackGrant, VoiceGrant};
use grantmint_fuzz::{ACCOUNT, KEY, NOW, SECRET, verdict};
use serde_json::{Map, Value};

libfuzzer_sys::fuzz_target!(|json: &[u8]| {
    let Ok(object) = serde_json::from_slice::<Map<String, Value>>(json) else { return };
    let mut token = AccessToken::new(ACCOUNT, KEY, SECRET).unwrap();
    token.identity("alice");
    let voice = VoiceGrant::new().outgoing_application_sid("AP1").outgoing_application_params(object.clone());
    if token.add_grant(&voice).is_err() || token.add_grant(&PlaybackGrant::new(object.clone())).is_err() {
        return;
    }
    let jwt = token.to_jwt_at(NOW).unwrap();
    if jwt.len() > 16 * 1024 {
        return;
    }
    let claims = verdict(&jwt).unwrap();
    let grants = claims.grants();
    for read in [&grants["player"], &grants["voice"]["outgoing"]["params"]] {
        assert!(same(read, &Value::Object(object.clone())), "{read} instead of {object:?}");
    }
});

/// Returns whether two values are equal, with numbers compared as doubles: ECMAScript writes 1.0 as 1.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.keys().eq(other.keys())
                && one.values().zip(other.values()).all(|(one, other)| same(one, other))
        }
        _ => one == other,
    }
}
