//! The account, the API key and its secret, from options, the environment or a file.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use grantmint::Secret;
use grantmint::internal::{OTHER_NAMES, check_sid};

use crate::arguments::{self, Arguments};
use crate::env_file::{EnvFile, Unset};
use crate::failure::{self, Failure};
use crate::io::Io;

pub(crate) const ACCOUNT_SID: &str = "TWILIO_ACCOUNT_SID";
pub(crate) const KEY_SID: &str = "TWILIO_API_KEY";
pub(crate) const SECRET: &str = "TWILIO_API_SECRET";

/// The variable of the account's Auth Token, which signs no Access Token.
const AUTH_TOKEN: &str = "TWILIO_AUTH_TOKEN";

/// The default file with environment variables.
const ENV_FILE: &str = ".env";

/// The size limit of a file in bytes: a larger file is a mistake, and a device may never end.
const LARGEST_FILE: u64 = 1024 * 1024;

/// The options for the sources of credentials.
#[derive(Default)]
pub(crate) struct CredentialOptions {
    account_sid: Option<String>,
    key_sid: Option<String>,
    secret_file: Option<PathBuf>,
    env_file: Option<PathBuf>,
}

impl CredentialOptions {
    /// Reads an option; returns `false` if it is not one of these.
    pub(crate) fn take(&mut self, option: &str, arguments: &mut Arguments) -> Result<bool, Failure> {
        match option {
            "account-sid" => arguments::set(&mut self.account_sid, option, arguments.text(option)?)?,
            "key-sid" => arguments::set(&mut self.key_sid, option, arguments.text(option)?)?,
            "secret-file" => arguments::set(&mut self.secret_file, option, arguments.path(option)?)?,
            "env-file" => arguments::set(&mut self.env_file, option, arguments.path(option)?)?,
            "secret" | "key-secret" | "api-secret" | "api-key-secret" | "auth-token" => {
                return Err(Failure::Usage(format!(
                    "--{option} is not an option, on purpose: other processes can read a command's arguments, and the shell \
                     records them. Put the secret into the environment variable {SECRET}, into a .env file, or into a \
                     file for --secret-file"
                )));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Returns whether an option names the secret.
    pub(crate) fn names_secret(&self) -> bool {
        self.secret_file.is_some()
    }

    /// Returns whether an option names a file.
    pub(crate) fn names_file(&self) -> bool {
        self.secret_file.is_some() || self.env_file.is_some()
    }

    /// Finds the credentials in the options, in the environment, or in the `.env` file.
    pub(crate) fn find(self, io: &mut Io<'_>) -> Result<Credentials, Failure> {
        let names_key = self.key_sid.is_some();
        let mut credentials = Credentials {
            account_sid: given(self.account_sid, "--account-sid", io, ACCOUNT_SID)?,
            key_sid: given(self.key_sid, "--key-sid", io, KEY_SID)?,
            secret: match &self.secret_file {
                Some(path) => Some(read_secret(path)?),
                None => given(None, "", io, SECRET)?.map(Found::into_secret),
            },
            ..Credentials::default()
        };
        if names_key {
            credentials.replaced_keys.extend(given(None, "", io, KEY_SID)?);
        }
        let is_empty = |name: &&str| (io.variable)(name).is_some_and(|value| value.is_empty());
        credentials.empty.extend([ACCOUNT_SID, KEY_SID, SECRET].into_iter().filter(is_empty));
        let is_complete = credentials.account_sid.is_some()
            && credentials.key_sid.is_some()
            && credentials.secret.is_some();
        // A named file must exist even if it is not needed.
        if self.env_file.is_some() || !is_complete {
            credentials.fill(self.env_file.as_deref())?;
        }
        let is_set = |name: &str| (io.variable)(name).is_some_and(|value| !value.is_empty());
        if is_set(AUTH_TOKEN) {
            credentials.auth_token = Some("the environment".to_owned());
        }
        let in_environment = OTHER_NAMES.iter().flat_map(|(_, others)| *others).filter(|name| is_set(name));
        credentials.misnamed.extend(in_environment.map(|name| (*name, "the environment".to_owned())));
        let is_of_file = |name: &&str| is_empty(name) && credentials.is_of_file(name);
        let filled: Vec<&str> = [ACCOUNT_SID, KEY_SID, SECRET].into_iter().filter(is_of_file).collect();
        if let (false, Some(path)) = (filled.is_empty(), &credentials.env_file) {
            let (names, path) = (filled.join(", "), path.display());
            io.complain_about(&format!(
                "note: {names} is empty in the environment, so {path} counts for that\n"
            ));
        }
        if let (false, Some(path)) = (credentials.overruled.is_empty(), &credentials.env_file) {
            let (names, path) = (credentials.overruled.join(", "), path.display());
            io.complain_about(&format!(
                "note: the environment sets {names}, so {path} does not count for that\n"
            ));
        }
        Ok(credentials)
    }
}

/// The credentials that were found.
#[derive(Default)]
pub(crate) struct Credentials {
    pub(crate) account_sid: Option<Found<String>>,
    pub(crate) key_sid: Option<Found<String>>,
    pub(crate) secret: Option<Found<Secret<'static>>>,
    /// The `.env` file that was read.
    env_file: Option<PathBuf>,
    /// The variables that are set under another name than the command reads, and their places.
    misnamed: Vec<(&'static str, String)>,
    /// The variables that are set, but empty.
    empty: Vec<&'static str>,
    /// The lines of the file that only look as if they set a variable.
    unset: Vec<Unset>,
    /// The place where the account's Auth Token is set.
    auth_token: Option<String>,
    /// The keys of the variables, if an option names one.
    replaced_keys: Vec<Found<String>>,
    /// Whether there is a folder in the place of the `.env` file.
    is_folder: bool,
    /// The variables of a named file that the environment sets, too, to another value.
    overruled: Vec<&'static str>,
}

/// A value, and the name of its source for messages.
#[derive(Debug)]
pub(crate) struct Found<T> {
    pub(crate) value: T,
    pub(crate) source: String,
    place: Place,
}

/// The kind of place where a value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// An option, or a file that an option names for this value alone.
    Option,
    Environment,
    EnvFile,
}

impl<T> Found<T> {
    /// Returns the source and its place: `TWILIO_API_KEY in the environment`.
    pub(crate) fn origin(&self) -> String {
        match self.place {
            Place::Environment => format!("{} in the environment", self.source),
            Place::Option | Place::EnvFile => self.source.clone(),
        }
    }

    /// Returns whether an option named the value.
    pub(crate) fn is_from_option(&self) -> bool {
        self.place == Place::Option
    }
}

impl Found<String> {
    fn into_secret(self) -> Found<Secret<'static>> {
        Found { value: Secret::from(self.value), source: self.source, place: self.place }
    }
}

impl Credentials {
    /// Returns the failure for missing credentials: their names, and the places for them.
    pub(crate) fn missing(&self, names: &[&str]) -> Failure {
        let is_there = |name: &str| match name {
            ACCOUNT_SID => self.account_sid.is_some(),
            KEY_SID => self.key_sid.is_some(),
            _ => self.secret.is_some(),
        };
        let missing: Vec<&str> = names.iter().copied().filter(|name| !is_there(name)).collect();
        let (are, names) = (if missing.len() == 1 { "is" } else { "are" }, missing.join(", "));
        let place = match &self.env_file {
            Some(path) => format!("neither in the environment nor in {}", path.display()),
            None if self.is_folder => "in the environment, and .env is a folder".to_owned(),
            None => "in the environment, and there is no .env file in the current folder".to_owned(),
        };
        let not = if self.env_file.is_some() { "set" } else { "not set" };
        let mut options = Vec::new();
        if missing.contains(&ACCOUNT_SID) {
            options.push("--account-sid");
        }
        if missing.contains(&KEY_SID) {
            options.push("--key-sid");
        }
        if missing.contains(&SECRET) {
            options.push("--secret-file");
        }
        let options = options.join(", ");
        let mut parts =
            vec![format!("{names} {are} {not} {place}. Set what is missing there, or give {options}")];
        parts.extend(missing.iter().filter_map(|name| self.misnamed(name)));
        parts.extend(missing.iter().filter_map(|name| self.seen(name)));
        Failure::Usage(parts.join(". "))
    }

    /// Returns whether the value of a variable is from the `.env` file.
    fn is_of_file(&self, name: &str) -> bool {
        let place = match name {
            ACCOUNT_SID => self.account_sid.as_ref().map(|found| found.place),
            KEY_SID => self.key_sid.as_ref().map(|found| found.place),
            _ => self.secret.as_ref().map(|found| found.place),
        };
        place == Some(Place::EnvFile)
    }

    /// Says of a missing secret how to give one.
    pub(crate) fn secret_missing(&self) -> String {
        let seen = self.misnamed(SECRET).or_else(|| self.seen(SECRET));
        let seen = seen.map(|text| format!(". {text}")).unwrap_or_default();
        format!("set {SECRET}, or give --secret-file{seen}")
    }

    /// Says of a variable that is missing under which other name it is set.
    fn misnamed(&self, name: &str) -> Option<String> {
        let (_, others) = OTHER_NAMES.iter().find(|(known, _)| *known == name)?;
        let (other, place) = self.misnamed.iter().find(|(other, _)| others.contains(other))?;
        Some(format!("{other} is set in {place}; expected the name {name}"))
    }

    /// Says of a variable that is missing that it is empty, or that a line of the file only looks as if it set it.
    fn seen(&self, name: &str) -> Option<String> {
        if self.empty.contains(&name) {
            return Some(format!("{name} is there, but empty"));
        }
        if name == SECRET
            && let Some(place) = &self.auth_token
        {
            return Some(format!(
                "{AUTH_TOKEN} is set in {place}, but cannot sign Access Tokens: create an API key, and set its secret"
            ));
        }
        let Unset { line, why, .. } = self.unset.iter().find(|unset| unset.name == name)?;
        Some(format!("{name}: line {line} of {} {why}", self.env_file.as_ref()?.display()))
    }

    /// Rejects a variable that is present but empty. It would not ask for any key or any account.
    pub(crate) fn check_empty(&self) -> Result<(), Failure> {
        for (name, found) in [(ACCOUNT_SID, &self.account_sid), (KEY_SID, &self.key_sid)] {
            if found.is_none() && self.empty.contains(&name) {
                let message = format!("{name} is empty; remove it to accept any, or set it");
                return Err(Failure::Setting(message));
            }
        }
        Ok(())
    }

    /// Returns where the secret came from, and the key and the account that are expected, for a report.
    pub(crate) fn origins(&self) -> Vec<String> {
        let texts = [&self.key_sid, &self.account_sid].into_iter().flatten().map(Found::origin);
        self.secret.iter().map(Found::origin).chain(texts).collect()
    }

    /// Rejects an account or a key that is no SID of its kind, whose tokens would all seem to be another's.
    pub(crate) fn check_kinds(&self) -> Result<(), Failure> {
        let secret = self.secret.as_ref().and_then(|found| str::from_utf8(found.value.expose()).ok());
        let key_sid = self.key_sid.as_ref().map_or("", |found| &*found.value);
        for (field, prefix, found, next) in [
            ("account_sid", "AC", &self.account_sid, key_sid),
            ("key_sid", "SK", &self.key_sid, secret.unwrap_or_default()),
        ] {
            let Some(found) = found else { continue };
            check_sid(field, prefix, &found.value, next)
                .map_err(|error| Failure::refused_from(&error, Some(&found.source)))?;
        }
        Ok(())
    }

    /// Rejects a key of which one half is from the environment and the other from a `.env` file. They may belong to two
    /// keys, for example if a variable is left over from another project. Rejects the SID of another key than the one whose
    /// secret was found.
    pub(crate) fn check_pair(&self) -> Result<(), Failure> {
        match (&self.key_sid, &self.secret) {
            (Some(key_sid), Some(secret))
                if matches!(
                    (key_sid.place, secret.place),
                    (Place::Environment, Place::EnvFile) | (Place::EnvFile, Place::Environment)
                ) =>
            {
                let missing = if key_sid.place == Place::EnvFile { KEY_SID } else { SECRET };
                let (key_sid, secret) = (key_sid.origin(), secret.origin());
                Err(Failure::Setting(format!(
                    "{key_sid} and {secret} may belong to two keys; set {missing} in the environment, too, or give --secret-file"
                )))
            }
            (Some(key_sid), Some(secret)) => {
                let is_other = |own: &&Found<String>| own.place == secret.place && own.value != key_sid.value;
                let Some(own) = self.replaced_keys.iter().find(is_other) else { return Ok(()) };
                self.check_kinds()?;
                Err(Failure::Setting(format!(
                    "{} is another key than {}, to which {} belongs; expected --secret-file with its secret",
                    key_sid.source,
                    own.source,
                    secret.origin()
                )))
            }
            _ => Ok(()),
        }
    }

    /// Fills missing credentials from a `.env` file.
    fn fill(&mut self, named: Option<&Path>) -> Result<(), Failure> {
        let path = named.unwrap_or(Path::new(ENV_FILE));
        let text = match read_file(path) {
            Ok(bytes) => {
                String::from_utf8(bytes).map_err(|_| unreadable(path, "it is not UTF-8: save it as UTF-8"))?
            }
            // A folder with this name is a virtual environment.
            Err(error @ (FileError::Absent | FileError::Folder)) if named.is_none() => {
                self.is_folder = matches!(error, FileError::Folder);
                return Ok(());
            }
            Err(error) => return Err(unreadable(path, error.reason())),
        };
        let others = OTHER_NAMES.iter().flat_map(|(_, others)| *others).copied();
        let hints: Vec<&str> = others.chain([AUTH_TOKEN]).collect();
        let file = EnvFile::parse(&text, &[ACCOUNT_SID, KEY_SID, SECRET], &hints).map_err(|error| {
            Failure::Setting(format!("{}, line {}: {}", path.display(), error.line, error.why))
        })?;
        let find = |name: &str| {
            let value = file.find(name).filter(|value| !value.is_empty())?;
            Some(Found {
                value: value.to_owned(),
                source: format!("{name} in {}", path.display()),
                place: Place::EnvFile,
            })
        };
        let is_empty = |name: &&str| file.find(name).is_some_and(str::is_empty);
        self.empty.extend([ACCOUNT_SID, KEY_SID, SECRET].into_iter().filter(is_empty));
        let values = [(ACCOUNT_SID, &self.account_sid), (KEY_SID, &self.key_sid)];
        let differs = |name: &str, value: &[u8], place| {
            let in_file = file.find(name).filter(|value| !value.is_empty()).map(str::as_bytes);
            named.is_some() && place == Place::Environment && in_file.is_some_and(|other| other != value)
        };
        let texts = values.into_iter().filter_map(|(name, found)| Some((name, found.as_ref()?)));
        let texts = texts.filter(|(name, found)| differs(name, found.value.as_bytes(), found.place));
        self.overruled.extend(texts.map(|(name, _)| name));
        if self.secret.as_ref().is_some_and(|found| differs(SECRET, found.value.expose(), found.place)) {
            self.overruled.push(SECRET);
        }
        if self.key_sid.as_ref().is_some_and(|found| found.place == Place::Option) {
            self.replaced_keys.extend(find(KEY_SID));
        }
        self.account_sid = self.account_sid.take().or_else(|| find(ACCOUNT_SID));
        self.key_sid = self.key_sid.take().or_else(|| find(KEY_SID));
        self.secret = self.secret.take().or_else(|| find(SECRET).map(Found::into_secret));
        if file.hints(AUTH_TOKEN) {
            self.auth_token = Some(path.display().to_string());
        }
        let set = hints.into_iter().filter(|name| *name != AUTH_TOKEN && file.hints(name));
        self.misnamed.extend(set.map(|name| (name, path.display().to_string())));
        self.env_file = Some(path.to_owned());
        self.unset = file.unset();
        Ok(())
    }
}

/// Returns the value of an option, otherwise of an environment variable. An empty variable counts as unset.
fn given(
    option: Option<String>,
    name: &str,
    io: &Io<'_>,
    variable: &str,
) -> Result<Option<Found<String>>, Failure> {
    if let Some(value) = option {
        return Ok(Some(Found { value, source: name.to_owned(), place: Place::Option }));
    }
    let Some(value) = (io.variable)(variable).filter(|value| !value.is_empty()) else { return Ok(None) };
    let value = value
        .into_string()
        .map_err(|_| Failure::Setting(format!("the environment variable {variable} is not Unicode")))?;
    Ok(Some(Found { value, source: variable.to_owned(), place: Place::Environment }))
}

/// Reads the secret in a file, without one line feed at the end, which editors and `echo` add.
fn read_secret(path: &Path) -> Result<Found<Secret<'static>>, Failure> {
    let mut bytes = read_file(path).map_err(|error| match error {
        FileError::Absent if path == Path::new("-") => {
            Failure::Setting("--secret-file must be a file; standard input is for the token".to_owned())
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
enum FileError {
    Absent,
    Folder,
    TooLarge,
    Other(String),
}

impl FileError {
    fn reason(&self) -> &str {
        match self {
            Self::Absent => "the file does not exist",
            Self::Folder => "it is a folder",
            Self::TooLarge => "it is larger than 1 MiB",
            Self::Other(reason) => reason,
        }
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, FileError> {
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

fn unreadable(path: &Path, why: &str) -> Failure {
    Failure::Setting(format!("cannot read {}: {why}", path.display()))
}
