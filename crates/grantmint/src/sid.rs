//! String identifiers: two letters that name the kind, and 32 hexadecimal digits.

use crate::error::{Error, Field};
use crate::placeholder;

/// Rejects text that is not a SID of the given kind. `next` is the credential that follows it, which may be swapped with it.
pub(crate) fn check(field: &'static str, prefix: &'static str, sid: &str, next: &str) -> Result<(), Error> {
    match sid {
        "" => Err(Error::Required { field: Field::new(field), found: Some("empty") }),
        sid if is(prefix, sid) => Ok(()),
        _ => {
            let found = found_before(prefix, sid, next);
            Err(Error::MalformedSid { field: Field::new(field), prefix, found: found.into() })
        }
    }
}

/// Returns a description of text that is not a SID of the given kind, as [`found`] does. The credential `next` follows it.
pub(crate) fn found_before(prefix: &str, text: &str, next: &str) -> &'static str {
    match prefix {
        "AC" if is("SK", text) && is(prefix, next) => "the SID of an API key: the two are swapped",
        "SK" if is(prefix, next) => "text of another kind: it is swapped with the secret",
        _ => found(prefix, text),
    }
}

/// Returns whether text is a SID of the given kind.
pub(crate) fn is(prefix: &str, sid: &str) -> bool {
    sid.strip_prefix(prefix).is_some_and(is_digits)
}

/// Returns a description of text that is not a SID of the given kind. It repeats nothing of the text.
pub(crate) fn found(prefix: &str, text: &str) -> &'static str {
    let trimmed = text.trim();
    let is_quote = |char: char| matches!(char, '"' | '\'' | '`' | '\u{2018}'..='\u{201f}');
    if let Some(found) = placeholder::found(trimmed) {
        return found;
    }
    if is_blank(prefix, trimmed) {
        return "a placeholder";
    }
    if trimmed.starts_with(is_quote) || trimmed.ends_with(is_quote) {
        return "text in quotation marks";
    }
    if text.ends_with('\n') {
        return "text that ends with a line feed";
    }
    if text.ends_with(char::is_whitespace) {
        return "text that ends with white space";
    }
    if trimmed.len() < text.len() {
        return "text that starts with white space";
    }
    let (start, digits) = text.split_at_checked(2).unwrap_or_default();
    if start == prefix {
        return match digits {
            _ if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) => {
                "a SID with another character than hexadecimal digits"
            }
            _ if digits.len() < 32 => "a SID with fewer digits",
            _ => "a SID with more digits",
        };
    }
    if is_digits(digits) {
        if let Some((_, kind)) = KINDS.iter().find(|(known, _)| *known == start) {
            return kind;
        }
        if start.bytes().all(|letter| letter.is_ascii_uppercase()) {
            return "a SID of another kind";
        }
        if start.eq_ignore_ascii_case(prefix) {
            return "a SID in lower case";
        }
    }
    match text.len() {
        32 if is_digits(text) => "32 hexadecimal digits without the two letters, as of an Auth Token",
        32 if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) => "text that looks like a secret",
        _ => "text that is not a SID",
    }
}

/// The kinds of SIDs that people confuse ([Twilio's glossary](https://www.twilio.com/docs/glossary/what-is-a-sid)).
const KINDS: [(&str, &str); 14] = [
    ("AC", "the SID of an account"),
    ("SK", "the SID of an API key"),
    ("IS", "the SID of a Sync or Conversations service"),
    ("AP", "the SID of a TwiML app"),
    ("CR", "the SID of a push credential"),
    ("RL", "the SID of a role"),
    ("WS", "the SID of a workspace"),
    ("WK", "the SID of a worker"),
    ("MG", "the SID of a Messaging service"),
    ("VA", "the SID of a Verify service"),
    ("PN", "the SID of a phone number"),
    ("CH", "the SID of a conversation"),
    ("RM", "the SID of a room"),
    ("US", "the SID of a user"),
];

/// Returns whether text is a SID of any kind.
pub(crate) fn is_any(text: &str) -> bool {
    text.split_at_checked(2).is_some_and(|(prefix, digits)| {
        prefix.bytes().all(|letter| letter.is_ascii_uppercase()) && is_digits(digits)
    })
}

fn is_digits(text: &str) -> bool {
    // Without an exit before the end, which lets the processor compare many digits at once.
    text.len() == 32 && text.bytes().fold(true, |all, digit| all & digit.is_ascii_hexdigit())
}

/// Returns whether text stands for the digits of a SID: `ACxxxxxxxx`, `AC…`.
fn is_blank(prefix: &str, text: &str) -> bool {
    let digits = text.strip_prefix(prefix).unwrap_or_default();
    let is_blank = |char: char| matches!(char, 'x' | 'X' | '*' | '.' | '…' | '?' | '_');
    !digits.is_empty() && digits.chars().all(is_blank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_described_without_being_repeated() {
        let digits = "0123456789abcdef0123456789abcdef";
        for (text, expected) in [
            ("undefined".to_owned(), "the text of an unset variable"),
            ("None\n".to_owned(), "the text of an unset variable"),
            ("${TWILIO_ACCOUNT_SID}".to_owned(), "a placeholder"),
            ("<YOUR_ACCOUNT_SID>".to_owned(), "a placeholder"),
            ("your_account_sid".to_owned(), "a placeholder"),
            ("enter Account Sid".to_owned(), "a placeholder"),
            ("ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx".to_owned(), "a placeholder"),
            ("AC…".to_owned(), "a placeholder"),
            (format!("\"AC{digits}\""), "text in quotation marks"),
            (format!("AC{digits}'"), "text in quotation marks"),
            ("[object Object]".to_owned(), "the text of an object"),
            ("%TWILIO_ACCOUNT_SID%".to_owned(), "a placeholder"),
            (format!(" AC{digits}"), "text that starts with white space"),
            (format!("AC{digits} "), "text that ends with white space"),
            (format!("AC{digits}\n"), "text that ends with a line feed"),
            (format!("AC{digits}\r\n"), "text that ends with a line feed"),
            (format!("SK{digits}"), "the SID of an API key"),
            (format!("MG{digits}"), "the SID of a Messaging service"),
            (format!("ZZ{digits}"), "a SID of another kind"),
            (format!("ac{digits}"), "a SID in lower case"),
            ("AC".to_owned(), "a SID with fewer digits"),
            ("AC123".to_owned(), "a SID with fewer digits"),
            (format!("AC{digits}0"), "a SID with more digits"),
            (format!("AC{}g", &digits[1..]), "a SID with another character than hexadecimal digits"),
            (digits.to_owned(), "32 hexadecimal digits without the two letters, as of an Auth Token"),
            ("fakeSecret0123456789abcdefghijkl".to_owned(), "text that looks like a secret"),
            ("é".to_owned(), "text that is not a SID"),
        ] {
            assert_eq!(found("AC", &text), expected, "{text:?}");
        }
    }
}
