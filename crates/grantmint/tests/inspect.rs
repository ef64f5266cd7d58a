//! Explaining tokens: `inspections.json`, and any other text.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use base64_simd::URL_SAFE_NO_PAD;
use grantmint::internal::{DEFAULT_MAX_SIZE, RULES, Rule, inspection_to_json};
use grantmint::{InspectOptions, Inspection, Severity, inspect};
use proptest::prelude::*;
use serde_json::{Value, json};

mod vectors;

use vectors::inspect::play;
use vectors::{assert_none, check_titles, read, title, token};

const NOW: u64 = 1_700_000_000;

/// The stack of a thread on macOS. On musl it is a quarter of this, but optimized code needs less than a test.
const STACK: usize = 512 * 1024;

fn codes(inspection: &Inspection) -> Vec<&str> {
    inspection.findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn every_vector_has_its_findings() {
    let mut wrong = Vec::new();
    for case in read("inspections.json") {
        let inspection = play(&case);
        let json = inspection_to_json(&inspection, str::to_owned);
        let found = json!([json["kind"], json["sound"], json["signature"], codes(&inspection)]);
        let expected = json!([case["kind"], case["sound"], case["signature"], case["codes"]]);
        if found != expected {
            wrong.push(format!("{}: {found} instead of {expected}", title(&case)));
        }
        for (name, expected) in case["reads"].as_object().into_iter().flatten() {
            if json[name] != *expected {
                wrong.push(format!("{}: {name} is {} instead of {expected}", case["title"], json[name]));
            }
        }
        // In the words of no language, if they differ.
        if let Some(lines) = case["report"].as_array().or_else(|| case["report"]["neutral"].as_array()) {
            let lines: Vec<&str> = lines.iter().map(|line| line.as_str().unwrap()).collect();
            assert_eq!(inspection.to_string(), lines.join("\n"), "{}", title(&case));
        }
        check_consistency(&inspection);
    }
    assert_none(&wrong);
}

#[test]
fn every_finding_has_a_vector_with_it_and_one_without() {
    let mut seen: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    let cases = read("inspections.json");
    check_titles(&cases);
    let mut planted = 0;
    for case in cases {
        let codes = case["codes"].as_array().unwrap();
        planted += usize::from(!codes.is_empty());
        if let Some(about) = case["about"].as_str() {
            seen.entry(about.to_owned()).or_default()[usize::from(codes.contains(&about.into()))] += 1;
        }
    }
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.code.to_owned()).collect();
    let groups: BTreeSet<_> =
        RULES.iter().map(|rule| (rule.code, rule.group.name(), rule.products)).collect();
    assert_eq!(groups.len(), RULES.len(), "a duplicate code in a group, for the same products");
    let planted_codes: BTreeSet<_> = seen.keys().cloned().collect();
    let lacking: Vec<_> = rules.difference(&planted_codes).collect();
    assert!(lacking.is_empty(), "tests/vectors/inspections/ has no case about {lacking:?}");
    let unknown: Vec<_> = planted_codes.difference(&rules).collect();
    assert!(unknown.is_empty(), "tests/vectors/inspections/ has cases about {unknown:?}, which no rule has");
    for (code, counts) in seen {
        assert!(counts.iter().all(|count| *count > 0), "{code}: {counts:?}");
    }
    assert!(planted > 120, "{planted} broken tokens");
}

/// Checks the properties of every inspection.
fn check_consistency(inspection: &Inspection) {
    let report = inspection.to_string();
    // A line break of the report takes the place of a space, or is inside a long word.
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    for finding in &inspection.findings {
        let is_of = |rule: &&Rule| {
            (rule.code, rule.severity, rule.twilio_codes, rule.advice)
                == (finding.code, finding.severity, finding.twilio_codes, finding.advice)
        };
        assert!(RULES.iter().any(is_of), "{finding:?}");
        for text in [finding.code, &finding.message, finding.advice] {
            assert!(bare(&report).contains(&bare(text)), "{text:?} is not in\n{report}");
        }
        for code in finding.twilio_codes {
            assert!(report.contains(&code.to_string()), "{code} is not in\n{report}");
        }
        assert!(!finding.message.chars().any(char::is_control), "{:?}", finding.message);
    }
    assert!(!report.chars().any(|char| char != '\n' && char.is_control()), "{report:?}");
    assert!(inspection.findings.is_sorted_by_key(|finding| finding.severity), "{report}");
    let is_sound = inspection.findings.iter().all(|finding| finding.severity != Severity::Error);
    assert_eq!(inspection.is_sound(), is_sound);
    assert_eq!(inspection.findings(), inspection.findings);
    let named = inspection_to_json(inspection, str::to_owned);
    let upper = inspection_to_json(inspection, str::to_uppercase);
    for (name, value) in named.as_object().unwrap() {
        if name != "findings" {
            assert_eq!(upper[name.to_uppercase()], *value);
        }
    }
    let times = (inspection.expires_at, inspection.renew_at, inspection.expires_in());
    assert!(matches!(times, (Some(_), Some(_), Some(_)) | (None, None, None)), "{times:?}");
    assert!(inspection.renew_at <= inspection.expires_at);
}

