//! Windows: arguments in UTF-16, code pages, line ends, devices, and long paths.

#![cfg(windows)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a test that cannot run here says so")]

mod shell;

use std::ffi::OsString;
use std::fs;
use std::os::windows::ffi::OsStringExt;
use std::os::windows::process::CommandExt;
use std::path::{Path, PathBuf};
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
fn a_pipe_and_a_file_get_utf8_in_every_code_page() {
    let shell = Shell::new();
    let token = shell.run(&["mint", "video", "--identity", "Zoë-日本語"]).out;
    let token = token.trim_end();
    for page in [437, 1252, 932, 65001] {
        let run = cmd(&shell, &format!("chcp {page} >NUL 2>&1 & grantmint inspect {token} >report.txt"));
        assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""), "{page}");
        let report = String::from_utf8(fs::read(shell.folder.join("report.txt")).unwrap()).unwrap();
        assert!(report.contains("Zoë-日本語") && report.contains('→'), "{page}: {report}");
        assert!(!report.contains(['\r', '\u{1b}']), "{page}: {report:?}");
    }
}

#[test]
fn a_token_passes_through_the_pipes_of_cmd() {
    let shell = Shell::new();
    let run = cmd(&shell, "grantmint mint video --identity alice | grantmint verify");
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
    // `echo` adds a space and \r\n, of which only the line's end is removed.
    let token = shell.token();
    assert_eq!(cmd(&shell, &format!("(echo {token})| grantmint verify")).code, 0);
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

#[test]
fn a_path_may_be_long_verbatim_or_unc() {
    let shell = Shell::new();
    let token = shell.token();
    let verified = |path: &Path| {
        let mut command = shell.command(PROGRAM);
        command.args(["verify", &token, "--secret-file"]).arg(path).env_remove("TWILIO_API_SECRET");
        let run = shell.finish(command.output().unwrap());
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{}: {}", path.display(), run.out);
    };

    // MAX_PATH is 260.
    let relative: PathBuf =
        ["directory-日本語-".repeat(4).as_str(); 8].iter().collect::<PathBuf>().join("secret");
    let long = shell.folder.join(&relative);
    fs::create_dir_all(long.parent().unwrap()).unwrap();
    fs::write(&long, SECRET).unwrap();
    assert!(relative.as_os_str().len() > 300);
    verified(&long);
    verified(&relative);
    let verbatim = fs::canonicalize(&long).unwrap();
    assert!(verbatim.to_str().unwrap().starts_with(r"\\?\"), "{}", verbatim.display());
    verified(&verbatim);
    verified(Path::new(&relative.to_str().unwrap().replace('\\', "/")));

    // Windows shares each disk with its administrators.
    let (disk, rest) = verbatim.to_str().unwrap().trim_start_matches(r"\\?\").split_once(':').unwrap();
    let unc = PathBuf::from(format!(r"\\localhost\{disk}${rest}"));
    if fs::metadata(&unc).is_ok() {
        verified(&unc);
    } else {
        eprintln!("SKIPPED: UNC paths, as the disk is not shared");
    }
}
