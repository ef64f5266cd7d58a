//! Windows: arguments in UTF-16, line ends, and devices.

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

/// Runs a line of `cmd`.
fn cmd(shell: &Shell, line: &str) -> Run {
    let mut command = shell.command("cmd");
    shell.finish(command.raw_arg(format!("/d /c {line}")).stdin(Stdio::null()).output().unwrap())
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
