//! The arguments, in order, and the values of options.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use grantmint::internal::{TimeField, name_meant};
use grantmint::{Algorithm, Error};
use lexopt::{Arg, Parser};

use crate::failure::{self, Failure};
use crate::{inspect, mint, verify};

/// The arguments that have not been read yet.
pub(crate) struct Arguments {
    parser: Parser,
    /// The command as far as it has been read: `grantmint mint`.
    command: String,
}

/// An argument.
pub(crate) enum Argument {
    /// The name of an option, without its hyphens.
    Option(String),
    /// Any other argument.
    Word(OsString),
}

impl Arguments {
    pub(crate) fn new(arguments: Vec<OsString>) -> Self {
        Self { parser: Parser::from_args(arguments), command: "grantmint".to_owned() }
    }

    /// Continues with the arguments of a subcommand.
    pub(crate) fn of(&mut self, command: &str) -> &mut Self {
        self.command = format!("grantmint {command}");
        self
    }

    /// Returns the command as far as it has been read.
    pub(crate) fn command(&self) -> &str {
        &self.command
    }

    pub(crate) fn next(&mut self) -> Result<Option<Argument>, Failure> {
        match self.parser.next() {
            Ok(None) => Ok(None),
            Ok(Some(Arg::Short('h'))) => Ok(Some(Argument::Option("help".to_owned()))),
            Ok(Some(Arg::Short('V'))) => Ok(Some(Argument::Option("version".to_owned()))),
            Ok(Some(Arg::Short('v'))) => {
                Err(Failure::Usage("unknown option -v; did you mean -V, which shows the version?".to_owned()))
            }
            Ok(Some(Arg::Short(letter))) => {
                let hint = match letter {
                    't' | 'f' if self.command != MINT => format!("; {TOKEN_IS_AN_ARGUMENT}"),
                    'i' | 'u' if self.command == MINT => "; did you mean --identity?".to_owned(),
                    't' if self.command == MINT => "; did you mean --ttl?".to_owned(),
                    'j' => "; did you mean --json?".to_owned(),
                    _ => "; a name of several letters follows two hyphens, as in --help".to_owned(),
                };
                Err(Failure::Usage(format!("unknown option -{letter}{hint}")))
            }
            Ok(Some(Arg::Long(name))) => Ok(Some(Argument::Option(name.to_owned()))),
            Ok(Some(Arg::Value(word))) => Ok(Some(Argument::Word(word))),
            // The value may be secret.
            Err(lexopt::Error::UnexpectedValue { option, .. }) => {
                Err(Failure::Usage(format!("{option} takes no value")))
            }
            Err(_) => Err(Failure::Usage("an argument cannot be read".to_owned())),
        }
    }

    /// Returns the value of the option just read.
    pub(crate) fn value(&mut self, option: &str) -> Result<OsString, Failure> {
        if let Some(attached) = self.parser.optional_value() {
            return given(option, attached);
        }
        let missing =
            || Failure::Usage(format!("--{option} needs a value; is a variable of the shell unset?"));
        let value = self.parser.value().map_err(|_| missing())?;
        // `--identity $UNSET --ttl 60` does not mean the identity "--ttl".
        if value.as_encoded_bytes().starts_with(b"--") { Err(missing()) } else { given(option, value) }
    }

    pub(crate) fn text(&mut self, option: &str) -> Result<String, Failure> {
        self.value(option)?
            .into_string()
            .map_err(|_| Failure::Usage(format!("--{option} is not well-formed Unicode")))
    }

    pub(crate) fn path(&mut self, option: &str) -> Result<PathBuf, Failure> {
        self.value(option).map(PathBuf::from)
    }

