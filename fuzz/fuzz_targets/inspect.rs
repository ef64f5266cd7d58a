//! Explaining any text: it never fails, its report does nothing to a terminal, and it agrees with the verifier.

#![no_main]

use grantmint::internal::inspection_to_json;
use grantmint::{InspectOptions, SignatureState, Verifier, inspect};
use grantmint_fuzz::{NOW, SECRET, with_claims, with_header};

libfuzzer_sys::fuzz_target!(|text: &str| {
    for token in [text, &with_header(text.as_bytes()), &with_claims(text.as_bytes())] {
        let options = InspectOptions::new().secret(SECRET).now(NOW);
        let inspection = inspect(token, &options);
        let report = inspection.to_string();
        assert!(!report.chars().any(|char| char.is_control() && char != '\n'), "{report:?}");
        assert!(!report.contains(SECRET));
        assert!(serde_json::to_string(&inspection_to_json(&inspection, str::to_uppercase)).is_ok());
        if inspection.is_sound() && inspection.signature == SignatureState::Valid {
            let verified = Verifier::new(SECRET).unwrap().verify_at(token, NOW);
            assert!(verified.is_ok(), "sound, and yet {verified:?}: {token}");
        }
    }
});
