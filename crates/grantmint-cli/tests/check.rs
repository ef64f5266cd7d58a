//! `grantmint inspect` and `grantmint verify`: reports, JSON and exit codes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod shell;

use base64_simd::URL_SAFE_NO_PAD;
use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};
use shell::{ACCOUNT_SID, KEY_SID, NOW, OTHER_KEY, SECRET, Shell, at, json, token};

#[test]
fn inspect_reports_a_sound_token() {
    let run = at(&Shell::new(), "inspect", NOW, &[]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.starts_with("Twilio Access Token: sound\n"), "{}", run.out);
    for part in ["alice", "daily", ACCOUNT_SID, KEY_SID, "2023-11-14 22:13:20 UTC", "valid (key SK"] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
}

#[test]
fn inspect_prints_the_cores_json_in_snake_case() {
    let value = json(&at(&Shell::new(), "inspect", NOW, &["--json"]));
    assert_eq!(
        (&value["kind"], &value["sound"], &value["signature"]),
        (&json!("access_token"), &json!(true), &json!("valid"))
    );
    assert_eq!((&value["key_sid"], &value["expires_at"]), (&json!(KEY_SID), &json!(NOW + 3600)));
    assert_eq!(value["findings"], json!([]));
}

/// A token without its end is no reason to change the key.
#[test]
fn verify_says_that_the_end_of_a_token_is_missing() {
    let token = token();
    let shell = Shell::new();
    for (cut, bytes) in [(3, 30), (7, 27)] {
        let run = shell.run(&["verify", &token[..token.len() - cut], "--now", &NOW.to_string()]);
        assert_eq!((run.code, run.err.as_str()), (1, ""));
        assert!(run.out.starts_with("rejected: bad_signature"), "{}", run.out);
        assert!(
            run.out.contains(&format!("The signature has {bytes} bytes, not the 32 of HS256.")),
            "{}",
            run.out
        );
        assert!(run.out.contains("its end is missing") && !run.out.contains("new key"), "{}", run.out);
    }
}

