//! The sources of the credentials. The secret is never printed.

mod shell;

use shell::{ACCOUNT_SID, KEY_SID, NOW, OTHER_KEY, Run, SECRET, Shell, at, json};

const OTHER_SECRET: &str = "other-fake-secret-0123456789-ABC";

fn env_file() -> String {
    format!("TWILIO_ACCOUNT_SID={ACCOUNT_SID}\nTWILIO_API_KEY={KEY_SID}\nTWILIO_API_SECRET={SECRET}\n")
}

fn mint(shell: &Shell, arguments: &[&str]) -> Run {
    shell.run(&[&["mint", "video", "--identity", "alice", "--now", "1700000000"], arguments].concat())
}

/// Returns the token of these credentials, which is the same from every source.
fn expected() -> String {
    mint(&Shell::new(), &[]).out
}

#[test]
fn a_file_takes_the_place_of_the_environment() {
    let shell = Shell::bare().file(".env", env_file());
    assert_eq!(mint(&shell, &[]).out, expected());
    let shell = Shell::bare().file("app.env", env_file());
    assert_eq!(mint(&shell, &["--env-file", "app.env"]).out, expected());
}

#[test]
fn the_environment_wins_and_an_empty_variable_is_an_unset_one() {
    let shell = Shell::new().file(".env", env_file().replace(SECRET, OTHER_SECRET));
    assert_eq!(mint(&shell, &[]).out, expected());
    let shell =
        Shell::new().with("TWILIO_API_KEY", "").with("TWILIO_API_SECRET", "").file(".env", env_file());
    assert_eq!(mint(&shell, &[]).out, expected());
}

#[test]
fn a_key_and_a_secret_from_two_sources_are_rejected() {
    let secret_from_file = Shell::new().with("TWILIO_API_SECRET", "").file(".env", env_file());
    let key_from_file = Shell::new().with("TWILIO_API_KEY", "").file(".env", env_file());
    let token = Shell::new().token();
    for (shell, empty, pair) in [
        (
            &secret_from_file,
            "TWILIO_API_SECRET",
            "TWILIO_API_KEY in the environment and TWILIO_API_SECRET in .env",
        ),
        (&key_from_file, "TWILIO_API_KEY", "TWILIO_API_KEY in .env and TWILIO_API_SECRET in the environment"),
    ] {
        let commands = [&["mint", "video", "--identity=a"][..], &["verify", &token]];
        for command in commands {
            let named = [command, &["--env-file", ".env"]].concat();
            for arguments in [command, &named] {
                let run = shell.run(arguments);
                assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
                let expected = format!(
                    "grantmint {}: {pair} may belong to two keys; set {empty} in the environment, too, or give --secret-file\n",
                    arguments[0]
                );
                let note = format!("note: {empty} is empty in the environment, so .env counts for that\n");
                assert_eq!(run.err, note + &expected);
            }
        }
    }
    // A token can be explained without them.
    for shell in [&secret_from_file, &key_from_file] {
        let run = shell.run(&["inspect", &token]);
        assert!(run.code == 0 && run.out.contains("not checked: TWILIO_API_KEY in"), "{}", run.out);
    }
    // An option is a deliberate choice, and the account's SID belongs to no key.
    assert_eq!(mint(&secret_from_file, &["--key-sid", KEY_SID]).code, 0);
    assert_eq!(mint(&Shell::new().with("TWILIO_ACCOUNT_SID", "").file(".env", env_file()), &[]).code, 0);
    assert_eq!(mint(&Shell::bare().file(".env", env_file()), &[]).err, "");
}

#[test]
fn options_win_over_both() {
    let shell = Shell::new()
        .with("TWILIO_API_SECRET", OTHER_SECRET)
        .with("TWILIO_API_KEY", "SK00000000000000000000000000000000")
        .file("secret", SECRET);
    let arguments = ["--key-sid", KEY_SID, "--account-sid", ACCOUNT_SID, "--secret-file", "secret"];
    assert_eq!(mint(&shell, &arguments).out, expected());
}

