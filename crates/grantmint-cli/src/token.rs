//! The token argument of a command.

use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::Path;

use grantmint::internal::scheme;

use crate::explain;
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
                "more than one TOKEN is given: put a text with spaces into quotation marks, or pipe it to the command. \
                 The secret is never an argument: see --secret-file"
                    .to_owned(),
            )),
        }
    }

    /// Reads the token from the argument or standard input. Replaces bytes that are not UTF-8, which no token contains.
    pub(crate) fn read(self, io: &mut Io<'_>) -> Result<String, Failure> {
        if let Some(what) = self.0.as_deref().and_then(misplaced) {
            let word = self.0.as_deref().map(failure::word).unwrap_or_default();
            return Err(Failure::Usage(format!("{word} {what}")));
        }
        match self.0 {
            Some(word) if word != "-" => Ok(word.to_string_lossy().into_owned()),
            None if io.stdin_is_terminal => {
                Err(Failure::Usage("a TOKEN is missing; expected an argument or standard input".to_owned()))
            }
            _ => {
                let mut bytes = Vec::new();
                (&mut *io.stdin).take(MOST + 1).read_to_end(&mut bytes).map_err(|error| {
                    Failure::Setting(format!("cannot read standard input: {}", failure::reason(&error)))
                })?;
                let mut token = decoded(&bytes);
                // `grantmint mint`, echo and editors add a line feed.
                without_line_end(&mut token);
                Ok(token)
            }
        }
    }
}

/// Returns whether a word is what precedes a token in a request, which the shell has made an argument of its own.
fn is_scheme(word: &OsStr) -> bool {
    // As it would be in one text with the token.
    scheme(&[word.as_encoded_bytes(), b" "].concat()).is_some()
}

/// Says of a word that is no token what it is: a file, or one of Twilio's numbers.
fn misplaced(word: &OsStr) -> Option<String> {
    if word == "-" || word.as_encoded_bytes().starts_with(b"eyJ") {
        return None;
    }
    let path = Path::new(word);
    if path.is_file() {
        return Some("is a file; to read the token in it, write < before its name".to_owned());
    }
    if path.is_dir() {
        return Some("is a folder; expected a token".to_owned());
    }
    let text = word.to_str()?;
    if let Some(name) = text.strip_prefix('@').filter(|name| Path::new(name).is_file()) {
        return Some(format!("is curl's way to name a file; write < {name}"));
    }
    let is_address = ["http://", "https://", "ws://", "wss://"].iter().any(|start| text.starts_with(start));
    if is_address && !text.contains("eyJ") {
        return Some("is an address; to inspect its answer: curl -s ADDRESS | grantmint inspect".to_owned());
    }
    if let Some(number) = number_in(text) {
        return Some(format!("names a number of Twilio's, not a token; see `grantmint help {number}`"));
    }
    let ends = |ending: &&str| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending));
    let is_name = ["txt", "jwt", "json", "log", "env"].iter().any(ends);
    is_name.then(|| "is not a token, and there is no such file".to_owned())
}

/// Returns one of Twilio's numbers that a text without a token names: `Error 20101: …`, or the error as JSON.
pub(crate) fn number_in(text: &str) -> Option<String> {
    let topic = explain::bare(text);
    let is_number = topic.len() == 5 && topic.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !text.contains("eyJ") && !explain::entry(&topic).is_empty()).then_some(topic)
}

/// Returns a line for a report about such a text.
pub(crate) fn number_note(text: &str) -> String {
    let note = |number| {
        format!("\nThe text names a number of Twilio's: `grantmint help {number}` lists its causes.\n")
    };
    number_in(text).map(note).unwrap_or_default()
}

/// Decodes UTF-16, which Windows PowerShell writes to files, and else UTF-8.
fn decoded(bytes: &[u8]) -> String {
    let units =
        |read: fn([u8; 2]) -> u16| bytes[2..].chunks_exact(2).map(move |pair| read([pair[0], pair[1]]));
    match bytes {
        [0xff, 0xfe, ..] => {
            char::decode_utf16(units(u16::from_le_bytes)).map(|char| char.unwrap_or('\u{fffd}')).collect()
        }
        [0xfe, 0xff, ..] => {
            char::decode_utf16(units(u16::from_be_bytes)).map(|char| char.unwrap_or('\u{fffd}')).collect()
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
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