#[test]
fn deep_nesting_after_a_duplicate_name_is_not_read() {
    let open = 5_900;
    let payload = format!(r#"{{"a":{{"x":1,"x":2}},"b":{}{}}}"#, "[".repeat(open), "]".repeat(open));
    let small = std::thread::Builder::new().stack_size(STACK);
    let reader = small.spawn(move || {
        let inspection = inspect(&signed(&header(), &payload), &InspectOptions::new());
        check_consistency(&inspection);
        inspection.is_sound()
    });
    assert!(!reader.unwrap().join().unwrap());
}

#[test]
fn repeated_wrappings_are_removed_up_to_a_limit() {
    for wrapping in ["\"'", "Bearer ", "Authorization:", "`\"", "JWT Token ", " '"] {
        let text = wrapping.repeat(16_000 / wrapping.len());
        let small = std::thread::Builder::new().stack_size(STACK);
        let reader = small.spawn(move || inspect(&text, &InspectOptions::new()));
        let inspection = reader.unwrap().join().unwrap();
        let distinct: BTreeSet<_> = codes(&inspection).into_iter().collect();
        assert!(inspection.findings.len() <= distinct.len() + 8, "{wrapping}: {}", inspection.findings.len());
    }
}

/// Wrappings without a token, as many as fit.
#[test]
fn a_text_of_nothing_but_wrappings_is_explained() {
    for wrapping in ["\"'", "Bearer ", "Token\"", "\"Bearer '", "'JWT `"] {
        let text = wrapping.repeat(DEFAULT_MAX_SIZE / wrapping.len());
        let inspection = inspect(&text, &InspectOptions::new());
        assert!(!inspection.is_sound(), "{wrapping}");
        assert!(inspection.findings.len() < 30, "{wrapping}: {} findings", inspection.findings.len());
    }
}

#[test]
fn any_time_can_be_now() {
    for now in [0, 1, NOW, 1 << 53, (1 << 63) - 1, 1 << 63, u64::MAX] {
        for case in read("inspections.json").iter().step_by(10) {
            let text = token(case).unwrap_or_default();
            check_consistency(&inspect(&text, &InspectOptions::new().now(now)));
        }
    }
}

#[test]
fn the_default_time_is_now() {
    let before = grantmint::now();
    let now = inspect("", &InspectOptions::new()).now;
    assert!((before..=grantmint::now()).contains(&now));
}

fn header() -> String {
    json!({"alg": "HS256", "typ": "JWT", "cty": "twilio-fpa;v=1"}).to_string()
}

fn signed(header: &str, payload: &str) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode_to_string(text);
    format!("{}.{}.{}", encode(header), encode(payload), encode("not a signature, but of its size"))
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "(AC|SK|IS|AP)[0-9a-f]{30,34}".prop_map(Value::from),
        (NOW - 100_000..NOW + 100_000).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(name(), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Generates names that `inspect` knows, and others.
fn name() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "alg",
        "typ",
        "cty",
        "crit",
        "twr",
        "iss",
        "sub",
        "exp",
        "nbf",
        "iat",
        "jti",
        "grants",
        "identity",
        "data_sync",
        "chat",
        "video",
        "voice",
        "task_router",
        "player",
        "rtc",
        "Sync",
        "service_sid",
        "serviceSid",
        "outgoing",
        "application_sid",
        "incoming",
        "allow",
        "params",
        "room",
        "scope",
        "policies",
        "hrh",
        "rqh",
    ];
    prop_oneof![prop::sample::select(KNOWN).prop_map(str::to_owned), ".{0,6}"]
}

fn any_object() -> impl Strategy<Value = Value> {
    prop::collection::hash_map(name(), any_json(), 0..8)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

/// Generates any claims, most of them with grants of products.
fn any_claims() -> impl Strategy<Value = Value> {
    (any_object(), any_object()).prop_map(|(mut claims, grants)| {
        claims["grants"] = grants;
        claims
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_explained(text in any::<String>(), secret in any::<Option<Vec<u8>>>()) {
        let options = InspectOptions::new().now(NOW);
        let options = match secret {
            Some(secret) => options.secret(secret),
            None => options,
        };
        let inspection = inspect(&text, &options);
        check_consistency(&inspection);
        prop_assert!(!inspection.is_sound());
    }

    #[test]
    fn any_header_and_any_claims_are_explained(header in any_json(), claims in any_claims()) {
        let token = signed(&header.to_string(), &claims.to_string());
        check_consistency(&inspect(&token, &InspectOptions::new().now(NOW)));
    }

    #[test]
    fn any_claims_of_an_access_token_are_explained(claims in prop_oneof![any_claims(), any_json()]) {
        let token = signed(&header(), &claims.to_string());
        let options = InspectOptions::new().secret("fake-secret").now(NOW);
        let inspection = inspect(&token, &options);
        check_consistency(&inspection);
        prop_assert!(codes(&inspection).contains(&"bad_signature"), "{}", inspection);
    }

    #[test]
    fn any_change_of_a_good_token_is_explained(
        at in any::<prop::sample::Index>(), cut in 0..40_usize, text in ".{0,8}",
    ) {
        let cases = CASES.with(Clone::clone);
        let token = &cases[at.index(cases.len())];
        let bounds: Vec<usize> = token.char_indices().map(|(at, _)| at).chain([token.len()]).collect();
        let start = at.index(bounds.len());
        let end = (start + cut).min(bounds.len() - 1);
        let changed = [&token[..bounds[start]], &text, &token[bounds[end]..]].concat();
        check_consistency(&inspect(&changed, &InspectOptions::new().now(NOW)));
    }
}

thread_local! {
    /// The tokens of the vectors.
    static CASES: std::rc::Rc<Vec<String>> = std::rc::Rc::new(
        read("inspections.json").iter().filter_map(token).filter(|token| token.len() < 2_000).collect());
}
