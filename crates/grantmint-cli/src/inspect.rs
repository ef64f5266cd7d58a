//! `grantmint inspect`: explains a token.

use grantmint::internal::{TimeField, inspection_to_json, report, wrapped};
use grantmint::{InspectOptions, SignatureState, inspect};

use crate::Outcome;
use crate::arguments::{self, Argument, Arguments};
use crate::credentials::{CredentialOptions, Credentials, Found};
use crate::failure::Failure;
use crate::io::Io;
use crate::json_text;
use crate::token::{TokenArgument, number_note};

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
    let mut unreadable = None;
    let credentials = match credentials.find(io) {
        // The token can be explained without credentials, so a bad file in the folder is not fatal.
        Err(failure) if !names_file => {
            let report = failure.report(arguments.command());
            io.complain_about(&report);
            unreadable = Some(failure.into_text());
            Credentials::default()
        }
        found => found?,
    };
    let mismatch = credentials.check_pair().err().map(Failure::into_text);
    let token = token.read(io)?;
    let options = InspectOptions::new().now(now.unwrap_or_else(grantmint::now));
    let mut inspection = inspect(&token, &options);
    let issuer = inspection.key_sid();
    // The secret in the environment cannot check the token of another key.
    let is_other = |own: &Found<String>| issuer.is_some_and(|issuer| issuer != own.value);
    let other = credentials.key_sid.as_ref().filter(|own| is_other(own));
    let other = other.filter(|own| own.is_from_option() || !asks_for_check);
    let (mut checked_by, mut not_checked_because) = (None, None);
    match (&credentials.secret, other) {
        (Some(_), _) if mismatch.is_some() => not_checked_because = mismatch,
        (None, _) => not_checked_because = unreadable.or_else(|| Some(credentials.secret_missing())),
        (Some(_), Some(own)) => not_checked_because = Some(other_key(&credentials, own, issuer)),
        (Some(secret), None) => {
            inspection = inspect(&token, &options.secret(secret.value.clone()));
            if inspection.signature == SignatureState::NotChecked {
                let part = if inspection.claims.is_some() { "signature" } else { "token" };
                not_checked_because = Some(format!("the {part} cannot be read"));
            } else {
                checked_by = Some(secret.origin());
            }
        }
    }
    // Not a problem of the token, but of those who expect it. A value that is no SID may be the secret.
    let account = inspection.account_sid().filter(|sid| sid.starts_with("AC"));
    let is_clear = credentials.check_kinds().is_ok();
    let is_other = |own: &Found<String>| is_clear && account.is_some_and(|account| account != own.value);
    let other_account = credentials.account_sid.filter(is_other);
    let text = if json.is_some() {
        let mut value = inspection_to_json(&inspection, str::to_owned);
        value["checked_by"] = checked_by.into_iter().collect();
        value["not_checked_because"] = not_checked_because.into();
        value["other_account"] = other_account.map(|own| own.value).into();
        json_text::pretty(&value)
    } else {
        let secret_note = checked_by.or(not_checked_because);
        let secret_note = secret_note.map(|note| json_text::text(&note));
        let mut text = report(&inspection, secret_note.as_deref(), &io.paint_output());
        if let Some(own) = other_account {
            let note =
                format!("The token is of another account than {}, which is {}.", own.source, own.value);
            text.extend(["\n", &wrapped(&json_text::text(&note), 0, 4), "\n"]);
        }
        text += &number_note(&token);
        if inspection.is_sound() {
            text += "\nIf Twilio rejects it: grantmint help NUMBER, with the number in the log.\n";
        }
        text
    };
    io.print(&text)?;
    Ok(if inspection.is_sound() { Outcome::Good } else { Outcome::Bad })
}

/// Says that the token is of another key than the secret.
fn other_key(credentials: &Credentials, own: &Found<String>, issuer: Option<&str>) -> String {
    match credentials.check_kinds() {
        // If the two variables are mixed up, the value is the secret.
        Err(failure) => failure.into_text(),
        Ok(()) if !issuer.is_some_and(|issuer| issuer.starts_with("SK")) => {
            "the token names no API key".to_owned()
        }
        Ok(()) => format!(
            "the token names {}, but {} is {}; give the secret of that key by --secret-file",
            issuer.unwrap_or("no key"),
            own.source,
            own.value
        ),
    }
}
