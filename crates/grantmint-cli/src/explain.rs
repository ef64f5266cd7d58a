//! The entry of a finding's code or of one of Twilio's numbers: `grantmint help expired`, `grantmint help 20101`.
//!
//! The texts are those of `docs/errors.md`, which tests compare with them.

use std::collections::BTreeSet;

use grantmint::TokenError;
use grantmint::internal::{
    RULES, Rule, TOKEN_ERROR_CODES, advice_on, name_meant, problem_lines, rejections_by_settings, wrapped,
};

use crate::{failure, mint};

/// The cause of each rule, in their order, then those of the rejections that no rule has.
const CAUSES: &str = include_str!("help/causes.txt");
/// The cause and the solution of each error of an input.
const INPUTS: &str = include_str!("help/inputs.txt");
/// Each number with its title, or with the reason why no finding has it.
const NUMBERS: &str = include_str!("help/numbers.txt");
/// Numbers, and a cause of them that no token shows.
const UNSEEN: &str = include_str!("help/unseen.txt");

/// The numbers for a token that is not valid, which may have any fault.
const GENERAL: [u32; 3] = [20101, 20160, 31204];

/// Returns the rules with a code, or the causes of a number, as `docs/errors.md` lists them; empty if it has neither.
pub(crate) fn entry(topic: &str) -> String {
    if let Ok(number) = topic.parse::<u32>() {
        return of_number(number);
    }
    let rules = rules().filter(|(rule, _)| rule.code == topic).map(|(rule, cause)| of(rule, cause));
    let rejections = rejections_by_settings().into_iter().filter(|error| error.code() == topic);
    let inputs = INPUTS.lines().filter(|line| cause(line).0 == topic).map(of_input);
    let rules: Vec<String> = rules.chain(rejections.map(of_rejection)).chain(inputs).collect();
    if rules.is_empty() {
        return String::new();
    }
    let page = format!("`grantmint help codes` lists all. In the book, it is docs/errors.md#{topic}.");
    format!("{}\n{}\n", rules.join("\n"), wrapped(&page, 0, 0))
}

/// Returns the list of all topics: the codes of findings by their groups, those of errors, and Twilio's numbers.
pub(crate) fn codes() -> String {
    let mut text = "`grantmint help` explains each of these, as in `grantmint help expired`.\n\n\
                    Findings of inspect:\n"
        .to_owned();
    let mut known = BTreeSet::new();
    for rules in RULES.chunk_by(|one, next| one.group == next.group) {
        let codes = rules.iter().map(|rule| rule.code).filter(|code| known.insert(*code));
        text += &list(rules[0].group.name(), codes);
    }
    let rejections = rejections_by_settings();
    text += "\nRejections of verify that no finding has:\n";
    text += &list("TokenError", rejections.iter().map(|error| error.code()));
    text += "\nInput that the libraries reject:\n";
    text += &list("InputError", INPUTS.lines().map(|line| cause(line).0));
    text += "\nTwilio's numbers for a token with such a finding:\n";
    let has_findings = |number: &str| {
        RULES.iter().any(|rule| rule.twilio_codes.iter().any(|code| code.to_string() == number))
    };
    let numbers = NUMBERS.lines().filter_map(|line| line.split_once(' '));
    let (of_findings, others): (Vec<_>, Vec<_>) = numbers.partition(|(number, _)| has_findings(number));
    for (number, title) in of_findings {
        text.extend(["  ", number, ": ", &wrapped(title, 9, 4), "\n"]);
    }
    let others: Vec<&str> = others.iter().map(|(number, _)| *number).collect();
    text += "\nTwilio's other numbers about tokens and connections:\n";
    text.extend(["  ", &wrapped(&others.join(", "), 2, 2), "\n"]);
    text
}

/// Returns codes after the name that they have in common.
fn list<'a>(name: &str, codes: impl Iterator<Item = &'a str>) -> String {
    let codes: Vec<&str> = codes.collect();
    format!("  {}\n", wrapped(&format!("{name}: {}", codes.join(", ")), 2, 4))
}

