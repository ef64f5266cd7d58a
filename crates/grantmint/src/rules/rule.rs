//! One rule: its group, its severity, and the parts of grantmint that enforce it.

/// The severity of a finding, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// Twilio rejects the token, or the token does not grant the access that it should.
    Error,
    /// The token may work, but probably contains a mistake.
    Warning,
    /// The token is right, but lacks something that some clients need.
    Note,
}

impl Severity {
    /// Returns `"error"`, `"warning"` or `"note"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// The part of a token, or of its making, that a rule concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The text around the token, its three segments, and its kind.
    Wrapping,
    /// The JOSE header.
    Header,
    /// The issuer, the subject and the audience.
    Issuer,
    /// The secret and the signature.
    Secret,
    /// The times.
    Times,
    /// The grants.
    Grants,
    /// The identity.
    Identity,
}

impl Group {
    /// Returns the group's name: `"wrapping"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wrapping => "wrapping",
            Self::Header => "header",
            Self::Issuer => "issuer",
            Self::Secret => "secret",
            Self::Times => "times",
            Self::Grants => "grants",
            Self::Identity => "identity",
        }
    }
}

/// A part of grantmint that rejects what breaks a rule. [`inspect`](crate::inspect()) reports every rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// [`Issuer`](crate::Issuer), when it is created or when it mints.
    Issuer,
    /// [`Verifier`](crate::Verifier), when it is created or when it verifies.
    Verifier,
}

impl Guard {
    /// Returns `"Issuer"` or `"Verifier"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Issuer => "Issuer",
            Self::Verifier => "Verifier",
        }
    }
}

/// A rule: the part of a finding that does not depend on the token.
#[derive(Debug)]
pub struct Rule {
    /// The stable name of the problem. Rules of several groups may share one.
    pub code: &'static str,
    /// The part of the token that the rule concerns.
    pub group: Group,
    /// The severity of the problem.
    pub severity: Severity,
    /// The keys of the grants that the rule holds for; empty for every token.
    pub products: &'static [&'static str],
    /// The parts of grantmint that reject what breaks the rule.
    pub guards: &'static [Guard],
    /// The numbers with which Twilio would probably reject the token.
    pub twilio_codes: &'static [u32],
    /// How to solve the problem.
    pub advice: &'static str,
    /// The advice in the words of a language, where that differs.
    pub spelled: &'static [(Language, &'static str)],
}

/// The language of the program that asks for an explanation, for the names and samples in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// No language: Rust, or the command.
    #[default]
    Neutral,
    /// Python.
    Python,
    /// JavaScript.
    JavaScript,
}

impl Rule {
    /// Returns the advice in the words of a language.
    pub(crate) fn advice_in(&self, language: Language) -> &'static str {
        self.spelled.iter().find(|(known, _)| *known == language).map_or(self.advice, |(_, advice)| advice)
    }
}

/// Returns the guards of a group's rules. An issuer cannot mint a token that breaks a rule of the first two groups.
pub(super) const fn guards(group: Group, severity: Severity) -> &'static [Guard] {
    match (group, severity) {
        (Group::Wrapping | Group::Header, Severity::Error) => &[Guard::Verifier],
        (Group::Issuer | Group::Times, Severity::Error) => &[Guard::Issuer, Guard::Verifier],
        // A secret that is only suspicious cannot have been created by Twilio either.
        (Group::Grants | Group::Identity, Severity::Error) | (Group::Secret, _) => &[Guard::Issuer],
        (_, Severity::Warning | Severity::Note) => &[],
    }
}
