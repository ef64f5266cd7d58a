//! Reads three variables from a `.env` file.
//!
//! The rest of the file belongs to the app, and libraries disagree about its syntax. Lines about other variables are
//! skipped, whether or not they are valid. Messages never repeat the text of a line.

/// The variables of a file. The last of several values of a variable counts.
#[derive(Default)]
pub(crate) struct EnvFile(Vec<(&'static str, String)>);

/// A line that sets one of the variables in a way that libraries read differently.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// The line number, from 1.
    pub(crate) line: usize,
    pub(crate) why: &'static str,
}

impl EnvFile {
    pub(crate) fn parse(text: &str, names: &[&'static str]) -> Result<Self, Unreadable> {
        let mut found = Vec::new();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = text.lines().enumerate();
        while let Some((index, line)) = lines.next() {
            let statement = line.trim();
            let statement = match statement.strip_prefix("export") {
                Some(rest) if rest.starts_with([' ', '\t']) => rest.trim_start(),
                _ => statement,
            };
            let name_end = statement.find(|char: char| !is_of_name(char)).unwrap_or(statement.len());
            let (name, rest) = statement.split_at(name_end);
            let assigned = rest.trim_start().strip_prefix('=').map(str::trim);
            match (names.iter().find(|known| **known == name), assigned) {
                (Some(known), assigned) => {
                    let value = assigned.ok_or("NAME=value is expected").and_then(value);
                    let value = value.map_err(|why| Unreadable { line: index + 1, why })?;
                    found.push((*known, value));
                }
                (None, Some(assigned)) => skip_quoted(assigned, &mut lines),
                (None, None) => {}
            }
        }
        Ok(Self(found))
    }

    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

fn is_of_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

/// Parses a value: unquoted, or completely inside quotation marks.
fn value(text: &str) -> Result<String, &'static str> {
    let value = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let (inside, rest) =
                text[1..].split_once(quote).ok_or("a quotation mark is not closed on the same line")?;
            let rest = rest.trim_start();
            if !rest.is_empty() && !rest.starts_with('#') {
                return Err("text follows the closing quotation mark");
            }
            inside
        }
        _ => without_comment(text),
    };
    // Only some libraries expand variables and escapes. SIDs and secrets contain neither.
    if !text.starts_with('\'') && value.contains(['$', '\\']) {
        return Err("a value with $ or \\ must be inside single quotation marks");
    }
    Ok(value.to_owned())
}

fn without_comment(text: &str) -> &str {
    let hash =
        text.match_indices('#').find(|(at, _)| text[..*at].is_empty() || text[..*at].ends_with([' ', '\t']));
    hash.map_or(text, |(at, _)| text[..at].trim_end())
}

/// Skips the rest of a value of several lines, such as a PEM key, if its quotation mark is closed.
fn skip_quoted<'a>(text: &str, lines: &mut (impl Iterator<Item = (usize, &'a str)> + Clone)) {
    let Some(quote @ ('"' | '\'' | '`')) = text.chars().next() else { return };
    if text[1..].contains(quote) {
        return;
    }
    let mut ahead = lines.clone();
    while let Some((_, line)) = ahead.next() {
        if line.contains(quote) {
            *lines = ahead;
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = ["KEY", "SECRET"];

    /// Returns the value of `KEY`, or the number of an unreadable line.
    fn key(text: &str) -> Result<Option<String>, usize> {
        let file = EnvFile::parse(text, &NAMES).map_err(|unreadable| unreadable.line)?;
        Ok(file.find("KEY").map(str::to_owned))
    }

    #[test]
    fn lines_that_every_library_reads_are_read() {
        for line in [
            "KEY=a-b",
            "KEY = a-b ",
            "\tKEY=a-b\r",
            "export KEY=a-b",
            "export\tKEY='a-b'",
            "KEY=\"a-b\"",
            "KEY='a-b' # comment",
            "KEY=a-b # comment",
            "\u{feff}KEY=a-b",
            "KEY=before\nKEY=a-b",
            "# KEY=c\n\nPORT=1\nKEY=a-b\nMY_KEY=d\nKEY_2=e\nexportKEY=f",
        ] {
            assert_eq!(key(line), Ok(Some("a-b".to_owned())), "{line:?}");
        }
        assert_eq!(key("KEY=a#b"), Ok(Some("a#b".to_owned())));
        assert_eq!(key("KEY='$a\\n'"), Ok(Some("$a\\n".to_owned())));
        for empty in ["KEY=", "KEY=''", "KEY= # comment"] {
            assert_eq!(key(empty), Ok(Some(String::new())), "{empty:?}");
        }
        assert_eq!(key(""), Ok(None));
    }

    #[test]
    fn lines_about_other_variables_may_be_anything() {
        for lines in [
            "no assignment at all",
            "NAME=a b 'c",
            "NAME: yaml",
            "=value",
            "NAME=${KEY}\\",
            "PEM=\"-----BEGIN\nKEY=inside\n-----END\"",
            "PEM='{\n\"SECRET\"=1\n}' # closed",
        ] {
            assert_eq!(key(&format!("{lines}\nKEY=a")), Ok(Some("a".to_owned())), "{lines:?}");
        }
    }

    #[test]
    fn ambiguous_lines_about_credentials_are_rejected() {
        for line in [
            "KEY",
            "KEY: a",
            "KEY a",
            "KEY='a",
            "KEY=\"a",
            "KEY='a'b",
            "KEY=$A",
            "KEY=\"${A}\"",
            "KEY=\"a\\n\"",
            "SECRET",
        ] {
            assert_eq!(key(&format!("PORT=1\n\n{line}\n")), Err(3), "{line:?}");
        }
    }
}
