//! `grantmint inspect`: explains a token.

use grantmint::internal::{TimeField, inspection_to_json, report};
use grantmint::{InspectOptions, SignatureState, inspect};

use crate::Outcome;
use crate::arguments::{self, Argument, Arguments};
use crate::credentials::{CredentialOptions, Credentials};
use crate::failure::Failure;
use crate::io::Io;
use crate::json_text;
use crate::token::TokenArgument;

pub(crate) const HELP: &str = include_str!("help/inspect.txt");

pub(crate) fn run(arguments: &mut Arguments, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    let (mut token, mut credentials) = (TokenArgument::default(), CredentialOptions::default());
    let (mut now, mut json) = (None, None);
    while let Some(argument) = arguments.next()? {
        match argument {
            Argument::Word(word) => token.set(word)?,
            Argument::Option(option) => match option.as_str() {
                "help" => return io.print(HELP),
                "json" => arguments::set(&mut json, "json", ())?,
                "now" => arguments::set(&mut now, "now", arguments.moment(TimeField::Now)?)?,
                // A signature does not depend on the account.
                "account-sid" => return Err(arguments::unknown(&option, HELP)),
                _ if credentials.take(&option, arguments)? => {}
                _ => return Err(arguments::unknown(&option, HELP)),
            },
        }
    }
    let asks_for_check = credentials.names_secret();
    let names_file = credentials.names_file();
    let credentials = match credentials.find(io) {
        // The token can be explained without credentials, so a bad file in the folder is not fatal.
        Err(failure) if !names_file => {
            let report = failure.report(arguments.command());
            io.complain_about(&report);
            Credentials::default()
        }
        found => found?,
    };
    credentials.check_pair()?;
    let mut checked_by = None;
    let token = token.read(io)?;
    let options = InspectOptions::new().now(now.unwrap_or_else(grantmint::now));
    let mut inspection = inspect(&token, &options);
    if let Some(secret) = credentials.secret {
        let issuer = inspection.key_sid();
        // The secret in the environment cannot check the token of another key.
        let other = credentials.key_sid.filter(|own| issuer.is_some_and(|issuer| issuer != own.value));
        if let Some(own) = other.filter(|_| !asks_for_check) {
            // Without the key's value: if the two variables are mixed up, it is the secret.
            io.complain_about(&format!(
                "{}: the signature is not checked: the token names another key than {}\n",
                arguments.command(),
                own.source,
            ));
        } else {
            let origin = secret.origin();
            inspection = inspect(&token, &options.secret(secret.value));
            checked_by = Some(origin).filter(|_| inspection.signature != SignatureState::NotChecked);
        }
    }
    let text = if json.is_some() {
        let mut value = inspection_to_json(&inspection, str::to_owned);
        value["checked_by"] = checked_by.into_iter().collect();
        json_text::pretty(&value)
    } else {
        report(&inspection, checked_by.as_deref(), &io.paint_output())
    };
    io.print(&text)?;
    Ok(if inspection.is_sound() { Outcome::Good } else { Outcome::Bad })
}
