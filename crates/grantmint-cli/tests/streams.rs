//! Standard input, pipes and terminals.

#![cfg_attr(
    target_os = "linux",
    expect(clippy::print_stderr, reason = "a test that cannot run here says so")
)]

mod shell;

#[cfg(target_os = "linux")]
use shell::NOW;
use shell::Shell;

#[test]
fn a_token_comes_from_standard_input() {
    let shell = Shell::new();
    let token = shell.token();
    for end in ["", "\n", "\r\n"] {
        for command in ["inspect", "verify"] {
            for arguments in [&[command][..], &[command, "-"]] {
                assert_eq!(shell.pipe(arguments, format!("{token}{end}")).code, 0, "{arguments:?} {end:?}");
            }
        }
    }
    // Every tool adds one; two are a mistake.
    assert!(shell.pipe(&["inspect"], format!("{token}\n\n")).out.contains("stray_whitespace"));
    assert_eq!(shell.pipe(&["verify"], format!("{token}\n\n")).code, 1);
}

#[test]
fn an_empty_or_huge_input_is_a_token_that_is_not_sound() {
    let shell = Shell::new();
    let megabytes = "x".repeat(3 * 1024 * 1024);
    for (input, code) in [("", "not_compact"), ("\n", "not_compact"), (&megabytes, "token_too_large")] {
        for command in ["inspect", "verify"] {
            let run = shell.pipe(&[command, "--json"], input);
            assert_eq!(run.code, 1, "{command}");
            assert!(run.out.contains(code), "{}", run.out);
        }
    }
    for command in ["inspect", "verify"] {
        assert_eq!(shell.pipe(&[command], b"\xff\xfe\x00.a.b").code, 1);
    }
}

#[test]
fn a_tokens_contents_do_nothing_to_the_terminal() {
    let shell = Shell::new();
    let identity = "a\u{1b}[31m\u{9b}31m\u{202e}\u{7f}\nb";
    let minted = shell.run(&["mint", "video", "--identity", identity]);
    for arguments in [&["inspect"][..], &["inspect", "--json"], &["verify"], &["verify", "--json"]] {
        let run = shell.pipe(arguments, &minted.out);
        let acts = |char: char| matches!(char, '\u{1b}' | '\u{9b}' | '\u{202e}' | '\u{7f}');
        assert!(!run.out.contains(acts), "{arguments:?}: {:?}", run.out);
        assert!(!run.out.contains("\nb"), "{arguments:?}: {:?}", run.out);
    }
    let run = shell.pipe(&["verify", "--json"], &minted.out);
    let value: serde_json::Value = serde_json::from_str(&run.out).unwrap_or_default();
    assert_eq!(value["identity"], identity);
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let shell = Shell::new();
    for command in ["mint video --identity alice", "inspect a.b.c", "verify a.b.c --json", "mint --help"] {
        // The reader ends before the command writes.
        let run = shell.sh(&format!("(sleep 0.2; grantmint {command}; echo \"code $?\" >&2) | true"));
        let code = i32::from(command.contains("a.b.c"));
        assert_eq!(run.err, format!("code {code}\n"), "{command}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let run = Shell::new().sh("grantmint mint video --identity alice > /dev/full");
    assert_eq!(run.code, 2);
    assert_eq!(run.err, "grantmint mint: cannot write to standard output: No space left on device\n");
    // If standard error is full as well, there is still no panic.
    assert_eq!(Shell::new().sh("grantmint mint 2> /dev/full").code, 2);
}

#[cfg(unix)]
#[test]
fn a_closed_output_is_an_error() {
    let shell = Shell::new();
    let token = shell.token();
    for command in
        ["mint video --identity alice", &format!("inspect {token}"), &format!("verify {token}"), "--help"]
    {
        let run = shell.sh(&format!("grantmint {command} >&-"));
        assert_eq!((run.code, run.err.as_str()), (2, "grantmint: standard output is closed\n"), "{command}");
        // Deliberately discarded output is none, and the other streams need not be open.
        assert_eq!(shell.sh(&format!("grantmint {command} > /dev/null")).code, 0, "{command}");
        assert_eq!(shell.sh(&format!("grantmint {command} <&- 2>&- | cat")).code, 0, "{command}");
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_refused() {
    let run = Shell::new().sh("TWILIO_API_SECRET=$(printf '\\377') grantmint mint video --identity alice");
    assert_eq!(run.code, 2);
    assert_eq!(run.err, "grantmint mint: the environment variable TWILIO_API_SECRET is not Unicode\n");
    let run = Shell::new().sh("grantmint mint video --identity \"$(printf '\\377')\"");
    assert_eq!(run.code, 2);
    assert!(run.err.starts_with("grantmint mint: --identity is not well-formed Unicode\n"), "{}", run.err);
    assert_eq!(Shell::new().sh("grantmint inspect \"$(printf '\\377')\"").code, 1);
}

/// Runs a line in a terminal and returns both output streams as one.
#[cfg(target_os = "linux")]
fn in_terminal(shell: &Shell, line: &str) -> Option<(i32, String)> {
    let has_script = shell.sh("script --version").out.contains("util-linux");
    if !has_script {
        eprintln!("SKIPPED: there is no `script` of util-linux to make a terminal with");
        return None;
    }
    let run = shell.sh(&format!("script --quiet --return --command '{line}' /dev/null < /dev/null"));
    Some((run.code, run.out))
}

#[cfg(target_os = "linux")]
#[test]
fn there_is_colour_on_a_terminal_only_and_only_where_it_is_wanted() {
    let red = "\u{1b}[31m";
    let line = "grantmint inspect a.b.c";
    let shell = Shell::new().with("TERM", "xterm");
    assert!(!shell.sh(line).out.contains('\u{1b}'));
    let Some((code, out)) = in_terminal(&shell, line) else { return };
    assert_eq!(code, 1);
    assert!(out.contains(red), "{out:?}");
    let warning = in_terminal(&shell, "grantmint mint video --identity a@b");
    assert!(warning.is_some_and(|(code, out)| code == 0 && out.contains("\u{1b}[33mwarning\u{1b}[0m")));
    // The command writes into a pipe, and `cat` into the terminal.
    let warning = in_terminal(&shell, "grantmint mint video --identity a@b 2>&1 | cat");
    assert!(warning.is_some_and(|(_, out)| !out.contains('\u{1b}')));

    for (name, value, expected) in [("NO_COLOR", "1", false), ("NO_COLOR", "", true), ("TERM", "dumb", false)]
    {
        let shell = Shell::new().with("TERM", "xterm").with(name, value);
        let coloured = in_terminal(&shell, line).is_some_and(|(_, out)| out.contains(red));
        assert_eq!(coloured, expected, "{name}={value}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn nobody_has_to_type_a_token() {
    let shell = Shell::new();
    for command in ["inspect", "verify"] {
        let Some((code, out)) = in_terminal(&shell, &format!("grantmint {command}")) else { return };
        assert_eq!(code, 2, "{out}");
        assert!(out.contains("a TOKEN is missing; expected an argument or standard input"), "{out}");
    }
    let line = format!("grantmint mint video --identity alice --now {NOW} | grantmint inspect --now {NOW}");
    let Some((code, out)) = in_terminal(&shell, &line) else { return };
    assert_eq!(code, 0, "{out}");
}
