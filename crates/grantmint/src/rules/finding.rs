//! One problem of one token.

use super::RULES;
use super::rule::{Language, Rule, Severity};

/// A problem of a token, with advice for its maker.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Whether Twilio rejects such a token.
    pub severity: Severity,
    /// The stable name of the problem, equal in Rust, Python and Node: `"expired"`.
    pub code: &'static str,
    /// The numbers with which Twilio would probably [reject the token](https://www.twilio.com/docs/api/errors). Twilio's
    /// backend has the last word.
    pub twilio_codes: &'static [u32],
    /// The problem, as it appears in this token.
    pub message: String,
    /// How to solve it.
    pub advice: &'static str,
}

impl Finding {
    /// Replaces the advice by that in the words of a language.
    pub(crate) fn spell(&mut self, language: Language) {
        let of_finding = |rule: &&&Rule| (rule.code, rule.advice) == (self.code, self.advice);
        if let Some(rule) = RULES.iter().find(of_finding) {
            self.advice = rule.advice_in(language);
        }
    }
}

impl Rule {
    /// Creates the finding for a token that breaks the rule.
    pub(crate) fn finding(&'static self, message: impl Into<String>) -> Finding {
        let Self { code, severity, twilio_codes, advice, .. } = *self;
        Finding { severity, code, twilio_codes, message: message.into(), advice }
    }
}
