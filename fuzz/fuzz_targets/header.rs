//! A header of any bytes, with a good signature.

#![no_main]

use serde_json::Value;

libfuzzer_sys::fuzz_target!(|header: &[u8]| {
    let Ok(claims) = grantmint_fuzz::verdict(&grantmint_fuzz::with_header(header)) else { return };
    let header = claims.header();
    assert_eq!(header["alg"], "HS256");
    for name in ["crit", "zip", "enc"] {
        assert!(!header.contains_key(name), "{name}");
    }
    assert!(matches!(header.get("b64"), None | Some(Value::Bool(true))));
});
