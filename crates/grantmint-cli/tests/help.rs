//! The help texts are correct.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../../grantmint/tests/error_tables/mod.rs"]
mod error_tables;
mod shell;

use std::collections::{BTreeMap, BTreeSet};

use shell::Shell;

const COMMANDS: [&[&str]; 4] = [&[], &["mint"], &["inspect"], &["verify"]];

fn help(command: &[&str]) -> String {
    let run = Shell::bare().run(&[command, &["--help"]].concat());
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    run.out
}

#[test]
fn help_needs_nothing_and_goes_to_standard_output() {
    for command in COMMANDS {
        let short = Shell::bare().file(".env", "TWILIO_API_SECRET").run(&[command, &["-h"]].concat());
        assert_eq!((short.code, short.err.as_str()), (0, ""));
        assert_eq!(short.out, help(command));
        for line in short.out.lines() {
            assert!(line.chars().count() <= 80 && line.trim_end() == line, "{line}");
        }
    }
    assert_eq!(Shell::bare().run(&["-V"]).out, concat!("grantmint ", env!("CARGO_PKG_VERSION"), "\n"));
    assert_eq!(Shell::bare().run(&["--version"]).out, concat!("grantmint ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn help_takes_a_command_or_a_code() {
    let shell = Shell::bare();
    assert_eq!(shell.run(&["help"]).out, help(&[]));
    for command in ["mint", "inspect", "verify"] {
        let run = shell.run(&["help", command]);
        assert_eq!((run.code, run.err.as_str(), run.out), (0, "", help(&[command])));
    }
    for rule in grantmint::internal::RULES {
        let run = shell.run(&["help", rule.code]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", rule.code);
        let head = format!("{} {}", rule.severity.name(), rule.code);
        assert!(run.out.contains(&head) && run.out.contains(&format!("#{}.", rule.code)), "{}", run.out);
        for number in rule.twilio_codes {
            assert!(run.out.contains(&number.to_string()), "{}", run.out);
        }
        assert_fits(&run.out);
    }
}

fn assert_fits(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= 80 && line.trim_end() == line, "{line}");
    }
}

/// Returns text on one line, without the links and the emphasis of Markdown.
fn flat(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("](") {
        let (start, name) = before.rsplit_once('[').unwrap();
        plain.extend([start, name]);
        rest = after.split_once(')').unwrap().1;
    }
    plain.push_str(rest);
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The help says of a code what its row in docs/errors.md says.
#[test]
fn the_causes_are_those_of_the_documentation() {
    let rows = error_tables::rows("Findings of `inspect`");
    let causes =
        include_str!("../src/help/causes.txt").lines().filter_map(|line| Some(line.split_once(": ")?.0));
    let causes: Vec<&str> = causes.collect();
    for rule in grantmint::internal::RULES {
        assert!(causes.contains(&rule.code), "crates/grantmint-cli/src/help/causes.txt lacks {}", rule.code);
    }
    let documented: Vec<&str> = rows.iter().map(|row| error_tables::code(&row[0])).collect();
    assert_eq!(documented, &causes[..rows.len()], "help/causes.txt has another order than docs/errors.md");
    assert_eq!(rows.len(), grantmint::internal::RULES.len());
    let all = rows.into_iter().map(|row| (row, 2)).chain(
        error_tables::rows("`TokenError`")
            .into_iter()
            .filter(|row| ["`unknown_key`", "`wrong_account`"].contains(&row[0].as_str()))
            .map(|row| (row, 2)),
    );
    for (row, column) in all {
        let code = error_tables::code(&row[0]);
        let shown = flat(&Shell::bare().run(&["help", code]).out);
        assert!(shown.contains(&format!(" {} →", flat(&row[column]))), "{row:?}: {shown}");
    }
}

/// The help says of an error of an input what its row in docs/errors.md says.
#[test]
fn the_input_errors_are_those_of_the_documentation() {
    let rows = error_tables::rows("`InputError`");
    let listed: BTreeSet<&str> = rows.iter().map(|row| error_tables::code(&row[0])).collect();
    assert!(grantmint::internal::ERROR_CODES.iter().all(|code| listed.contains(code)));
    for row in &rows {
        let code = error_tables::code(&row[0]);
        let run = Shell::bare().run(&["help", code]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{code}");
        assert_fits(&run.out);
        let entry = format!("InputError {code} {} → {} ", flat(&row[1]), flat(&row[2]));
        assert!(flat(&run.out).contains(&entry), "{entry}: {}", run.out);
    }
}

/// The help says of a number what docs/errors.md says: its title and its findings, or the reason why it has none; and what
/// no token shows.
#[test]
fn the_numbers_are_those_of_the_documentation() {
    let causes: BTreeMap<String, Vec<String>> =
        error_tables::rows("Findings of `inspect`").into_iter().fold(BTreeMap::new(), |mut causes, row| {
            for number in row[4].split(", ") {
                causes.entry(number.to_owned()).or_default().push(flat(&row[2]));
            }
            causes
        });
    let rows = error_tables::rows("\"I have a 20101\"");
    assert!(rows.len() > 90);
    for row in &rows {
        let run = Shell::bare().run(&["help", &row[0]]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{row:?}");
        assert_fits(&run.out);
        let shown = flat(&run.out);
        assert!(shown.starts_with(&format!("Twilio {}: {}", row[0], flat(&row[1]))), "{row:?}: {shown}");
        let names: Vec<&str> = run
            .out
            .lines()
            .filter_map(|line| line.strip_prefix("  "))
            .filter(|line| !line.starts_with([' ', '-']))
            .collect();
        let expected: Vec<&str> =
            row.get(2).map(|codes| codes.split(", ").map(error_tables::code).collect()).unwrap_or_default();
        assert_eq!(names, expected, "{row:?}");
        for cause in causes.get(&row[0]).into_iter().flatten() {
            assert!(shown.contains(cause.as_str()), "{cause}: {shown}");
        }
    }
    let unseen = error_tables::unseen();
    assert!(unseen.len() > 5);
    let has_findings = |number: &&str| rows.iter().any(|row| row[0] == **number && row.len() == 3);
    for (numbers, cause) in unseen {
        // The reason of another number says it already.
        for number in numbers.split(", ").filter(has_findings) {
            let run = Shell::bare().run(&["help", number]);
            assert_eq!((run.code, run.err.as_str()), (0, ""), "{number}");
            assert!(flat(&run.out).contains(&format!("- {}", flat(&cause))), "{cause}: {}", run.out);
        }
    }
}

/// A general number may have any cause, also one that no token shows.
#[test]
fn the_help_on_a_general_number_says_what_else_it_may_mean() {
    for number in ["20101", "20160", "31204"] {
        let shown = flat(&Shell::bare().run(&["help", number]).out);
        for part in [
            "Twilio also reports other faults of a token under this number",
            "set TWILIO_API_SECRET",
            "- its key ",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
    }
    let shown = Shell::bare().run(&["help", "20104"]).out;
    assert!(!shown.contains("- its key") && !shown.contains("other faults"), "{shown}");
}

/// As people copy them from a log.
#[test]
fn a_topic_may_have_marks_around_it_and_others_beside_it() {
    let help = |topics: &[&str]| {
        let run = Shell::bare().run(&[&["help"], topics].concat());
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{topics:?}");
        run.out
    };
    for topic in ["20104:", "#20104", "(20104)", "20104,"] {
        assert_eq!(help(&[topic]), help(&["20104"]));
    }
    assert_eq!(help(&["error", "20104"]), help(&["20104"]));
    for line in ["Error 20104", "20104: Access Token expired", "TWILIO-20104"] {
        assert_eq!(help(&[line]), help(&["20104"]));
    }
    assert_eq!(help(&["Error", "20104:", "Access", "Token", "expired"]), help(&["20104"]));
    for (topic, meant) in [
        ("bad_sig", "bad_signature"),
        ("TokenExpired", "expired"),
        ("cut", "signature_cut"),
        ("expiry", "expired"),
        ("vdieo", "video"),
    ] {
        let run = Shell::bare().run(&["help", topic]);
        assert!(run.code == 2 && run.err.contains(&format!("did you mean {meant}?")), "{}", run.err);
    }
    for (topic, meant) in
        [("signature", "bad_signature, signature_cut"), ("Lifetime", "lifetime_short, lifetime_too_long")]
    {
        let run = Shell::bare().run(&["help", topic]);
        let answer = format!("has no help; did you mean one of these? {meant}\n");
        assert!(run.code == 2 && run.err.contains(&answer), "{}", run.err);
    }
    assert_eq!(help(&["help"]), help(&[]));
    assert_eq!(help(&["EXPIRED"]), help(&["expired"]));
    assert_eq!(help(&["video"]), help(&["mint"]));
    assert_eq!(help(&["mint", "video", "sync"]), help(&["mint"]));
    assert_eq!(help(&["20104,20107"]), help(&["20104", "20107"]));
    assert_eq!(help(&["20104", "expired"]), format!("{}\n{}", help(&["20104"]), help(&["expired"])));
}

#[test]
fn help_knows_every_code_of_a_rejection() {
    for code in grantmint::internal::TOKEN_ERROR_CODES {
        let run = Shell::bare().run(&["help", code]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{code}");
        assert!(run.out.contains(&format!("error {code}")) && run.out.contains("\n  → "), "{}", run.out);
    }
}

#[cfg(unix)]
#[test]
fn every_example_works() {
    let mut count = 0;
    for command in COMMANDS {
        let help = help(command);
        let examples =
            help.split_once("Example").map(|(_, examples)| examples.replace("\\\n", " ")).unwrap_or_default();
        for example in examples.lines().filter(|line| line.starts_with("  grantmint")) {
            let run = Shell::new().sh(example);
            assert_eq!((run.code, run.err.as_str()), (0, ""), "{example}");
            assert!(!run.out.is_empty());
            count += 1;
        }
    }
    assert_eq!(count, 9);
}

/// The command knows every option in its help: it may miss the value, but never reports an unknown option.
#[test]
fn every_option_exists() {
    for command in &COMMANDS[1..] {
        let help = help(command);
        // An example may contain two commands.
        let (options, _) = help.split_once("\nExample").unwrap_or((&help, ""));
        let words = options.split(|char: char| !(char.is_ascii_lowercase() || char == '-'));
        let options: BTreeSet<&str> = words.filter(|word| word.starts_with("--")).collect();
        assert!(options.len() >= 6, "{options:?}");
        for option in options {
            let run = Shell::new().run(&[command, &[option][..]].concat());
            assert!(!run.err.contains("there is no"), "{}", run.err);
        }
    }
}

#[test]
fn the_products_are_those_of_the_core() {
    let help = help(&["mint"]);
    for product in grantmint::internal::PRODUCTS {
        for field in product.fields {
            assert!(help.contains(&format!("      --{}", field.name.replace('_', "-"))), "{}", field.name);
        }
    }
    for product in ["sync", "chat", "video", "voice", "task-router", "playback"] {
        assert!(help.contains(&format!("\n  {product}\n")), "{product}");
    }
}

/// An option of a product with the name of a general one could never be given.
#[test]
fn no_option_of_a_product_has_the_name_of_a_general_one() {
    let help = help(&["mint"]);
    let general = help.split_once("Options, anywhere:").map(|(_, general)| general).unwrap_or_default();
    for field in grantmint::internal::PRODUCTS.iter().flat_map(|product| product.fields) {
        let option = format!("\n  --{} ", field.name.replace('_', "-"));
        assert!(!general.contains(&option), "{option}");
    }
}

/// The list has each topic of the documentation, and `help` explains each topic of the list.
#[test]
fn help_lists_all_codes_and_numbers() {
    let run = Shell::bare().run(&["help", "codes"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_fits(&run.out);
    for word in ["code", "error", "errors"] {
        assert_eq!(Shell::bare().run(&["help", word]).out, run.out, "{word}");
    }
    let listed: BTreeSet<&str> = run
        .out
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .flat_map(|line| line.split([' ', ',', ':']))
        .filter(|word| word.contains('_') || word.bytes().all(|byte| byte.is_ascii_digit()))
        .filter(|word| !word.is_empty())
        .collect();
    for topic in &listed {
        assert_eq!(Shell::bare().run(&["help", topic]).code, 0, "{topic}");
    }
    for section in ["Findings of `inspect`", "`TokenError`", "`InputError`"] {
        for row in error_tables::rows(section) {
            let code = error_tables::code(&row[0]);
            assert!(flat(&run.out).replace([',', ':'], " ").contains(&format!(" {code} ")), "{code}");
        }
    }
    for row in error_tables::rows("\"I have a 20101\"") {
        assert!(listed.contains(row[0].as_str()), "{row:?}");
    }
}
