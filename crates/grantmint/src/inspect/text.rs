//! Texts that are no token: what languages write for a missing value, a promise, a function or an object.

use super::unwrap::is_space;
use crate::placeholder::{is_unset, of_shell};
use crate::rules::Language;

/// Returns what a text is and what to do, if a language wrote it for a value that is not a token.
pub(super) fn described(text: &str, language: Language) -> Option<&'static str> {
    let starts = |starts: &[&str]| starts.iter().any(|start| text.starts_with(start));
    if is_unset(text) {
        return Some(
            "This is the text of a missing value: the variable is unset, or the response has no such member.",
        );
    }
    if starts(PROMISES) {
        return Some("This is the text of a promise: await it, and pass its result.");
    }
    if starts(FUNCTIONS) || (text.starts_with('(') && text.contains("=>")) {
        return Some(match language {
            Language::Python => "This is the text of a function: call it, as in token.to_jwt().",
            Language::JavaScript => "This is the text of a function: call it, as in token.toJwt().",
            Language::Neutral => {
                "This is the text of a function: call it, as in token.to_jwt() or token.toJwt()."
            }
        });
    }
    if starts(RESPONSES) {
        return Some("This is the text of a response: read the token from its body.");
    }
    if starts(OBJECTS) || is_java_object(text) || text.contains(" object at 0x") {
        return Some(match language {
            Language::Python => "This is the text of an object, not its token: call to_jwt() on it.",
            Language::JavaScript => "This is the text of an object, not its token: call toJwt() on it.",
            Language::Neutral => {
                "This is the text of an object, not its token: call to_jwt() on it (toJwt() in JavaScript and Java, ToJwt() in C#)."
            }
        });
    }
    if of_shell(text).is_some() {
        return Some("This is the name of a variable, not its value: was it in single quotation marks?");
    }
    if is_placeholder(text) {
        return Some("This is a placeholder: put a token in its place.");
    }
    is_constant(text)
        .then_some("This is the name of a variable, not its value: does it lack the $ of the shell?")
}

/// Returns whether text has several words and a dot, such as a line of a log, and nothing that begins as a token does.
pub(super) fn is_prose(text: &str) -> bool {
    !text.contains("eyJ") && text.contains('.') && text.trim_matches(is_space).contains(is_space)
}

/// Returns whether text is a page of HTML or XML.
pub(super) fn is_page(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["<!", "<?", "<html", "<head", "<body"].iter().any(|start| lower.starts_with(start))
        || lower.contains("</")
}

/// Promises of JavaScript, Python, C#, Java, Ruby and Rust.
const PROMISES: &[&str] = &[
    "[object Promise]",
    "Promise {",
    "Promise(",
    "<Promise",
    "<coroutine ",
    "<Task ",
    "<_asyncio.",
    "<Future ",
    "<async_generator ",
    "System.Threading.Tasks.Task",
    "java.util.concurrent.CompletableFuture",
    "#<Promise",
    "#<Concurrent::Promise",
];

/// Functions of JavaScript, Python, Ruby and PHP.
const FUNCTIONS: &[&str] = &[
    "[Function",
    "[AsyncFunction",
    "[class ",
    "[object Function]",
    "[object AsyncFunction]",
    "function ",
    "function(",
    "async function",
    "async (",
    "class ",
    "<bound method ",
    "<function ",
    "<built-in ",
    "<method ",
    "<class ",
    "<unbound method ",
    "#<Method:",
    "#<Proc:",
    "#<UnboundMethod:",
    "Closure Object",
    "Closure::",
];

/// Responses of JavaScript and Python.
const RESPONSES: &[&str] = &["[object Response]", "Response {", "<Response "];

/// Objects of JavaScript, Python, Ruby, PHP, C# and Go.
const OBJECTS: &[&str] = &[
    "[object ",
    "AccessToken {",
    "AccessToken(",
    "<AccessToken",
    "<IssuedToken",
    "<grantmint.",
    "<twilio.",
    "#<",
    "Twilio.Jwt.",
    "Twilio\\Jwt\\",
    "Twilio\\JWT\\",
    "stdClass Object",
    "object(",
    "Object(",
    "&{",
    "map[",
    "%!",
];

/// Returns whether text is what Java writes for an object: `com.twilio.jwt.accesstoken.AccessToken@1b6d3586`.
fn is_java_object(text: &str) -> bool {
    text.split_once('@').is_some_and(|(class, hash)| {
        let is_of_class = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '$' | '_');
        let is_class = class.contains('.') || class.starts_with(|char: char| char.is_ascii_uppercase());
        is_class
            && class.chars().all(is_of_class)
            && (5..=8).contains(&hash.len())
            && hash.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

/// Returns whether text is the name of a token's variable: `TOKEN`, `ACCESS_TOKEN`.
fn is_constant(text: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    text.len() <= 40
        && text.bytes().all(is_of_name)
        && ["TOKEN", "JWT"].iter().any(|word| text.ends_with(word))
}

/// Returns whether text stands for a token that somebody should have filled in: `<YOUR_TOKEN>`, `${TOKEN}`, `your-token`.
fn is_placeholder(text: &str) -> bool {
    let is_of_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | ' ' | '.');
    let brackets = [("<", ">"), ("${", "}"), ("{{", "}}"), ("%", "%"), ("[", "]")];
    let inside = brackets.iter().find_map(|(start, end)| text.strip_prefix(start)?.strip_suffix(end));
    let name = inside.unwrap_or(text);
    let lower = name.to_ascii_lowercase();
    let is_name = !name.is_empty() && name.len() <= 64 && name.chars().all(is_of_name);
    // A tag of HTML is no placeholder.
    let names_token = ["token", "jwt"].iter().any(|word| lower.contains(word));
    let is_told = ["your", "enter", "insert", "paste", "replace"].iter().any(|word| lower.starts_with(word))
        || lower.ends_with("here");
    is_name && if inside.is_some() { names_token || is_told } else { names_token && is_told }
}
