//! The tables of `docs/errors.md`.

use std::path::Path;

/// Returns the rows of the tables below a heading, as cells.
pub(crate) fn rows(heading: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, below) = text.split_once(&format!("\n## {heading}")).unwrap_or_else(|| panic!("no {heading}"));
    let section = below.split("\n## ").next().unwrap();
    let cells = |line: &str| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
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
