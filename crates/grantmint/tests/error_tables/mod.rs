//! The tables of `docs/errors.md`.

use std::path::Path;

/// Returns the rows of the tables below a heading, as cells.
pub(crate) fn rows(heading: &str) -> Vec<Vec<String>> {
    cells(&section(heading))
}

/// Returns the lower headings below a heading, in lower case, each with the rows of its table.
#[allow(dead_code, reason = "not every test with these tables needs it")]
pub(crate) fn sections(heading: &str) -> Vec<(String, Vec<Vec<String>>)> {
    let parts = section(heading);
    let parts = parts.split("\n### ").skip(1).map(|part| part.split_once('\n').unwrap());
    parts.map(|(name, rows)| (name.to_lowercase(), cells(rows))).collect()
}

/// Returns the causes that no token shows, each with the numbers for it.
#[allow(dead_code, reason = "not every test with these tables needs it")]
pub(crate) fn unseen() -> Vec<(String, String)> {
    let list = section("\"I have a 20101\"");
    let items = list.lines().filter_map(|line| line.strip_prefix("- ")?.strip_suffix(')')?.rsplit_once(" ("));
    items.map(|(cause, numbers)| (numbers.to_owned(), cause.replacen("that ", "", 1))).collect()
}

fn section(heading: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, below) = text.split_once(&format!("\n## {heading}")).unwrap_or_else(|| panic!("no {heading}"));
    below.split("\n## ").next().unwrap().to_owned()
}

fn cells(section: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        line.trim_start_matches("| ")
            .trim_end_matches('|')
            .split(" | ")
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    // The head of a table and the line below it start with neither a code nor a number.
    let is_row = |line: &&str| {
        let start = line.strip_prefix("| ").unwrap_or_default();
        start.starts_with('`') || start.starts_with(|first: char| first.is_ascii_digit())
    };
    section.lines().filter(is_row).map(cells).collect()
}

/// Returns the code in a cell.
pub(crate) fn code(cell: &str) -> &str {
    cell.trim_matches('`')
}
