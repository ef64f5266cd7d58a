//! What is wrong with the secret that a token should be signed with.

use crate::error::Error;
use crate::finding::{self, Finding};
use crate::key::Secret;
use crate::sid;

/// Adds what is wrong, and says whether a signature can be checked at all.
pub(crate) fn check(secret: &Secret<'_>, findings: &mut Vec<Finding>) -> bool {
    let bytes = secret.expose();
    match secret.check() {
        Ok(()) => {}
        Err(Error::SecretIsKey { kind }) => {
            let message = format!("The secret is {kind}, not the secret of a Twilio API key.");
            findings.push(finding::SECRET_IS_KEY.finding(message));
            return false;
        }
        Err(Error::SecretIsZeros) => {
            findings.push(finding::SECRET_EMPTY.finding("The secret is nothing but zero bytes."));
            return false;
        }
        Err(_) => {
            findings.push(finding::SECRET_EMPTY.finding("The secret is empty."));
            return false;
        }
    }
    let is_stray = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'');
    let is_sid = |secret: &str| sid::is("SK", secret) || sid::is("AC", secret);
    if bytes.first().is_some_and(is_stray) || bytes.last().is_some_and(is_stray) {
        let message = "The secret starts or ends with white space or a quotation mark.";
        findings.push(finding::SECRET_STRAY_CHARACTERS.finding(message));
    } else if str::from_utf8(bytes).is_ok_and(is_sid) {
        findings.push(finding::SECRET_IS_SID.finding("The secret is a SID, which is no secret."));
    } else if bytes.len() < 32 {
        let message = format!("The secret has {} bytes, fewer than 32.", bytes.len());
        findings.push(finding::SECRET_SHORT.finding(message));
    } else if bytes.len() == 32 && bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        let message = "The secret looks like an Auth Token: 32 hexadecimal digits.";
        findings.push(finding::SECRET_IS_AUTH_TOKEN.finding(message));
    }
    true
}
