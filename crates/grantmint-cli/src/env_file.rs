//! Reads the credentials in a `.env` file.
//!
//! The rest of the file belongs to the app, and libraries disagree about its syntax: dotenv, Node.js and python-dotenv, each
//! with differences between versions. A line about the credentials is read if all of them read it alike, and rejected
//! otherwise. Lines about other variables are skipped, whether or not they are valid. Messages never repeat the text of a
//! line.

use grantmint::internal::name_meant;

/// The variables of a file. The last of several values of a variable counts.
#[derive(Default)]
pub(crate) struct EnvFile {
    values: Vec<(&'static str, String)>,
    hints: Vec<&'static str>,
    unset: Vec<Unset>,
}

/// A line that looks as if it set a variable, but that every library reads as something else.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unset {
    pub(crate) name: &'static str,
    /// The line number, from 1.
    pub(crate) line: usize,
    pub(crate) why: &'static str,
}

/// A line that sets one of the variables in a way that libraries read differently.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// The line number, from 1.
    pub(crate) line: usize,
    pub(crate) why: &'static str,
}

impl EnvFile {
    /// Reads the variables called `names`. Of the `hints`, it notes only which ones are set.
    pub(crate) fn parse(
        text: &str,
        names: &[&'static str],
        hints: &[&'static str],
    ) -> Result<Self, Unreadable> {
        let lines: Vec<&str> = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
        let (mut values, mut noted, mut unset) = (Vec::new(), Vec::new(), Vec::new());
        // The lines before these are inside another variable's value: in all libraries, or only in some.
        let (mut inside, mut doubtful) = (0, 0);
        for (index, line) in lines.iter().enumerate() {
            if index < inside {
                continue;
            }
            let find_name = |known: &[&'static str]| {
                line.split(is_line_break)
                    .find_map(|part| known.iter().copied().find(|known| assigned_name(part) == Some(*known)))
            };
            if let Some(name) = find_name(names) {
                let value = if index < doubtful {
                    Err("libraries disagree about where an earlier quotation mark is closed")
                } else {
                    value(line, name, lines.get(index + 1..).unwrap_or_default())
                };
                let value = value.map_err(|why| Unreadable { line: index + 1, why })?;
                values.push((name, value.to_owned()));
                continue;
            }
            noted.extend(find_name(hints));
            let looks_so = names.iter().find_map(|name| Some((*name, why_not_set(line, name)?)));
            unset.extend(looks_so.map(|(name, why)| Unset { name, line: index + 1, why }));
            match quoted_lines(&lines, index) {
                Some(Quoted { end, is_plain: true }) if index >= doubtful => inside = end,
                Some(Quoted { end, .. }) => doubtful = doubtful.max(end),
                None => {}
            }
        }
        Ok(Self { values, hints: noted, unset })
    }

    /// Returns the value of a variable.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.values.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Returns the lines that only look as if they set a variable.
    pub(crate) fn unset(self) -> Vec<Unset> {
        self.unset
    }

    /// Returns whether one of the variables that are only noted is set.
    pub(crate) fn hints(&self, name: &str) -> bool {
        self.hints.contains(&name)
    }
}

/// Returns why a line does not set a variable although it looks so: a comment, or a statement of another shell.
fn why_not_set(line: &str, name: &str) -> Option<&'static str> {
    let line = line.trim_start();
    let is_set = |statement: &str| assigned_name(statement) == Some(name) && statement.contains('=');
    let after = |start: &str| {
        let (before, rest) = line.split_at_checked(start.len())?;
        before.eq_ignore_ascii_case(start).then_some(rest)
    };
    if let Some(comment) = line.strip_prefix('#') {
        return is_set(comment.trim_start_matches('#')).then_some("is a comment");
    }
    if assigned_name(line).is_some_and(|found| name_meant(found, [name]).is_some()) && line.contains('=') {
        return Some("has a similar name");
    }
    let statement = ["set ", "setx ", "$env:", "let ", "const ", "var "].into_iter().find_map(after)?;
    is_set(statement).then_some("is not of the form NAME=value")
}

/// Returns whether some library ends a line at a character that others read as part of it.
fn is_line_break(char: char) -> bool {
    matches!(char, '\r' | '\u{2028}' | '\u{2029}')
}

/// Returns the name that some library may find in a line.
fn assigned_name(line: &str) -> Option<&str> {
    let is_blank = |char: char| char.is_whitespace() || char == '\u{feff}';
    let statement = line.trim_start_matches(is_blank);
    let statement = match statement.strip_prefix("export") {
        Some(rest) if rest.starts_with(is_blank) => rest.trim_start_matches(is_blank),
        _ => statement,
    };
    // python-dotenv takes the quotation marks off a name.
    let quoted = statement.strip_prefix('\'').and_then(|rest| rest.split_once('\'')).map(|(name, _)| name);
    let is_end = |char: char| is_blank(char) || matches!(char, '=' | ':');
    Some(quoted.unwrap_or_else(|| statement.split(is_end).next().unwrap_or_default()))
        .filter(|name| !name.is_empty())
}

/// Returns the value in a line, if every library finds the same one.
fn value<'a>(line: &'a str, name: &str, after: &[&str]) -> Result<&'a str, &'static str> {
    if line.starts_with('\u{feff}') {
        return Err(
            "the file starts with a byte-order mark, which some libraries add to the name: save it without one",
        );
    }
    let statement = line.trim_start_matches(' ');
    let statement = statement.strip_prefix("export ").unwrap_or(statement);
    let text = statement
        .strip_prefix(name)
        .and_then(|rest| rest.trim_start_matches(' ').strip_prefix('='))
        .ok_or_else(|| match statement.strip_prefix(name) {
        Some(rest) if rest.trim_start().starts_with(':') => {
            "NAME=value is expected, not a colon after the name"
        }
        Some(rest) if !rest.contains('=') => "NAME=value is expected, but there is no =",
        _ => "NAME=value is expected, with spaces as the only white space",
    })?;
    let trimmed = text.trim_start_matches(' ');
    let value = match trimmed.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let (value, rest) =
                trimmed[1..].split_once(quote).ok_or("a quotation mark is not closed on the same line")?;
            let rest = rest.trim_start_matches(' ');
            if !rest.is_empty() && !rest.starts_with('#') {
                return Err("text follows the closing quotation mark");
            }
            value
        }
        _ => unquoted(text, after)?,
    };
    if value.contains(['"', '\'', '`']) {
        return Err("a quotation mark is inside the value");
    }
    // Some libraries expand variables and escapes.
    if value.contains(['$', '\\']) {
        return Err("the value contains $ or \\, which no SID or secret does: write the value itself");
    }
    if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err("the value contains another character than printable ASCII, which no SID or secret does");
    }
    Ok(value)
}