/// Returns a topic as the tables have it: the number in a line of a log (`Error 20101: …`), or the code in lower case.
pub(crate) fn bare(topic: &str) -> String {
    let mut words = topic.split(|char: char| !char.is_ascii_alphanumeric());
    if let Some(number) = words.find(|word| word.len() == 5 && word.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return number.to_owned();
    }
    topic.trim_matches(|char: char| !char.is_ascii_alphanumeric()).to_ascii_lowercase()
}

/// Says of a topic that it is unknown, and what was probably meant.
pub(crate) fn unknown(topic: Option<&str>) -> String {
    let topic = topic.filter(|topic| failure::is_short(topic)).unwrap_or_default();
    let codes = RULES.iter().map(|rule| rule.code).chain(TOKEN_ERROR_CODES.iter().copied());
    let codes = codes.chain(INPUTS.lines().map(|line| cause(line).0));
    let known: Vec<&str> = ["mint", "inspect", "verify"].into_iter().chain(codes).collect();
    let product = mint::product_meant(topic);
    let meant = name_meant(topic, known.iter().copied()).or_else(|| synonym(topic)).or(product.as_deref());
    match &meant.map_or_else(|| resembling(topic, &known), |meant| vec![meant])[..] {
        [meant] => format!("has no help; did you mean {meant}?"),
        [] if topic.len() == 5 && topic.bytes().all(|byte| byte.is_ascii_digit()) => format!(
            "is not known to concern tokens; if Twilio has this number, https://www.twilio.com/docs/api/errors/{topic} explains it"
        ),
        several @ [_, ..] => format!("has no help; did you mean one of these? {}", several.join(", ")),
        [] => "has no help; expected a command (mint, inspect, verify), the code of a finding, such as expired, or one \
                 of Twilio's numbers, such as 20101; `help codes` lists them"
            .to_owned(),
    }
}

/// Returns the code that a word of its own means.
fn synonym(topic: &str) -> Option<&'static str> {
    ["exp", "expiry", "expires", "expiration"].contains(&topic).then_some("expired")
}

/// Returns the codes of which a word is a part, such as `signature`, those that it begins, such as `bad_sig`, or those that it
/// ends with, such as `TokenExpired`.
fn resembling<'a>(topic: &str, known: &[&'a str]) -> Vec<&'a str> {
    let plain = |text: &str| text.replace('_', "").to_ascii_lowercase();
    let is_part = |code: &str| code.split('_').any(|part| part == topic);
    let topic = plain(topic);
    let is_like =
        |code: &str| topic.len() > 3 && (plain(code).starts_with(&topic) || topic.ends_with(&plain(code)));
    let found: BTreeSet<&str> = known.iter().copied().filter(|code| is_part(code) || is_like(code)).collect();
    found.into_iter().collect()
}

/// Returns each rule with its cause.
fn rules() -> impl Iterator<Item = (&'static Rule, &'static str)> {
    RULES.iter().copied().zip(CAUSES.lines().map(|line| cause(line).1))
}

/// Splits a line into the code, or the numbers, and the cause.
fn cause(line: &'static str) -> (&'static str, &'static str) {
    line.split_once(": ").unwrap_or((line, ""))
}