/// The secret beside a key's SID is not that of the key that an option names.
#[test]
fn the_secret_of_another_key_is_rejected() {
    let in_file = Shell::bare().file(".env", env_file());
    for (shell, key, secret) in [
        (&Shell::new(), "TWILIO_API_KEY", "TWILIO_API_SECRET in the environment"),
        (&in_file, "TWILIO_API_KEY in .env", "TWILIO_API_SECRET in .env"),
    ] {
        let run = mint(shell, &["--key-sid", OTHER_KEY]);
        let expected = format!(
            "grantmint mint: --key-sid is another key than {key}, to which {secret} belongs; expected --secret-file with its secret\n"
        );
        assert_eq!((run.code, run.out.as_str(), run.err), (2, "", expected));
        assert_eq!(mint(shell, &["--key-sid", KEY_SID]).err, "");
    }
    // The key beside the secret counts, not the one that the option replaces.
    let exported = Shell::bare().with("TWILIO_API_KEY", OTHER_KEY).file(".env", env_file());
    let run = mint(&exported, &["--key-sid", OTHER_KEY]);
    assert!(
        run.code == 2 && run.err.contains("--key-sid is another key than TWILIO_API_KEY in .env"),
        "{}",
        run.err
    );
    assert_eq!(mint(&exported, &["--key-sid", KEY_SID]).err, "");
    let with_secret = Shell::new().file("secret", "other-fake-secret-0123456789-ABC");
    assert_eq!(mint(&with_secret, &["--key-sid", OTHER_KEY, "--secret-file", "secret"]).err, "");
}

/// A file with more than the secret would sign tokens that Twilio rejects.
#[test]
fn a_file_with_more_than_the_secret_is_rejected() {
    let token = mint(&Shell::new(), &[]).out;
    for (content, what) in [
        (format!("{SECRET}\n{SECRET}\n"), "it has more than one line"),
        (format!("{{\"sid\":\"SK1\",\"secret\":\"{SECRET}\"}}"), "it is a JSON object"),
        (token, "it is a token"),
        (format!("Secret: {SECRET}\n"), "a name is before the secret"),
    ] {
        for command in [&["mint", "video", "--identity=a"][..], &["verify", "a.b.c"]] {
            let shell = Shell::new().file("file", &content);
            let run = shell.run(&[command, &["--secret-file", "file"]].concat());
            assert_eq!((run.code, run.out.as_str()), (2, ""), "{content}");
            let expected = format!("cannot read file: {what}: expected the secret alone\n");
            assert!(run.err.ends_with(&expected), "{}", run.err);
        }
    }
}

/// The form of a key comes before the question whose secret it is.
#[test]
fn swapped_options_are_called_swapped() {
    let run = mint(&Shell::new(), &["--account-sid", KEY_SID, "--key-sid", ACCOUNT_SID]);
    assert!(run.code == 2 && run.err.contains("--account-sid must be AC"), "{}", run.err);
    let run = mint(&Shell::new(), &["--key-sid", ACCOUNT_SID]);
    assert!(run.code == 2 && run.err.contains("--key-sid must be SK"), "{}", run.err);
}

/// A line that only looks as if it set a variable is named.
#[test]
fn a_missing_variable_says_what_is_in_its_place() {
    let file =
        format!("# TWILIO_ACCOUNT_SID={ACCOUNT_SID}\nset TWILIO_API_KEY={KEY_SID}\nTWILIO_API_SECRET=\n");
    let shell = Shell::bare().file(".env", file);
    let expected = "Set what is missing there, or give --account-sid, --key-sid, --secret-file. \
        TWILIO_ACCOUNT_SID: line 1 of .env is a comment. TWILIO_API_KEY: line 2 of .env is not of the form NAME=value. \
        TWILIO_API_SECRET is an empty text, which counts as not set\n";
    let run = mint(&shell, &[]);
    assert!(run.code == 2 && run.err.contains(expected), "{}", run.err);
    let run = shell.run(&["verify", "a.b.c"]);
    assert!(
        run.code == 2
            && run
                .err
                .contains("--secret-file. TWILIO_API_SECRET is an empty text, which counts as not set\n"),
        "{}",
        run.err
    );
    let shell = Shell::bare().file(".env", format!("TWILIO_API_SECERT={SECRET}\ntwilio_api_key={KEY_SID}\n"));
    let run = mint(&shell, &[]);
    for part in [
        "TWILIO_API_SECRET: line 1 of .env has a similar name",
        "TWILIO_API_KEY: line 2 of .env has a similar name",
    ] {
        assert!(run.err.contains(part), "{}", run.err);
    }
    let token = "TWILIO_AUTH_TOKEN is set in";
    for (shell, place) in [
        (Shell::bare().file(".env", "TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef\n"), ".env"),
        (Shell::bare().with("TWILIO_AUTH_TOKEN", "0123456789abcdef0123456789abcdef"), "the environment"),
    ] {
        let run = mint(&shell, &[]);
        assert!(run.err.contains(&format!("{token} {place}, but cannot sign Access Tokens")), "{}", run.err);
    }
    let folder = Shell::bare().file(".env/file", "");
    assert!(mint(&folder, &[]).err.contains("not set in the environment, and .env is a folder"));
    let shell = Shell::bare().with("TWILIO_API_SECRET", "");
    let run = mint(&shell, &[]);
    assert!(
        run.err.contains(". TWILIO_API_SECRET is an empty text, which counts as not set\n"),
        "{}",
        run.err
    );
    let shell = Shell::bare().file(".env", "#TWILIO_API_SECRET=x\n");
    let run = at(&shell, "inspect", NOW, &["--json"]);
    let because =
        "set TWILIO_API_SECRET, or give --secret-file. TWILIO_API_SECRET: line 1 of .env is a comment";
    assert_eq!(json(&run)["not_checked_because"], because);
}

