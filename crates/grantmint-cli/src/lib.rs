//! The command `grantmint`, as a function: Cargo's binary, `python -m grantmint` and `npx grantmint` all call
//! [`main_with`], so that they are one command.
//!
//! [`run`] does the same with any [`Io`], for tests and for embedding. It prints only through that [`Io`] and returns an
//! exit code: 0 for success, 1 if a token is not sound or is rejected, 2 for wrong usage or settings.
//!
//! ```
//! use std::io;
//! use grantmint_cli::{Io, run};
//!
//! let (mut out, mut err) = (Vec::new(), Vec::new());
//! let mut io = Io {
//!     stdin: &mut io::empty(),
//!     stdout: &mut out,
//!     stderr: &mut err,
//!     stdin_is_terminal: false,
//!     stdout_is_terminal: false,
//!     stderr_is_terminal: false,
//!     variable: &|_| None,
//! };
//! assert_eq!(run(["inspect".into(), "Bearer abc".into()], &mut io), 1);
//! assert!(String::from_utf8_lossy(&out).contains("Bearer"));
//! ```

#![forbid(unsafe_code)]

mod arguments;
mod credentials;
mod env_file;
mod explain;
mod failure;
mod inspect;
mod io;
mod json_text;
mod mint;
mod object;
mod token;
mod verify;

use std::ffi::{OsStr, OsString};

use arguments::{Argument, Arguments};
use failure::Failure;
use grantmint::internal::name_meant;

pub use io::Io;

/// Runs the command with the arguments after its name, and the process's own streams and environment. Returns the exit
/// code.
pub fn main_with(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    if io::is_output_closed() {
        return refuse_closed_output();
    }
    let arguments = arguments.into_iter().collect();
    io::with_process(|io| run_list(arguments, io))
}

/// Returns whether standard output is closed (`>&-`), so that nothing printed there would reach anybody.
#[doc(hidden)]
#[must_use]
pub fn is_output_closed() -> bool {
    io::is_output_closed()
}

/// Reports that standard output is closed. Returns the exit code.
#[doc(hidden)]
#[must_use]
pub fn refuse_closed_output() -> u8 {
    io::with_process(|io| io.complain("grantmint: standard output is closed\n"));
    TROUBLE
}

/// Runs the command with the arguments after its name. Returns the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>, io: &mut Io<'_>) -> u8 {
    run_list(arguments.into_iter().collect(), io)
}

/// The outcome of a command that was used correctly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The command succeeded; the token is sound.
    Good = 0,
    /// The token is not sound, or it is rejected.
    Bad = 1,
}

/// The exit code for wrong usage and wrong settings.
const TROUBLE: u8 = 2;

fn run_list(arguments: Vec<OsString>, io: &mut Io<'_>) -> u8 {
    let mut arguments = Arguments::new(arguments);
    match command(&mut arguments, io) {
        Ok(outcome) => outcome as u8,
        Err(failure) => {
            let report = failure.report(arguments.command());
            io.complain_about(&report);
            TROUBLE
        }
    }
}

fn command(arguments: &mut Arguments, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    const HELP: &str = include_str!("help/grantmint.txt");
    match arguments.next()? {
        Some(Argument::Option(option)) => match option.as_str() {
            "help" => io.print(HELP),
            "version" => io.print(concat!("grantmint ", env!("CARGO_PKG_VERSION"), "\n")),
            _ => Err(arguments::unknown_first(&option, HELP)),
        },
        Some(Argument::Word(word)) => match word.to_str() {
            Some("mint") => mint::run(arguments.of("mint"), io),
            Some("inspect") => inspect::run(arguments.of("inspect"), io),
            Some("verify") => verify::run(arguments.of("verify"), io),
            Some("help") => {
                let mut topics = Vec::new();
                while let Some(argument) = arguments.next()? {
                    match argument {
                        Argument::Word(topic) => topics.push(topic),
                        Argument::Option(option) if option == "help" => {}
                        Argument::Option(option) => return Err(arguments::unknown(&option, HELP)),
                    }
                }
                topics.retain(|topic| topic != "help");
                let topics: Vec<OsString> = topics.iter().flat_map(|topic| in_parts(topic)).collect();
                if topics.is_empty() { io.print(HELP) } else { help(&topics, io) }
            }
            Some(text) if text.contains("eyJ") => Err(Failure::Usage(
                "a token is not a command; did you mean `grantmint inspect TOKEN`?".to_owned(),
            )),
            _ => {
                // `explain 20101`
                let number = match arguments.next() {
                    Ok(Some(Argument::Word(next))) => next.to_str().and_then(token::number_in),
                    _ => None,
                };
                let meant =
                    number.map_or_else(|| meant(&word), |number| format!("did you mean `help {number}`?"));
                Err(Failure::Usage(format!("{} is not a command; {meant}", failure::word(&word))))
            }
        },
        None => Err(Failure::Usage(format!("a command is missing; {COMMANDS}"))),
    }
}

