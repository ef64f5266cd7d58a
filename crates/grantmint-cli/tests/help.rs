//! The help texts are correct.

mod shell;

use std::collections::BTreeSet;

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
            let list = shell.run(&["help", &number.to_string()]);
            assert_eq!((list.code, list.err.as_str()), (0, ""), "{number}");
            let names = list.out.split([' ', ',', '\n']).filter(|name| *name == rule.code);
            assert_eq!(names.count(), 1, "{}: {}", rule.code, list.out);
            assert!(list.out.lines().all(|line| line.len() <= 80), "{}", list.out);
        }
        for line in run.out.lines() {
            assert!(line.chars().count() <= 80 && line.trim_end() == line, "{line}");
        }
    }
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