#[test]
fn one_line_feed_at_the_end_of_a_secret_is_dropped() {
    for end in ["", "\n", "\r\n"] {
        let shell = Shell::new().with("TWILIO_API_SECRET", "").file("secret", format!("{SECRET}{end}"));
        assert_eq!(mint(&shell, &["--secret-file", "secret"]).out, expected(), "{end:?}");
    }
    let shell = Shell::new().file("secret", format!("{SECRET}\n\n"));
    let run = mint(&shell, &["--secret-file", "secret"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("cannot read secret: it ends with more than one line feed: expected the secret alone"),
        "{}",
        run.err
    );
}

#[test]
fn a_secret_in_the_place_of_a_files_name_is_not_repeated() {
    let run = mint(&Shell::new(), &["--secret-file", OTHER_SECRET]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--secret-file does not exist; expected the name of a file"), "{}", run.err);
    assert!(!run.err.contains(OTHER_SECRET));
    let run = mint(&Shell::new(), &["--secret-file", &format!("secrets/{OTHER_SECRET}.txt")]);
    assert!(run.err.contains("cannot read secrets/"), "{}", run.err);
}

#[test]
fn every_missing_variable_is_named() {
    let run = mint(&Shell::bare(), &[]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.starts_with(
            "grantmint mint: TWILIO_ACCOUNT_SID, TWILIO_API_KEY, TWILIO_API_SECRET are not set in the environment, and \
             there is no .env file in the current folder."
        ),
        "{}",
        run.err
    );
    let misnamed = Shell::bare()
        .with("TWILIO_API_KEY_SECRET", SECRET)
        .file(".env", format!("TWILIO_API_KEY_SID = {KEY_SID}'\nTWILIO_ACCOUNT_SID={ACCOUNT_SID}\n"));
    let run = mint(&misnamed, &[]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.err,
        "grantmint mint: TWILIO_API_KEY, TWILIO_API_SECRET are set neither in the environment nor in .env. Set what is missing \
         there, or give --key-sid, --secret-file. TWILIO_API_KEY_SID is set in .env; expected the name TWILIO_API_KEY. \
         TWILIO_API_KEY_SECRET is set in the environment; expected the name TWILIO_API_SECRET\nSee `grantmint mint --help`.\n"
    );
    let other = Shell::bare().with("TWILIO_API_SECRET_KEY", SECRET);
    assert!(
        other
            .run(&["verify", "a.b.c"])
            .err
            .contains("TWILIO_API_SECRET_KEY is set in the environment; expected the name TWILIO_API_SECRET"),
    );
    let shell = Shell::new().with("TWILIO_API_KEY", "").file(".env", "PORT=3000\n");
    let run = mint(&shell, &[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("TWILIO_API_KEY is set neither in the environment nor in .env."), "{}", run.err);
}

#[test]
fn an_error_names_the_source_of_the_value() {
    let bad_key = Shell::new().with("TWILIO_API_KEY", ACCOUNT_SID);
    assert_eq!(
        mint(&bad_key, &[]).err,
        "grantmint mint: TWILIO_API_KEY must be SK followed by 32 hexadecimal digits, not the SID of an account\n"
    );
    let short = Shell::bare().file(".env", env_file().replace(SECRET, "very-short"));
    assert_eq!(
        mint(&short, &[]).err,
        "grantmint mint: TWILIO_API_SECRET in .env must be at least 32 bytes long, not 10\n"
    );
    let pem = Shell::new().file("key.pem", "-----BEGIN PRIVATE KEY-----\n");
    for command in [&["mint", "video", "--identity=a"][..], &["verify", "a.b.c"]] {
        let run = pem.run(&[command, &["--secret-file", "key.pem"]].concat());
        assert_eq!(run.code, 2);
        assert!(
            run.err.ends_with(": the secret in key.pem is a PEM key, not the secret of a Twilio API key\n"),
            "{}",
            run.err
        );
    }
}

#[test]
fn a_file_that_was_asked_for_must_be_readable() {
    let shell = Shell::new().file("utf16", b"\xff\xfef\0a\0k\0e\0").file("binary.env", b"\xc3\x28");
    for (arguments, expected) in [
        (["--secret-file", "absent"], "cannot read absent: the file does not exist\n"),
        (["--env-file", "absent"], "cannot read absent: the file does not exist\n"),
        (["--secret-file", "."], "cannot read .: "),
        (["--secret-file", "utf16"], "cannot read utf16: it starts with a byte-order mark"),
        (["--env-file", "binary.env"], "cannot read binary.env: it is not UTF-8: save it as UTF-8\n"),
        #[cfg(unix)]
        (["--secret-file", "/dev/zero"], "cannot read /dev/zero: it is larger than 1 MiB\n"),
    ] {
        let run = mint(&shell, &arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(run.err.starts_with(&format!("grantmint mint: {expected}")), "{}", run.err);
    }
}

#[test]
fn a_malformed_file_is_named_by_its_line_and_not_shown() {
    for (line, why) in [
        (format!("TWILIO_API_SECRET {SECRET}"), "NAME=value is expected, but there is no ="),
        (format!("TWILIO_API_SECRET: {SECRET}"), "NAME=value is expected, not a colon after the name"),
        (format!("TWILIO_API_SECRET=\"{SECRET}"), "a quotation mark is not closed on the same line"),
        (format!("TWILIO_API_SECRET='{SECRET}' {SECRET}"), "text follows the closing quotation mark"),
        (
            format!("TWILIO_API_SECRET=$A{SECRET}"),
            "the value contains $ or \\, which no SID or secret does: write the value itself",
        ),
        (
            format!("TWILIO_API_SECRET={SECRET}#A"),
            "a # inside a value is a comment for some libraries: put the value in quotation marks",
        ),
    ] {
        let shell = Shell::bare().file(".env", format!("# for {SECRET}\n\n{line}\nPORT=1\n"));
        for command in [&["mint", "video", "--identity=a"][..], &["verify", "a.b.c"]] {
            let run = shell.run(command);
            assert_eq!((run.code, run.out.as_str()), (2, ""), "{line}");
            assert!(run.err.ends_with(&format!(": .env, line 3: {why}\n")), "{}", run.err);
        }
        // `inspect` explains the token anyway, unless the file was requested.
        let run = shell.run(&["inspect", "a.b.c"]);
        assert_eq!(run.code, 1, "{line}");
        assert!(run.err.ends_with(&format!(": .env, line 3: {why}\n")), "{}", run.err);
        assert_eq!(shell.run(&["inspect", "a.b.c", "--env-file", ".env"]).code, 2, "{line}");
    }
}

/// The secret in every wrong place: `Shell` searches everything that is printed for it.
#[test]
fn a_secret_among_the_arguments_is_refused_and_not_repeated() {
    let shell = Shell::new();
    for option in ["--secret", "--key-secret", "--api-secret", "--api-key-secret", "--auth-token"] {
        for command in [&["mint", "video", "--identity=a"][..], &["inspect", "a.b.c"], &["verify", "a.b.c"]] {
            for value in [&[&*format!("{option}={SECRET}")][..], &[option, SECRET]] {
                let run = shell.run(&[command, value].concat());
                assert_eq!((run.code, run.out.as_str()), (2, ""));
                let start = format!(
                    "{option} is not an option, on purpose: other processes can read a command's arguments"
                );
                assert!(run.err.contains(&start), "{}", run.err);
                assert!(run.err.contains("--secret-file"), "{}", run.err);
            }
        }
    }
    // The variables confused: `Shell` fails if the secret is printed.
    let token = shell.token();
    for name in ["TWILIO_ACCOUNT_SID", "TWILIO_API_KEY"] {
        let mixed_up = Shell::new().with(name, SECRET);
        for (arguments, code) in [
            (&["mint", "video", "--identity=a"][..], Some(2)),
            (&["verify", &token], Some(2)),
            (&["verify", "--json", &token], Some(2)),
            (&["inspect", &token], None),
        ] {
            let run = mixed_up.run(arguments);
            assert!(code.is_none_or(|code| code == run.code), "{run:?}");
        }
    }
    let (attached, hyphens) = (format!("--json={SECRET}"), format!("--{SECRET}"));
    for arguments in [
        &[SECRET][..],
        &["mint", SECRET],
        &["mint", "video", "--identity=a", SECRET],
        &["mint", "video", "--identity=a", "--ttl", SECRET],
        &["mint", "video", "--identity=a", "--now", SECRET],
        &["mint", "video", "--identity=a", "--algorithm", SECRET],
        &["mint", "video", "--identity=a", "--key-sid", SECRET],
        &["mint", "voice", "--identity=a", "--outgoing-application-params", SECRET],
        &["mint", "voice", "--identity=a", &format!("--incoming-allow={SECRET}")],
        &["inspect", "a.b.c", SECRET],
        &["inspect", "a.b.c", &attached],
        &["verify", "a.b.c", SECRET],
        &["verify", "a.b.c", &hyphens],
        &["verify", "a.b.c", "--leeway", SECRET],
    ] {
        let run = shell.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
    }
}
