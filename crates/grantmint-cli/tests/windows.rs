//! Windows: arguments in UTF-16, line ends, devices, paths, code pages and colours.

#![cfg(windows)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod shell;

use std::ffi::OsString;
use std::os::windows::ffi::OsStringExt;
use std::os::windows::process::CommandExt;
use std::process::Stdio;

use shell::{ACCOUNT_SID, KEY_SID, Run, SECRET, Shell};

const PROGRAM: &str = env!("CARGO_BIN_EXE_grantmint");

#[test]
fn arguments_keep_every_character() {
    let shell = Shell::new();
    for identity in ["Zoë", "日本語", "👩\u{200d}🚀", "a \"b\" \\\"", "c:\\d\\", "%PATH% ^ & | < >", "*.*"]
    {
        let minted = shell.run(&["mint", "video", "--identity", identity]);
        assert_eq!(minted.code, 0, "{}", minted.err);
        let run = shell.pipe(&["verify", "--json"], &minted.out);
        let value: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(value["identity"], identity);
    }
}

#[test]
fn half_of_a_character_is_refused() {
    let shell = Shell::new();
    let half = OsString::from_wide(&[0x61, 0xd83d]);
    let run = |arguments: &[&str]| {
        let mut command = shell.command(PROGRAM);
        shell.finish(command.args(arguments).arg(&half).stdin(Stdio::null()).output().unwrap())
    };
    let minted = run(&["mint", "video", "--identity"]);
    assert_eq!((minted.code, minted.out.as_str()), (2, ""));
    assert!(
        minted.err.starts_with("grantmint mint: --identity is not well-formed Unicode\n"),
        "{}",
        minted.err
    );
    assert_eq!(run(&["inspect"]).code, 1);
    assert_eq!(run(&["mint", "video", "--identity=a", "--secret-file"]).code, 2);

    let mut command = shell.command(PROGRAM);
    command.args(["mint", "video", "--identity=a"]).env("TWILIO_API_SECRET", &half);
    let minted = shell.finish(command.output().unwrap());
    assert_eq!(minted.code, 2);
    assert_eq!(minted.err, "grantmint mint: the environment variable TWILIO_API_SECRET is not Unicode\n");
}

/// Runs a line of `cmd`, a second time if `cmd` could not start the program (9009): Wine fails to start one in thousands.
fn cmd(shell: &Shell, line: &str) -> Run {
    let once = || {
        let mut command = shell.command("cmd");
        shell.finish(command.raw_arg(format!("/d /c {line}")).stdin(Stdio::null()).output().unwrap())
    };
    let run = once();
    if run.code == 9009 { once() } else { run }
}

#[test]
fn files_may_have_the_line_ends_of_windows() {
    let lines = format!(
        "# credentials\r\nTWILIO_ACCOUNT_SID={ACCOUNT_SID}\r\nTWILIO_API_KEY=\"{KEY_SID}\"\r\nTWILIO_API_SECRET={SECRET}\r\n"
    );
    let shell = Shell::bare().file(".env", lines).file("secret", format!("{SECRET}\r\n"));
    let minted = shell.run(&["mint", "video", "--identity=alice"]);
    assert_eq!((minted.code, minted.err.as_str()), (0, ""));
    let run = shell.pipe(&["verify", "--secret-file=secret"], minted.out.replace('\n', "\r\n"));
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
}

#[test]
fn nul_is_an_empty_file_and_discards_the_output() {
    let shell = Shell::new();
    for name in ["NUL", "nul", r"\\.\NUL"] {
        let run = shell.run(&["mint", "video", "--identity=a", "--secret-file", name]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{name}: {}", run.err);
        let run = shell.run(&["mint", "video", "--identity=a", "--env-file", name]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{name}");
    }
    for command in ["inspect", "verify"] {
        let run = cmd(&shell, &format!("grantmint {command} --json <NUL"));
        assert!(run.code == 1 && run.out.contains("not_compact"), "{run:?}");
    }
    let run = cmd(&shell, "grantmint mint video --identity=a >NUL");
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""));
}

