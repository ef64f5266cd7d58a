//! The texts that a search begins with, and the words that it inserts.

use crate::entry::Entry;

/// Pieces of texts that some rule looks for.
pub const PIECES: [&str; 74] = [
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "\t",
    "\r\n",
    "\0",
    "\u{7f}",
    "\u{200b}",
    "\u{feff}",
    "é",
    "中",
    "😀",
    ".",
    "..",
    "=",
    "%",
    "%22",
    "&quot;",
    "'",
    "`",
    "<",
    "-",
    "_",
    "\\u0000",
    "\\ud800",
    "\\n",
    "0",
    "1e9",
    "-0",
    "0.1",
    "1e308",
    "1e-400",
    "123456789012345678901234567890",
    "1700003600",
    "true",
    "null",
    "[]",
    "{}",
    "\"\"",
    "\"a\":",
    "\"a\":1,",
    "\"grants\":{",
    "\"identity\":\"",
    "\"video\":{\"room\":\"",
    "\"voice\":{\"outgoing\":{\"params\":{",
    "\"chat\":{\"service_sid\":\"",
    "\"data_sync\":{\"service_sid\":\"",
    "\"task_router\":{",
    "\"ip_messaging\":{",
    "\"nbf\":",
    "\"iat\":",
    "\"exp\":",
    "\"jti\":\"",
    "\"iss\":\"",
    "\"sub\":\"",
    "\"kid\":\"",
    "\"alg\":\"",
    "\"HS256\"",
    "\"typ\":\"JWT\"",
    "\"cty\":\"twilio-fpa;v=1\"",
    "\"crit\":[\"",
    "\"scope\":\"",
    "Bearer ",
    "token=",
    "Authorization: ",
    "eyJ",
    "SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1",
    "AC",
];

/// Names that the rules know, some with a slip.
pub const NAMES: [&str; 30] = [
    "",
    "grants",
    "identity",
    "video",
    "vidoe",
    "room",
    "rooom",
    "voice",
    "outgoing",
    "incoming",
    "params",
    "application_sid",
    "push_credential_sid",
    "endpoint_id",
    "chat",
    "service_sid",
    "serviceSid",
    "deployment_role_sid",
    "data_sync",
    "task_router",
    "workspace_sid",
    "worker_sid",
    "role",
    "player",
    "requestCredentials",
    "streamerSid",
    "ip_messaging",
    "conversations",
    "nbf",
    "kid",
];

const CLAIMS: &str = r#"{"jti":"SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1-1","grants":{"identity":"alice","video":{"room":"a"}},"iat":1700000000,"exp":1700003600,"iss":"SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1","sub":"ACa0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0"}"#;
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}"#;

/// Returns usual texts, and some with as many short names as they can have.
pub fn seeds(entry: Entry, size: usize) -> Vec<Vec<u8>> {
    let mut seeds = vec![CLAIMS.to_owned(), HEADER.to_owned(), String::new()];
    for place in [r#""video":{"#, r#""grants":{"#, "{"] {
        for text in [CLAIMS, HEADER].into_iter().filter(|text| text.contains(place)) {
            let room = size.saturating_sub(text.len());
            let mut members = (0..).map(|number| format!(r#""{}":0,"#, short(number)));
            let mut filler = String::new();
            while filler.len() + 16 < room {
                filler += &members.next().unwrap();
            }
            seeds.push(text.replacen(place, &format!("{place}{filler}"), 1));
        }
    }
    seeds.push(entry.token(CLAIMS.as_bytes()));
    seeds.into_iter().map(String::into_bytes).collect()
}

/// Returns a number as a short name.
pub fn short(mut number: usize) -> String {
    const DIGITS: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut name = String::new();
    loop {
        name.push(char::from(DIGITS[number % 62]));
        number /= 62;
        if number == 0 {
            return name;
        }
    }
}
