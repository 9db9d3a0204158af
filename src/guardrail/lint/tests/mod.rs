//! What lint says of documents: examples, published ones, corrected ones, hostile ones.

mod examples;
mod hostile;
mod published;
mod rules;

use super::*;
use crate::guardrail::{ALICLOUD, AWS};

/// The cloud that has the level.
fn dialect_of(level: &str) -> &'static Dialect {
    if ["scp", "iam_policy"].contains(&level) { &AWS } else { &ALICLOUD }
}

fn flaws(level: &str, document: &str) -> Vec<Flaw> {
    lint(dialect_of(level), level, document).unwrap()
}

fn codes(level: &str, document: &str) -> Vec<&'static str> {
    flaws(level, document).iter().map(|flaw| flaw.code).collect()
}

/// Writes one flaw a line.
fn told(level: &str, document: &str) -> String {
    let line = |flaw: &Flaw| {
        let place = flaw.statement.as_ref().map(|place| format!(" of {place}"));
        let place = place.unwrap_or_default();
        let at = if flaw.path.is_empty() { String::new() } else { format!(" at {}", flaw.path) };
        format!("{} {}{place}{at}: {}\n", flaw.severity.name(), flaw.code, flaw.message)
    };
    flaws(level, document).iter().map(line).collect()
}
