//! `grantmint inspect` and `grantmint verify` say which settings they used, and which one is wrong.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod shell;

use serde_json::{Value, json};
use shell::{ACCOUNT_SID, KEY_SID, NOW, OTHER_KEY, SECRET, Shell, at, json, token};

#[test]
fn the_source_of_the_secret_is_named() {
    let file = format!("TWILIO_API_KEY={KEY_SID}\nTWILIO_API_SECRET='{SECRET}'\n");
    let in_folder = Shell::bare().file(".env", &file);
    let named = Shell::bare().file("app.env", file);
    let alone = Shell::bare().file("secret", SECRET);
    for (shell, arguments, expected) in [
        (&in_folder, &[][..], "TWILIO_API_SECRET in .env"),
        (&named, &["--env-file", "app.env"], "TWILIO_API_SECRET in app.env"),
        (&alone, &["--secret-file", "secret"], "the secret in secret"),
        (&Shell::new(), &[], "TWILIO_API_SECRET in the environment"),
    ] {
        for command in ["inspect", "verify"] {
            let run = at(shell, command, NOW, arguments);
            assert_eq!(run.code, 0, "{}", run.err);
            assert!(run.out.contains(&format!("\n  checked by  {expected}")), "{}", run.out);
            let value = json(&at(shell, command, NOW, &[arguments, &["--json"]].concat()));
            assert_eq!(value["checked_by"][0], expected);
            // Also where the token is rejected.
            let run = at(shell, command, NOW + 3600, arguments);
            assert!(run.code == 1 && run.out.contains(&format!("\n  checked by  {expected}")), "{}", run.out);
        }
    }
    let value = json(&at(&Shell::bare(), "inspect", NOW, &["--json"]));
    assert_eq!(value["checked_by"], json!([]));
}

