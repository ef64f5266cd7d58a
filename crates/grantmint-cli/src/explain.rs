//! The entry of a finding's code: `grantmint help expired`.

use grantmint::internal::{RULES, Rule, wrapped};

/// Returns the rules with a code, as `docs/errors.md` lists them; empty if no finding has it.
pub(crate) fn entry(code: &str) -> String {
    let rules: Vec<String> = RULES.iter().filter(|rule| rule.code == code).map(|rule| of(rule)).collect();
    if rules.is_empty() {
        return String::new();
    }
    let page = format!("docs/errors.md explains it in full; in the book, the page errors, anchor #{code}.");
    format!("{}\n{}\n", rules.join("\n"), wrapped(&page, 0, 0))
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
