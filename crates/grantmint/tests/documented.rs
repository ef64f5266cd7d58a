//! `docs/errors.md` has every code, each with Twilio's numbers as they are here.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use grantmint::{Error, Field, RULES, Segment, TokenError};

/// The rows of the tables below a heading: their cells.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, below) = text.split_once(&format!("\n## {heading}")).unwrap_or_else(|| panic!("no {heading}"));
    let section = below.split("\n## ").next().unwrap();
    let cells = |line: &str| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
    // Neither a table's head nor the line below it.
    let is_row = |line: &&str| {
        let start = line.strip_prefix("| ").unwrap_or_default();
        start.starts_with('`') || start.starts_with(|first: char| first.is_ascii_digit())
    };
    section.lines().filter(is_row).map(cells).collect()
}

fn code(cell: &str) -> String {
    cell.trim_matches('`').to_owned()
}

fn numbers(twilio_codes: &[u32]) -> String {
    twilio_codes.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

#[test]
fn every_finding_of_inspect() {
    let documented: Vec<_> = rows("Findings of `inspect`")
        .into_iter()
        .map(|row| [code(&row[0]), row[1].clone(), row.get(4).cloned().unwrap_or_default()])
        .collect();
    let expected: Vec<_> = RULES
        .iter()
        .map(|rule| [rule.code.to_owned(), rule.severity.name().to_owned(), numbers(rule.twilio_codes)])
        .collect();
    assert_eq!(documented, expected, "in the order of the checks");
}

#[test]
fn every_number_of_twilios() {
    let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for rule in RULES {
        for number in rule.twilio_codes {
            expected.entry(number.to_string()).or_default().push(format!("`{}`", rule.code));
        }
    }
    let documented: BTreeMap<_, _> = rows("\"I have a 20101\"")
        .into_iter()
        .map(|row| (row[0].clone(), row[2].split(", ").map(str::to_owned).collect::<Vec<_>>()))
        .collect();
    assert_eq!(documented, expected);
}

/// One of each variant, and of each claim for which Twilio has other numbers.
fn token_errors() -> Vec<TokenError> {
    use TokenError::{ClaimOutOfRange, ClaimWrongType, MissingClaim};
    let segment = Segment::Payload;
    let (now, exp, nbf) = (0, 0, 0);
    let claims = [
        ["exp", "iss", "sub"].map(MissingClaim).to_vec(),
        ["exp", "nbf", "iat", "iss", "sub", "jti", "grants", "identity"].map(ClaimWrongType).to_vec(),
        ["exp", "nbf", "iat"].map(ClaimOutOfRange).to_vec(),
    ];
    let mut errors = vec![
        TokenError::NotAString,
        TokenError::TooLarge { max: 1 },
        TokenError::NotCompact,
        TokenError::NotBase64url(segment),
        TokenError::NotBase64url(Segment::Signature),
        TokenError::NotJsonObject(segment),
        TokenError::NotJsonObject(Segment::Header),
        TokenError::DuplicateMember(segment),
        TokenError::TooDeep(segment),
        TokenError::UnsupportedHeader("crit"),
        TokenError::WrongAlgorithm,
        TokenError::WrongTyp,
        TokenError::WrongCty,
        TokenError::BadSignature,
        TokenError::UnknownKey,
        TokenError::Expired { exp, now },
        TokenError::NotYetValid { nbf, now },
        TokenError::WrongAccount,
    ];
    errors.extend(claims.concat());
    errors
}

#[test]
fn every_error_of_a_token() {
    let rows = rows("`TokenError`");
    let mut used = BTreeSet::new();
    for error in token_errors() {
        let row = rows.iter().position(|row| {
            let is_field = match error.field() {
                Some(field) => row[1].split(", ").any(|cell| code(cell) == field),
                None => row[1].is_empty(),
            };
            code(&row[0]) == error.code() && is_field
        });
        let row = row.unwrap_or_else(|| panic!("{} {:?} is missing", error.code(), error.field()));
        assert_eq!(rows[row][4], numbers(error.twilio_codes()), "{} {:?}", error.code(), error.field());
        used.insert(row);
    }
    assert_eq!(used.len(), rows.len(), "rows of no error");
}

/// One of each variant.
fn errors() -> Vec<Error> {
    let field = || Field::new("field");
    let found = String::new;
    vec![
        Error::Required(field()),
        Error::IdentityRequired,
        Error::WrongType { field: field(), expected: "", found: found() },
        Error::NotWhole { field: field(), found: found() },
        Error::OutOfRange { field: field(), found: found(), min: 0, max: 0 },
        Error::NotBeforeExpiry { nbf: 0, exp: 0 },
        Error::LoneSurrogate(field()),
        Error::UnsupportedAlgorithm,
        Error::UnknownOption { name: found(), known: found() },
        Error::SecretIsKey { kind: "" },
        Error::SecretIsZeros,
        Error::Conflict { field: field(), other: "" },
        Error::SecretTooShort { bytes: 0 },
        Error::MalformedSid { field: field(), prefix: "" },
        Error::NoGrants,
        Error::NotAGrant { expected: "" },
        Error::ReservedGrantKey,
        Error::Needs { field: field(), needs: "" },
        Error::NotJson { field: field(), found: found() },
        Error::TooDeep(field()),
        Error::LossyInteger { field: field(), found: found() },
        Error::MissingVariable(found()),
        Error::Internal,
    ]
}

#[test]
fn every_error_of_an_input() {
    let documented: Vec<_> = rows("`InputError`").iter().map(|row| code(&row[0])).collect();
    let expected: BTreeSet<_> = errors().iter().map(Error::code).collect();
    assert_eq!(documented.iter().map(String::as_str).collect::<BTreeSet<_>>(), expected);
    assert_eq!(documented.len(), expected.len(), "a code stands twice");
}

/// The variants that there are, by the source: one that the samples above lack would go unnoticed.
#[test]
fn the_samples_are_all_that_there_are() {
    for (source, start, end, samples) in [
        (
            include_str!("../src/error.rs"),
            "pub fn code(&self)",
            "/// The field",
            code_set(errors().iter().map(Error::code)),
        ),
        (
            include_str!("../src/token_error.rs"),
            "pub fn code(self)",
            "/// The segment",
            code_set(token_errors().iter().map(|error| error.code())),
        ),
    ] {
        let (_, below) = source.split_once(start).unwrap();
        let (body, _) = below.split_once(end).unwrap();
        let in_source: BTreeSet<_> = body.split('"').skip(1).step_by(2).map(str::to_owned).collect();
        assert_eq!(samples, in_source);
    }
}

fn code_set(codes: impl Iterator<Item = &'static str>) -> BTreeSet<String> {
    codes.map(str::to_owned).collect()
}