const COMMANDS: &str = "expected one of: mint, inspect, verify, help";

/// Prints the help of each topic: a command, or the entries of a finding's code or of one of Twilio's numbers.
fn help(topics: &[OsString], io: &mut Io<'_>) -> Result<Outcome, Failure> {
    // `help error 20101`
    let is_filler =
        |topic: &&OsString| !["error", "code", "twilio"].iter().any(|word| topic.eq_ignore_ascii_case(word));
    let named: Vec<&OsString> = topics.iter().filter(is_filler).collect();
    let named = if named.is_empty() { topics.iter().collect() } else { named };
    // `help 20101 Invalid Access Token`: the number says all.
    let is_number = |topic: &&OsString| topic.to_str().is_some_and(|text| token::number_in(text).is_some());
    let numbers: Vec<&OsString> = named.iter().copied().filter(is_number).collect();
    let rest_is_known = named.iter().all(|topic| is_number(topic) || help_on(topic).is_ok());
    let named = if numbers.is_empty() || rest_is_known { named } else { numbers };
    let mut texts = named.into_iter().map(|topic| help_on(topic)).collect::<Result<Vec<_>, _>>()?;
    // `help mint video`: the help of a product is that of mint.
    texts.dedup();
    io.print(&texts.join("\n"))
}

/// Returns the numbers in a list such as `20101,20103`, or else the topic itself.
fn in_parts(topic: &OsStr) -> Vec<OsString> {
    let parts: Vec<&str> = topic.to_str().unwrap_or_default().split(',').map(str::trim).collect();
    let is_number = |part: &&str| part.len() == 5 && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.iter().all(is_number) {
        parts.into_iter().map(OsString::from).collect()
    } else {
        vec![topic.to_owned()]
    }
}

fn help_on(topic: &OsStr) -> Result<String, Failure> {
    let text = topic.to_str().map(explain::bare);
    match text.as_deref() {
        Some("mint") => Ok(mint::help()),
        Some("inspect") => Ok(inspect::HELP.to_owned()),
        Some("verify") => Ok(verify::HELP.to_owned()),
        Some("code" | "codes" | "error" | "errors" | "findings") => Ok(explain::codes()),
        Some(word) if mint::is_product(word) => Ok(mint::help()),
        other => match other.map(explain::entry).filter(|entry| !entry.is_empty()) {
            Some(entry) => Ok(entry),
            None => Err(Failure::Usage(format!("{} {}", failure::word(topic), explain::unknown(other)))),
        },
    }
}

/// Returns what a word probably means that is not a command.
fn meant(word: &OsStr) -> String {
    let word = word.to_str().filter(|word| failure::is_short(word)).unwrap_or_default();
    if word == "version" {
        return "did you mean --version?".to_owned();
    }
    if !explain::entry(&explain::bare(word)).is_empty() {
        return format!("did you mean `help {}`?", explain::bare(word));
    }
    let others = [
        ("inspect", &["decode", "explain", "debug", "show", "check"][..]),
        ("verify", &["validate"]),
        ("mint", &["create", "generate", "sign", "new", "issue", "token"]),
        ("help", &["error", "errors", "code"]),
    ];
    if let Some((command, _)) = others.iter().find(|(_, words)| words.contains(&word)) {
        return format!("did you mean {command}?");
    }
    if let Some(command) = name_meant(word, ["mint", "inspect", "verify", "help"]) {
        return format!("did you mean {command}?");
    }
    match mint::product_meant(word) {
        Some(product) => format!("did you mean `mint {product}`?"),
        None => COMMANDS.to_owned(),
    }
}
