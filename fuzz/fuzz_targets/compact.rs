//! Splitting a token and decoding base64url: any text, and its first two segments with a good signature.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(claims) = grantmint_fuzz::verdict(text) {
        assert_eq!(text.split('.').count(), 3, "{claims:?}");
    }
    let (header, payload) = text.split_once('.').unwrap_or((text, ""));
    let _ = grantmint_fuzz::verdict(&grantmint_fuzz::signed(header, payload));
});
