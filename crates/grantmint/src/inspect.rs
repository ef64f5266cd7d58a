//! Explaining a token: what it is, and everything that is wrong with it.

use serde_json::{Map, Value, json};

use crate::claims_check;
use crate::clock;
use crate::error::Spelling;
use crate::finding::{self, Finding, Severity};
use crate::header::{Algorithm, CONTENT_TYPE};
use crate::key::{Secret, SigningKey};
use crate::reading::{self, Reading};
use crate::secret_check;
use crate::sid;
use crate::text::quoted;
use crate::verified_claims;

/// What helps to explain a token. By default, nothing but the current time.
#[derive(Debug, Clone, Default)]
pub struct InspectOptions<'a> {
    /// The secret that the token should be signed with. Defaults to none: the signature is not checked then.
    pub secret: Option<Secret<'a>>,
    /// The time to compare with, in seconds since the epoch. Defaults to the current time.
    pub now: Option<u64>,
}

/// What a token says, and what is wrong with it. Its `Display` is a report for a person.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Inspection {
    /// What kind of token it is.
    pub kind: TokenKind,
    /// The header, as far as it could be read.
    pub header: Option<Map<String, Value>>,
    /// The claims, as far as they could be read.
    pub claims: Option<Map<String, Value>>,
    /// Whether the signature is that of the secret.
    pub signature: SignatureState,
    /// When it was issued, in seconds since the epoch.
    pub issued_at: Option<u64>,
    /// From when it is valid, in seconds since the epoch.
    pub not_before: Option<u64>,
    /// When it expires, in seconds since the epoch.
    pub expires_at: Option<u64>,
    /// When to replace it, in seconds since the epoch: three minutes before it expires, when Twilio's SDKs are told that
    /// it is about to, or when half of a shorter lifetime than six minutes is over.
    pub renew_at: Option<u64>,
    /// The time that it was inspected at, in seconds since the epoch.
    pub now: u64,
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
}

/// The kinds of token that Twilio has had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenKind {
    /// An Access Token.
    AccessToken,
    /// A capability token of the first Client SDK, signed with the account's Auth Token.
    CapabilityToken,
    /// A capability token of `TaskRouter`, signed with the account's Auth Token.
    TaskRouterCapabilityToken,
    /// The token of a REST request with public key client validation.
    ClientValidationToken,
    /// Something else.
    Unknown,
}

impl TokenKind {
    /// `"access_token"`, `"capability_token"`, `"task_router_capability_token"`, `"client_validation_token"` or
    /// `"unknown"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::CapabilityToken => "capability_token",
            Self::TaskRouterCapabilityToken => "task_router_capability_token",
            Self::ClientValidationToken => "client_validation_token",
            Self::Unknown => "unknown",
        }
    }
}

/// What is known of a token's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureState {
    /// It is that of the secret.
    Valid,
    /// It is not.
    Invalid,
    /// There was no secret to check it with, or no signature to check.
    NotChecked,
}

impl SignatureState {
    /// `"valid"`, `"invalid"` or `"not_checked"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::NotChecked => "not_checked",
        }
    }
}

