//! `grantmint verify`: verifies a token.

use grantmint::internal::{Style, TimeField, time_text};
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
    let verifier =
        verifier(&credentials.find(io)?, leeway.unwrap_or_default(), algorithm.unwrap_or_default())?;
    let token = token.read(io)?;
    let now = now.unwrap_or_else(grantmint::now);
    let verdict = verifier.verify_at(&token, now);
    let report = match json {
        Some(()) => json_text::pretty(&as_json(&verdict)),
        None => match &verdict {
            Ok(claims) => accepted(claims, &io.paint_output()),
            Err(error) => refused(*error, &io.paint_output()),
        },
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

fn as_json(verdict: &Result<VerifiedClaims, TokenError>) -> Value {
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
        Err(error) => json!({
            "verified": false,
            "code": error.code(),
            "field": error.field(),
            "twilio_codes": error.twilio_codes(),
            "message": error.to_string(),
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
    let line = |(name, value): (&str, Option<String>)| {
        value.map(|value| format!("  {} {value}\n", paint(Style::Faint, &format!("{name:<11}"))))
    };
    let lines: String = facts.into_iter().filter_map(line).collect();
    format!("{}\n\n{lines}", paint(Style::Good, "verified"))
}

/// Returns the report about a rejected token.
fn refused(error: TokenError, paint: &dyn Fn(Style, &str) -> String) -> String {
    let field = error.field().map(|field| format!(" ({field})")).unwrap_or_default();
    let codes: Vec<String> = error.twilio_codes().iter().map(u32::to_string).collect();
    let note = format!(
        "Twilio would probably answer {}. `grantmint inspect` explains the token.",
        codes.join(" or ")
    );
    format!(
        "{}: {}{field}\n  {error}\n  {}\n",
        paint(Style::Bad, "rejected"),
        error.code(),
        paint(Style::Faint, &note),
    )
}
