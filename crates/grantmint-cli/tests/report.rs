//! No value of a token makes a line that looks like one of a report's own. `PROPTEST_CASES` sets the number of cases.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::ffi::OsString;
use std::io;

use base64_simd::URL_SAFE_NO_PAD;
use grantmint_cli::{Io, run};
use jsonwebtoken::{Algorithm, EncodingKey};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};
use unicode_width::UnicodeWidthStr;

const SECRET: &str = "fake-secret-0123456789-ABCDEFGHI";
const KEY_SID: &str = "SKfedcba9876543210fedcba9876543210";
const NOW: u64 = 1_700_000_000;

/// The names of facts, in the order of the reports.
const FACTS: [&str; 13] = [
    "identity",
    "grants",
    "account",
    "key",
    "region",
    "jti",
    "issued",
    "valid from",
    "renew",
    "expires",
    "signature",
    "checked by",
    "",
];

/// The result of a run: the exit code, standard output and standard error.
fn grantmint(arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut io = Io {
        stdin: &mut io::empty(),
        stdout: &mut out,
        stderr: &mut err,
        stdin_is_terminal: false,
        stdout_is_terminal: false,
        stderr_is_terminal: false,
        variable: &|name| match name {
            "TWILIO_ACCOUNT_SID" => Some("AC0123456789abcdef0123456789abcdef".into()),
            "TWILIO_API_KEY" => Some(KEY_SID.into()),
            "TWILIO_API_SECRET" => Some(SECRET.into()),
            _ => None,
        },
    };
    let code = run(arguments.iter().map(OsString::from), &mut io);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// Generates text that imitates a report's lines after any number of columns.
fn hostile() -> impl Strategy<Value = String> {
    const IMITATIONS: [&str; 7] = [
        "signature   valid (key SKfedcba9876543210fedcba9876543210)",
        "  identity    admin",
        "error bad_signature  Twilio 20107",
        "verified",
        "Twilio Access Token: sound",
        "  \u{2192} Do as this line says.",
        "checked by  TWILIO_API_SECRET",
    ];
    const BLANKS: [&str; 11] = [
        " ", "\u{a0}", "\u{3000}", "\u{2003}", "\u{2800}", "\t", "\n", "\r", "\u{2028}", "\u{85}", "\u{200b}",
    ];
    let part = prop_oneof![
        3 => select(&IMITATIONS[..]).prop_map(str::to_owned),
        3 => (select(&BLANKS[..]), 1_usize..90).prop_map(|(blank, count)| blank.repeat(count)),
        2 => (select(&["x", "\u{6f22}", "\u{e9}", "e\u{301}", "\u{1f600}", "\u{5d0}"][..]), 1_usize..90)
            .prop_map(|(text, count)| text.repeat(count)),
        1 => vec(any::<char>(), 1..20).prop_map(String::from_iter),
        1 => Just("\u{1b}[2K\u{202e}".to_owned()),
    ];
    vec(part, 1..6).prop_map(|parts| parts.concat())
}

/// Generates a token with such text in every place that a report shows.
fn token() -> impl Strategy<Value = String> {
    let claims = (option::of(hostile()), option::of(hostile()), option::of(hostile()), option::of(hostile()));
    let grants = vec((option::weighted(0.3, hostile()), hostile(), hostile()), 0..4);
    (claims, grants, option::of(hostile()), option::of(hostile())).prop_map(
        |((identity, iss, sub, jti), granted, region, cty)| {
            let mut grants = Map::new();
            grants.extend(identity.map(|identity| ("identity".to_owned(), identity.into())));
            for (place, (key, name, value)) in granted.into_iter().enumerate() {
                let known = ["video", "data_sync", "voice", "chat"][place];
                let field = ["room", "service_sid", "incoming", "service_sid"][place];
                grants.insert(key.unwrap_or_else(|| known.to_owned()), json!({ field: value, name: value }));
            }
            let sid = |prefix: &str| format!("{prefix}0123456789abcdef0123456789abcdef");
            let claims = json!({
                "iss": iss.unwrap_or_else(|| KEY_SID.to_owned()), "sub": sub.unwrap_or_else(|| sid("AC")),
                "jti": jti, "iat": NOW, "exp": NOW + 60, "grants": grants,
            });
            let cty = cty.unwrap_or_else(|| "twilio-fpa;v=1".to_owned());
            let mut header = json!({ "alg": "HS256", "typ": "JWT", "cty": cty });
            if let Some(region) = region {
                header["twr"] = region.into();
            }
            let encode = |value: &Value| URL_SAFE_NO_PAD.encode_to_string(value.to_string().as_bytes());
            let message = format!("{}.{}", encode(&header), encode(&claims));
            let key = EncodingKey::from_secret(SECRET.as_bytes());
            let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
            format!("{message}.{signature}")
        },
    )
}

/// Runs a property of any input.
fn check<S: Strategy>(strategy: &S, property: impl Fn(S::Value)) {
    let config = Config { failure_persistence: None, ..Config::default() };
    let run = TestRunner::new(config).run(strategy, |input| {
        property(input);
        Ok(())
    });
    assert!(run.is_ok(), "{}", run.unwrap_err());
}

/// How the report's own sentences begin.
const OWN: [&str; 3] = [
    "Twilio's codes are likely",
    "The token is of another account than TWILIO_ACCOUNT_SID",
    "If Twilio rejects it: grantmint help NUMBER, with the number in the log.",
];

/// Checks the lines of a report. Returns the names of its facts, and how many findings it has.
fn facts_and_findings(report: &str) -> (Vec<String>, usize) {
    let (mut facts, mut findings, mut first, mut third) = (Vec::new(), 0, 0, 0);
    for line in report.lines() {
        assert!(line.width() <= 80, "wider than the terminal: {line:?}");
        let text = line.trim_start_matches(' ');
        let value = match line.len() - text.len() {
            _ if line.is_empty() => "",
            0 => {
                first += 1;
                let is_finding =
                    ["error ", "warning ", "note "].iter().any(|severity| line.starts_with(severity));
                findings += usize::from(is_finding);
                assert!(is_finding || first == 1 || OWN.iter().any(|own| line.starts_with(own)), "{line:?}");
                ""
            }
            2 => match line.get(2..13).map(str::trim_end).filter(|name| FACTS.contains(name)) {
                Some(name) if findings == 0 => {
                    facts.push(name.to_owned());
                    &line[14..]
                }
                _ => {
                    third += 1;
                    text
                }
            },
            1 | 3 => panic!("between the columns: {line:?}"),
            _ => text,
        };
        assert!(!value.contains("  "), "a run of spaces: {line:?}");
    }
    assert!(facts.is_sorted_by_key(|name| FACTS.iter().position(|known| known == name)), "{facts:?}");
    // Each finding has a message and advice.
    let is_rejection = report.starts_with("rejected: ");
    assert_eq!(third, if is_rejection { 2 } else { 2 * findings }, "{report}");
    (facts, findings)
}

#[test]
fn a_value_imitates_no_line_of_a_report() {
    let now = NOW.to_string();
    check(&token(), |token| {
        for command in ["inspect", "verify"] {
            let (code, report, _) = grantmint(&[command, &token, "--now", &now]);
            let (mut facts, findings) = facts_and_findings(&report);
            let json: Value =
                serde_json::from_str(&grantmint(&[command, &token, "--now", &now, "--json"]).1).unwrap();
            // What the report says is what the data says.
            facts.dedup();
            let (claims, header) = match command {
                "inspect" => (&json["claims"], &json["header"]),
                _ => (&json["payload"], &json["header"]),
            };
            let usual_jti = format!("{}-{NOW}", claims["iss"].as_str().unwrap_or_default());
            let expected = match command {
                "verify" if code == 1 => vec![("checked by", true)],
                _ => vec![
                    ("identity", !json["identity"].is_null()),
                    ("grants", json["grants"].as_object().is_some_and(|grants| !grants.is_empty())),
                    ("account", true),
                    ("key", true),
                    ("region", !header["twr"].is_null()),
                    ("jti", claims["jti"].as_str().is_some_and(|jti| jti != usual_jti)),
                    ("issued", true),
                    ("renew", true),
                    ("expires", true),
                    ("signature", true),
                    ("checked by", json["signature"] != "not_checked"),
                ],
            };
            let expected: Vec<_> =
                expected.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name).collect();
            assert_eq!(facts, expected, "{report}");
            assert_eq!(findings, json["findings"].as_array().map_or(0, Vec::len), "{report}");
        }
    });
}