/// Explains a token, whatever it is: nothing that is wrong with it is an error here.
///
/// ```
/// use grantmint::{InspectOptions, inspect};
///
/// let inspection = inspect("Bearer abc", &InspectOptions::default());
/// let codes: Vec<_> = inspection.findings.iter().map(|finding| finding.code).collect();
/// assert_eq!(codes, ["bearer_prefix", "not_compact"]);
/// println!("{inspection}");
/// ```
#[must_use]
pub fn inspect(token: &str, options: &InspectOptions<'_>) -> Inspection {
    let now = options.now.unwrap_or_else(clock::now).min(clock::MAX_TIME);
    let mut reading = reading::read(token);
    let mut inspection = Inspection {
        kind: TokenKind::Unknown,
        header: None,
        claims: None,
        signature: SignatureState::NotChecked,
        issued_at: None,
        not_before: None,
        expires_at: None,
        renew_at: None,
        now,
        findings: std::mem::take(&mut reading.findings),
    };
    inspection.kind = kind(reading.header.as_ref(), reading.claims.as_ref());
    inspection.check_header(reading.header.as_ref(), reading.claims.as_ref());
    if let Some(claims) = &reading.claims {
        let times = claims_check::check(inspection.kind, claims, now, &mut inspection.findings);
        inspection.issued_at = times.issued_at;
        inspection.not_before = times.not_before;
        inspection.expires_at = times.expires_at;
        inspection.renew_at = times.expires_at.map(|exp| clock::renew_at(times.start(now).min(exp), exp));
    }
    inspection.check_length(&reading);
    if let Some(secret) = &options.secret {
        inspection.check_signature(&reading, secret);
    }
    inspection.header = reading.header;
    inspection.claims = reading.claims;
    // Stable: those of one severity stay in the order of the checks.
    inspection.findings.sort_by_key(|finding| finding.severity);
    inspection.findings.truncate(MOST_FINDINGS);
    inspection
}

/// As many as anybody reads: a token made for it could have hundreds.
const MOST_FINDINGS: usize = 50;

/// The [`Inspection`] of what is no string at all. Only callers from dynamic languages have such a thing.
#[doc(hidden)]
#[must_use]
pub fn inspect_nothing(options: &InspectOptions<'_>) -> Inspection {
    let mut inspection = inspect("", options);
    inspection.findings = vec![finding::NOT_A_STRING.finding("This is not a string.")];
    inspection
}

