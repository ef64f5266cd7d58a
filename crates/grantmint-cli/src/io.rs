//! The input and output of the command.

use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::thread;
use std::time::Duration;

use grantmint::internal::{Style, wrapped};

use crate::Outcome;
use crate::failure::{self, Failure};

/// The streams and the environment of one run.
#[expect(missing_debug_implementations, reason = "streams of any kind have nothing to show")]
pub struct Io<'a> {
    /// The source of a token that is not an argument.
    pub stdin: &'a mut dyn Read,
    /// The destination of the token or the report.
    pub stdout: &'a mut dyn Write,
    /// The destination of errors and warnings.
    pub stderr: &'a mut dyn Write,
    /// Whether a person would have to type the token.
    pub stdin_is_terminal: bool,
    /// Whether a report may have colours.
    pub stdout_is_terminal: bool,
    /// Whether warnings may have colours.
    pub stderr_is_terminal: bool,
    /// Looks up an environment variable.
    pub variable: &'a dyn Fn(&str) -> Option<OsString>,
}

impl Io<'_> {
    /// Prints the command's result to standard output.
    pub(crate) fn print(&mut self, text: &str) -> Result<Outcome, Failure> {
        match self.stdout.write_all(text.as_bytes()).and_then(|()| self.stdout.flush()) {
            Ok(()) => Ok(Outcome::Good),
            // The reader has closed the pipe: `grantmint inspect … | head -1`.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Outcome::Good),
            Err(error) => {
                Err(Failure::Setting(format!("cannot write to standard output: {}", failure::reason(&error))))
            }
        }
    }

    /// Prints to standard error. A failure cannot be reported.
    pub(crate) fn complain(&mut self, text: &str) {
        let _ = self.stderr.write_all(text.as_bytes()).and_then(|()| self.stderr.flush());
    }

    /// Prints a message to standard error. On a terminal, its lines break between words.
    pub(crate) fn complain_about(&mut self, text: &str) {
        if self.stderr_is_terminal {
            let lines: Vec<String> = text.lines().map(|line| wrapped(line, 0, 2)).collect();
            self.complain(&(lines.join("\n") + "\n"));
        } else {
            self.complain(text);
        }
    }

    /// Returns the colours of a report on standard output.
    pub(crate) fn paint_output(&self) -> fn(Style, &str) -> String {
        if self.stdout_is_terminal && self.takes_colour() { colour } else { plain }
    }

    /// Returns the colours of warnings on standard error.
    pub(crate) fn paint_errors(&self) -> fn(Style, &str) -> String {
        if self.stderr_is_terminal && self.takes_colour() { colour } else { plain }
    }

    /// Returns whether the terminal supports colours (<https://no-color.org>).
    fn takes_colour(&self) -> bool {
        let is_set = |name| (self.variable)(name).is_some_and(|value| !value.is_empty());
        let is_dumb = (self.variable)("TERM").is_some_and(|term| term == "dumb");
        // The older console of Windows shows escape sequences as text.
        let knows_escapes = !cfg!(windows) || is_set("WT_SESSION") || is_set("TERM");
        knows_escapes && !is_dumb && !is_set("NO_COLOR")
    }
}

/// Returns text without colours.
pub(crate) fn plain(_: Style, text: &str) -> String {
    text.to_owned()
}

fn colour(style: Style, text: &str) -> String {
    // ECMA-48, section 8.3.117.
    let code = match style {
        Style::Title => "1",
        Style::Good => "32",
        Style::Bad => "31",
        Style::Warning => "33",
        Style::Faint => "2",
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}

/// Returns whether standard output is closed. The standard library writes to a closed stream without an error.
pub(crate) fn is_output_closed() -> bool {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;

        /// The number of the error in Linux, macOS and the BSDs.
        const EBADF: i32 = 9;
        let copy = io::stdout().as_fd().try_clone_to_owned();
        copy.is_err_and(|error| error.raw_os_error() == Some(EBADF))
    }
    #[cfg(not(unix))]
    false
}

/// Runs a function with the process's own streams and environment.
pub(crate) fn with_process<T>(run: impl FnOnce(&mut Io<'_>) -> T) -> T {
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    run(&mut Io {
        stdin_is_terminal: stdin.is_terminal(),
        stdout_is_terminal: stdout.is_terminal(),
        stderr_is_terminal: stderr.is_terminal(),
        stdin: &mut Patient(stdin.lock()),
        stdout: &mut Patient(stdout.lock()),
        stderr: &mut Patient(stderr.lock()),
        variable: &|name| std::env::var_os(name),
    })
}

/// A stream that waits instead of failing with `WouldBlock`. A shell or Node.js may have left a shared terminal or pipe in
/// non-blocking mode.
struct Patient<T>(T);

impl<T: Read> Read for Patient<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        patiently(|| self.0.read(buffer))
    }
}

impl<T: Write> Write for Patient<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        patiently(|| self.0.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        patiently(|| self.0.flush())
    }
}

fn patiently<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match attempt() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(Duration::from_millis(2)),
            result => return result,
        }
    }
}
