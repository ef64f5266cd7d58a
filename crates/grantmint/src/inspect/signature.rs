//! The problems of a secret, and of the signature that it should have made.

use serde_json::Value;

use super::decode::Decoded;
use crate::jws::SigningKey;
use crate::rules;
use crate::rules::Finding;
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
    let is_usable = secret.check().is_ok();
    findings.extend(rules::secret::check(secret));
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
