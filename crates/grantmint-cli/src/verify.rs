//! `grantmint verify`: verifies a token.

use grantmint::internal::{
    Group, RULES, Style, TimeField, advice_on, duration_text, fact, facts, problem_lines, time_text, unsound,
};
use grantmint::{Algorithm, Finding, InspectOptions, TokenError, VerifiedClaims, Verifier, inspect};
use serde_json::{Value, json};

use crate::Outcome;
use crate::arguments::{self, Argument, Arguments};
use crate::credentials::{CredentialOptions, Credentials, Found, SECRET};
use crate::failure::Failure;
use crate::io::Io;
use crate::json_text;
use crate::token::{TokenArgument, number_note};

pub(crate) const HELP: &str = include_str!("help/verify.txt");

pub(crate) fn run(arguments: &mut Arguments, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    let (mut token, mut credentials) = (TokenArgument::default(), CredentialOptions::default());
    let (mut leeway, mut algorithm, mut now, mut json) = (None, None, None, None);
    while let Some(argument) = arguments.next()? {
        match argument {
            Argument::Word(word) => token.set(word)?,
            Argument::Option(option) => match option.as_str() {
                "help" => return io.print(HELP),
                "json" => arguments::set(&mut json, "json", ())?,
                "leeway" => arguments::set(&mut leeway, "leeway", arguments.duration(TimeField::Leeway)?)?,
                "algorithm" => arguments::set(&mut algorithm, "algorithm", arguments.algorithm()?)?,
                "now" => arguments::set(&mut now, "now", arguments.moment(TimeField::Now)?)?,
                _ if credentials.take(&option, arguments)? => {}
                _ => return Err(arguments::unknown(&option, HELP)),
            },
        }
    }
    let credentials = credentials.find(io)?;
    credentials.check_pair()?;
    credentials.check_empty()?;
    credentials.check_kinds()?;
    let algorithm = algorithm.unwrap_or_default();
    let strict = verifier(&credentials, leeway.unwrap_or_default(), algorithm)?;
    let token = token.read(io)?;
    let now = now.unwrap_or_else(grantmint::now);
    let secret = || credentials.secret.as_ref().map_or_else(|| "".into(), |secret| secret.value.clone());
    let verdict = verdict(strict.verify_at(&token, now))
        .map_err(|rejection| more_exact(rejection, &token, &credentials, algorithm));
    // The verdict if the clocks agreed.
    let leeway = leeway.unwrap_or_default();
    let needed = match &verdict {
        Ok(_) if leeway > 0 => verifier(&credentials, 0, algorithm)?.verify_at(&token, now).err(),
        _ => None,
    };
    let report = if json.is_some() {
        let mut value = as_json(&verdict);
        if verdict.is_ok() {
            value["needed_leeway_for"] = needed.map(TokenError::code).into();
        }
        value["checked_by"] = credentials.origins().into();
        json_text::pretty(&value)
    } else {
        let paint = io.paint_output();
        let checked_by = json_text::text(&credentials.origins().join(", "));
        let checked_by = fact("checked by", &checked_by, &paint);
        let report = match &verdict {
            Ok(_) => {
                let options = InspectOptions::new().now(now).secret(secret());
                let facts = facts(&inspect(&token, &options), None, &paint);
                let needed = needed.map(|error| {
                    let note = format!("{}, needed: without it, {}", duration_text(leeway), error.code());
                    fact("leeway", &note, &paint)
                });
                format!("{}\n{facts}{}", paint(Style::Good, "verified"), needed.unwrap_or_default())
            }
            Err(rejection) => refused(rejection, &paint) + &number_note(&token),
        };
        report + &checked_by
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
    /// The problem, with dates in the place of seconds, and its solution.
    shown: (String, &'static str),
}

impl Rejection {
    /// Returns the same rejection with a more exact reason.
    fn because(self, message: String, advice: &'static str) -> Self {
        Self { message: message.clone(), shown: (message, advice), ..self }
    }
}

/// Rejects what the verifier rejects, and a genuine token whose grants or identity contain an error.
fn verdict(verified: Result<VerifiedClaims, TokenError>) -> Result<VerifiedClaims, Rejection> {
    let claims = verified.map_err(|error| Rejection {
        code: error.code(),
        field: error.field(),
        twilio_codes: error.twilio_codes(),
        message: error.to_string(),
        shown: (in_words(error), advice_on(error)),
    })?;
    match unsound(&claims).into_iter().next() {
        None => Ok(claims),
        Some(finding) => Err(Rejection {
            code: finding.code,
            field: Some("grants"),
            twilio_codes: finding.twilio_codes,
            message: finding.message.clone(),
            shown: (finding.message, finding.advice),
        }),
    }
}

/// The findings about tokens that are no Access Tokens.
const OTHER_KINDS: [&str; 4] =
    ["capability_token", "task_router_capability_token", "client_validation_token", "other_token"];

/// Gives a rejection the words of `inspect` about its cause: another kind of token, the text around the token, the end that
/// it lacks, a secret that is a placeholder, times in milliseconds. Names the key or the account that differs.
fn more_exact(
    rejection: Rejection,
    token: &str,
    credentials: &Credentials,
    algorithm: Algorithm,
) -> Rejection {
    let mut options = InspectOptions::new();
    if let Some(secret) = &credentials.secret {
        options = options.secret(secret.value.clone());
    }
    let inspection = inspect(token, &options);
    if rejection.code == "wrong_algorithm" && algorithm != Algorithm::default() {
        let found = inspection.header.as_ref().and_then(|header| header.get("alg"));
        let found = found.map_or_else(|| "missing".to_owned(), |alg| json_text::text(&alg.to_string()));
        let message = format!("The token's alg is {found}, but --algorithm is {}.", algorithm.name());
        let advice = "Leave --algorithm out, unless your own issuer signs with that one.";
        return rejection.because(message, advice);
    }
    // Whatever else is wrong with a token of another kind does not matter.
    let is_other_kind = |finding: &&Finding| OTHER_KINDS.contains(&finding.code);
    if let Some(finding) = inspection.findings.iter().find(is_other_kind) {
        return rejection.because(finding.message.clone(), finding.advice);
    }
    let differing = match rejection.code {
        "unknown_key" => Some(("key", inspection.key_sid(), &credentials.key_sid)),
        "wrong_account" => Some(("account", inspection.account_sid(), &credentials.account_sid)),
        _ => None,
    };
    let is_mixed_up =
        |finding: &&Finding| ["issuer_and_subject_swapped", "issuer_is_account"].contains(&finding.code);
    if let Some((what, Some(found), Some(Found { value, source, .. }))) = differing {
        if let Some(finding) = inspection.findings.iter().find(is_mixed_up) {
            return rejection.because(finding.message.clone(), finding.advice);
        }
        let found = json_text::text(found);
        let message = format!("The token names the {what} {found}, but {source} is {value}.");
        let advice = match what {
            "key" => {
                "Reject the token, or give its key by --key-sid, and that key's secret by --secret-file."
            }
            _ => "Reject the token, or give its account by --account-sid.",
        };
        return rejection.because(message, advice);
    }
    let is_cause = |finding: &Finding| match rejection.code {
        "not_compact" | "not_base64url" | "not_json_object" => is_about_text(finding.code),
        "bad_signature" => finding.code == "signature_cut" || finding.code.starts_with("secret_"),
        "claim_out_of_range" => finding.code == "in_milliseconds",
        _ => false,
    };
    // The worst finding comes first.
    let named = |finding: &&Finding| finding.code == rejection.code && rejection.code == "bad_signature";
    let unmatched = inspection.findings.iter().find(named).map(|finding| finding.message.clone());
    match (inspection.findings.into_iter().find(is_cause), unmatched) {
        (None, Some(message)) => {
            let advice = "Use the secret of that key, or create a new key if it is lost. Or was the token changed after signing?";
            rejection.because(message, advice)
        }
        (Some(finding), _) => rejection.because(finding.message, finding.advice),
        (None, None) => rejection,
    }
}

/// Returns whether a finding is about the text of the token: its form, or what surrounds it.
fn is_about_text(code: &str) -> bool {
    RULES.iter().any(|rule| rule.code == code && rule.group == Group::Wrapping)
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
            "advice": rejection.shown.1,
        }),
    }
}