/// A note is in the report, but neither in the verdict nor in what `mint` prints.
#[test]
fn a_note_changes_no_exit_code() {
    let shell = Shell::new();
    let at = NOW.to_string();
    let run = shell.run(&["mint", "voice", "--incoming-allow", "--identity", "alice", "--now", &at]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let run = shell.run(&["inspect", "--now", &at, run.out.trim_end()]);
    assert_eq!(run.code, 0);
    assert!(run.out.starts_with("Twilio Access Token: sound\n"), "{}", run.out);
    assert_eq!(run.out.matches("note push_credential_missing  Twilio 52004\n").count(), 1, "{}", run.out);
}

#[test]
fn inspect_finds_problems() {
    let run = at(&Shell::new(), "inspect", NOW + 3600, &[]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("error expired"), "{}", run.out);
    let value = json(&at(&Shell::new(), "inspect", NOW + 3600, &["--json"]));
    assert_eq!((&value["sound"], &value["findings"][0]["code"]), (&json!(false), &json!("expired")));
    let run = Shell::new().run(&["inspect", "Bearer a.b.c"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("bearer_prefix"), "{}", run.out);
}

#[test]
fn inspect_checks_the_signature_only_with_the_secret_of_the_tokens_key() {
    let shell =
        Shell::new().with("TWILIO_API_SECRET", "other-fake-secret-0123456789-ABC").file("secret", SECRET);
    let run = at(&shell, "inspect", NOW, &["--json"]);
    assert_eq!((run.code, json(&run)["signature"].as_str()), (1, Some("invalid")));
    assert_eq!(at(&shell, "inspect", NOW, &["--secret-file", "secret"]).code, 0);

    // The secret in the environment is not that of another key.
    let expected = "--key-sid is another key than TWILIO_API_KEY, to which TWILIO_API_SECRET in the environment belongs; expected --secret-file with its secret";
    let run = at(&shell, "verify", NOW, &["--key-sid", OTHER_KEY]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert_eq!(run.err, format!("grantmint verify: {expected}\n"));
    let run = at(&shell, "inspect", NOW, &["--json", "--key-sid", OTHER_KEY]);
    assert_eq!(run.code, 0);
    assert_eq!(json(&run)["not_checked_because"], expected);

    let other = shell.with("TWILIO_API_KEY", OTHER_KEY);
    let run = at(&other, "inspect", NOW, &["--json"]);
    assert_eq!(run.code, 0);
    let because = format!(
        "the token names {KEY_SID}, but TWILIO_API_KEY is {OTHER_KEY}; give the secret of that key by --secret-file"
    );
    assert_eq!((&json(&run)["signature"], run.err.as_str()), (&json!("not_checked"), ""));
    assert_eq!(json(&run)["not_checked_because"], because);
    let run = at(&other, "inspect", NOW, &[]);
    let words = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(&format!(" signature not checked: {because}")), "{}", run.out);
    let first = "Twilio Access Token: sound; its signature was not checked\n";
    assert!(run.out.starts_with(first), "{}", run.out);
    // A secret from a file is used for the token's key, unless an option names another one.
    let run = at(&other, "inspect", NOW, &["--json", "--key-sid", OTHER_KEY, "--secret-file", "secret"]);
    let because = json(&run)["not_checked_because"].as_str().unwrap_or_default().to_owned();
    assert!(because.contains(&format!("but --key-sid is {OTHER_KEY}")), "{because}");
    let run = at(&other, "inspect", NOW, &["--json", "--secret-file", "secret"]);
    assert_eq!(json(&run)["signature"], "valid");
    assert!(json(&run)["not_checked_because"].is_null());

    let run = at(&Shell::bare(), "inspect", NOW, &[]);
    assert_eq!(run.code, 0);
    assert!(run.out.contains("not checked: set TWILIO_API_SECRET, or give --secret-file"), "{}", run.out);
}

/// A token that only the leeway keeps valid is told from others.
#[test]
fn verify_says_that_the_leeway_was_needed() {
    let shell = Shell::new();
    let late = at(&shell, "verify", NOW + 3600, &["--leeway", "30s"]);
    assert_eq!(late.code, 0, "{}", late.out);
    assert!(late.out.contains("\n  leeway      30s, needed: without it, expired\n"), "{}", late.out);
    let value = json(&at(&shell, "verify", NOW + 3600, &["--leeway", "30s", "--json"]));
    assert_eq!(value["needed_leeway_for"], "expired");
    let early = json(&at(&shell, "verify", NOW - 70, &["--leeway", "30", "--json"]));
    assert_eq!(early["needed_leeway_for"], "issued_in_future");
    let fresh = at(&shell, "verify", NOW, &["--leeway", "30s"]);
    assert!(fresh.code == 0 && !fresh.out.contains("leeway"), "{}", fresh.out);
    assert_eq!(
        json(&at(&shell, "verify", NOW, &["--leeway", "30s", "--json"]))["needed_leeway_for"],
        Value::Null
    );
}

/// The reason names the values that differ, in the report and in JSON.
#[test]
fn verify_names_the_algorithm_and_the_key_that_do_not_match() {
    let wrong = Shell::new().with("TWILIO_API_SECRET", "other-fake-secret-0123456789-ABC");
    let both = |shell: &Shell, arguments: &[&str]| {
        let report = at(shell, "verify", NOW, arguments).out.split_whitespace().collect::<Vec<_>>().join(" ");
        let json = json(&at(shell, "verify", NOW, &[arguments, &["--json"]].concat()));
        assert!(report.contains(json["message"].as_str().unwrap()), "{report}");
        report
    };
    let report = both(&Shell::new(), &["--algorithm", "HS512"]);
    assert!(report.contains("The token's alg is \"HS256\", but --algorithm is HS512."), "{report}");
    assert!(report.contains("→ Leave --algorithm out"), "{report}");
    let report = both(&wrong, &[]);
    let names = format!("does not match the secret (the token names {KEY_SID}).");
    assert!(report.contains(&names) && !report.contains("If a finding"), "{report}");
    let run = Shell::new().pipe(&["verify", "--json"], "");
    assert!(json(&run)["message"].as_str().unwrap().starts_with("This is empty"), "{}", run.out);
}

/// A log's line through a pipe is told from a token.
#[test]
fn a_number_in_the_input_is_named() {
    let shell = Shell::new();
    for text in ["20104", "ERROR twilio: 20104 Access Token expired\n", "{\"code\":20104,\"message\":\"no\"}"]
    {
        for command in ["inspect", "verify"] {
            let run = shell.pipe(&[command], text);
            assert_eq!(run.code, 1);
            let note = "\nThe text names a number of Twilio's: `grantmint help 20104` lists its causes.\n";
            assert!(run.out.contains(note), "{}", run.out);
        }
    }
    for text in ["12345", "eyJ 20104", "alice"] {
        assert!(!shell.pipe(&["inspect"], text).out.contains("names a number"), "{text}");
    }
}

/// `inspect` and `verify` name the same mistake about the issuer and the subject.
#[test]
fn swapped_parties_are_not_called_another_key_or_account() {
    let header = r#"{"alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}"#;
    let claims = json!({
        "iss": ACCOUNT_SID, "sub": KEY_SID, "iat": NOW, "exp": NOW + 3600,
        "grants": { "identity": "alice", "video": {} },
    });
    let encode = |text: &str| URL_SAFE_NO_PAD.encode_to_string(text);
    let signed = format!("{}.{}", encode(header), encode(&claims.to_string()));
    let token = format!("{signed}.{}", encode("not a signature, but of its size"));
    let now = NOW.to_string();
    let run = Shell::new().run(&["verify", "--now", &now, &token]);
    assert!(run.code == 1 && run.out.contains("Pass the account's SID first"), "{}", run.out);
    let run = Shell::new().run(&["inspect", "--now", &now, &token]);
    assert!(
        run.out.contains("issuer_and_subject_swapped") && !run.out.contains("another account"),
        "{}",
        run.out
    );
}

#[test]
fn verify_reports_the_claims() {
    let run = at(&Shell::new(), "verify", NOW, &[]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!(
        run.out,
        format!(
            "verified\n\n  identity    alice\n  grants      Video: room daily\n  account     {ACCOUNT_SID}\n  \
             key         {KEY_SID}\n  issued      2023-11-14 22:13:20 UTC (now)\n  \
             renew       2023-11-14 23:10:20 UTC (in 57m)\n  expires     2023-11-14 23:13:20 UTC (in 1h)\n  \
             signature   valid (key {KEY_SID})\n  checked by  TWILIO_API_SECRET in the environment, TWILIO_API_KEY in \
             the\n              environment, TWILIO_ACCOUNT_SID in the environment\n"
        )
    );
    // `inspect` shows the same facts.
    let facts = |report: &str| {
        let is_fact = |line: &&str| {
            line.starts_with("  ") && !line.contains("checked by") && !line.contains("environment")
        };
        report.lines().filter(is_fact).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(facts(&at(&Shell::new(), "inspect", NOW, &[]).out), facts(&run.out));
    let value = json(&at(&Shell::new(), "verify", NOW, &["--json"]));
    assert_eq!((&value["verified"], &value["identity"]), (&json!(true), &json!("alice")));
    assert_eq!(
        (&value["grants"], &value["not_before"]),
        (&json!({ "video": { "room": "daily" } }), &json!(null))
    );
    assert_eq!((&value["payload"]["iat"], &value["header"]["alg"]), (&json!(NOW), &json!("HS256")));
}

#[test]
fn verify_explains_a_rejection() {
    let run = at(&Shell::new(), "verify", NOW + 3600, &[]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    let expected = "rejected: expired (exp)  Twilio 20104, 20156, 31205, 51119\n  \
                    The token expired at 2023-11-14 23:13:20 UTC, 0s ago.\n  → Fetch a new token.";
    assert!(run.out.starts_with(expected), "{}", run.out);
    let value = json(&at(&Shell::new(), "verify", NOW + 3600, &["--json"]));
    assert_eq!(
        value,
        json!({
            "verified": false,
            "code": "expired",
            "field": "exp",
            "twilio_codes": value["twilio_codes"],
            "message": format!("the token has expired (exp is {0}, now is {0})", NOW + 3600),
            "advice":
                "Fetch a new token. If this one is new, a clock is wrong. Most SDKs emit an event before, such as tokenAboutToExpire.",
            "checked_by": [
                "TWILIO_API_SECRET in the environment",
                "TWILIO_API_KEY in the environment",
                "TWILIO_ACCOUNT_SID in the environment",
            ],
        })
    );
    let empty = Shell::new().run(&["verify", ""]);
    assert!(empty.out.contains("\n  This is empty: is a variable unset, "), "{}", empty.out);
    assert_eq!(at(&Shell::new(), "verify", NOW + 3600, &["--leeway", "1m"]).code, 0);
    assert_eq!(at(&Shell::new(), "verify", NOW + 3660, &["--leeway", "60"]).code, 1);
}

#[test]
fn verify_accepts_only_the_known_key_and_account() {
    for (shell, code) in [
        (Shell::new().with("TWILIO_API_SECRET", "other-fake-secret-0123456789-ABC"), "bad_signature"),
        (Shell::new().with("TWILIO_API_KEY", OTHER_KEY), "unknown_key"),
        (Shell::new().with("TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000000"), "wrong_account"),
    ] {
        assert_eq!(json(&at(&shell, "verify", NOW, &["--json"]))["code"], code);
    }
    assert_eq!(at(&Shell::bare().with("TWILIO_API_SECRET", SECRET), "verify", NOW, &[]).code, 0);
    let value = json(&at(&Shell::new(), "verify", NOW, &["--json", "--algorithm", "HS512"]));
    assert_eq!(value["code"], "wrong_algorithm");
}

#[test]
fn verify_accepts_only_a_sound_token() {
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let header = Header { cty: Some("twilio-fpa;v=1".to_owned()), ..Header::default() };
    let sound = json!({ "identity": "alice", "data_sync": { "service_sid": shell::SERVICE_SID } });
    for (grants, code) in [
        (sound, None),
        (json!({ "identity": "alice", "data_sync": {} }), Some("service_sid_missing")),
        (json!({ "identity": "alice", "sync": {} }), Some("misspelt_grant")),
        (json!({ "identity": "alice", "data_sync": { "service_sid": "IS1" } }), Some("malformed_sid")),
        (json!({ "identity": "alice" }), Some("no_product_grant")),
        (json!({ "video": {} }), Some("identity_missing")),
        (json!({ "video": {}, "identity": "x".repeat(300) }), Some("identity_too_long")),
    ] {
        let claims =
            json!({ "iss": KEY_SID, "sub": ACCOUNT_SID, "iat": NOW, "exp": NOW + 60, "grants": grants });
        let token = jsonwebtoken::encode(&header, &claims, &key).unwrap();
        let at = NOW.to_string();
        let run = Shell::new().run(&["verify", "--json", "--now", &at, &token]);
        let value = json(&run);
        assert_eq!((run.code, value["code"].as_str()), (i32::from(code.is_some()), code), "{grants}");
        assert_eq!(value["verified"], code.is_none());
        let run = Shell::new().run(&["verify", "--now", &at, &token]);
        let expected =
            code.map_or("verified\n".to_owned(), |code| format!("rejected: {code} (grants)  Twilio "));
        assert!(run.out.starts_with(&expected), "{}", run.out);
        assert_eq!(run.code, i32::from(code.is_some()));
        // `inspect` agrees.
        assert_eq!(Shell::new().run(&["inspect", "--now", &at, &token]).code, run.code, "{grants}");
    }
}

/// Windows PowerShell's `>` writes UTF-16 with a byte-order mark.
#[test]
fn a_token_in_utf_16_is_read() {
    let shell = Shell::new();
    for (mark, bytes) in
        [(u16::to_le_bytes as fn(u16) -> [u8; 2], [0xff, 0xfe]), (u16::to_be_bytes, [0xfe, 0xff])]
    {
        let text: Vec<u8> =
            bytes.into_iter().chain(format!("{}\r\n", token()).encode_utf16().flat_map(mark)).collect();
        let run = shell.pipe(&["inspect", "--now", &NOW.to_string()], text);
        assert!(run.code == 0 && run.out.starts_with("Twilio Access Token: sound\n"), "{}", run.out);
    }
}

/// The verifier's own words would only say that the text is not base64url.
/// The header of another kind of token is not to be mended.
#[test]
fn verify_names_another_kind_of_token() {
    let header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
    // {"iss":"https://auth.example.com","sub":"1","exp":1700003600}
    let login = "eyJpc3MiOiJodHRwczovL2F1dGguZXhhbXBsZS5jb20iLCJzdWIiOiIxIiwiZXhwIjoxNzAwMDAzNjAwfQ";
    // {"iss":"AC0123456789abcdef0123456789abcdef","exp":1700003600,"scope":"scope:client:incoming?clientName=a"}
    let capability = "eyJpc3MiOiJBQzAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmIiwiZXhwIjoxNzAwMDAzNjAwLCJzY29wZSI6InNjb3BlOmNsaWVudDppbmNvbWluZz9jbGllbnROYW1lPWEifQ";
    for (payload, message) in
        [(login, "This is a JWT, but not one of Twilio's."), (capability, "capability token")]
    {
        let token = format!("{header}.{payload}.{}", "A".repeat(43));
        let run = Shell::new().run(&["verify", "--now", "1700000000", &token]);
        assert_eq!((run.code, run.err.as_str()), (1, ""));
        assert!(run.out.contains(message) && !run.out.contains("Set the header"), "{}", run.out);
    }
}

#[test]
fn verify_explains_a_text_as_inspect_does() {
    let token = token();
    let broken = format!("{}\n{}", &token[..50], &token[50..]);
    for (text, code) in [
        (format!("token={token}"), "stray_text"),
        (format!("{token}{token}"), "stray_text"),
        (format!("[\"{token}\"]"), "stray_text"),
        (broken, "stray_whitespace"),
        ("undefined".to_owned(), "not_a_token"),
        ("$TOKEN".to_owned(), "not_a_token"),
        ("$env:T".to_owned(), "not_a_token"),
        (format!("{{\"token\":\"{token}\"}}"), "json_wrapped"),
        (String::new(), "not_compact"),
    ] {
        let verify = Shell::new().run(&["verify", "--now", "1700000000", &text]);
        assert_eq!((verify.code, verify.err.as_str()), (1, ""), "{text}");
        let inspect = Shell::new().run(&["inspect", "--json", "--now", "1700000000", &text]);
        let finding = &json(&inspect)["findings"][0];
        assert_eq!(finding["code"], code, "{text}");
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in ["message", "advice"] {
            let part = finding[part].as_str().unwrap_or_default();
            assert!(!part.is_empty() && flat(&verify.out).contains(&flat(part)), "{text}: {}", verify.out);
        }
    }
}

#[test]
fn wrong_usage_is_explained() {
    let shell = Shell::new().file("token.txt", "eyJ.a.b");
    for (arguments, expected) in [
        (
            &["inspect", "a", "b"][..],
            "grantmint inspect: more than one TOKEN is given: put a text with spaces",
        ),
        (
            &["inspect", "Bearer", "eyJ.a.b"],
            "grantmint inspect: \"Bearer\" is before the TOKEN: leave it out, or put both into",
        ),
        (
            &["verify", "authorization:", "Bearer", "eyJ.a.b"],
            "grantmint verify: \"authorization:\" is before the TOKEN",
        ),
        (
            &["inspect", "token.txt"],
            "grantmint inspect: \"token.txt\" is a file; to read the token in it, write <",
        ),
        (&["verify", "token.txt"], "grantmint verify: \"token.txt\" is a file; "),
        (
            &["inspect", "@token.txt"],
            "grantmint inspect: \"@token.txt\" is curl's way to name a file; write < ",
        ),
        (
            &["inspect", "other.jwt"],
            "grantmint inspect: \"other.jwt\" is not a token, and there is no such file",
        ),
        (&["inspect", "."], "grantmint inspect: \".\" is a folder; "),
        (
            &["inspect", "20101"],
            "grantmint inspect: \"20101\" names a number of Twilio's, not a token; see `grantmint help 20101`",
        ),
        (
            &["inspect", "Error 20101: Invalid Access Token"],
            "grantmint inspect: an argument names a number of Twilio's, not a token; see `grantmint help 20101`",
        ),
        (
            &["verify", "{\"code\":20104,\"message\":\"expired\"}"],
            "grantmint verify: an argument names a number of Twilio's, not a token; see `grantmint help 20104`",
        ),
        (
            &["inspect", "http://localhost/token"],
            "grantmint inspect: \"http://localhost/token\" is an address; to inspect its answer: curl -s ADDRESS",
        ),
        (
            &["inspect", "--token", "eyJ"],
            "grantmint inspect: unknown option --token; the token is an argument",
        ),
        (&["verify", "-f", "a"], "grantmint verify: unknown option -f; the token is an argument without"),
        (&["mint", "video", "-i", "alice"], "grantmint mint: unknown option -i; did you mean --identity?\n"),
        (&["mint", "video", "-t", "60"], "grantmint mint: unknown option -t; did you mean --ttl?\n"),
        (
            &["inspect", "--leeway", "1"],
            "grantmint inspect: unknown option --leeway; it is an option of verify\n",
        ),
        (
            &["inspect", "--account-sid", ACCOUNT_SID],
            "grantmint inspect: unknown option --account-sid; it is an option of mint and verify\n",
        ),
        (&["inspect", "--json", "--json"], "grantmint inspect: --json is given more than once\n"),
        (
            &["inspect", "--now", "x"],
            "grantmint inspect: --now must be a number of seconds since 1970, not \"x\"\n",
        ),
        (
            &["verify", "a", "--leeway", "25h"],
            "grantmint verify: --leeway must be from 0 to 86400 seconds (24h), not \"25h\"\n",
        ),
        (
            &["verify", "a", "--algorithm", "RS256"],
            "grantmint verify: --algorithm must be HS256, HS384 or HS512",
        ),
        (
            &["verify", "a", "--key-sid", ""],
            "grantmint verify: --key-sid is empty; is a variable of the shell unset?\n",
        ),
        (
            &["verify", "a", "--secret-file="],
            "grantmint verify: --secret-file is empty; is a variable of the shell",
        ),
        (&["inspect", "--nwo", "1"], "grantmint inspect: unknown option --nwo; did you mean --now?\n"),
        (&["verify", "a", "--jti", "x"], "grantmint verify: unknown option --jti; it is an option of mint\n"),
        (
            &["mint", "--json"],
            "grantmint mint: unknown option --json; it is an option of inspect and verify\n",
        ),
    ] {
        let run = shell.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(run.err.starts_with(expected), "{}", run.err);
    }
}
