//! Claims of any bytes, with a good signature.

#![no_main]

libfuzzer_sys::fuzz_target!(|claims: &[u8]| {
    let Ok(read) = grantmint_fuzz::verdict(&grantmint_fuzz::with_claims(claims)) else { return };
    let payload = read.payload();
    assert_eq!(payload["iss"], read.key_sid());
    assert_eq!(payload["sub"], read.account_sid());
    assert_eq!(payload["exp"].as_f64().map(|exp| exp as u64), Some(read.expires_at()));
    assert_eq!(payload.get("jti").and_then(|jti| jti.as_str()), read.jti());
});
