//! Documents as they must come out, and what they do.

use serde_json::Value as Json;

use super::*;
use crate::guardrail::{Dialect, Document, intent::IntentText, lint};

mod dates;
mod documents;
mod doors;
mod sizes;

/// Reads an intent, and the target with its partition.
fn read(dialect: &'static Dialect, level: &str, text: &str) -> (Intent, Target) {
    let read = IntentText::parse(text).unwrap();
    let target = Target::find(dialect, level, read.partition().unwrap()).unwrap();
    (read.intent(target).unwrap(), target)
}