#[test]
fn verify_needs_the_secret() {
    let run = Shell::bare().run(&["verify", "a.b.c"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(
        run.err.starts_with("grantmint verify: TWILIO_API_SECRET is not set in the environment"),
        "{}",
        run.err
    );
}

#[test]
fn verify_names_a_setting_that_is_wrong() {
    let with = |account, key| Shell::bare().with("TWILIO_ACCOUNT_SID", account).with("TWILIO_API_KEY", key);
    for (account, key, expected) in [
        (
            KEY_SID,
            ACCOUNT_SID,
            "TWILIO_ACCOUNT_SID must be AC followed by 32 hexadecimal digits, not the SID of an API key: the two are swapped",
        ),
        (
            ACCOUNT_SID,
            "garbage",
            "TWILIO_API_KEY must be SK followed by 32 hexadecimal digits, not text that is not a SID",
        ),
        (
            "garbage",
            KEY_SID,
            "TWILIO_ACCOUNT_SID must be AC followed by 32 hexadecimal digits, not text that is not a SID",
        ),
    ] {
        let shell = with(account, key).with("TWILIO_API_SECRET", SECRET);
        let run = at(&shell, "verify", NOW, &[]);
        assert_eq!((run.code, run.err), (2, format!("grantmint verify: {expected}\n")));
    }
    let placeholder = with(ACCOUNT_SID, KEY_SID).with("TWILIO_API_SECRET", "your_api_secret");
    let run = at(&placeholder, "verify", NOW, &[]);
    assert!(run.out.starts_with("rejected: bad_signature"), "{}", run.out);
    assert!(run.out.contains("\n  The secret is a placeholder.\n"), "{}", run.out);
}

#[test]
fn inspect_says_which_setting_keeps_it_from_checking_the_signature() {
    let with = |key: &str, name: &str| {
        Shell::bare().with("TWILIO_ACCOUNT_SID", ACCOUNT_SID).with("TWILIO_API_KEY", key).with(name, SECRET)
    };
    for (shell, expected) in [
        (
            with(KEY_SID, "TWILIO_API_KEY_SECRET"),
            "set TWILIO_API_SECRET, or give --secret-file. TWILIO_API_KEY_SECRET is set in the environment; expected \
             the name TWILIO_API_SECRET",
        ),
        (
            with("garbage", "TWILIO_API_SECRET"),
            "TWILIO_API_KEY must be SK followed by 32 hexadecimal digits, not text that is not a SID",
        ),
        (
            with("SK123", "TWILIO_API_SECRET"),
            "TWILIO_API_KEY must be SK followed by 32 hexadecimal digits, not a SID with fewer digits",
        ),
        (
            with(ACCOUNT_SID, "TWILIO_API_SECRET").with("TWILIO_ACCOUNT_SID", KEY_SID),
            "TWILIO_ACCOUNT_SID must be AC followed by 32 hexadecimal digits, not the SID of an API key: the two are swapped",
        ),
    ] {
        assert_eq!(json(&at(&shell, "inspect", NOW, &["--json"]))["not_checked_because"], expected);
    }
    let unreadable = Shell::new().run(&["inspect", "--json", "a.b.c"]);
    assert_eq!(json(&unreadable)["not_checked_because"], "the token cannot be read");
}

#[test]
fn inspect_says_if_the_token_is_of_another_account() {
    let own = "AC00000000000000000000000000000000";
    let shell = Shell::new().with("TWILIO_ACCOUNT_SID", own);
    let run = at(&shell, "inspect", NOW, &[]);
    let line = "The token is of another account than TWILIO_ACCOUNT_SID, which is\n";
    assert!(run.code == 0 && run.out.contains(line), "{}", run.out);
    assert_eq!(json(&at(&shell, "inspect", NOW, &["--json"]))["other_account"], own);
    assert!(json(&at(&Shell::new(), "inspect", NOW, &["--json"]))["other_account"].is_null());
}

#[test]
fn inspect_names_the_fault_of_a_file_that_it_cannot_read() {
    let shell =
        Shell::bare().file(".env", format!("TWILIO_API_KEY={KEY_SID}\nTWILIO_API_SECRET='{SECRET}\n"));
    let run = shell.run(&["inspect", "--json", &token(), "--now", &NOW.to_string()]);
    let value: Value = serde_json::from_str(&run.out).unwrap();
    let because = ".env, line 2: a quotation mark is not closed on the same line";
    assert_eq!((run.code, &value["not_checked_because"]), (0, &json!(because)));
}

#[test]
fn a_file_that_the_environment_overrules_is_named() {
    let file = format!("TWILIO_API_KEY={KEY_SID}\nTWILIO_API_SECRET=other-fake-secret-0123456789-ABC\n");
    let shell = Shell::new().file("prod.env", &file).file(".env", &file);
    for command in ["inspect", "verify"] {
        let run = at(&shell, command, NOW, &["--env-file", "prod.env"]);
        let note = "note: the environment sets TWILIO_API_SECRET, so prod.env does not count for that\n";
        assert_eq!((run.code, run.err.as_str()), (0, note));
        // A .env file that happens to be there is not what was asked for.
        assert_eq!(at(&shell, command, NOW, &[]).err, "");
    }
    let run = at(&shell, "inspect", NOW, &["--secret-file", "prod.env"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("prod.env: it has lines of the form NAME=value: give it by --env-file"),
        "{}",
        run.err
    );
}

/// Otherwise an empty variable would accept the tokens of any account.
#[test]
fn verify_rejects_an_empty_variable() {
    for (name, other) in [("TWILIO_ACCOUNT_SID", "TWILIO_API_KEY"), ("TWILIO_API_KEY", "TWILIO_ACCOUNT_SID")]
    {
        let value = if other == "TWILIO_API_KEY" { KEY_SID } else { ACCOUNT_SID };
        let expected = format!("grantmint verify: {name} is empty; remove it to accept any, or set it\n");
        let shell = Shell::bare().with(other, value).with("TWILIO_API_SECRET", SECRET).with(name, "");
        let run = at(&shell, "verify", NOW, &[]);
        assert_eq!((run.code, run.err), (2, expected.clone()));
        let shell =
            Shell::bare().file(".env", format!("{name}=\n{other}={value}\nTWILIO_API_SECRET={SECRET}\n"));
        let run = at(&shell, "verify", NOW, &[]);
        assert_eq!((run.code, run.err), (2, expected));
    }
}

#[test]
fn verify_names_the_key_and_the_account_that_differ() {
    let other_account = "AC00000000000000000000000000000000";
    for (option, value, message) in [
        ("--key-sid", OTHER_KEY, format!("The token names the key {KEY_SID}, but --key-sid is {OTHER_KEY}.")),
        (
            "--account-sid",
            other_account,
            format!("The token names the account {ACCOUNT_SID}, but --account-sid is {other_account}."),
        ),
    ] {
        let run = at(
            &Shell::new().file("secret", SECRET),
            "verify",
            NOW,
            &[option, value, "--secret-file", "secret"],
        );
        let words = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(run.code == 1 && words.contains(&message), "{message}: {}", run.out);
    }
    let run = at(&Shell::new(), "verify", NOW, &["--account-sid", "AC123"]);
    assert_eq!(
        (run.code, run.err.as_str()),
        (
            2,
            "grantmint verify: --account-sid must be AC followed by 32 hexadecimal digits, not a SID with fewer digits\n"
        )
    );
}
