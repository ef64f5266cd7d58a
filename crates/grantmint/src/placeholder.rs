//! Placeholders: texts in the place of a value that somebody should have set.

/// Returns whether text is what a language writes for a missing value.
pub(crate) fn is_unset(text: &str) -> bool {
    ["undefined", "null", "none", "nil", "<nil>", "nan"].iter().any(|name| text.eq_ignore_ascii_case(name))
}

/// Returns whether text is what a program writes for nothing, for an object, or for a variable that it did not expand.
/// Unlike [`is_unset`], it does not take a user called "none" for nothing.
pub(crate) fn is_accident(text: &str) -> bool {
    const NOTHING: [&str; 7] =
        ["undefined", "null", "None", "nil", "NaN", "[object Object]", "[object Promise]"];
    NOTHING.contains(&text) || is_variable(text)
}

/// Returns whether text is a variable that was not expanded, or a name between brackets: `$NAME`, `${NAME}`, `<NAME>`.
pub(crate) fn is_variable(text: &str) -> bool {
    let is_between = [("<", ">"), ("${", "}"), ("{{", "}}"), ("%", "%")].iter().any(|(start, end)| {
        text.len() > start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
    });
    // In lower case, it may be the name of a user or a room.
    is_between || of_shell(text).is_some_and(|name| !name.bytes().any(|byte| byte.is_ascii_lowercase()))
}

/// Returns the name of a shell's variable that was not expanded: `$NAME`, or `$env:NAME` in PowerShell.
pub(crate) fn of_shell(text: &str) -> Option<&str> {
    let name = text.strip_prefix('$')?;
    let name = name.strip_prefix("env:").unwrap_or(name);
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_name && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')).then_some(name)
}

/// Returns whether text tells the reader to put something in its place: `your_account_sid`.
pub(crate) fn is_told(text: &str) -> bool {
    // Without a copy in lower case: the text may be a secret.
    ["your", "enter", "replace", "changeme", "todo", "example"]
        .iter()
        .any(|word| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

/// Returns the kind of placeholder that a text is, if any.
pub(crate) fn found(text: &str) -> Option<&'static str> {
    if is_unset(text) {
        return Some("the text of an unset variable");
    }
    if text.starts_with("[object ") {
        return Some("the text of an object");
    }
    let is_bracketed = text.len() > 2 && text.starts_with('[') && text.ends_with(']');
    (is_variable(text) || is_told(text) || is_bracketed).then_some("a placeholder")
}