/// Returns a value without quotation marks around it, and without the comment after it.
fn unquoted<'a>(text: &'a str, after: &[&str]) -> Result<&'a str, &'static str> {
    if text.is_empty() {
        // dotenv takes the value from there.
        let next = after.iter().find(|line| !line.trim().is_empty());
        return match next {
            Some(line) if line.trim_start().starts_with(is_quote) => {
                Err("an empty value is followed by a line that starts with a quotation mark")
            }
            _ => Ok(text),
        };
    }
    let value = text.split_once(" #").map_or(text, |(value, _)| value).trim_matches(' ');
    if value.is_empty() {
        // Node.js takes the value from the next line.
        return Err("an empty value must have nothing after it, or be in quotation marks");
    }
    if value.contains('#') {
        return Err("a # inside a value is a comment for some libraries: put the value in quotation marks");
    }
    Ok(value)
}

fn is_quote(char: char) -> bool {
    matches!(char, '"' | '\'' | '`')
}

/// Lines that are inside a quoted value, such as a PEM key.
struct Quoted {
    /// The line after the last of them.
    end: usize,
    /// Whether every library finds the same lines.
    is_plain: bool,
}

/// Returns the lines of a quoted value that starts in a line and may continue after it. A quotation mark that is never
/// closed begins no such value in any library.
fn quoted_lines(lines: &[&str], index: usize) -> Option<Quoted> {
    let line = lines[index];
    if line.trim_start().starts_with('#') {
        return None;
    }
    let mut found: Option<Quoted> = None;
    for value in [Some(line), after(line, '='), after(line, ':')].into_iter().flatten() {
        let value = value.trim_start();
        let Some(quote) = value.chars().next().filter(|char| is_quote(*char)) else { continue };
        let inside = &value[1..];
        // Only some libraries know escapes.
        let is_closing = |text: &str, escapes: bool| {
            let mut before = None;
            text.chars().any(|char| {
                let closes = char == quote && !(escapes && before == Some('\\'));
                before = Some(char);
                closes
            })
        };
        for escapes in [false, true] {
            if is_closing(inside, escapes) {
                continue;
            }
            let rest = lines.iter().skip(index + 1);
            let Some(last) = rest.clone().position(|line| is_closing(line, escapes)) else { continue };
            let end = index + 1 + last + 1;
            let is_plain = found.as_ref().is_none_or(|other| other.is_plain && other.end == end)
                && is_plain(lines, index, end, quote);
            found = Some(Quoted { end: found.map_or(end, |other| other.end.max(end)), is_plain });
        }
    }
    found
}

