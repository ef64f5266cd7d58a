//! The failures of the command: exit code 2.

use std::ffi::OsStr;

use grantmint::Error;
use grantmint::internal::{PRODUCTS, ProductField, message};

/// The reason for a failure. It reveals neither a secret nor the contents of a file.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments are invalid. The message refers to the help.
    Usage(String),
    /// A variable, a file or an input is invalid.
    Setting(String),
}

impl Failure {
    /// Returns the core's error with the names of the command line: `sync --service-sid is required`.
    pub(crate) fn refused(error: &Error) -> Self {
        let text = words(error);
        for product in PRODUCTS {
            let owned = text.strip_prefix(product.class).and_then(|rest| rest.strip_prefix('.'));
            if let Some(rest) = owned {
                let is_its = |field: &&ProductField| {
                    rest.strip_suffix(" is required") == Some(&*option_of(field.name))
                };
                let text = format!("{} {rest}", word_of(product.class));
                return match product.fields.iter().find(is_its).and_then(|field| field.sid) {
                    Some(prefix) => {
                        Self::Usage(format!("{text}; expected {prefix} followed by 32 hexadecimal digits"))
                    }
                    None => Self::Setting(text),
                };
            }
        }
        Self::Setting(text)
    }

    /// Returns the core's error about a value from the environment or a file.
    pub(crate) fn refused_from(error: &Error, source: Option<&str>) -> Self {
        let text = words(error);
        let typed = error.field().map(option_of).unwrap_or_default();
        match (source, text.strip_prefix(&typed)) {
            (Some(source), Some(rest)) => Self::Setting(format!("{source}{rest}")),
            _ => Self::refused(error),
        }
    }

    /// Returns the message alone.
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Usage(message) | Self::Setting(message) => message,
        }
    }

    /// Returns the text for standard error.
    pub(crate) fn report(&self, command: &str) -> String {
        match self {
            Self::Usage(message) => {
                format!("{command}: {message}\nSee `{command} --help`.\n")
            }
            Self::Setting(message) => format!("{command}: {message}\n"),
        }
    }
}

/// Returns the core's message with the names of options, without the variable that it supposes to be unset.
fn words(error: &Error) -> String {
    let text = message(error, option_of);
    let text = text.split(" (it was ").next().unwrap_or_default();
    // The other one of two fields that are swapped.
    match text.split_once("it is swapped with ") {
        Some((start, field)) if field.ends_with("_sid") => {
            format!("{start}it is swapped with {}", option_of(field))
        }
        _ => text.to_owned(),
    }
}

/// Returns the option for a field of the core: `--service-sid` for `service_sid`.
pub(crate) fn option_of(field: &str) -> String {
    if field == "secret" { "the secret".to_owned() } else { format!("--{}", field.replace('_', "-")) }
}

/// Returns a product's name on the command line: `task-router` for `TaskRouterGrant`.
pub(crate) fn word_of(class: &str) -> String {
    let mut word = String::new();
    for letter in class.trim_end_matches("Grant").chars() {
        if letter.is_ascii_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}

/// Returns an unexpected argument for a message, unless it may be a secret or a token.
pub(crate) fn word(argument: &OsStr) -> String {
    match argument.to_str().filter(|text| is_short(text)) {
        Some(word) => format!("{word:?}"),
        None => "an argument".to_owned(),
    }
}

/// Returns `, not "1x"` for the value that an option rejects, unless it may be a secret or a token.
pub(crate) fn value(text: &str) -> String {
    if is_short(text) { format!(", not {text:?}") } else { String::new() }
}

/// Returns whether an argument is shorter than Twilio's secrets, so that messages may repeat it.
pub(crate) fn is_short(text: &str) -> bool {
    text.len() < 32
}

/// Returns the operating system's reason for an error.
pub(crate) fn reason(error: &std::io::Error) -> String {
    // Without the number: "No such file or directory (os error 2)".
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
