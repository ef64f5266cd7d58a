//! The lines of a report: at most 80 columns, and none that a value could imitate.
//!
//! A report's own lines begin in the first or the third column. The other lines of a long text begin further right, so
//! that a terminal never continues a value where a line of the report could be.

use super::report::Style;

/// The width of a report in columns, which every terminal has.
const WIDTH: usize = 80;

/// Returns a fact as lines of a report: its name, its value.
pub(crate) fn fact(name: &str, value: &str, paint: &dyn Fn(Style, &str) -> String) -> String {
    let name = paint(Style::Faint, &format!("{name:<11}"));
    format!("  {name} {}\n", wrapped(value, 14, 14))
}

/// Returns a finding as lines of a report: severity and code, message, advice.
pub(crate) fn finding(message: &str, advice: &str, head: &str) -> String {
    format!("{head}\n  {}\n  → {}\n", wrapped(message, 2, 4), wrapped(advice, 4, 4))
}

/// Returns text that begins in a column, with line breaks where a line would be too long. Each further line begins with
/// `indent` spaces.
pub(crate) fn wrapped(text: &str, column: usize, indent: usize) -> String {
    let mut lines = String::with_capacity(text.len());
    let mut rest = text;
    let mut room = WIDTH - column;
    while let Some(fitting) = overflow(rest, room) {
        // After a space, if there is one. A space at the end needs no column.
        let reach = fitting + usize::from(rest[fitting..].starts_with(' '));
        let end = rest[..reach].rfind(' ').map_or(fitting, |space| space + 1);
        let (line, after) = rest.split_at(end);
        lines.push_str(line.trim_end_matches(' '));
        lines.push('\n');
        lines.extend(std::iter::repeat_n(' ', indent));
        (rest, room) = (after, WIDTH - indent);
    }
    lines.push_str(rest);
    lines
}

/// Returns the length of the text that fits into some columns, if not all of it does.
fn overflow(text: &str, room: usize) -> Option<usize> {
    let mut used = 0;
    for (at, char) in text.char_indices() {
        // Terminals show characters of other scripts in up to two columns.
        used += if char.is_ascii() { 1 } else { 2 };
        if used > room {
            return Some(at);
        }
    }
    None
}
