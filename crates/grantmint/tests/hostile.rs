//! Tokens that somebody forged, broke or blew up: `tests/vectors/hostile.json`, and every small change to a good token.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use base64_simd::URL_SAFE_NO_PAD;
use grantmint::{Error, InspectOptions, Secret, VerifiedClaims, Verifier, inspect};
use serde_json::{Value, json};

/// Miri takes a second where the processor takes a millisecond: there, a few cases of each kind must do.
const STEP: usize = if cfg!(miri) { 40 } else { 1 };

struct Corpus {
    defaults: Value,
    cases: Vec<Value>,
}

impl Corpus {
    fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/hostile.json");
        let text = std::fs::read_to_string(path).unwrap();
        // A case stands on each line, so that nothing else need be read.
        let (head, lines) = text.split_once(r#""cases": ["#).unwrap();
        let mut head: Value = serde_json::from_str(&format!(r#"{head}"cases": []}}"#)).unwrap();
        let cases = lines.lines().filter(|line| line.starts_with('{')).step_by(STEP);
        let cases = cases.map(|line| serde_json::from_str(line.trim_end_matches(',')).unwrap()).collect();
        Self { defaults: head["defaults"].take(), cases }
    }

    fn secret<'a>(&'a self, case: &'a Value) -> Secret<'a> {
        match (&case["verifier"]["secret_hex"], &case["verifier"]["secret"]) {
            (Value::String(hex), _) => Secret::from(bytes(hex)),
            (_, Value::String(text)) => Secret::from(text.as_str()),
            _ => Secret::from(self.defaults["verifier"]["secret"].as_str().unwrap()),
        }
    }

    fn verifier(&self, case: &Value) -> Result<Verifier, Error> {
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
        if let Some(leeway) = given["leeway"].as_i64() {
            builder.leeway(grantmint::seconds_from_i64("leeway", leeway)?);
        }
        if let Some(max_size) = given["max_size"].as_u64() {
            builder.max_size(usize::try_from(max_size).unwrap());
        }
        builder.build()
    }

    fn now(&self, case: &Value) -> u64 {
        case["now"].as_u64().or(self.defaults["now"].as_u64()).unwrap()
    }

    fn play(&self, case: &Value, token: &str) -> Result<(), String> {
        let refused = |what: &Value, code: &str, field: Option<&str>, message: &str| {
            let field = field.map_or(Value::Null, Value::from);
            let expected = what.get("field").is_none_or(|expected| *expected == field);
            if what["code"] == code && expected && message.len() < 300 {
                Ok(())
            } else {
                Err(format!("{code} {field} ({message}) instead of {what}"))
            }
        };
        let verifier = match (self.verifier(case), &case["input_error"]) {
            (Ok(verifier), Value::Null) => verifier,
            (Err(error), what) => return refused(what, error.code(), error.field(), &error.to_string()),
            (Ok(_), what) => return Err(format!("the verifier was made instead of {what}")),
        };
        match (verifier.verify_at(token, self.now(case)), &case["error"]) {
            (Ok(claims), Value::Null) => {
                let payload = URL_SAFE_NO_PAD.decode_to_vec(token.split('.').nth(1).unwrap()).unwrap();
                assert_eq!(claims.payload_json().as_bytes(), payload);
                assert_eq!(claims.clone().into_payload_json().into_bytes(), payload);
                self.compare(case, &claims)
            }
            (Ok(_), what) => Err(format!("accepted instead of {what}")),
            (Err(error), what) => refused(what, error.code(), error.field(), &error.to_string()),
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

    /// Explaining never fails, and finds something wrong with what no verifier takes.
    fn explain(&self, case: &Value, token: &str) -> Result<(), String> {
        let now = Some(self.now(case));
        for secret in [None, Some(self.secret(case))] {
            let given = secret.is_some();
            let inspection = inspect(token, &InspectOptions { secret, now });
            let forged =
                given && case["error"]["code"] == "bad_signature" && case["verifier"]["keys"].is_null();
            if inspection.is_sound() && (case["sound"] == false || forged) {
                return Err(format!("sound, with the secret: {given}"));
            }
            if inspection.to_string().is_empty() {
                return Err("no report".into());
            }
        }
        Ok(())
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// The token that a case describes, unless it is one that no Rust string can be.
fn token(case: &Value) -> Option<String> {
    match &case["token"] {
        Value::String(token) => Some(token.clone()),
        Value::Object(recipe) => recipe.get("parts")?.as_array().unwrap().iter().map(part).collect(),
        other => panic!("{}: {other} is no token", case["title"]),
    }
}

fn part(part: &Value) -> Option<String> {
    match (part.as_str(), part["repeat"].as_str()) {
        (Some(text), _) => Some(text.to_owned()),
        (None, Some(text)) => Some(text.repeat(usize::try_from(part["times"].as_u64().unwrap()).unwrap())),
        (None, None) => None,
    }
}

fn played(run: impl Fn(&Corpus, &Value, &str) -> Result<(), String>) {
    let corpus = Corpus::read();
    let mut failed = Vec::new();
    let mut played = 0;
    for case in &corpus.cases {
        let Some(token) = token(case) else { continue };
        played += 1;
        if let Err(what) = run(&corpus, case, &token) {
            failed.push(format!("{}: {}", case["title"], what.chars().take(500).collect::<String>()));
        }
    }
    assert!(failed.is_empty(), "{} of {played} failed:\n{}", failed.len(), failed.join("\n"));
    assert!(played > 1800 / STEP, "{played}");
}

#[test]
fn each_case_has_its_verdict() {
    played(Corpus::play);
}

#[test]
fn each_case_is_explained() {
    played(Corpus::explain);
}

#[test]
fn each_code_has_a_case_and_each_case_a_title() {
    let corpus = Corpus::read();
    let titles: BTreeSet<_> = corpus.cases.iter().map(|case| case["title"].as_str().unwrap()).collect();
    assert_eq!(titles.len(), corpus.cases.len());
    let codes: BTreeSet<_> = corpus.cases.iter().filter_map(|case| case["error"]["code"].as_str()).collect();
    assert_eq!(codes.len(), 19, "{codes:?}");
}

/// Every change of one character, by any of the alphabet and some that are not in it.
#[test]
fn every_small_change_to_a_good_token_is_refused() {
    let corpus = Corpus::read();
    let (good, now) = (token(&corpus.cases[0]).unwrap(), corpus.now(&corpus.cases[0]));
    let verifier = corpus.verifier(&corpus.cases[0]).unwrap();
    assert!(verifier.verify_at(&good, now).is_ok());

    let mut codes = BTreeMap::new();
    for changed in changes(&good).filter(|changed| *changed != good) {
        match verifier.verify_at(&changed, now) {
            Ok(_) => panic!("accepted: {changed}"),
            Err(error) => *codes.entry(error.code()).or_insert(0) += 1,
        }
    }
    assert!(codes.values().sum::<u32>() > 60_000, "{codes:?}");
    // Whatever else a change may do to it, its signature no longer fits.
    let found: Vec<_> = codes.keys().copied().collect();
    for code in ["bad_signature", "not_base64url", "not_compact", "not_json_object"] {
        assert!(found.contains(&code), "{codes:?}");
    }
    assert!(!found.iter().any(|code| code.contains("claim") || *code == "expired"), "{codes:?}");
}

fn changes(good: &str) -> impl Iterator<Item = String> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let characters = move || ALPHABET.chars().chain(['.', '=', '+', '/', ' ', '\0', 'é']);
    let around = move |at: usize, cut: usize| (&good[..at], &good[at + cut..]);
    let with = |(before, after): (&str, &str), text: char| format!("{before}{text}{after}");
    let substituted =
        (0..good.len()).flat_map(move |at| characters().map(move |text| with(around(at, 1), text)));
    let inserted =
        (0..=good.len()).flat_map(move |at| characters().map(move |text| with(around(at, 0), text)));
    let deleted = (0..good.len()).map(move |at| [around(at, 1).0, around(at, 1).1].concat());
    let swapped = (1..good.len())
        .map(move |at| [&good[..at - 1], &good[at..=at], &good[at - 1..at], &good[at + 1..]].concat());
    substituted.chain(inserted).chain(deleted).chain(swapped)
}

/// Wrappers without a token, as many as fit: each once cost the inspection a level of the stack.
#[test]
fn a_text_of_nothing_but_wrappers_is_explained() {
    for wrapper in ["\"'", "Bearer ", "Token\"", "\"Bearer '", "'JWT `"] {
        let text = wrapper.repeat(grantmint::DEFAULT_MAX_SIZE / wrapper.len());
        let inspection = inspect(&text, &InspectOptions::default());
        assert!(!inspection.is_sound(), "{wrapper}");
        assert!(inspection.findings.len() < 30, "{wrapper}: {} findings", inspection.findings.len());
    }
}

#[test]
fn a_size_is_what_was_said_or_out_of_range() {
    for size in [1, 2, 16_384, 1 << 30] {
        let size_read = grantmint::size_from_i64("max_size", size).unwrap();
        assert_eq!(size_read, usize::try_from(size).unwrap());
        let verifier = Verifier::builder().secret("fake-secret").max_size(size_read).build().unwrap();
        assert_eq!(verifier.max_size(), size_read);
    }
    for size in [i64::MIN, -1, 0, (1 << 30) + 1, i64::MAX] {
        let error = grantmint::size_from_i64("max_size", size).unwrap_err();
        assert_eq!((error.code(), error.field()), ("out_of_range", Some("max_size")), "{size}");
    }
}
