//! The token argument of a command.

use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::Path;

use crate::failure::{self, Failure};
use crate::io::Io;

/// The limit for standard input in bytes: far above a verifier's limit, so that the core reports the size.
const MOST: u64 = 1024 * 1024;

/// `[TOKEN|-]`.
#[derive(Default)]
pub(crate) struct TokenArgument(Option<OsString>);

impl TokenArgument {
    pub(crate) fn set(&mut self, word: OsString) -> Result<(), Failure> {
        match self.0.replace(word) {
            None => Ok(()),
            Some(first) if is_scheme(&first) => Err(Failure::Usage(format!(
                "{} is before the TOKEN: leave it out, or put both into quotation marks",
                failure::word(&first)
            ))),
            Some(_) => Err(Failure::Usage(
                "more than one TOKEN is given. The secret is never an argument: see --secret-file".to_owned(),
            )),
        }
    }

    /// Reads the token from the argument or standard input. Replaces bytes that are not UTF-8, which no token contains.
    pub(crate) fn read(self, io: &mut Io<'_>) -> Result<String, Failure> {
        match self.0 {
            Some(word) if word != "-" && is_file(&word) => Err(Failure::Usage(format!(
                "{} is a file; to read the token in it, write < before its name",
                failure::word(&word)
            ))),
            Some(word) if word != "-" => Ok(word.to_string_lossy().into_owned()),
            None if io.stdin_is_terminal => {
                Err(Failure::Usage("a TOKEN is missing; expected an argument or standard input".to_owned()))
            }
            _ => {
                let mut bytes = Vec::new();
                (&mut *io.stdin).take(MOST + 1).read_to_end(&mut bytes).map_err(|error| {
                    Failure::Setting(format!("cannot read standard input: {}", failure::reason(&error)))
                })?;
                let mut token = String::from_utf8_lossy(&bytes).into_owned();
                // `grantmint mint`, echo and editors add a line feed.
                without_line_end(&mut token);
                Ok(token)
            }
        }
    }
}

/// Returns whether a word is what precedes a token in a request, which the shell has made an argument of its own.
fn is_scheme(word: &OsStr) -> bool {
    let word = word.to_string_lossy();
    ["Authorization", "Bearer", "JWT", "Token"]
        .iter()
        .any(|scheme| word.trim_end_matches(':').eq_ignore_ascii_case(scheme))
}

/// Returns whether a word is the name of a file. No token that can be read is one.
fn is_file(word: &OsStr) -> bool {
    !word.as_encoded_bytes().starts_with(b"eyJ") && Path::new(word).is_file()
}

fn without_line_end(text: &mut String) {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
}