/// Returns the causes of one of Twilio's numbers: the findings, and what no token shows.
fn of_number(number: u32) -> String {
    let number_text = number.to_string();
    let own = |line: &'static str| line.strip_prefix(&number_text)?.strip_prefix(' ');
    let title = NUMBERS.lines().find_map(own);
    let is_of_number = |line: &&str| line.split([',', ' ', ':']).any(|word| word == number_text);
    let Some(title) = title else { return String::new() };
    let mut text = wrapped(&format!("Twilio {number}: {title}"), 0, 0) + "\n";
    let findings: Vec<_> = rules().filter(|(rule, _)| rule.twilio_codes.contains(&number)).collect();
    // The title of a number without findings says all.
    if findings.is_empty() {
        return text;
    }
    if GENERAL.contains(&number) {
        text += "\nTwilio also reports other faults of a token under this number, such as a wrong\nsignature (bad_signature), expiry (expired), issuer or grant.\n";
    }
    text += "\n`grantmint inspect 'eyJ…'` tells which of these findings a token has:\n";
    let has_groups = findings.iter().any(|(rule, _)| rule.group != findings[0].0.group);
    if !has_groups {
        text.push('\n');
    }
    let mut group = None;
    // Rules of several groups may share a code.
    let mut known = BTreeSet::new();
    for (rule, _) in findings.iter().filter(|(rule, _)| known.insert(rule.code)) {
        if has_groups && group.replace(rule.group) != Some(rule.group) {
            text.extend(["\n", rule.group.name(), ":\n"]);
        }
        text.extend(["  ", rule.code, "\n"]);
        let causes = findings.iter().filter(|(other, _)| other.code == rule.code);
        text.extend(causes.map(|(_, cause)| format!("    {}\n", wrapped(cause, 4, 4))));
    }
    let by_settings = rejections_by_settings();
    let by_settings: Vec<_> =
        by_settings.iter().filter(|error| error.twilio_codes().contains(&number)).collect();
    if !by_settings.is_empty() {
        text += "\n`grantmint verify 'eyJ…'` also compares it with your own key and account:\n\n";
        for error in by_settings {
            let found = CAUSES.lines().map(cause).find(|(code, _)| *code == error.code());
            let cause = found.unwrap_or_default().1;
            text.extend(["  - ", error.code(), ": ", &wrapped(cause, 6 + error.code().len(), 4), "\n"]);
        }
    }
    let unseen: Vec<&str> = UNSEEN.lines().filter(is_of_number).map(|line| cause(line).1).collect();
    text += "\nIf it finds none, even with the secret, the client may have sent an older token";
    let unseen = if GENERAL.contains(&number) && unseen.is_empty() {
        UNSEEN.lines().map(cause).filter(|(numbers, _)| *numbers != "51007").map(|(_, cause)| cause).collect()
    } else {
        unseen
    };
    if unseen.is_empty() {
        text += ".\n";
    } else {
        text += ",\nor the cause is one that no token shows:\n\n";
        text.extend(unseen.iter().map(|cause| format!("  - {}\n", wrapped(cause, 4, 4))));
    }
    if known.contains("bad_signature") || GENERAL.contains(&number) {
        text += "\nThe signature needs the secret: set TWILIO_API_SECRET, or give --secret-file.\n";
    }
    text += "\nNext: grantmint inspect 'eyJ…', which says how to mend each finding.\n";
    text
}

fn of_rejection(error: TokenError) -> String {
    let found = CAUSES.lines().map(cause).find(|(code, _)| *code == error.code());
    let codes = numbers(error.twilio_codes());
    let head = format!("error {}{codes}", error.code());
    problem_lines(&head, found.unwrap_or_default().1, advice_on(error))
}

/// Returns the entry of an error of an input, from its line.
fn of_input(line: &'static str) -> String {
    let (code, texts) = cause(line);
    let (cause, fix) = texts.split_once(" → ").unwrap_or((texts, ""));
    problem_lines(&format!("InputError {code}"), cause, fix)
}

fn of(rule: &Rule, cause: &str) -> String {
    let head = format!("{} {}{}", rule.severity.name(), rule.code, numbers(rule.twilio_codes));
    problem_lines(&head, cause, rule.advice)
}

/// Returns Twilio's numbers, as the head of a finding has them.
fn numbers(codes: &[u32]) -> String {
    let codes: Vec<String> = codes.iter().map(u32::to_string).collect();
    if codes.is_empty() { String::new() } else { format!("  Twilio {}", codes.join(", ")) }
}
