//! The messages about credentials that are missing.

use grantmint::internal::OTHER_NAMES;

use super::{ACCOUNT_SID, AUTH_TOKEN, Credentials, KEY_SID, SECRET};
use crate::env_file::Unset;
use crate::failure::Failure;

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
            return Some(format!("{name} is an empty text, which counts as not set"));
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
}
