//! The environment variables that contain the credentials.

/// The variable of the account's SID.
pub(crate) const ACCOUNT_SID: &str = "TWILIO_ACCOUNT_SID";

/// The variable of the API key's SID.
pub(crate) const KEY_SID: &str = "TWILIO_API_KEY";

/// The variable of the API key's secret.
pub(crate) const SECRET: &str = "TWILIO_API_SECRET";

/// The variables, and other names that people and other tools give them.
pub const OTHER_NAMES: &[(&str, &[&str])] = &[
    (ACCOUNT_SID, &[]),
    (KEY_SID, &["TWILIO_API_KEY_SID"]),
    (SECRET, &["TWILIO_API_KEY_SECRET", "TWILIO_API_SECRET_KEY"]),
];

/// Returns the variable that usually contains a field.
pub(crate) fn of(field: &str) -> Option<&'static str> {
    match field {
        "account_sid" => Some(ACCOUNT_SID),
        "key_sid" => Some(KEY_SID),
        "secret" => Some(SECRET),
        _ => None,
    }
}

/// Returns the message about variables that are not set, given also those that are set under another name.
pub(crate) fn missing(names: &[String], instead: &[(String, String)]) -> String {
    let (plural, are) = if names.len() == 1 { ("", "is") } else { ("s", "are") };
    let text = format!("the environment variable{plural} {} {are} not set", listed(names));
    if instead.is_empty() {
        return text;
    }
    let (expected, found): (Vec<String>, Vec<String>) = instead.iter().cloned().unzip();
    let (plural, are) = if found.len() == 1 { ("", "is") } else { ("s", "are") };
    let (found, expected) = (listed(&found), listed(&expected));
    format!("{text}, but {found} {are}; expected the name{plural} {expected}")
}

/// Joins names: `A, B and C`.
fn listed(names: &[String]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => names.join(""),
    }
}
