//! The problems of a secret, and of the signature that it should have made.

use serde_json::Value;

use super::decode::Decoded;
use super::finding::Finding;
use crate::error::Error;
use crate::jws::SigningKey;
use crate::limits::MIN_SECRET;
use crate::rules;
use crate::secret::Secret;
use crate::sid;

/// The result of a signature check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureState {
    /// The signature matches the secret.
    Valid,
    /// The signature does not match the secret.
    Invalid,
    /// There was no secret or no signature to check.
    NotChecked,
}

impl SignatureState {
    /// Returns `"valid"`, `"invalid"` or `"not_checked"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::NotChecked => "not_checked",
        }
    }
}

/// Adds a finding if the signature does not have the length of its algorithm's signatures.
pub(super) fn check_length(decoded: &Decoded, findings: &mut Vec<Finding>) {
    if let (Some(algorithm), Some((_, signature))) = (decoded.algorithm(), &decoded.signed)
        && algorithm.signature_length() != signature.len()
    {
        let (name, length, found) = (algorithm.name(), algorithm.signature_length(), signature.len());
        let message = format!("The signature has {found} bytes, not the {length} of {name}.");
        findings.push(rules::SIGNATURE_CUT.finding(message));
    }
}

/// Adds the problems of the secret and checks the signature with it.
pub(super) fn check(decoded: &Decoded, secret: &Secret<'_>, findings: &mut Vec<Finding>) -> SignatureState {
    let is_usable = check_secret(secret, findings);
    let Some((message, signature)) = decoded.signed.as_ref().filter(|_| is_usable) else {
        return SignatureState::NotChecked;
    };
    // A secret cannot check the signature of a private key.
    let Some(algorithm) = decoded.algorithm() else { return SignatureState::NotChecked };
    let is_valid =
        SigningKey::new(algorithm, secret).is_ok_and(|key| key.verifies(message.as_bytes(), signature));
    if is_valid {
        return SignatureState::Valid;
    }
    // A signature of the wrong length has been reported already.
    if signature.len() == algorithm.signature_length() {
        let issuer = decoded.claims.as_ref().and_then(|claims| claims.get("iss")).and_then(Value::as_str);
        let whose = match issuer {
            Some(issuer) if sid::is("SK", issuer) => format!(" (the token names {issuer})"),
            _ => String::new(),
        };
        let message = format!("The signature does not match the secret{whose}.");
        findings.push(rules::BAD_SIGNATURE.finding(message));
    }
    SignatureState::Invalid
}

/// Adds the problems of a secret. Returns whether a signature can be checked with it.
fn check_secret(secret: &Secret<'_>, findings: &mut Vec<Finding>) -> bool {
    let bytes = secret.expose();
    match secret.check() {
        Ok(()) => {}
        Err(Error::SecretIsKey { kind }) => {
            let message = format!("The secret is {kind}, not the secret of a Twilio API key.");
            findings.push(rules::SECRET_IS_KEY.finding(message));
            return false;
        }
        Err(Error::SecretIsZeros) => {
            findings.push(rules::SECRET_EMPTY.finding("The secret consists of zero bytes."));
            return false;
        }
        Err(_) => {
            findings.push(rules::SECRET_EMPTY.finding("The secret is empty."));
            return false;
        }
    }
    let is_stray = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'');
    let is_sid = |secret: &str| sid::is("SK", secret) || sid::is("AC", secret);
    if bytes.first().is_some_and(is_stray) || bytes.last().is_some_and(is_stray) {
        let message = "The secret starts or ends with white space or a quotation mark.";
        findings.push(rules::SECRET_STRAY_CHARACTERS.finding(message));
    } else if str::from_utf8(bytes).is_ok_and(is_sid) {
        findings.push(rules::SECRET_IS_SID.finding("The secret is a SID, not a secret."));
    } else if bytes.len() < MIN_SECRET {
        let message = format!("The secret has {} bytes, fewer than 32.", bytes.len());
        findings.push(rules::SECRET_SHORT.finding(message));
    } else if bytes.len() == MIN_SECRET && bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    {
        let message = "The secret looks like an Auth Token: 32 hexadecimal digits.";
        findings.push(rules::SECRET_IS_AUTH_TOKEN.finding(message));
    }
    true
}
