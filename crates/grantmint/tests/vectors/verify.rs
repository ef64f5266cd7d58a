//! Playing a case that verifies a token: `hostile.json`.

use base64_simd::URL_SAFE_NO_PAD;
use grantmint::internal::TimeField;
use grantmint::{Error, Secret, VerifiedClaims, Verifier};
use serde_json::{Value, json};

use super::{STEP, Seconds, text};

/// The hostile tokens, with the defaults of their cases.
pub(crate) struct Corpus {
    defaults: Value,
    pub(crate) cases: Vec<Value>,
}

impl Corpus {
    /// Reads the file. Each case has a line of its own, so the cases that are not played are not parsed.
    pub(crate) fn read() -> Self {
        let text = text("hostile.json");
        let (head, lines) = text.split_once(r#""cases": ["#).unwrap();
        let mut head: Value = serde_json::from_str(&format!(r#"{head}"cases": []}}"#)).unwrap();
        let cases = lines.lines().filter(|line| line.starts_with('{')).step_by(STEP);
        let cases = cases.map(|line| serde_json::from_str(line.trim_end_matches(',')).unwrap()).collect();
        Self { defaults: head["defaults"].take(), cases }
    }

    /// Returns the secret of a case.
    pub(crate) fn secret<'a>(&'a self, case: &'a Value) -> Secret<'a> {
        match (&case["verifier"]["secret_hex"], &case["verifier"]["secret"]) {
            (Value::String(hex), _) => Secret::from(bytes(hex)),
            (_, Value::String(text)) => Secret::from(text.as_str()),
            _ => Secret::from(self.defaults["verifier"]["secret"].as_str().unwrap()),
        }
    }

    /// Creates the verifier of a case.
    pub(crate) fn verifier<E: From<Error>>(&self, case: &Value, seconds: Seconds<E>) -> Result<Verifier, E> {
        let given = &case["verifier"];
        let mut builder = Verifier::builder();
        match given["keys"].as_object() {
            Some(keys) => {
                for (sid, secret) in keys {
                    builder.key(sid, secret.as_str().unwrap());
                }
            }
            None => {
                builder.secret(self.secret(case));
            }
        }
        if let Some(account_sid) = given["account_sid"].as_str() {
            builder.account_sid(account_sid);
        }
        if let Some(algorithm) = given["algorithm"].as_str() {
            builder.algorithm(algorithm.parse()?);
        }
        if let Value::Number(leeway) = &given["leeway"] {
            builder.leeway(seconds(TimeField::Leeway, leeway)?);
        }
        if let Some(max_size) = given["max_size"].as_u64() {
            builder.max_size(usize::try_from(max_size).unwrap());
        }
        Ok(builder.build()?)
    }

    /// Returns the time at which a case is verified.
    pub(crate) fn now(&self, case: &Value) -> u64 {
        case["now"].as_u64().or(self.defaults["now"].as_u64()).unwrap()
    }

    /// Compares the verdict on a token with the case's.
    pub(crate) fn check(&self, case: &Value, token: &str, verifier: &Verifier) -> Result<(), String> {
        match (verifier.verify_at(token, self.now(case)), &case["error"]) {
            (Ok(claims), Value::Null) => {
                let payload = URL_SAFE_NO_PAD.decode_to_vec(token.split('.').nth(1).unwrap()).unwrap();
                assert_eq!(claims.payload_json().as_bytes(), payload);
                assert_eq!(claims.clone().into_payload_json().into_bytes(), payload);
                self.compare(case, &claims)
            }
            (Ok(_), expected) => Err(format!("accepted instead of {expected}")),
            (Err(error), expected) => check_error(expected, error.code(), error.field(), &error.to_string()),
        }
    }

    fn compare(&self, case: &Value, claims: &VerifiedClaims) -> Result<(), String> {
        let read = json!({
            "identity": claims.identity(),
            "grants": claims.grants(),
            "key_sid": claims.key_sid(),
            "account_sid": claims.account_sid(),
            "jti": claims.jti(),
            "issued_at": claims.issued_at(),
            "not_before": claims.not_before(),
            "expires_at": claims.expires_at(),
            "header": claims.header(),
            "payload": claims.payload(),
        });
        let mut expected = self.defaults["claims"].as_object().unwrap().clone();
        expected.extend(case["claims"].as_object().unwrap().clone());
        let differing: Vec<_> =
            expected.iter().filter(|(name, value)| read[name.as_str()] != **value).collect();
        if differing.is_empty() { Ok(()) } else { Err(format!("{read} instead of {differing:?}")) }
    }
}

/// Compares an error with the one that a case expects. Messages are short enough to log.
pub(crate) fn check_error(
    expected: &Value,
    code: &str,
    field: Option<&str>,
    message: &str,
) -> Result<(), String> {
    let field = field.map_or(Value::Null, Value::from);
    let has_field = expected.get("field").is_none_or(|expected| *expected == field);
    if expected["code"] == code && has_field && message.len() < 300 {
        Ok(())
    } else {
        Err(format!("{code} {field} ({message}) instead of {expected}"))
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
