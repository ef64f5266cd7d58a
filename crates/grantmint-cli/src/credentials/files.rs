//! The files that contain a secret or variables.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use grantmint::Secret;

use super::{Found, Place};
use crate::failure::{self, Failure};

/// The size limit of a file in bytes: a larger file is a mistake, and a device may never end.
const LARGEST_FILE: u64 = 1024 * 1024;

/// Reads the secret in a file, without one line feed at the end, which editors and `echo` add.
pub(super) fn read_secret(path: &Path) -> Result<Found<Secret<'static>>, Failure> {
    let mut bytes = read_file(path).map_err(|error| match error {
        FileError::Absent if path == Path::new("-") => {
            Failure::Setting("--secret-file must be a file, not standard input".to_owned())
        }
        // The argument may be the secret itself, which must not be logged.
        FileError::Absent if path.to_str().is_none_or(is_like_a_secret) => Failure::Setting(
            "--secret-file does not exist; expected the name of a file that contains the secret".to_owned(),
        ),
        error => unreadable(path, error.reason()),
    })?;
    // Windows PowerShell's `>` writes UTF-16. Secrets have no byte-order mark.
    if [&b"\xff\xfe"[..], b"\xfe\xff", b"\xef\xbb\xbf"].iter().any(|mark| bytes.starts_with(mark)) {
        return Err(unreadable(path, "it starts with a byte-order mark: save it as plain ASCII"));
    }
    if bytes.starts_with(b"TWILIO_") || bytes.starts_with(b"export ") {
        return Err(unreadable(path, "it has lines of the form NAME=value: give it by --env-file"));
    }
    if bytes.pop_if(|byte| *byte == b'\n').is_some() {
        bytes.pop_if(|byte| *byte == b'\r');
    }
    if let Some(what) = more_than_a_secret(&bytes) {
        return Err(unreadable(path, &format!("{what}: expected the secret alone")));
    }
    if bytes.is_empty() {
        return Err(Failure::Setting(format!("the secret in {} is empty", path.display())));
    }
    Ok(Found {
        value: Secret::from(bytes),
        source: format!("the secret in {}", path.display()),
        place: Place::Option,
    })
}

/// Says of the content of a file what it is, if it is obviously not a secret alone. A key is told by the core.
fn more_than_a_secret(bytes: &[u8]) -> Option<&'static str> {
    let text = str::from_utf8(bytes).ok()?.trim();
    if text.starts_with("-----BEGIN") {
        return None;
    }
    if text.starts_with('{')
        && serde_json::from_str::<serde_json::Value>(text).is_ok_and(|json| json.get("kty").is_none())
    {
        return Some("it is a JSON object");
    }
    if text.starts_with("eyJ") && text.matches('.').count() == 2 {
        return Some("it is a token");
    }
    let name = text.split_once(": ").map_or("", |(name, _)| name);
    if name.to_ascii_lowercase().ends_with("secret") {
        return Some("a name is before the secret");
    }
    if bytes.ends_with(b"\n") {
        return Some("it ends with more than one line feed");
    }
    (text.lines().count() > 1 && !text.starts_with("PuTTY")).then_some("it has more than one line")
}

/// The reason why a file cannot be read.
pub(super) enum FileError {
    Absent,
    Folder,
    TooLarge,
    Other(String),
}

impl FileError {
    pub(super) fn reason(&self) -> &str {
        match self {
            Self::Absent => "the file does not exist",
            Self::Folder => "it is a folder",
            Self::TooLarge => "it is larger than 1 MiB",
            Self::Other(reason) => reason,
        }
    }
}

pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST_FILE + 1).read_to_end(&mut bytes));
    match read {
        Ok(length) if length as u64 > LARGEST_FILE => Err(FileError::TooLarge),
        Ok(_) => Ok(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(FileError::Absent),
        // Windows calls a folder inaccessible.
        Err(error) if error.kind() == ErrorKind::IsADirectory || path.is_dir() => Err(FileError::Folder),
        Err(error) => Err(FileError::Other(failure::reason(&error))),
    }
}

/// Returns whether text could be a secret of Twilio, which has 32 letters and digits.
fn is_like_a_secret(text: &str) -> bool {
    !failure::is_short(text) && !text.contains(['.', '/', '\\'])
}

pub(super) fn unreadable(path: &Path, why: &str) -> Failure {
    Failure::Setting(format!("cannot read {}: {why}", path.display()))
}
