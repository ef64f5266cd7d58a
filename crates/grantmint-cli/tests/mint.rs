//! `grantmint mint`: the claims of the token, read by another library, and the rejected arguments.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod shell;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use shell::{ACCOUNT_SID, APPLICATION_SID, KEY_SID, NOW, SECRET, SERVICE_SID, Shell};

/// Returns the claims of a token, after the crate jsonwebtoken has checked its signature.
fn claims(token: &str, algorithm: Algorithm) -> Value {
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.set_required_spec_claims(&["exp", "iss", "sub"]);
    decode::<Value>(token, &DecodingKey::from_secret(SECRET.as_bytes()), &validation).unwrap().claims
}

fn mint(arguments: &[&str]) -> Value {
    let now = NOW.to_string();
    let run = Shell::new().run(&[&["mint", "--now", now.as_str()], arguments].concat());
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{arguments:?}");
    assert!(run.out.ends_with('\n') && run.out.lines().count() == 1);
    claims(run.out.trim_end(), Algorithm::HS256)
}

#[test]
fn the_token_alone_is_on_standard_output_and_verified_by_jsonwebtoken() {
    let run = Shell::new().run(&["mint", "video", "--identity", "alice", "--region", "au1"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let header = decode_header(run.out.trim_end()).unwrap();
    assert_eq!((header.typ.as_deref(), header.cty.as_deref()), (Some("JWT"), Some("twilio-fpa;v=1")));
    let claims = claims(run.out.trim_end(), Algorithm::HS256);
    assert_eq!((claims["iss"].as_str(), claims["sub"].as_str()), (Some(KEY_SID), Some(ACCOUNT_SID)));
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 3600);
}

#[test]
fn an_option_of_a_product_belongs_to_the_one_named_last() {
    let claims = mint(&[
        "sync",
        "--service-sid",
        SERVICE_SID,
        "--identity",
        "alice",
        "--endpoint-id=phone",
        "chat",
        "--service-sid",
        "IS00000000000000000000000000000000",
        "--ttl",
        "600",
        "--push-credential-sid",
        "CR00000000000000000000000000000000",
    ]);
    assert_eq!(
        claims,
        json!({
            "jti": format!("{KEY_SID}-{NOW}"),
            "grants": {
                "identity": "alice",
                "data_sync": { "service_sid": SERVICE_SID, "endpoint_id": "phone" },
                "chat": {
                    "service_sid": "IS00000000000000000000000000000000",
                    "push_credential_sid": "CR00000000000000000000000000000000",
                },
            },
            "iat": NOW,
            "exp": NOW + 600,
            "iss": KEY_SID,
            "sub": ACCOUNT_SID,
        })
    );
}

#[test]
fn every_product_takes_every_option() {
    let claims = mint(&[
        "voice",
        "--incoming-allow",
        "--outgoing-application-sid",
        APPLICATION_SID,
        "--outgoing-application-params",
        r#"{"to":"späť: \":{\\", "n": [1, -2.50, {"deep": null}], "big": 9007199254740991}"#,
        "--push-credential-sid=CR00000000000000000000000000000000",
        "--endpoint-id",
        "phone",
        "task-router",
        "--workspace-sid=WS00000000000000000000000000000000",
        "--worker-sid=WK00000000000000000000000000000000",
        "--role=worker",
        "--identity=alice",
    ]);
    assert_eq!(
        claims["grants"]["voice"],
        json!({
            "incoming": { "allow": true },
            "outgoing": {
                "application_sid": APPLICATION_SID,
                "params": {
                    "to": "späť: \":{\\",
                    "n": [1, -2.5, { "deep": null }],
                    "big": 9_007_199_254_740_991_u64,
                },
            },
            "push_credential_sid": "CR00000000000000000000000000000000",
            "endpoint_id": "phone",
        })
    );
    assert_eq!(
        claims["grants"]["task_router"],
        json!({
            "workspace_sid": "WS00000000000000000000000000000000",
            "worker_sid": "WK00000000000000000000000000000000",
            "role": "worker",
        })
    );
}

#[test]
fn times_are_read_in_every_form() {
    for (ttl, seconds) in [
        ("600", 600),
        ("600s", 600),
        ("5m", 300),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("24h", 86_400),
        ("1day", 86_400),
    ] {
        assert_eq!(mint(&["video", "--identity=alice", "--ttl", ttl])["exp"], NOW + seconds, "{ttl}");
    }
    assert_eq!(mint(&["video", "--identity=alice", "--nbf", "now"])["nbf"], NOW);
    assert_eq!(mint(&["video", "--identity=alice", "--nbf", "1699999990"])["nbf"], NOW - 10);
    assert_eq!(mint(&["video", "--identity=alice", "--jti", "my-own"])["jti"], "my-own");
}

#[test]
fn problems_of_the_token_go_to_standard_error() {
    let shell = Shell::new();
    let run = shell.run(&["mint", "video", "--identity", "alice@example.org"]);
    assert_eq!(run.code, 0);
    claims(run.out.trim_end(), Algorithm::HS256);
    assert!(run.err.starts_with("warning identity_reserved_characters\n"), "{}", run.err);

    let run = shell.run(&["mint", "playback", "--grant", r#"{"a":1}"#, "--identity", "alice"]);
    assert_eq!(run.code, 0);
    assert!(run.err.contains("product_ended"), "{}", run.err);

    // Twilio would reject the token, so it is not minted.
    let run = shell.run(&["mint", "video", "--identity", "alice", "--algorithm", "HS384"]);
    assert_eq!((run.code, &*run.out), (2, ""));
    let message = "grantmint mint: --algorithm must be HS256, the only one that Twilio accepts, not HS384\n";
    assert!(run.err.starts_with(message), "{}", run.err);

    let run = shell.run(&["mint", "sync", "--service-sid", APPLICATION_SID, "--identity", "alice"]);
    assert_eq!((run.code, &*run.out), (2, ""));
    assert!(
        run.err.starts_with("grantmint mint: sync --service-sid must be IS followed by 32 "),
        "{}",
        run.err
    );
}

/// Wrong arguments, and the start of the error message.
const REJECTED: &[(&[&str], &str)] = &[
    (&[], "a product is missing; expected one of: sync, chat, "),
    (&["video"], "--identity is missing"),
    (&["video", "--identity"], "--identity needs a value; is a variable of the shell unset?\n"),
    (
        &["video", "--identity", "--ttl", "60"],
        "--identity needs a value; is a variable of the shell unset?\n",
    ),
    (&["video", "--identity", ""], "--identity is empty; is a variable of the shell unset?\n"),
    (&["video", "--identity=a", "--identity=b"], "--identity is given more than once\n"),
    (&["video", "--identity=a", "--ttl", "0"], "--ttl must be from 1 to 86400 seconds (24h), not 0\n"),
    (&["video", "--identity=a", "--ttl", "-1"], "--ttl must be from 1 to 86400 seconds (24h), not -1\n"),
    (
        &["video", "--identity=a", "--ttl", "25h"],
        "--ttl must be from 1 to 86400 seconds (24h), not \"25h\"\n",
    ),
    (
        &["video", "--identity=a", "--ttl", "99999999999999999999"],
        "--ttl must be from 1 to 86400 seconds (24h), not 9999",
    ),
    (
        &["video", "--identity=a", "--ttl", "3600000"],
        "--ttl must be from 1 to 86400 seconds (24h), not 3600000; 3600, if that is in milliseconds\n",
    ),
    (&["video,voice", "--identity=a"], "products are words of their own; did you mean video voice?\n"),
    (
        &["video", "—-identity", "a"],
        "\"—-identity\" begins with a dash, not with hyphens; did you mean --identity?\n",
    ),
    (&["video", "--identity=a", "--secret-file", "-"], "--secret-file must be a file, not standard input"),
    (&["video", "--identity=a", "--ttl", "9999999999years"], "--ttl must be "),
    (&["video", "--identity=a", "--ttl", "0.5"], "--ttl must be a number of seconds, or a duration such as "),
    (&["video", "--identity=a", "--ttl", "1500ms"], "--ttl must be a whole number of seconds, not 1500ms\n"),
    (&["video", "--identity=a", "--ttl", ""], "--ttl is empty; is a variable of the shell unset?\n"),
    (
        &["video", "--identity=a", "--nbf", "soon"],
        "--nbf must be now, or a number of seconds since 1970, not \"soon\"\n",
    ),
    (
        &["video", "--identity=a", "--nbf", "-5"],
        "--nbf must be from 0 to 253402300799 seconds since 1970, not -5\n",
    ),
    (&["video", "--identity=a", "--nbf", "9999999999"], "--nbf must be before the expiry"),
    (&["video", "--identity=a", "--now", "253402300799"], "--now must be from 0 to "),
    (
        &["video", "--identity=a", "--algorithm", "none"],
        "--algorithm must be HS256, the only one that Twilio accepts, not \"none\"\n",
    ),
    (&["video", "--identity=a", "--account-sid", "AC1"], "--account-sid must be AC followed by 32 hex"),
    (&["video", "--identity=a", "--key-sid", ""], "--key-sid is empty; is a variable of the shell unset?\n"),
    (&["video", "--identity=a", "--colour"], "unknown option --colour\n"),
    (
        &["video", "--identity=a", "-x"],
        "unknown option -x; a name of several letters follows two hyphens, as in --help\n",
    ),
    (&["video", "video", "--identity=a"], "video is named more than once\n"),
    (
        &["sync", "--identity=a"],
        "sync --service-sid is required; expected IS followed by 32 hexadecimal digits\n",
    ),
    (
        &["chat", "--service-sid", "", "--identity=a"],
        "--service-sid is empty; is a variable of the shell unset?\n",
    ),
    (&["--room", "daily", "video"], "--room belongs after a product: video\n"),
    (&["video", "--service-sid", "IS"], "--service-sid belongs after sync and chat, not after video\n"),
    (&["taskrouter"], "\"taskrouter\" is not a product; did you mean task-router?\n"),
    (&["data_sync"], "\"data_sync\" is not a product; did you mean sync?\n"),
    (&["vidoe"], "\"vidoe\" is not a product; did you mean video?\n"),
    (&["conversations"], "\"conversations\" is not a product; did you mean chat?\n"),
    (&["ip_messaging"], "\"ip_messaging\" is not a product; did you mean chat?\n"),
    (&["VideoGrant"], "\"VideoGrant\" is not a product; did you mean video?\n"),
    (&["video", "--rooom", "daily"], "unknown option --rooom; did you mean --room?\n"),
    (&["sync", "--serviceSid", "IS"], "unknown option --serviceSid; did you mean --service-sid?\n"),
    (&["video", "--identiy", "a"], "unknown option --identiy; did you mean --identity?\n"),
    (&["video", "--secretfile", "a"], "unknown option --secretfile; did you mean --secret-file?\n"),
    (
        &["voice", "--outgoing", "AP"],
        "unknown option --outgoing; did you mean one of these? --outgoing-application-params, --outgoing-application-sid\n",
    ),
    (&["voice", "--app-sid", "AP"], "unknown option --app-sid; did you mean --outgoing-application-sid?\n"),
    (&["voice", "--push", "CR"], "unknown option --push; did you mean --push-credential-sid?\n"),
    (&["voice", "--i", "AP"], "unknown option --i\n"),
    (&["alice"], "\"alice\" is not a product; expected one of: sync, "),
    (
        &["video", "alice"],
        "\"alice\" is not a product; expected one of: sync, chat, video, voice, task-router, playback; an identity follows --identity\n",
    ),
    (&["voice", "--incoming-allow=yes", "--identity=a"], "--incoming-allow takes no value\n"),
    (
        &["voice", "--identity=a", "--outgoing-application-params", "{}"],
        "voice --outgoing-application-params needs --outgoing-application-sid\n",
    ),
    (
        &["voice", "--outgoing-application-params", "[1]"],
        "--outgoing-application-params must be a JSON object, such as '{\"name\":\"value\"}'",
    ),
    (
        &["voice", "--outgoing-application-params", r#"{"a":{"b":1,"\u0062":2}}"#],
        "--outgoing-application-params contains a duplicate member name\n",
    ),
    (
        &["voice", "--outgoing-application-params", r#"{"a":[10000000000000000000000001]}"#],
        "--outgoing-application-params contains the number 10000000000000000000000001, which loses precision",
    ),
];

#[test]
fn wrong_usage_is_explained() {
    let shell = Shell::new();
    for (arguments, expected) in REJECTED {
        let run = shell.run(&[&["mint"], *arguments].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        let expected = format!("grantmint mint: {expected}");
        assert!(run.err.starts_with(&expected), "{arguments:?}: {}", run.err);
    }
}

/// A token that was asked to become valid later is no mistake.
#[test]
fn a_time_to_become_valid_is_not_complained_about() {
    let now = NOW.to_string();
    let later = (NOW + 300).to_string();
    let run = Shell::new().run(&["mint", "video", "--identity=a", "--now", &now, "--nbf", &later]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!(Shell::new().pipe(&["inspect", "--now", &now], run.out).code, 1);
}

#[test]
fn the_command_itself_is_needed() {
    let shell = Shell::new();
    for (arguments, expected) in [
        (&[][..], "grantmint: a command is missing; expected one of: mint, inspect, verify, help\n"),
        (&["gibt"], "grantmint: \"gibt\" is not a command; expected one of: mint, inspect, verify, help\n"),
        (
            &["--json"],
            "grantmint: unknown option --json; it is an option of inspect and verify; a command comes first, then its options\n",
        ),
        (&["mnit"], "grantmint: \"mnit\" is not a command; did you mean mint?\n"),
        (&["inpsect"], "grantmint: \"inpsect\" is not a command; did you mean inspect?\n"),
        (&["video"], "grantmint: \"video\" is not a command; did you mean `mint video`?\n"),
        (&["--verion"], "grantmint: unknown option --verion; did you mean --version?\n"),
        (&["verify", "--leway", "1"], "grantmint verify: unknown option --leway; did you mean --leeway?\n"),
        (&["help", "expird"], "grantmint: \"expird\" has no help; did you mean expired?\n"),
        (&["help", "verfy"], "grantmint: \"verfy\" has no help; did you mean verify?\n"),
        (
            &["help", "20199"],
            "grantmint: \"20199\" is not known to concern tokens; if Twilio has this number, ",
        ),
        (&["help", "unknwon_key"], "grantmint: \"unknwon_key\" has no help; did you mean unknown_key?\n"),
        (&["help", "mint", "vidoe"], "grantmint: \"vidoe\" has no help; did you mean video?\n"),
        (&["20101"], "grantmint: \"20101\" is not a command; did you mean `help 20101`?\n"),
        (&["decode"], "grantmint: \"decode\" is not a command; did you mean inspect?\n"),
        (&["validate"], "grantmint: \"validate\" is not a command; did you mean verify?\n"),
        (&["-json"], "grantmint: unknown option -j; did you mean --json?\n"),
        (&["mint", "video", "--id", "a"], "grantmint mint: unknown option --id; did you mean --identity?\n"),
        (
            &["mint", "video", "--user", "a"],
            "grantmint mint: unknown option --user; did you mean --identity?\n",
        ),
        (&["version"], "grantmint: \"version\" is not a command; did you mean --version?\n"),
        (&["-v"], "grantmint: unknown option -v; did you mean -V, "),
        (&["eyJ0.eyJ1.a"], "grantmint: a token is not a command; did you mean `grantmint inspect TOKEN`?\n"),
        (
            &["mint", "voice", "--incoming-allow", "true"],
            "grantmint mint: \"true\" is not a product; --incoming-allow takes no value\n",
        ),
        (&["mint", "true"], "grantmint mint: \"true\" is not a product; expected one of: "),
        (
            &["mint", "sync", "--service", "IS0"],
            "grantmint mint: unknown option --service; did you mean --service-sid?\n",
        ),
        (
            &["mint", "sync", "--sid", "IS0"],
            "grantmint mint: unknown option --sid; did you mean --service-sid?\n",
        ),
        (&["mint", "voice", "--sid", "IS0"], "grantmint mint: unknown option --sid\n"),
        (
            &["verify", "--account", "AC0"],
            "grantmint verify: unknown option --account; did you mean --account-sid?\n",
        ),
        (&["explain", "20101"], "grantmint: \"explain\" is not a command; did you mean `help 20101`?\n"),
        (&["explain", "eyJ"], "grantmint: \"explain\" is not a command; did you mean inspect?\n"),
        (
            &["help", "x"],
            "grantmint: \"x\" has no help; expected a command (mint, inspect, verify), the code of a finding",
        ),
    ] {
        let run = shell.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(run.err.starts_with(expected), "{}", run.err);
    }
}