    /// Returns a duration in whole seconds: `90`, `90s`, `5m`, `1h30m`.
    pub(crate) fn duration(&mut self, field: TimeField) -> Result<u64, Failure> {
        let option = field.name();
        let text = self.text(option)?;
        if let Some(seconds) = whole_seconds(field, &text, "seconds") {
            return seconds;
        }
        let duration = humantime::parse_duration(&text).map_err(|_| {
            let forms = "a number of seconds, or a duration such as 90s, 5m or 1h30m";
            Failure::Usage(format!("--{option} must be {forms}{}", failure::value(&text)))
        })?;
        if duration.subsec_nanos() > 0 {
            let message = format!("--{option} must be a whole number of seconds, not {text}");
            return Err(Failure::Setting(message));
        }
        field.check(duration.as_secs()).map_err(|error| match error {
            // A unit was given, so it is not in milliseconds.
            Error::OutOfRange { min, max, .. } => Failure::Setting(format!(
                "--{option} must be from {min} to {max} seconds{}{}",
                in_hours(max),
                failure::value(&text)
            )),
            other => Failure::refused(&other),
        })
    }

    /// Returns a time in seconds since the epoch.
    pub(crate) fn moment(&mut self, field: TimeField) -> Result<u64, Failure> {
        moment(field, &self.text(field.name())?)
    }

    pub(crate) fn algorithm(&mut self) -> Result<Algorithm, Failure> {
        let name = self.text("algorithm")?;
        name.parse().map_err(|_| {
            let name = failure::value(&name);
            let expected = if self.command == MINT {
                "HS256, the only one that Twilio accepts"
            } else {
                "HS256, HS384 or HS512"
            };
            Failure::Usage(format!("--algorithm must be {expected}{name}"))
        })
    }
}

/// The command that takes no token.
const MINT: &str = "grantmint mint";

/// How to give a token, for options that do not exist.
const TOKEN_IS_AN_ARGUMENT: &str = "the token is an argument without an option, as in `inspect 'eyJ…'`; to read it from a file, write < before the file's name";

/// Returns the value of an option, unless it is empty: `--identity "$UNSET"` does not ask for no identity.
fn given(option: &str, value: OsString) -> Result<OsString, Failure> {
    if value.is_empty() {
        return Err(Failure::Usage(format!("--{option} is empty; is a variable of the shell unset?")));
    }
    Ok(value)
}

/// Returns the failure for an unknown option before the command.
pub(crate) fn unknown_first(option: &str, help: &str) -> Failure {
    match unknown(option, help) {
        Failure::Usage(text) if !text.contains("did you mean") => {
            Failure::Usage(format!("{text}; a command comes first, then its options"))
        }
        other => other,
    }
}

/// Returns the failure for an unknown option, given the help that lists the known ones.
pub(crate) fn unknown(option: &str, help: &str) -> Failure {
    Failure::Usage(if failure::is_short(option) {
        let meant = name_meant(option, options_in(help)).or_else(|| longer(option, help));
        let begun = begun(option, help);
        let takes_token = help.contains("[TOKEN|-]");
        let hint = match meant {
            Some(meant) => format!("; did you mean --{meant}?"),
            None if !owners(option, help).is_empty() => {
                format!("; it is an option of {}", owners(option, help))
            }
            None if begun.len() > 1 => format!("; did you mean one of these? --{}", begun.join(", --")),
            None if takes_token && ["token", "jwt", "file", "input"].contains(&option) => {
                format!("; {TOKEN_IS_AN_ARGUMENT}")
            }
            None => String::new(),
        };
        format!("unknown option --{option}{hint}")
    } else {
        // It may be a secret that starts with hyphens.
        "unknown option".to_owned()
    })
}

/// Returns the other commands that have an option, if it is not one of their products'.
fn owners(option: &str, help: &str) -> String {
    let commands =
        [("mint", mint::help()), ("inspect", inspect::HELP.to_owned()), ("verify", verify::HELP.to_owned())];
    let has = |text: &str| {
        text.lines()
            .any(|line| line.strip_prefix("  --").is_some_and(|line| line.split(' ').next() == Some(option)))
    };
    let owners = commands.iter().filter(|(_, text)| text != help && has(text)).map(|(name, _)| *name);
    owners.collect::<Vec<_>>().join(" and ")
}

