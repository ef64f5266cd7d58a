//! The checks of credentials that were found.

use grantmint::internal::check_sid;

use super::{ACCOUNT_SID, Credentials, Found, KEY_SID, Place, SECRET};
use crate::failure::Failure;

impl Credentials {
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
}
