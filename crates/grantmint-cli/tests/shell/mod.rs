//! Runs the command in an own folder and environment.

// Each test file is a crate of its own, and none of them uses all of this.
#![allow(dead_code, reason = "see above")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) const ACCOUNT_SID: &str = "AC0123456789abcdef0123456789abcdef";
pub(crate) const KEY_SID: &str = "SKfedcba9876543210fedcba9876543210";
pub(crate) const SECRET: &str = "fake-secret-0123456789-ABCDEFGHI";
pub(crate) const SERVICE_SID: &str = "IS0123456789abcdef0123456789abcdef";
pub(crate) const APPLICATION_SID: &str = "AP0123456789abcdef0123456789abcdef";
pub(crate) const OTHER_KEY: &str = "SK00000000000000000000000000000000";
pub(crate) const NOW: u64 = 1_700_000_000;

/// An empty folder, and an environment with nothing but credentials.
pub(crate) struct Shell {
    pub(crate) folder: PathBuf,
    variables: Vec<(String, String)>,
}

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Shell {
    pub(crate) fn new() -> Self {
        Self::bare()
            .with("TWILIO_ACCOUNT_SID", ACCOUNT_SID)
            .with("TWILIO_API_KEY", KEY_SID)
            .with("TWILIO_API_SECRET", SECRET)
    }

    /// Creates an environment without credentials.
    pub(crate) fn bare() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self { folder, variables: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.pipe(arguments, "")
    }

    pub(crate) fn pipe(&self, arguments: &[&str], stdin: impl AsRef<[u8]>) -> Run {
        let mut command = self.command(env!("CARGO_BIN_EXE_grantmint"));
        let mut child = command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The command may end before it has read its input.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_ref());
        self.finish(child.wait_with_output().unwrap())
    }

    /// Runs a line of POSIX shell with the command in its path.
    pub(crate) fn sh(&self, line: &str) -> Run {
        let output = self.command("sh").arg("-c").arg(line).stdin(Stdio::null()).output().unwrap();
        self.finish(output)
    }

    /// Mints a token at the current time.
    pub(crate) fn token(&self) -> String {
        let run = self.run(&["mint", "video", "--identity", "alice"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        run.out.trim_end().to_owned()
    }

    /// Creates a command that finds `grantmint` in its path.
    pub(crate) fn command(&self, program: &str) -> Command {
        let binary = Path::new(env!("CARGO_BIN_EXE_grantmint")).parent().unwrap();
        let mut path = binary.as_os_str().to_owned();
        path.push(if cfg!(windows) { ";" } else { ":" });
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut command = Command::new(program);
        command.current_dir(&self.folder).env_clear().env("PATH", path).envs(self.variables.clone());
        command
    }

    /// Returns the result, after checking that no secret was printed.
    pub(crate) fn finish(&self, output: Output) -> Run {
        let run = Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        };
        let mut secrets = vec![SECRET];
        secrets.extend(
            self.variables
                .iter()
                .filter(|(name, _)| name.contains("SECRET"))
                .map(|(_, value)| value.as_str()),
        );
        for secret in secrets.into_iter().filter(|secret| !secret.is_empty()) {
            assert!(!run.out.contains(secret) && !run.err.contains(secret), "the secret is shown");
        }
        assert!(!run.err.contains("panicked"), "{}", run.err);
        run
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Returns a token minted at [`NOW`].
pub(crate) fn token() -> String {
    let run =
        Shell::new().run(&["mint", "video", "--room=daily", "--identity=alice", "--now", &NOW.to_string()]);
    run.out.trim_end().to_owned()
}

pub(crate) fn at(shell: &Shell, command: &str, now: u64, arguments: &[&str]) -> Run {
    shell.run(&[&[command, &token(), "--now", &now.to_string()], arguments].concat())
}

pub(crate) fn json(run: &Run) -> Value {
    assert_eq!(run.err, "");
    serde_json::from_str(&run.out).unwrap()
}