impl Inspection {
    /// Whether there is no finding that is an error.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != Severity::Error)
    }

    /// What is wrong, the worst first.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whom the token speaks for, if it says so. An integer stands for its decimal digits.
    #[must_use]
    pub fn identity(&self) -> Option<String> {
        let identity = self.claims.as_ref()?.get("grants")?.get("identity")?;
        verified_claims::identity(Some(identity.into())).ok().flatten()
    }

    /// The API key that it says signed it: `iss`.
    #[must_use]
    pub fn key_sid(&self) -> Option<&str> {
        self.claims.as_ref()?.get("iss")?.as_str()
    }

    /// The account: `sub`.
    #[must_use]
    pub fn account_sid(&self) -> Option<&str> {
        self.claims.as_ref()?.get("sub")?.as_str()
    }

    /// The grants by their keys, without the identity.
    #[must_use]
    pub fn grants(&self) -> Option<Map<String, Value>> {
        let mut grants = self.claims.as_ref()?.get("grants")?.as_object()?.clone();
        grants.shift_remove("identity");
        Some(grants)
    }

    /// The seconds until it expires; negative if it has.
    #[must_use]
    pub fn expires_in(&self) -> Option<i64> {
        // Both are below the year 10000.
        self.expires_at.map(|exp| exp.cast_signed() - self.now.cast_signed())
    }

    /// All of it as JSON, with each member's name as `spell` writes it; header and claims are as they came.
    #[must_use]
    pub fn to_json(&self, spell: Spelling) -> Value {
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

    fn check_header(&mut self, header: Option<&Map<String, Value>>, claims: Option<&Map<String, Value>>) {
        let is_other = match self.kind {
            TokenKind::AccessToken => false,
            TokenKind::Unknown => claims.is_some_and(claims_check::is_of_others),
            _ => true,
        };
        let Some(header) = header.filter(|_| !is_other) else { return };
        let findings = &mut self.findings;
        match header.get("alg") {
            Some(Value::String(alg)) if alg == Algorithm::default().name() => {}
            Some(Value::String(alg)) if alg.eq_ignore_ascii_case("none") => {
                findings.push(
                    finding::WRONG_ALGORITHM.finding("The token says that it is not signed (alg none)."),
                );
            }
            Some(alg) => {
                let message = format!("The token is signed with {}, not with HS256.", quoted(alg));
                findings.push(finding::WRONG_ALGORITHM.finding(message));
            }
            None => findings.push(finding::WRONG_ALGORITHM.finding("The header has no alg.")),
        }
        match header.get("typ") {
            Some(Value::String(typ)) if typ.eq_ignore_ascii_case("JWT") => {}
            Some(typ) => {
                findings.push(finding::WRONG_TYP.finding(format!("The header's typ is {}.", quoted(typ))));
            }
            None => findings.push(finding::MISSING_TYP.finding("The header has no typ.")),
        }
        match header.get("cty") {
            Some(Value::String(cty)) if cty == CONTENT_TYPE => {}
            Some(cty) => {
                findings.push(finding::WRONG_CTY.finding(format!("The header's cty is {}.", quoted(cty))));
            }
            None => findings.push(finding::WRONG_CTY.finding("The header has no cty.")),
        }
        for name in ["crit", "b64", "zip", "enc"] {
            if header.get(name).is_some_and(|value| name != "b64" || *value != true) {
                findings.push(finding::UNSUPPORTED_HEADER.finding(format!("The header has {name}.")));
            }
        }
    }

    fn check_length(&mut self, reading: &Reading) {
        if let (Some(algorithm), Some((_, signature))) = (reading.algorithm(), &reading.signed)
            && algorithm.size() != signature.len()
        {
            let (name, size, found) = (algorithm.name(), algorithm.size(), signature.len());
            let message = format!("The signature has {found} bytes, not the {size} of {name}.");
            self.findings.push(finding::SIGNATURE_CUT.finding(message));
        }
    }

    fn check_signature(&mut self, reading: &Reading, secret: &Secret<'_>) {
        let issuer = reading.claims.as_ref().and_then(|claims| claims.get("iss")).and_then(Value::as_str);
        let usable = secret_check::check(secret, &mut self.findings);
        let Some((message, signature)) = reading.signed.as_ref().filter(|_| usable) else { return };
        // What is signed with a private key, no secret can check.
        let Some(algorithm) = reading.algorithm() else { return };
        let is_valid = SigningKey::new(algorithm, secret, b"")
            .is_ok_and(|key| key.verifies(message.as_bytes(), signature));
        if is_valid {
            self.signature = SignatureState::Valid;
            return;
        }
        self.signature = SignatureState::Invalid;
        // That it was cut has been said.
        if signature.len() != algorithm.size() {
            return;
        }
        let whose = match issuer {
            Some(issuer) if sid::is("SK", issuer) => format!(" (the token names {issuer})"),
            _ => String::new(),
        };
        self.findings.push(
            finding::BAD_SIGNATURE.finding(format!("The signature is not that of the secret given{whose}.")),
        );
    }
}

fn named<const N: usize>(spell: Spelling, members: [(&str, Value); N]) -> Value {
    members.into_iter().map(|(name, value)| (spell(name), value)).collect::<Map<_, _>>().into()
}

/// What kind of token it is, by the marks that only one kind has.
fn kind(header: Option<&Map<String, Value>>, claims: Option<&Map<String, Value>>) -> TokenKind {
    let cty = header.and_then(|header| header.get("cty")).and_then(Value::as_str).unwrap_or_default();
    let has = |name: &str| claims.is_some_and(|claims| claims.contains_key(name));
    let scope = claims.and_then(|claims| claims.get("scope")).and_then(Value::as_str);
    if cty.starts_with("twilio-pkrv") || (has("hrh") && has("rqh")) {
        TokenKind::ClientValidationToken
    } else if has("policies") && (has("workspace_sid") || has("channel")) {
        TokenKind::TaskRouterCapabilityToken
    } else if scope.is_some_and(|scope| scope.starts_with("scope:")) {
        TokenKind::CapabilityToken
    } else if cty.starts_with("twilio-fpa") || has("grants") {
        TokenKind::AccessToken
    } else {
        TokenKind::Unknown
    }
}
