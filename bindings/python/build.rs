//! Writes the docstrings of the type stub to files, which the classes and methods include as their own documentation.
//!
//! `python/grantmint/_grantmint.pyi` has the only copy of each docstring.

#![expect(clippy::expect_used, reason = "a build fails by panicking")]

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The places of the stub in a checkout and in an sdist.
const STUBS: [&str; 2] = ["../../python/grantmint/_grantmint.pyi", "../../grantmint/_grantmint.pyi"];

fn main() {
    let stub =
        STUBS.into_iter().find(|stub| Path::new(stub).exists()).expect("the stub is beside the binding");
    println!("cargo::rerun-if-changed={stub}");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo sets OUT_DIR"));
    let stub = fs::read_to_string(stub).expect("the stub is readable");
    for (name, docstring) in docstrings(&stub) {
        write(&out.join(format!("{name}.txt")), &docstring);
    }
}

/// Returns the docstrings of classes, functions, methods and attributes, by their dotted names.
fn docstrings(stub: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let (mut class, mut name) = (String::new(), String::new());
    let mut lines = stub.lines();
    while let Some(line) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        let text = line.trim_start();
        // Parameters on lines of their own are indented deeper.
        if let Some(declared) = declaration(text).filter(|_| indent <= 4) {
            if text.starts_with("class ") {
                declared.clone_into(&mut class);
                declared.clone_into(&mut name);
            } else {
                name = if indent == 0 { declared.to_owned() } else { format!("{class}.{declared}") };
            }
        } else if let Some(start) = text.strip_prefix("\"\"\"") {
            let mut docstring = start.trim_end_matches("\"\"\"").to_owned();
            if start.len() == docstring.len() {
                for line in lines.by_ref().take_while(|line| line.trim() != "\"\"\"") {
                    docstring.push('\n');
                    docstring.push_str(line.get(indent..).unwrap_or_default());
                }
            }
            found.push((name.clone(), docstring.trim_end().to_owned()));
        }
    }
    found
}

/// Returns the name that a line declares, if it begins a class or a function, or annotates an attribute.
fn declaration(line: &str) -> Option<&str> {
    let is_name = |char: char| char.is_alphanumeric() || char == '_';
    let rest = line.strip_prefix("class ").or_else(|| line.strip_prefix("def ")).unwrap_or(line);
    let end = rest.find(|char| !is_name(char))?;
    let (name, after) = rest.split_at(end);
    (rest.len() < line.len() || after.starts_with(": ")).then_some(name).filter(|name| !name.is_empty())
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).expect("OUT_DIR is writable");
}
