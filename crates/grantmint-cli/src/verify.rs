//! `grantmint verify`: verifies a token.

use grantmint::internal::{Style, TimeField, fact, time_text, unsound, wrapped};
use grantmint::{Algorithm, TokenError, VerifiedClaims, Verifier};
use serde_json::{Value, json};

use crate::Outcome;
use crate::arguments::{self, Argument, Arguments};
use crate::credentials::{CredentialOptions, Credentials, SECRET};
use crate::failure::Failure;
use crate::io::Io;
use crate::json_text;
use crate::token::TokenArgument;

pub(crate) fn run(arguments: &mut Arguments, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    let (mut token, mut credentials) = (TokenArgument::default(), CredentialOptions::default());
    let (mut leeway, mut algorithm, mut now, mut json) = (None, None, None, None);
    while let Some(argument) = arguments.next()? {
        match argument {
            Argument::Word(word) => token.set(word)?,
            Argument::Option(option) => match option.as_str() {
                "help" => return io.print(include_str!("help/verify.txt")),
                "json" => arguments::set(&mut json, "json", ())?,
                "leeway" => arguments::set(&mut leeway, "leeway", arguments.duration(TimeField::Leeway)?)?,
                "algorithm" => arguments::set(&mut algorithm, "algorithm", arguments.algorithm()?)?,
                "now" => arguments::set(&mut now, "now", arguments.moment(TimeField::Now)?)?,
                _ if credentials.take(&option, arguments)? => {}
                _ => return Err(arguments::unknown(&option)),
            },
        }
    }
    let credentials = credentials.find(io)?;
    credentials.check_pair()?;
    let verifier = verifier(&credentials, leeway.unwrap_or_default(), algorithm.unwrap_or_default())?;
    let token = token.read(io)?;
    let now = now.unwrap_or_else(grantmint::now);
    let verdict = verdict(verifier.verify_at(&token, now));
    let report = if json.is_some() {
        let mut value = as_json(&verdict);
        value["checked_by"] = credentials.origins().into();
        json_text::pretty(&value)
    } else {
        let paint = io.paint_output();
        let report = match &verdict {
            Ok(claims) => accepted(claims, &paint),
            Err(rejection) => refused(rejection, &paint),
        };
        report + &fact("checked by", &json_text::text(&credentials.origins().join(", ")), &paint)
    };
    io.print(&report)?;
    Ok(if verdict.is_ok() { Outcome::Good } else { Outcome::Bad })
}

/// Creates a verifier for the known key and account.
fn verifier(credentials: &Credentials, leeway: u64, algorithm: Algorithm) -> Result<Verifier, Failure> {
    let Some(secret) = &credentials.secret else { return Err(credentials.missing(&[SECRET])) };
    let mut verifier = Verifier::builder();
    verifier.leeway(leeway).algorithm(algorithm);
    match &credentials.key_sid {
        Some(key_sid) => verifier.key(&*key_sid.value, secret.value.clone()),
        None => verifier.secret(secret.value.clone()),
    };
    if let Some(account_sid) = &credentials.account_sid {
        verifier.account_sid(&*account_sid.value);
    }
    verifier.build().map_err(|error| {
        let source = if error.field() == Some("secret") { Some(&*secret.source) } else { None };
        Failure::refused_from(&error, source)
    })
}

/// The reason why a token is rejected.
struct Rejection {
    code: &'static str,
    field: Option<&'static str>,
    twilio_codes: &'static [u32],
    message: String,
}

/// Rejects what the verifier rejects, and a genuine token whose grants or identity contain an error.
fn verdict(verified: Result<VerifiedClaims, TokenError>) -> Result<VerifiedClaims, Rejection> {
    let claims = verified.map_err(|error| Rejection {
        code: error.code(),
        field: error.field(),
        twilio_codes: error.twilio_codes(),
        message: error.to_string(),
    })?;
    match unsound(&claims).into_iter().next() {
        None => Ok(claims),
        Some(finding) => Err(Rejection {
            code: finding.code,
            field: Some("grants"),
            twilio_codes: finding.twilio_codes,
            message: finding.message,
        }),
    }
}

fn as_json(verdict: &Result<VerifiedClaims, Rejection>) -> Value {
    match verdict {
        Ok(claims) => json!({
            "verified": true,
            "identity": claims.identity(),
            "grants": claims.grants(),
            "key_sid": claims.key_sid(),
            "account_sid": claims.account_sid(),
            "jti": claims.jti(),
            "issued_at": claims.issued_at(),
            "not_before": claims.not_before(),
            "expires_at": claims.expires_at(),
            "header": claims.header(),
            "payload": claims.payload(),
        }),
        Err(rejection) => json!({
            "verified": false,
            "code": rejection.code,
            "field": rejection.field,
            "twilio_codes": rejection.twilio_codes,
            "message": rejection.message,
        }),
    }
}

/// Returns the report about an accepted token.
fn accepted(claims: &VerifiedClaims, paint: &dyn Fn(Style, &str) -> String) -> String {
    let time = |time: Option<u64>| time.map(time_text);
    let text = |text: Option<&str>| text.map(json_text::text);
    let mut facts = vec![("identity", text(claims.identity()))];
    for (key, payload) in claims.grants() {
        facts.push(("grant", Some(format!("{} {}", json_text::text(&key), json_text::line(&payload)))));
    }
    facts.extend([
        ("account", text(Some(claims.account_sid()))),
        ("key", text(Some(claims.key_sid()))),
        ("jti", text(claims.jti())),
        ("issued", time(claims.issued_at())),
        ("valid from", time(claims.not_before())),
        ("expires", time(Some(claims.expires_at()))),
    ]);
    let line = |(name, value): (&str, Option<String>)| value.map(|value| fact(name, &value, paint));
    let lines: String = facts.into_iter().filter_map(line).collect();
    format!("{}\n\n{lines}", paint(Style::Good, "verified"))
}

/// Returns the report about a rejected token.
fn refused(rejection: &Rejection, paint: &dyn Fn(Style, &str) -> String) -> String {
    let field = rejection.field.map(|field| format!(" ({field})")).unwrap_or_default();
    let codes: Vec<String> = rejection.twilio_codes.iter().map(u32::to_string).collect();
    let mut note = "`grantmint inspect` explains the token.".to_owned();
    if !codes.is_empty() {
        note = format!("Twilio would probably answer {}. {note}", codes.join(" or "));
    }
    format!(
        "{}: {}{field}\n  {}\n  {}\n\n",
        paint(Style::Bad, "rejected"),
        rejection.code,
        wrapped(&rejection.message, 2, 4),
        paint(Style::Faint, &wrapped(&note, 2, 4)),
    )
}
