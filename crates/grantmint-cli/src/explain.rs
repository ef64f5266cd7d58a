//! The entry of a finding's code or of one of Twilio's numbers: `grantmint help expired`, `grantmint help 20101`.

use grantmint::TokenError;
use grantmint::internal::{RULES, Rule, advice_on, name_meant, rejections_by_settings, wrapped};

use crate::failure;

/// Returns the rules with a code, or the codes with a number, as `docs/errors.md` lists them; empty if no finding has it.
pub(crate) fn entry(code: &str) -> String {
    if let Ok(number) = code.parse() {
        return of_number(number);
    }
    let rejections = rejections_by_settings().into_iter().filter(|error| error.code() == code);
    let rules = RULES.iter().filter(|rule| rule.code == code).map(|rule| of(rule));
    let rules: Vec<String> = rules.chain(rejections.map(of_rejection)).collect();
    if rules.is_empty() {
        return String::new();
    }
    let page = format!("docs/errors.md explains it in full; in the book, the page errors, anchor #{code}.");
    format!("{}\n{}\n", rules.join("\n"), wrapped(&page, 0, 0))
}

/// Says of a topic that it is unknown, and what was probably meant.
pub(crate) fn unknown(topic: Option<&str>) -> String {
    let topic = topic.filter(|topic| failure::is_short(topic)).unwrap_or_default();
    let known = ["mint", "inspect", "verify"].into_iter().chain(RULES.iter().map(|rule| rule.code));
    match name_meant(topic, known) {
        Some(meant) => format!("has no help; did you mean {meant}?"),
        // The page has the reasons, and the command does not.
        None if topic.len() == 5 && topic.bytes().all(|byte| byte.is_ascii_digit()) => {
            "is the number of no finding: no token's text shows that fault. If it concerns tokens, docs/errors.md has the reason"
                .to_owned()
        }
        None => "has no help; expected a command (mint, inspect, verify), the code of a finding, such as expired, or one \
                 of Twilio's numbers that findings have, such as 20101"
            .to_owned(),
    }
}

/// Returns the codes of the findings with one of Twilio's numbers.
fn of_number(number: u32) -> String {
    let mut codes: Vec<&str> = Vec::new();
    for rule in RULES.iter().filter(|rule| rule.twilio_codes.contains(&number)) {
        // Several rules may share a code.
        if !codes.contains(&rule.code) {
            codes.push(rule.code);
        }
    }
    if codes.is_empty() {
        return String::new();
    }
    let codes = wrapped(&codes.join(", "), 2, 2);
    let next = "`grantmint inspect` finds the one that a token has, and `grantmint help CODE` explains it.";
    format!("Twilio reports {number} for any of these findings:\n\n  {codes}\n\n{}\n", wrapped(next, 0, 0))
}

fn of_rejection(error: TokenError) -> String {
    let (code, message) = (error.code(), error.to_string());
    format!("error {code}\n  about: {message}, to a verifier\n  → {}\n", wrapped(advice_on(error), 4, 4))
}

fn of(rule: &Rule) -> String {
    let codes: Vec<String> = rule.twilio_codes.iter().map(u32::to_string).collect();
    let codes = if codes.is_empty() { String::new() } else { format!("  Twilio {}", codes.join(", ")) };
    let products = match rule.products {
        [] => String::new(),
        products => format!(", for {}", products.join(", ")),
    };
    let (severity, code) = (rule.severity.name(), rule.code);
    format!(
        "{severity} {code}{codes}\n  about: {}{products}\n  → {}\n",
        rule.group.name(),
        wrapped(rule.advice, 4, 4)
    )
}
