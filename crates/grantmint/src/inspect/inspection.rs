//! The result of an inspection.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::kind::TokenKind;
use super::signature::SignatureState;
use crate::error::Spelling;
use crate::rules::wrapping::AROUND;
use crate::rules::{Finding, Language, Severity};
use crate::secret::Secret;
use crate::verify;

/// The options of [`inspect`](crate::inspect()).
///
/// ```
/// let options = grantmint::InspectOptions::new().secret("fake-secret-fake-secret-fake-secret");
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct InspectOptions<'a> {
    pub(super) secret: Option<Secret<'a>>,
    pub(super) now: Option<u64>,
    pub(super) language: Language,
}

impl<'a> InspectOptions<'a> {
    /// Creates options without a secret, for the current time.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the secret to check the signature with. Without it, the signature is not checked.
    pub fn secret(mut self, secret: impl Into<Secret<'a>>) -> Self {
        self.secret = Some(secret.into());
        self
    }

    /// Sets the time of inspection, in seconds since the epoch. Defaults to the current time.
    pub fn now(mut self, seconds: u64) -> Self {
        self.now = Some(seconds);
        self
    }

    /// Sets the language of the program that asks, for the names and samples in messages.
    #[doc(hidden)]
    pub fn language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }
}

/// The contents of a token and its problems. Its `Display` is a report for a person.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Inspection {
    /// The kind of token.
    pub kind: TokenKind,
    /// The header, if it could be read.
    pub header: Option<Map<String, Value>>,
    /// The claims, if they could be read.
    pub claims: Option<Map<String, Value>>,
    /// The result of the signature check.
    pub signature: SignatureState,
    /// The time of minting, in seconds since the epoch.
    pub issued_at: Option<u64>,
    /// The time from which the token is valid, in seconds since the epoch.
    pub not_before: Option<u64>,
    /// The expiry, in seconds since the epoch.
    pub expires_at: Option<u64>,
    /// The time at which to replace the token, in seconds since the epoch: three minutes before it expires, but not
    /// before half of its lifetime.
    pub renew_at: Option<u64>,
    /// The time of inspection, in seconds since the epoch.
    pub now: u64,
    /// The problems, the worst first.
    pub findings: Vec<Finding>,
}

impl Inspection {
    /// Creates an inspection without contents.
    pub(super) fn empty(now: u64) -> Self {
        Self {
            kind: TokenKind::Unknown,
            header: None,
            claims: None,
            signature: SignatureState::NotChecked,
            issued_at: None,
            not_before: None,
            expires_at: None,
            renew_at: None,
            now,
            findings: Vec::new(),
        }
    }

    /// Returns whether no finding is an error.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != Severity::Error)
    }

    /// Returns whether only the text around the token is wrong. It may be only in this copy of the token.
    pub(crate) fn is_sound_inside(&self) -> bool {
        let mut errors = self.findings.iter().filter(|finding| finding.severity == Severity::Error);
        errors.all(|finding| AROUND.iter().any(|rule| rule.code == finding.code))
    }

    /// Returns the problems, the worst first.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns the identity, if the token has one. An integer is returned as its decimal digits.
    #[must_use]
    pub fn identity(&self) -> Option<String> {
        let identity = self.claims.as_ref()?.get("grants")?.get("identity")?;
        verify::identity(Some(identity.into())).ok().flatten().map(Cow::into_owned)
    }

    /// Returns the API key that the token names as its issuer: `iss`.
    #[must_use]
    pub fn key_sid(&self) -> Option<&str> {
        self.claims.as_ref()?.get("iss")?.as_str()
    }

    /// Returns the account: `sub`.
    #[must_use]
    pub fn account_sid(&self) -> Option<&str> {
        self.claims.as_ref()?.get("sub")?.as_str()
    }

    /// Returns the grants by their keys, without the identity.
    #[must_use]
    pub fn grants(&self) -> Option<Map<String, Value>> {
        let mut grants = self.claims.as_ref()?.get("grants")?.as_object()?.clone();
        grants.shift_remove("identity");
        Some(grants)
    }

    /// Returns the seconds until the token expires; negative if it has expired.
    #[must_use]
    pub fn expires_in(&self) -> Option<i64> {
        // Both are below the year 10000.
        self.expires_at.map(|exp| exp.cast_signed() - self.now.cast_signed())
    }

    /// Returns the inspection as JSON, with member names spelled by `spell`. Header and claims are unchanged.
    pub(crate) fn to_json(&self, spell: Spelling) -> Value {
        let findings = self.findings.iter().map(|finding| {
            named(
                spell,
                [
                    ("severity", finding.severity.name().into()),
                    ("code", finding.code.into()),
                    ("twilio_codes", finding.twilio_codes.into()),
                    ("message", finding.message.as_str().into()),
                    ("advice", finding.advice.into()),
                ],
            )
        });
        named(
            spell,
            [
                ("kind", self.kind.name().into()),
                ("sound", self.is_sound().into()),
                ("identity", json!(self.identity())),
                ("key_sid", json!(self.key_sid())),
                ("account_sid", json!(self.account_sid())),
                ("grants", json!(self.grants())),
                ("signature", self.signature.name().into()),
                ("issued_at", json!(self.issued_at)),
                ("not_before", json!(self.not_before)),
                ("expires_at", json!(self.expires_at)),
                ("expires_in", json!(self.expires_in())),
                ("renew_at", json!(self.renew_at)),
                ("header", json!(self.header)),
                ("claims", json!(self.claims)),
                ("findings", findings.collect()),
            ],
        )
    }
}

fn named<const N: usize>(spell: Spelling, members: [(&str, Value); N]) -> Value {
    members.into_iter().map(|(name, value)| (spell(name), value)).collect::<Map<_, _>>().into()
}