/// Returns an error as a sentence, with dates as `inspect` writes them.
fn in_words(error: TokenError) -> String {
    match error {
        TokenError::Expired { exp, now } => {
            let ago = duration_text(now.saturating_sub(exp));
            format!("The token expired at {}, {ago} ago.", time_text(exp))
        }
        TokenError::NotYetValid { nbf, now } => {
            let ahead = duration_text(nbf.saturating_sub(now));
            format!("The token is not valid until {}, in {ahead}.", time_text(nbf))
        }
        TokenError::IssuedInFuture { iat, now } => {
            let ahead = duration_text(iat.saturating_sub(now));
            format!("The token was issued at {}, which is {ahead} ahead.", time_text(iat))
        }
        other => {
            let text = other.to_string();
            let (first, rest) = text.split_at(1);
            format!("{}{rest}.", first.to_ascii_uppercase())
        }
    }
}

/// Returns the report about a rejected token.
fn refused(rejection: &Rejection, paint: &dyn Fn(Style, &str) -> String) -> String {
    let field = rejection.field.map(|field| format!(" ({field})")).unwrap_or_default();
    let codes: Vec<String> = rejection.twilio_codes.iter().map(u32::to_string).collect();
    let codes = match codes.as_slice() {
        [] => String::new(),
        codes => paint(Style::Faint, &format!("  Twilio {}", codes.join(", "))),
    };
    let head = format!("{}: {}{field}{codes}", paint(Style::Bad, "rejected"), rejection.code);
    let (message, advice) = &rejection.shown;
    let note = "Twilio's codes are likely ones; `grantmint inspect` explains the token.";
    format!("{}\n{}\n\n", problem_lines(&head, message, advice), paint(Style::Faint, note))
}