/// Returns the option that another word probably means: `--identity` for `--id` or `--user`, `--service-sid` for `--service` or,
/// if no other option ends so, `--sid`.
pub(crate) fn longer<'a>(option: &str, help: &'a str) -> Option<&'a str> {
    let only = |is_meant: &dyn Fn(&str) -> bool| {
        let mut found = options_in(help).filter(|known| is_meant(known));
        found.next().filter(|first| found.all(|other| other == *first))
    };
    let synonym = match option {
        "user" | "username" | "user-id" | "name" => "identity",
        "api-key" | "key" => "key-sid",
        "account" => "account-sid",
        "app-sid" | "application" | "outgoing-app-sid" => "outgoing-application-sid",
        "expires" | "expires-in" | "lifetime" => "ttl",
        _ => "",
    };
    let begun = begun(option, help);
    let ends = |known: &str| known.strip_suffix(option).is_some_and(|rest| rest.ends_with('-'));
    only(&|known| known == synonym)
        .or_else(|| begun.first().copied().filter(|_| begun.len() == 1))
        .or_else(|| only(&ends))
}

/// Returns the options that a word begins.
fn begun<'a>(option: &str, help: &'a str) -> Vec<&'a str> {
    let begun: BTreeSet<&str> =
        options_in(help).filter(|known| option.len() > 1 && known.starts_with(option)).collect();
    begun.into_iter().collect()
}

/// Returns the long options that a help text lists, each at the start of a line or after the short one.
fn options_in(help: &str) -> impl Iterator<Item = &str> {
    let listed = help.lines().filter(|line| line.trim_start().starts_with('-'));
    listed.filter_map(|line| line.split_once("--")?.1.split(|char: char| !is_of_option(char)).next())
}

fn is_of_option(char: char) -> bool {
    char.is_ascii_lowercase() || char == '-'
}

/// Parses a time in seconds since the epoch.
pub(crate) fn moment(field: TimeField, text: &str) -> Result<u64, Failure> {
    whole_seconds(field, text, "seconds since 1970").unwrap_or_else(|| {
        let (option, text) = (field.name(), failure::value(text));
        let now = if field == TimeField::Nbf { "now, or " } else { "" };
        Err(Failure::Usage(format!("--{option} must be {now}a number of seconds since 1970{text}")))
    })
}

/// Stores a value that can be given only once.
pub(crate) fn set<T>(place: &mut Option<T>, option: &str, value: T) -> Result<(), Failure> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(Failure::Usage(format!("--{option} is given more than once"))),
    }
}

/// Parses digits, with an optional minus, and checks the range. Returns `None` for any other text.
fn whole_seconds(field: TimeField, text: &str, unit: &str) -> Option<Result<u64, Failure>> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = match text.parse() {
        Ok(seconds) => field.check(seconds),
        Err(_) => Err(field.out_of_range(text)),
    };
    Some(seconds.map_err(|error| out_of_range(&error, field.name(), unit)))
}

/// Returns the failure for a time out of range, with its unit.
fn out_of_range(error: &Error, option: &str, unit: &str) -> Failure {
    match error {
        Error::OutOfRange { found, min, max, .. } => {
            // A lifetime of at least five minutes.
            let in_seconds =
                found.parse::<u64>().ok().map(|value| value / 1000).filter(|value| *value >= 300);
            let hint = match in_seconds.filter(|seconds| (min..=max).contains(&seconds)) {
                Some(seconds) => format!("; {seconds}, if that is in milliseconds"),
                None => String::new(),
            };
            let hours = in_hours(*max);
            Failure::Setting(format!(
                "--{option} must be from {min} to {max} {unit}{hours}, not {found}{hint}"
            ))
        }
        other => Failure::refused(other),
    }
}

/// Returns ` (24h)` for a limit of so many seconds that is a number of hours.
fn in_hours(seconds: u64) -> String {
    if seconds.is_multiple_of(3600) { format!(" ({}h)", seconds / 3600) } else { String::new() }
}