/// Absolute paths beyond 260 characters, verbatim ones, and those of a server.
#[test]
fn files_may_have_every_kind_of_path() {
    let shell = Shell::new();
    let folder = std::path::absolute(&shell.folder).unwrap();
    let long = folder.join("a".repeat(180)).join("b".repeat(180));
    std::fs::create_dir_all(&long).unwrap();
    let file = long.join("secret");
    std::fs::write(&file, SECRET).unwrap();
    let text = file.to_str().unwrap().to_owned();
    assert!(text.len() > 260 && text.as_bytes()[1] == b':', "{text}");
    let near = folder.join("near");
    std::fs::write(&near, SECRET).unwrap();
    let near = near.to_str().unwrap();
    // The share of a drive, which an administrator can read.
    let share = format!(r"\\localhost\{}${}", &near[..1], &near[2..]);
    let mut paths = vec![
        text.clone(),
        format!(r"\\?\{text}"),
        format!(r"\\?\{near}"),
        format!(r"\\.\{near}"),
        "./near".to_owned(),
    ];
    paths.extend(Some(share).filter(|share| std::fs::metadata(share).is_ok()));
    for path in paths {
        let run = shell.run(&["mint", "video", "--identity=alice", "--secret-file", &path]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{path}");
        let run = shell.pipe(&["verify", "--json", "--secret-file", &path], run.out);
        assert_eq!(run.code, 0, "{path}: {}", run.err);
        let value: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(value["checked_by"][0], format!("the secret in {path}"));
    }
    for path in [format!("{text}.txt"), format!(r"\\localhost\no-such-share\{}", "c".repeat(300))] {
        let run = shell.run(&["mint", "video", "--identity=alice", "--secret-file", &path]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{path}");
        assert!(run.err.starts_with("grantmint mint: cannot read "), "{}", run.err);
    }
}

/// A file or a pipe receives UTF-8 in each code page.
#[test]
fn the_code_page_changes_nothing() {
    let shell = Shell::new();
    let minted = shell.run(&["mint", "video", "--identity", "Zoë 日本語"]).out;
    let shell = shell.file("token", minted);
    let plain = shell.run(&["inspect", "eyJ"]).out;
    assert!(plain.contains("\n  → "), "{plain}");
    for page in ["437", "850", "932", "1252", "65001"] {
        let line = |command: &str| cmd(&shell, &format!("chcp {page} >NUL 2>NUL & {command}"));
        assert_eq!(line("grantmint inspect eyJ").out, plain, "{page}");
        let run = line("grantmint verify --json <token");
        assert_eq!(run.code, 0, "{page}: {}", run.out);
        let value: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(value["identity"], "Zoë 日本語", "{page}");
        let run = line("grantmint mint video --identity Zoë --ttl x");
        assert!(run.err.contains("--ttl must be"), "{page}: {}", run.err);
    }
}

/// The older console shows escape sequences as text. Windows Terminal and the terminals of other systems know them.
#[test]
fn only_a_terminal_that_knows_colours_gets_them() {
    let colours = |variables: &[(&str, &str)], is_terminal| {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        let mut io = grantmint_cli::Io {
            stdin: &mut std::io::empty(),
            stdout: &mut out,
            stderr: &mut err,
            stdin_is_terminal: false,
            stdout_is_terminal: is_terminal,
            stderr_is_terminal: is_terminal,
            variable: &variable,
        };
        assert_eq!(grantmint_cli::run(["inspect".into(), "eyJ".into()], &mut io), 1);
        out.contains(&0x1b)
    };
    for (variables, expected) in [
        (&[][..], false),
        (&[("WT_SESSION", "0c2f")], true),
        (&[("TERM", "xterm-256color")], true),
        (&[("TERM", "dumb")], false),
        (&[("WT_SESSION", "0c2f"), ("NO_COLOR", "1")], false),
    ] {
        assert_eq!(colours(variables, true), expected, "{variables:?}");
        assert!(!colours(variables, false), "{variables:?}");
    }
}
