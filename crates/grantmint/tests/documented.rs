//! `docs/errors.md` lists every code with its Twilio numbers.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use grantmint::internal::{ERROR_CODES, RULES, TOKEN_ERROR_CODES};
use grantmint::{Claim, Segment, TokenError};

mod error_tables;

use error_tables::{code, rows, sections};

fn numbers(twilio_codes: &[u32]) -> String {
    twilio_codes.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

/// Names the rows that differ, and then their order.
#[track_caller]
fn assert_rows<Row: std::fmt::Debug + PartialEq>(documented: &[Row], expected: &[Row]) {
    let lacking = |rows: &[Row], others: &[Row]| {
        let rows = rows.iter().filter(|row| !others.contains(row));
        rows.map(|row| format!("{row:?}")).collect::<Vec<_>>().join("\n  ")
    };
    let (missing, unknown) = (lacking(expected, documented), lacking(documented, expected));
    assert!(missing.is_empty(), "docs/errors.md lacks\n  {missing}\nand has, without a rule\n  {unknown}");
    assert!(unknown.is_empty(), "docs/errors.md has, without a rule\n  {unknown}");
    assert_eq!(documented, expected, "docs/errors.md has another order than rules/table.rs");
}

#[test]
fn every_finding_of_inspect() {
    let documented: Vec<_> = rows("Findings of `inspect`")
        .into_iter()
        .map(|row| [code(&row[0]).to_owned(), row[1].clone(), row.get(4).cloned().unwrap_or_default()])
        .collect();
    let expected: Vec<_> = RULES
        .iter()
        .map(|rule| [rule.code.to_owned(), rule.severity.name().to_owned(), numbers(rule.twilio_codes)])
        .collect();
    assert_rows(&documented, &expected);
}

#[test]
fn every_number_of_twilios() {
    let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for rule in RULES {
        for number in rule.twilio_codes {
            let codes = expected.entry(number.to_string()).or_default();
            let code = format!("`{}`", rule.code);
            // Rules of several groups share a code.
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    let documented: BTreeMap<_, _> = rows("\"I have a 20101\"")
        .into_iter()
        .filter(|row| row.len() == 3)
        .map(|row| (row[0].clone(), row[2].split(", ").map(str::to_owned).collect::<Vec<_>>()))
        .collect();
    let each = |rows: BTreeMap<String, Vec<String>>| {
        let each = |(number, codes): (String, Vec<String>)| {
            codes.into_iter().map(move |code| (number.clone(), code))
        };
        rows.into_iter().flat_map(each).collect::<Vec<_>>()
    };
    assert_rows(&each(documented), &each(expected));
}

/// A number is either one of a finding, or has the reason why it is not.
#[test]
fn numbers_of_no_finding_have_a_reason() {
    let known: BTreeSet<_> = RULES.iter().flat_map(|rule| rule.twilio_codes).map(u32::to_string).collect();
    let rows: Vec<_> = rows("\"I have a 20101\"").into_iter().filter(|row| row.len() == 2).collect();
    let explained: BTreeSet<_> = rows.iter().map(|row| row[0].clone()).collect();
    assert_eq!(explained.len(), rows.len(), "a number has two reasons");
    assert!(known.is_disjoint(&explained), "{:?}", known.intersection(&explained));
    assert!(rows.iter().all(|row| row[1].ends_with('.')));
    // Those about tokens and connections in Twilio's dictionary, https://www.twilio.com/docs/api/errors.
    for number in [
        (20101..=20107).collect::<Vec<_>>(),
        (20151..=20160).collect(),
        vec![20403],
        (31201..=31209).collect(),
        vec![31301, 51001, 51002, 51003, 51004, 51005, 51006, 51007],
        (51101..=51131).collect(),
        vec![51201, 51202, 51215],
        (52000..=52005).collect(),
        (53000..=53002).collect(),
        (53100..=53106).collect(),
        vec![53118],
        (53200..=53209).collect(),
        vec![54007, 54056, 54351],
    ]
    .concat()
    {
        let number = u32::to_string(&number);
        assert!(known.contains(&number) || explained.contains(&number), "{number}");
    }
}

/// The headings name the groups, and the last columns the products and those who reject what breaks the rule.
#[test]
fn every_rules_group_products_and_guards() {
    let documented: Vec<_> = sections("Findings of `inspect`")
        .into_iter()
        .flat_map(|(heading, rows)| {
            rows.into_iter().map(move |row| (heading.split(':').next().unwrap_or_default().to_owned(), row))
        })
        .map(|(group, row)| [group, code(&row[0]).to_owned(), row[5].clone(), row[6].clone()])
        .collect();
    let quoted =
        |names: Vec<&str>| names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let expected: Vec<_> = RULES
        .iter()
        .map(|rule| {
            [
                rule.group.name().to_owned(),
                rule.code.to_owned(),
                quoted(rule.products.to_vec()),
                quoted(rule.guards.iter().map(|guard| guard.name()).collect()),
            ]
        })
        .collect();
    assert_rows(&documented, &expected);
}

/// Returns an error of each variant, and of each claim for which Twilio has other numbers.
fn token_errors() -> Vec<TokenError> {
    use Claim::{Exp, Grants, Iat, Identity, Iss, Jti, Nbf, Sub};
    use TokenError::{ClaimOutOfRange, ClaimWrongType, MissingClaim};
    let segment = Segment::Payload;
    let (now, exp, nbf) = (0, 0, 0);
    let claims = [
        [Exp, Iss, Sub, Grants].map(MissingClaim).to_vec(),
        [Exp, Nbf, Iat, Iss, Sub, Jti, Grants, Identity].map(ClaimWrongType).to_vec(),
        [Exp, Nbf, Iat].map(ClaimOutOfRange).to_vec(),
    ];
    let mut errors = vec![
        TokenError::NotAString,
        TokenError::TooLarge { max: 1 },
        TokenError::NotCompact,
        TokenError::NotBase64url { segment, around: None },
        TokenError::NotBase64url { segment: Segment::Signature, around: None },
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
        TokenError::IssuedInFuture { iat: 0, now },
        TokenError::NeverValid,
        TokenError::LifetimeTooLong { seconds: 0 },
        TokenError::WrongAccount,
        TokenError::MalformedIssuer,
        TokenError::MalformedSubject,
        TokenError::UnexpectedAudience,
    ];
    errors.extend(claims.concat());
    errors
}

#[test]
fn every_error_of_a_token() {
    let codes: BTreeSet<_> = token_errors().into_iter().map(TokenError::code).collect();
    assert_eq!(codes, TOKEN_ERROR_CODES.iter().copied().collect());
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

/// The tests of the bindings check the rest of the table: the mistakes of callers from dynamic languages.
#[test]
fn every_error_of_an_input() {
    let rows = rows("`InputError`");
    let documented: Vec<_> = rows.iter().map(|row| code(&row[0])).collect();
    for expected in ERROR_CODES {
        assert_eq!(documented.iter().filter(|code| *code == expected).count(), 1, "{expected}");
    }
}
