//! What must hold for any text, one function for each thing that reads one.
//!
//! Each takes a text that may be anything and panics if the engine breaks a law. They
//! use the engine's public API only, and are run by `cargo fuzz` and, with a fixed seed
//! and for a moment, by the tests of the engine.

mod decisions;
mod documents;
mod lints;
mod rebuilt;
mod requests;

use std::collections::BTreeSet;

use serde_json::{Value, json};

pub use self::{decisions::decisions, documents::documents, lints::lints, requests::requests};
use crate::guardrail::{DocumentError, lint};

/// Panics if the text makes the engine break a law.
pub type EntryPoint = fn(&str);

/// All entry points, with the names of their targets.
pub const ALL: [(&str, EntryPoint); 4] =
    [("documents", documents), ("decisions", decisions), ("requests", requests), ("lints", lints)];

/// The engine's own table of decisions.
const CASES: &str = include_str!("../../../src/guardrail/cases/decisions.json");

/// Texts to start from: those of all decision cases and of all examples of lints.
pub fn seeds(target: &str) -> BTreeSet<String> {
    let table: Value = serde_json::from_str(CASES).expect("the table is JSON");
    let cases = table["cases"].as_array().expect("the table has cases");
    let documents = || {
        let policies = cases.iter().flat_map(|case| case["policies"].as_array());
        let of_cases = policies.flatten().map(|policy| policy["document"].to_string());
        let of_lints = lint::lints().map(|lint| lint.example.document.to_owned());
        of_cases.chain(of_lints).collect()
    };
    match target {
        "decisions" => {
            let part = |case: &Value| {
                let [dialect, policies, request] =
                    ["dialect", "policies", "request"].map(|name| &case[name]);
                json!({"dialect": dialect, "policies": policies, "request": request}).to_string()
            };
            cases.iter().map(part).collect()
        }
        "requests" => cases.iter().map(|case| case["request"].to_string()).collect(),
        _ => documents(),
    }
}

/// An error names a place in the text, and is short enough to be read.
fn is_readable(error: &DocumentError, text: &str) {
    let lines: Vec<&str> = text.split('\n').collect();
    let line = lines.get(error.line - 1).copied();
    let line = line.unwrap_or_else(|| panic!("there is no line {}", error.line));
    assert!(error.column <= line.chars().count() + 1, "there is no column {}", error.column);
    is_short(&error.problem);
    is_short(&error.path);
}

/// Nobody reads a message of pages, and terminals obey control characters.
fn is_short(message: &str) {
    assert!(message.chars().count() <= 10_000, "a message has {} bytes", message.len());
    assert!(!message.contains(|c: char| c.is_control()), "{message:?} has control characters");
}