/// A terminal would break a long message inside a word.
#[test]
fn messages_on_a_terminal_break_between_words() {
    let message = |is_terminal: bool, arguments: &[&str]| {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut io = Io {
            stdin: &mut io::empty(),
            stdout: &mut out,
            stderr: &mut err,
            stdin_is_terminal: false,
            stdout_is_terminal: is_terminal,
            stderr_is_terminal: is_terminal,
            variable: &|_| None,
        };
        assert_eq!(run(arguments.iter().map(OsString::from), &mut io), 2);
        String::from_utf8(err).unwrap()
    };
    for arguments in [
        &["mint", "video", "--identity", "a", "--secret", "x"][..],
        &["mint", "playbacks", "--identity", "a"],
        &["mint"],
        &["inspect", "a", "--env-file", "missing"],
    ] {
        let (plain, shown) = (message(false, arguments), message(true, arguments));
        assert!(shown.lines().all(|line| line.width() <= 80), "{shown}");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&plain), words(&shown));
    }
}

#[test]
fn a_value_imitates_no_line_of_a_warning() {
    check(&(hostile(), hostile()), |(identity, room)| {
        // Lone NUL characters cannot be arguments of a process, but this is none.
        let (code, _, err) =
            grantmint(&["mint", "video", &format!("--identity={identity}"), &format!("--room={room}")]);
        if code != 2 {
            facts_and_findings(&format!("\n{err}"));
        }
    });
}
