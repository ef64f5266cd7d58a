//! The token that a command is about.

use std::ffi::OsString;
use std::io::Read;

use crate::failure::{self, Failure};
use crate::io::Io;

/// As much of standard input as is read: far more than any token has, so that the core says that it is too large.
const MOST: u64 = 1024 * 1024;

/// `[TOKEN|-]`.
#[derive(Default)]
pub(crate) struct TokenArgument(Option<OsString>);

impl TokenArgument {
    pub(crate) fn set(&mut self, word: OsString) -> Result<(), Failure> {
        match self.0.replace(word) {
            None => Ok(()),
            Some(_) => Err(Failure::Usage(
                "there is more than one TOKEN. The secret is never an argument: see --secret-file".to_owned(),
            )),
        }
    }

    /// The token, from where it is to be read. Bytes that are not UTF-8 are replaced: no token has such.
    pub(crate) fn read(self, io: &mut Io<'_>) -> Result<String, Failure> {
        match self.0 {
            Some(word) if word != "-" => Ok(word.to_string_lossy().into_owned()),
            None if io.stdin_is_terminal => {
                Err(Failure::Usage("a TOKEN is missing: give it as an argument, or pipe it in".to_owned()))
            }
            _ => {
                let mut bytes = Vec::new();
                (&mut *io.stdin).take(MOST + 1).read_to_end(&mut bytes).map_err(|error| {
                    Failure::Setting(format!("cannot read standard input: {}", failure::reason(&error)))
                })?;
                let mut token = String::from_utf8_lossy(&bytes).into_owned();
                // The one that `grantmint mint`, echo and editors put behind it.
                without_line_end(&mut token);
                Ok(token)
            }
        }
    }
}

fn without_line_end(text: &mut String) {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
}
