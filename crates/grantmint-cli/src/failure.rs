//! Why the command cannot do what it is asked for: exit code 2.

use std::ffi::OsStr;

use grantmint::Error;
use grantmint::internal::{PRODUCTS, message};

/// What is wrong, in words that give away neither a secret nor the content of a file.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments make no sense: the help tells more.
    Usage(String),
    /// What they refer to is not as it must be: a variable, a file, an input that the core refuses.
    Setting(String),
}

impl Failure {
    /// What the core says about an input, in the words of the command line: `sync --service-sid is required`.
    pub(crate) fn refused(error: &Error) -> Self {
        let text = message(error, option_of);
        for product in PRODUCTS {
            let owned = text.strip_prefix(product.class).and_then(|rest| rest.strip_prefix('.'));
            if let Some(rest) = owned {
                return Self::Setting(format!("{} {rest}", word_of(product.class)));
            }
        }
        Self::Setting(text)
    }

    /// What the core says about a value that came from somewhere else than an option: the environment, or a file.
    pub(crate) fn refused_from(error: &Error, source: Option<&str>) -> Self {
        let text = message(error, option_of);
        let typed = error.field().map(option_of).unwrap_or_default();
        match (source, text.strip_prefix(&typed)) {
            (Some(source), Some(rest)) => Self::Setting(format!("{source}{rest}")),
            _ => Self::refused(error),
        }
    }

    /// What goes to standard error.
    pub(crate) fn report(&self, command: &str) -> String {
        match self {
            Self::Usage(message) => {
                format!("{command}: {message}\nSee `{command} --help`.\n")
            }
            Self::Setting(message) => format!("{command}: {message}\n"),
        }
    }
}

/// How a field of the core is given on the command line: `service_sid` as `--service-sid`.
pub(crate) fn option_of(field: &str) -> String {
    if field == "secret" { "the secret".to_owned() } else { format!("--{}", field.replace('_', "-")) }
}

/// How a product is called on the command line: `TaskRouterGrant` as `task-router`.
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

/// An argument that was not expected: by its name, if it cannot be a secret or a token.
pub(crate) fn word(argument: &OsStr) -> String {
    match argument.to_str().filter(|text| is_short(text)) {
        Some(word) => format!("{word:?}"),
        None => "an argument".to_owned(),
    }
}

/// `, not "1x"`: the value that an option cannot have, likewise.
pub(crate) fn value(text: &str) -> String {
    if is_short(text) { format!(", not {text:?}") } else { String::new() }
}

/// Whether an argument is shorter than Twilio's secrets: then it may be repeated, wherever somebody put it.
pub(crate) fn is_short(text: &str) -> bool {
    text.len() < 32
}

/// Why the operating system would not read or write something.
pub(crate) fn reason(error: &std::io::Error) -> String {
    // "No such file or directory (os error 2)": the number helps nobody here.
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
