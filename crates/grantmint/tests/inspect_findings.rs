//! The messages of findings, and the limits of the rules. `inspections.json` tests the codes.

use base64_simd::URL_SAFE_NO_PAD;
use grantmint::{InspectOptions, Inspection, TokenKind, inspect};
use serde_json::{Value, json};

const NOW: u64 = 1_700_000_000;
const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const KEY: &str = "SKfedcba9876543210fedcba9876543210";
const SERVICE: &str = "IS0123456789abcdef0123456789abcdef";
const APPLICATION: &str = "AP0123456789abcdef0123456789abcdef";

fn token(header: &Value, claims: &Value) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode_to_string(text);
    let signature = encode("not a signature, but of its size");
    format!("{}.{}.{signature}", encode(&header.to_string()), encode(&claims.to_string()))
}

fn explained(token: &str) -> Inspection {
    inspect(token, &InspectOptions::new().now(NOW))
}

fn header() -> Value {
    json!({ "alg": "HS256", "typ": "JWT", "cty": "twilio-fpa;v=1" })
}

/// Returns the claims of a sound token with one of them replaced.
fn claims_with(name: &str, value: Value) -> Value {
    let mut claims = json!({
        "grants": { "identity": "alice", "data_sync": { "service_sid": SERVICE } },
        "iat": NOW, "exp": NOW + 3600, "iss": KEY, "sub": ACCOUNT,
    });
    claims[name] = value;
    claims
}

/// Returns the code and message of each finding.
fn said(inspection: &Inspection) -> Vec<(&str, &str)> {
    // The note about phone apps belongs to every grant that allows incoming calls.
    let findings = inspection.findings.iter().filter(|finding| finding.code != "push_credential_missing");
    findings.map(|finding| (finding.code, &*finding.message)).collect()
}

#[track_caller]
fn assert_said(token: &str, expected: &[(&str, &str)]) {
    let inspection = explained(token);
    assert_eq!(said(&inspection), expected, "{inspection}");
}

/// Text around a token may be only in this copy of it.
#[test]
fn text_around_a_token_is_told_from_faults_of_the_token() {
    let sound = token(&header(), &claims_with("jti", json!("a")));
    let expired = token(&header(), &claims_with("exp", json!(NOW - 1)));
    let warned = token(&header(), &claims_with("nbf", json!(NOW + 30)));
    let stray = "There is other text around the token.";
    let several = "There is more than one token in the text. This report is about the first.";
    let response = "This is a whole HTTP response: take the token out of its body.";
    for (text, message) in [
        (format!("a {sound} b"), stray),
        (format!("a {sound} b {sound}"), stray),
        (format!("a {sound} b {sound}, {expired}"), several),
        (format!("a {sound} b {sound}, {expired}, {warned}"), several),
        (format!("HTTP/2 200\r\n\r\n{{\"token\":\"{sound}\"}}"), response),
    ] {
        assert_said(&text, &[("stray_text", message)]);
        assert!(
            explained(&text)
                .to_string()
                .starts_with("Twilio Access Token: 1 error; the token inside is sound\n")
        );
    }
    for text in [expired.clone(), format!("a {expired} b"), format!("\"{expired}\"")] {
        assert!(!explained(&text).to_string().contains("the token inside is sound"), "{text}");
    }
}