/// Returns whether every library reads a quoted value of several lines alike.
fn is_plain(lines: &[&str], start: usize, end: usize, quote: char) -> bool {
    let (first, last) = (lines[start].trim_start_matches(' '), lines[end - 1]);
    let first = first.strip_prefix("export ").unwrap_or(first);
    let is_of_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let opening = first.trim_start_matches(is_of_name).trim_start_matches(' ').strip_prefix('=');
    let starts_well = first.starts_with(is_of_name)
        && quote != '`'
        && opening.is_some_and(|value| value.trim_start_matches(' ').starts_with(quote));
    let rest = last.split_once(quote).map_or("", |(_, rest)| rest.trim_start_matches(' '));
    let ends_well = rest.is_empty() || rest.starts_with('#');
    let is_usual = |line: &&str| !line.contains(is_line_break) && !line.contains('\\');
    // Node.js may take the value of the line before from this one.
    let follows_well = start == 0 || !lines[start - 1].trim_end().ends_with(['=', ':']);
    starts_well && ends_well && follows_well && lines[start..end].iter().all(is_usual)
}

/// Returns the text after the first such character.
fn after(line: &str, char: char) -> Option<&str> {
    line.split_once(char).map(|(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = ["KEY", "SECRET"];

    /// Returns the value of `KEY`, or the number of an unreadable line.
    fn key(text: &str) -> Result<Option<String>, usize> {
        let file = EnvFile::parse(text, &NAMES, &["HINT"]).map_err(|unreadable| unreadable.line)?;
        Ok(file.find("KEY").map(str::to_owned))
    }

    #[test]
    fn lines_that_every_library_reads_are_read() {
        for line in [
            "KEY=a-b",
            "  KEY  =  a-b ",
            "KEY=a-b\r",
            "export KEY=a-b",
            "KEY=\"a-b\"",
            "KEY='a-b' # comment",
            "KEY=\"a-b\"# don't",
            "KEY=a-b  # comment",
            "KEY=before\nKEY=a-b",
            "# KEY=c\n\nPORT=1\nKEY=a-b\nMY_KEY=d\nKEY_2=e\nexportKEY=f\nKEY.x=g\nKEY-y=h",
        ] {
            assert_eq!(key(line), Ok(Some("a-b".to_owned())), "{line:?}");
        }
        assert_eq!(key("KEY='a#b'"), Ok(Some("a#b".to_owned())));
        for empty in ["KEY=", "KEY=''", "KEY=\nPORT='1'"] {
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
            "NAME='It's'",
            "NAME='tis",
            "\u{feff}NAME=1",
            "KEY.NAME:",
            "PEM=\"-----BEGIN\nKEY=inside\n-----END\"",
            "PEM='{\n\"SECRET\"=1\n}' # closed",
        ] {
            assert_eq!(key(&format!("{lines}\nKEY=a")), Ok(Some("a".to_owned())), "{lines:?}");
        }
        let file = EnvFile::parse("HINT = 'a", &NAMES, &["HINT"]).unwrap_or_default();
        assert!(file.hints("HINT") && !file.hints("KEY") && file.find("HINT").is_none());
    }

    #[test]
    fn lines_that_only_look_like_settings_are_noted() {
        for (line, why) in [
            ("# KEY=a", Some("is a comment")),
            ("##KEY = a", Some("is a comment")),
            ("# export KEY=a", Some("is a comment")),
            ("set KEY=a", Some("is not of the form NAME=value")),
            ("SETX KEY=a", Some("is not of the form NAME=value")),
            ("$env:KEY = 'a'", Some("is not of the form NAME=value")),
            ("# KEY is below", None),
            ("key=a", Some("has a similar name")),
            ("KYE=a", Some("has a similar name")),
            ("# KEY_2=a", None),
            ("set KEY", None),
            ("NAME=KEY=a", None),
        ] {
            let noted = EnvFile::parse(&format!("PORT=1\n{line}"), &NAMES, &[]).unwrap_or_default().unset();
            let expected = why.map(|why| Unset { name: "KEY", line: 2, why });
            assert_eq!(noted, Vec::from_iter(expected), "{line:?}");
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
            "KEY=`a`",
            "KEY=a'b",
            "KEY=$A",
            "KEY='${A}'",
            "KEY=\"a\\n\"",
            "KEY=a#b",
            "KEY=#b",
            "KEY= # comment",
            "KEY= ",
            "KEY=\n'a'",
            "KEY=a\t# comment",
            "\tKEY=a",
            "export\tKEY=a",
            "export  KEY=a",
            "KEY=\u{a0}a",
            "'KEY'=a",
            "NAME=a\rKEY=b",
            "NAME=a\u{2028}KEY=b",
            "SECRET",
        ] {
            assert_eq!(key(&format!("PORT=1\n\n{line}\n")), Err(3), "{line:?}");
        }
        assert_eq!(key("\u{feff}KEY=a"), Err(1));
        for (text, line) in [
            ("NAME='tis\nKEY=a\n# don't\nPORT=1", 2),
            ("NAME=\"a\nKEY=a\n\" b", 2),
            ("NAME=`\nKEY=a\n`", 2),
            ("NAME: '\nKEY=a\n'", 2),
            ("NAME=\"a\\\"\nKEY=a\n\"", 2),
        ] {
            assert_eq!(key(text), Err(line), "{text:?}");
        }
    }
}
