//! Checks on the checker.

mod brute;
mod classes;
mod compiled;
mod documents;
mod foreign;
mod holes;
mod places;
mod random;
mod two_guards;
mod weaker;

use super::*;
use crate::guardrail::{Dialect, Document};

fn strict(dialect: &'static Dialect, level: &str, document: &serde_json::Value) -> Document {
    Document::parse(dialect, level, &document.to_string()).unwrap().unwrap()
}

fn foreign(dialect: &'static Dialect, level: &str, document: &serde_json::Value) -> Document {
    Document::parse_foreign(dialect, level, &document.to_string()).unwrap().unwrap()
}
