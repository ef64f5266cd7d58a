//! The account, the API key and its secret, from options, the environment or a file.

mod checks;
mod files;
mod missing;

use std::path::{Path, PathBuf};

use grantmint::Secret;
use grantmint::internal::OTHER_NAMES;

use self::files::{FileError, read_file, read_secret, unreadable};
use crate::arguments::{self, Arguments};
use crate::env_file::{EnvFile, Unset};
use crate::failure::Failure;
use crate::io::Io;

pub(crate) const ACCOUNT_SID: &str = "TWILIO_ACCOUNT_SID";
pub(crate) const KEY_SID: &str = "TWILIO_API_KEY";
pub(crate) const SECRET: &str = "TWILIO_API_SECRET";

/// The variable of the account's Auth Token, which signs no Access Token.
const AUTH_TOKEN: &str = "TWILIO_AUTH_TOKEN";

/// The default file with environment variables.
const ENV_FILE: &str = ".env";

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
        credentials.tell_sources(io);
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
    /// Returns whether the value of a variable is from the `.env` file.
    fn is_of_file(&self, name: &str) -> bool {
        let place = match name {
            ACCOUNT_SID => self.account_sid.as_ref().map(|found| found.place),
            KEY_SID => self.key_sid.as_ref().map(|found| found.place),
            _ => self.secret.as_ref().map(|found| found.place),
        };
        place == Some(Place::EnvFile)
    }

    /// Returns where the secret came from, and the key and the account that are expected, for a report.
    pub(crate) fn origins(&self) -> Vec<String> {
        let texts = [&self.key_sid, &self.account_sid].into_iter().flatten().map(Found::origin);
        self.secret.iter().map(Found::origin).chain(texts).collect()
    }

    /// Tells of each variable that is set in both places, with different values, which of them counts.
    fn tell_sources(&self, io: &mut Io<'_>) {
        let Some(path) = self.env_file.as_ref().map(|path| path.display()) else { return };
        let is_empty = |name: &str| (io.variable)(name).is_some_and(|value| value.is_empty());
        let is_filled = |name: &&str| is_empty(name) && self.is_of_file(name);
        let filled: Vec<&str> = [ACCOUNT_SID, KEY_SID, SECRET].into_iter().filter(is_filled).collect();
        if !filled.is_empty() {
            let names = filled.join(", ");
            io.complain_about(&format!(
                "note: {names} is empty in the environment, so {path} counts for that\n"
            ));
        }
        if !self.overruled.is_empty() {
            let names = self.overruled.join(", ");
            io.complain_about(&format!(
                "note: the environment sets {names}, so {path} does not count for that\n"
            ));
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