#[test]
fn a_text_that_is_not_a_token_is_described() {
    const EMPTY: &str = "This is empty: is a variable unset, or did the request for the token fail?";
    for (text, message) in [
        ("", EMPTY),
        ("\u{feff}\n ", EMPTY),
        ("alice", "This is not a token: it contains no dot."),
        ("{}", "This is a JSON object without a token."),
        (r#"{"error":"no.such.user"}"#, "This is a JSON object without a token."),
        ("<html></html>", "This is a page of HTML or XML."),
        ("a.b.c.d", "This has more than three segments."),
        ("a..c", "One of the segments is empty."),
    ] {
        assert_said(text, &[("not_compact", message)]);
    }
}

#[test]
fn a_prefix_of_a_token_is_named() {
    let good = token(&header(), &claims_with("jti", json!("mine")));
    assert_said(&format!("bearer \t{good}"), &[("bearer_prefix", "\"bearer\" is before the token.")]);
    assert_said(
        &format!("Authorization: {good}"),
        &[("bearer_prefix", "\"Authorization:\" is before the token.")],
    );
}

#[test]
fn a_segment_that_does_not_decode_has_a_reason() {
    let good = token(&header(), &claims_with("jti", json!("mine")));
    let (signed, signature) = good.rsplit_once('.').unwrap_or_default();
    for (signature, message) in [
        (format!("{signature}="), "The signature is base64 with padding, + or /, not base64url."),
        (format!("{signature}é"), "The signature contains \"é\", which is not a character of base64url."),
        (format!("{signature}AA"), "The signature was cut off or changed: it does not decode."),
    ] {
        assert_said(&format!("{signed}.{signature}"), &[("not_base64url", message)]);
    }
}

/// Only long words joined by dots count as a token.
#[test]
fn a_token_amid_other_text_has_three_long_segments() {
    let stray = |text: &str| said(&explained(text)).iter().any(|(code, _)| *code == "stray_text");
    assert!(stray("token=eyJhbGciOiJ.eyJqdGkiOiI.abcdefghijk&a=b"));
    for short in ["eyJhbGciOi.eyJqdGkiOiI.abcdefghijk", "eyJhbGciOiJ.eyJqdGkiOi.abcdefghijk"] {
        assert!(!stray(&format!("token={short}&a=b")), "{short}");
    }
}

#[test]
fn a_wrong_algorithm_is_named() {
    for (alg, message) in [
        (json!("none"), "The token is not signed (alg none)."),
        (json!("NonE"), "The token is not signed (alg none)."),
        (json!("RS256"), "The token is signed with \"RS256\", not with HS256."),
        (json!(256), "The token is signed with 256, not with HS256."),
    ] {
        let mut header = header();
        header["alg"] = alg;
        assert_said(&token(&header, &claims_with("jti", json!("mine"))), &[("wrong_algorithm", message)]);
    }
}

#[test]
fn a_wrong_secret_is_reported_with_the_key_of_the_right_one() {
    let explained = |claims: &Value| {
        let options = InspectOptions::new().secret("a secret of somebody's, 32 bytes").now(NOW);
        let findings = inspect(&token(&header(), claims), &options).findings;
        let signature = findings.into_iter().find(|finding| finding.code == "bad_signature");
        signature.map(|finding| finding.message)
    };
    let message = format!("The signature does not match the secret (the token names {KEY}).");
    assert_eq!(explained(&claims_with("jti", json!("mine"))), Some(message));
    for iss in [json!("SK123"), json!(ACCOUNT), Value::Null] {
        let message = "The signature does not match the secret.".to_owned();
        assert_eq!(explained(&claims_with("iss", iss)), Some(message));
    }
}

#[test]
fn a_token_without_its_start_is_told_from_a_broken_one() {
    let sound = token(&header(), &claims_with("jti", json!("mine")));
    let dot = sound.find('.').unwrap_or_default();
    for cut in 1..=dot {
        let inspection = explained(&sound[cut..]);
        let message = "The start of the token is missing: a token begins with `eyJ`.";
        assert!(said(&inspection).iter().any(|(_, said)| *said == message), "{cut}: {inspection}");
    }
    for other in [&sound[dot..].replace(".eyJ", ".x"), &format!("x{sound}"), &sound[dot + 1..]] {
        let inspection = explained(other);
        assert!(said(&inspection).iter().all(|(_, said)| !said.contains("start")), "{inspection}");
    }
}

#[test]
fn a_space_in_an_identity_is_named() {
    let reserved = "The identity contains reserved characters";
    let of_voice = "The identity contains characters that Voice does not accept";
    for (identity, found) in
        [("a b", "a space"), (" a  b ", "a space"), ("b (a)", "\"()\" and a space"), ("(a)", "\"()\"")]
    {
        for (grant, code, message) in [
            ("data_sync", "identity_reserved_characters", reserved),
            ("voice", "identity_reserved_characters", of_voice),
        ] {
            let payload = if grant == "voice" {
                json!({ "incoming": { "allow": true } })
            } else {
                json!({ "service_sid": SERVICE })
            };
            let claims = claims_with("grants", json!({ "identity": identity, grant: payload }));
            let inspection = explained(&token(&header(), &claims));
            assert!(said(&inspection).contains(&(code, &*format!("{message}: {found}."))), "{inspection}");
        }
    }
}

#[test]
fn a_missing_claim_is_named_with_the_claim_in_its_place() {
    let renamed = |claim: &str, name: &str| {
        let mut claims = claims_with("jti", json!("mine"));
        let value = claims.as_object_mut().and_then(|claims| claims.remove(claim));
        claims[name] = value.unwrap_or_default();
        token(&header(), &claims)
    };
    for (claim, names) in [
        ("iss", ["issuer", "ISS", "api_key", "apiKeySid"]),
        ("sub", ["subject", "Sub", "account_sid", "accountSid"]),
        ("exp", ["expires", "EXP", "expires_at", "expiresAt"]),
        ("grants", ["Grants", "grant", "GRANTS", "_grants"]),
    ] {
        let (code, end) = match claim {
            "grants" => ("grants_missing", "."),
            "exp" => ("missing_claim", ": it would never expire."),
            _ => ("missing_claim", "."),
        };
        for name in names {
            let message = format!("The token has no {claim}, but \"{name}\"{end}");
            assert_said(&renamed(claim, name), &[(code, &message)]);
        }
        assert_said(&renamed(claim, "other"), &[(code, &format!("The token has no {claim}{end}"))]);
    }
}

#[test]
fn a_lifetime_in_milliseconds_is_told_from_a_long_one() {
    let hour_in_milliseconds =
        "The token is valid for 1 month 11 days, more than 24 hours. As milliseconds, 3600000 would be 1h.";
    for (lifetime, message) in [
        (3_600_000, hour_in_milliseconds),
        (
            86_400_000,
            "The token is valid for 2 years 8 months, more than 24 hours. As milliseconds, 86400000 would be 1 day.",
        ),
        (
            300_000,
            "The token is valid for 3 days 11h, more than 24 hours. As milliseconds, 300000 would be 5m.",
        ),
        (86_700_000, "The token is valid for 2 years 8 months, more than 24 hours."),
        (90_000, "The token is valid for 1 day 1h, more than 24 hours."),
        (7 * 86_400, "The token is valid for 7 days, more than 24 hours."),
        (30 * 86_400, "The token is valid for 30 days, more than 24 hours."),
        (365 * 86_400, "The token is valid for 11 months 30 days, more than 24 hours."),
    ] {
        let claims = claims_with("exp", json!(NOW + lifetime));
        assert_said(&token(&header(), &claims), &[("lifetime_too_long", message)]);
    }
}

#[test]
fn a_task_router_capability_token_has_policies_and_another_mark() {
    let kind = |claims: Value| explained(&token(&json!({ "alg": "HS256", "typ": "JWT" }), &claims)).kind;
    assert_eq!(kind(json!({ "policies": [], "channel": "WK1" })), TokenKind::TaskRouterCapabilityToken);
    assert_eq!(kind(json!({ "policies": [], "workspace_sid": "WS1" })), TokenKind::TaskRouterCapabilityToken);
    assert_eq!(kind(json!({ "policies": [] })), TokenKind::Unknown);
    assert_eq!(kind(json!({ "channel": "WK1", "workspace_sid": "WS1" })), TokenKind::Unknown);
}

/// A foreign issuer or subject is enough to recognize a third-party token.
#[test]
fn a_third_party_token_names_an_issuer_or_a_subject() {
    let message = "This is a JWT, but not one of Twilio's.";
    for claims in [json!({ "iss": "https://example.com" }), json!({ "sub": "alice" })] {
        let token = token(&json!({ "alg": "RS256", "typ": "JWT" }), &claims);
        assert!(said(&explained(&token)).contains(&("other_token", message)), "{claims}");
    }
    for claims in [json!({ "iss": KEY }), json!({ "sub": ACCOUNT })] {
        let token = token(&json!({ "alg": "RS256", "typ": "JWT" }), &claims);
        assert!(!said(&explained(&token)).contains(&("other_token", message)), "{claims}");
    }
}

/// Without `iat`, the lifetime starts at `nbf`.
#[test]
fn an_expired_token_may_never_have_been_valid() {
    let times = |nbf: u64, exp: u64| {
        let mut claims = claims_with("exp", json!(exp));
        claims["nbf"] = json!(nbf);
        claims.as_object_mut().and_then(|claims| claims.remove("iat"));
        explained(&token(&header(), &claims)).findings.iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert_eq!(times(NOW - 10, NOW - 20), ["never_valid"]);
    assert_eq!(times(NOW - 10, NOW - 10), ["never_valid"]);
    assert_eq!(times(NOW - 3600, NOW - 10), ["expired"]);
}

/// Checks the findings for grants; adds an identity unless they have one.
#[track_caller]
fn assert_granted(mut grants: Value, expected: &[(&str, &str)]) {
    if grants.get("identity").is_none() {
        grants["identity"] = json!("alice");
    }
    assert_said(&token(&header(), &claims_with("grants", grants)), expected);
}

#[test]
fn parameters_without_an_application_allow_no_calls() {
    let message = "The Voice grant has parameters for outgoing calls, but no application_sid, so it allows no outgoing calls.";
    let voice = |incoming: bool, outgoing: Value| json!({ "voice": { "incoming": { "allow": incoming }, "outgoing": outgoing } });
    assert_granted(voice(true, json!({ "params": {} })), &[("voice_grant_empty", message)]);
    assert_granted(voice(true, json!({ "params": {}, "application_sid": APPLICATION })), &[]);
    let neither = "The Voice grant allows neither incoming nor outgoing calls.";
    assert_granted(voice(false, json!({ "params": {} })), &[("voice_grant_empty", neither)]);
}

#[test]
fn the_parent_of_a_field_is_an_object_or_null() {
    let voice = |outgoing: Value| json!({ "voice": { "incoming": { "allow": true }, "outgoing": outgoing } });
    assert_granted(voice(Value::Null), &[]);
    let message = format!("grants.voice.outgoing is \"{APPLICATION}\", not an object.");
    assert_granted(voice(json!(APPLICATION)), &[("claim_wrong_type", &message)]);
    // A name inside a value that should be a string is not a field of the grant.
    assert_granted(
        json!({ "voice": { "incoming": { "allow": true }, "push_credential_sid": { "Params": 1 } } }),
        &[("claim_wrong_type", "grants.voice.push_credential_sid is an object.")],
    );
}

#[test]
fn only_a_key_close_to_a_products_is_a_misspelling() {
    for (key, right) in [
        ("vidoe", "video"),
        ("vide", "video"),
        ("videoo", "video"),
        ("vidio", "video"),
        ("chta", "chat"),
        ("VideoGrant", "video"),
        ("synk", "data_sync"),
    ] {
        let message = format!("Twilio does not know the grant \"{key}\"; expected \"{right}\".");
        assert_granted(json!({ key: {} }), &[("misspelt_grant", &message)]);
    }
    // Too many other letters, or too few letters at all: these are custom grants.
    for own in ["vabeo", "vdabc", "vxiyz", "hat", "syn", "fleet"] {
        assert_granted(json!({ own: {} }), &[]);
    }
}

#[test]
fn a_sid_of_the_wrong_kind_is_described_without_being_repeated() {
    let digits = "0123456789abcdef0123456789abcdef";
    let secret = "fakeSecret0123456789abcdefghijkl";
    for (code, service, found) in [
        ("wrong_sid_prefix", format!("MG{digits}"), "the SID of a Messaging service"),
        ("wrong_sid_prefix", format!("SK{digits}"), "the SID of an API key"),
        ("wrong_sid_prefix", secret.to_owned(), "text that looks like a secret"),
        ("wrong_sid_prefix", "undefined".to_owned(), "the text of an unset variable"),
        ("wrong_sid_prefix", "${TWILIO_SERVICE_SID}".to_owned(), "a placeholder"),
        ("wrong_sid_prefix", format!("\"IS{digits}\""), "text in quotation marks"),
        ("wrong_sid_prefix", format!(" IS{digits}"), "text that starts with white space"),
        ("malformed_sid", format!("IS{digits}\n"), "text that ends with a line feed"),
        ("malformed_sid", "IS123".to_owned(), "a SID with fewer digits"),
        ("malformed_sid", "ISxxxxxxxx".to_owned(), "a placeholder"),
    ] {
        let message = format!("grants.chat.service_sid is {found}; expected IS and 32 hexadecimal digits.");
        assert_granted(json!({ "chat": { "service_sid": service } }), &[(code, &message)]);
    }
    let (workspace, worker) = (format!("WK{digits}"), format!("WS{digits}"));
    assert_granted(
        json!({ "task_router": { "workspace_sid": workspace, "worker_sid": worker } }),
        &[
            (
                "wrong_sid_prefix",
                "grants.task_router.workspace_sid is the SID of a worker: it is swapped with worker_sid; \
                 expected WS and 32 hexadecimal digits.",
            ),
            (
                "wrong_sid_prefix",
                "grants.task_router.worker_sid is the SID of a workspace: it is swapped with workspace_sid; \
                 expected WK and 32 hexadecimal digits.",
            ),
        ],
    );
}

#[test]
fn an_issuer_or_a_subject_of_the_wrong_kind_is_described_without_being_repeated() {
    let secret = "fakeSecret0123456789abcdefghijkl";
    for (claim, prefix, value, found) in [
        ("iss", "SK", json!(""), "empty"),
        ("iss", "SK", json!(5), "5"),
        ("iss", "SK", json!(secret), "text that looks like a secret"),
        ("iss", "SK", json!("undefined"), "the text of an unset variable"),
        ("sub", "AC", json!("your_account_sid"), "a placeholder"),
        ("sub", "AC", json!(KEY), "the SID of an API key"),
        ("sub", "AC", json!(format!("{ACCOUNT}\n")), "text that ends with a line feed"),
        ("sub", "AC", json!(format!("'{ACCOUNT}'")), "text in quotation marks"),
    ] {
        let code = if claim == "iss" { "malformed_issuer" } else { "malformed_subject" };
        let message = format!("{claim} is {found}; expected {prefix} and 32 hexadecimal digits.");
        assert_said(&token(&header(), &claims_with(claim, value)), &[(code, &message)]);
    }
    // The key's SID in the place of the secret.
    let token = token(&header(), &claims_with("iss", json!(secret)));
    let inspection = inspect(&token, &InspectOptions::new().now(NOW).secret(KEY));
    let message =
        "iss is text of another kind: it is swapped with the secret; expected SK and 32 hexadecimal digits.";
    assert!(said(&inspection).contains(&("malformed_issuer", message)), "{inspection}");
}

#[test]
fn other_names_for_a_room_are_misspellings() {
    for name in ["rooms", "roomName", "room_sid"] {
        let message = format!("grants.video contains \"{name}\", which Twilio ignores; expected \"room\".");
        assert_granted(json!({ "video": { name: "daily" } }), &[("misspelt_field", &message)]);
        assert_granted(json!({ "chat": { "service_sid": SERVICE, name: "daily" } }), &[]);
    }
    assert_granted(json!({ "video": { "colour": "red" } }), &[]);
}

#[test]
fn an_integer_as_identity_is_read_as_its_digits() {
    let sync = |identity: Value| json!({ "identity": identity, "data_sync": { "service_sid": SERVICE } });
    let message = "The identity is the number 7, not a string.";
    assert_granted(sync(json!(7)), &[("identity_not_string", message)]);
    for identity in [json!(1.5), json!(9_007_199_254_740_992_u64)] {
        let message = format!("The identity is {identity}, not a string.");
        assert_granted(sync(identity), &[("claim_wrong_type", &message)]);
    }
}

#[test]
fn the_report_lists_the_fields_of_each_grant() {
    for (grant, line) in [
        (json!({ "video": {} }), "Video: any room".to_owned()),
        (json!({ "video": { "room": "daily" } }), "Video: room daily".to_owned()),
        (json!({ "task_router": {} }), "TaskRouter".to_owned()),
        (
            json!({ "voice": {
                "incoming": { "allow": true },
                "outgoing": { "application_sid": APPLICATION, "params": { "a": [1] } },
            } }),
            format!(
                "Voice: incoming calls, outgoing calls by\n              {APPLICATION}, params {{\"a\":[1]}}"
            ),
        ),
        (
            json!({ "voice": { "incoming": { "allow": false } } }),
            "Voice: incoming {\"allow\":false}".to_owned(),
        ),
        (json!({ "voice": { "outgoing": "AP123" } }), "Voice: outgoing AP123".to_owned()),
        (json!({ "fleet": { "limit": 5, "outgoing": {} } }), "fleet: limit 5, outgoing {}".to_owned()),
    ] {
        let report = explained(&token(&header(), &claims_with("grants", grant))).to_string();
        assert!(report.contains(&format!("\n  grants      {line}\n")), "{line} is not in\n{report}");
    }
}

#[test]
fn an_identity_is_shown_with_invisible_characters_escaped() {
    for (identity, shown) in [
        ("älice 🙂 愛", "älice 🙂 愛".to_owned()),
        ("\u{202e}ecila\u{7}", "\\u{202e}ecila\\u{7}".to_owned()),
        (&"x".repeat(80), format!("{}\n              {}", "x".repeat(66), "x".repeat(14))),
        (&"x".repeat(81), format!("{}\n              {}…", "x".repeat(66), "x".repeat(14))),
        // A terminal shows some of these in two columns.
        (&"é".repeat(40), format!("{}\n              {}", "é".repeat(33), "é".repeat(7))),
        ("a b  c \u{a0}", "a b \\u{20}c\\u{20}\\u{a0}".replace("c\\u{20}", "c ")),
    ] {
        let claims = claims_with("grants", json!({ "identity": identity }));
        let report = explained(&token(&header(), &claims)).to_string();
        assert!(report.contains(&format!("\n  identity    {shown}\n")), "{shown} is not in\n{report}");
    }
}
