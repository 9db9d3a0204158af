//! A statement, and how it is written.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{FROM, Wording};
use crate::guardrail::intent::Window;

/// What a statement refuses, whoever asks and whenever.
#[derive(Clone, Debug)]
pub(super) struct Core {
    /// Never empty.
    pub(super) actions: BTreeSet<&'static str>,
    pub(super) resource: String,
    /// All must hold; no key comes up twice.
    pub(super) conditions: Vec<Condition>,
}

/// One key under one operator.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    operator: &'static str,
    key: String,
    /// Never empty.
    values: BTreeSet<String>,
}

impl Condition {
    pub(super) fn new(
        operator: &'static str,
        key: impl Into<String>,
        values: BTreeSet<String>,
    ) -> Self {
        Self { operator, key: key.into(), values }
    }

    /// A condition with one value.
    pub(super) fn one(operator: &'static str, key: impl Into<String>, value: &str) -> Self {
        Self::new(operator, key, [value.to_owned()].into())
    }
}

/// Writes a core as it counts in a window.
///
/// Names of objects are put in alphabetical order by hand: whether `serde_json` sorts
/// them is up to what else is compiled in.
pub(super) fn written(
    core: &Core,
    window: &Window<'_>,
    wording: &Wording,
    sid: Option<String>,
) -> Json {
    let mut conditions: BTreeMap<&str, BTreeMap<&str, Json>> = BTreeMap::new();
    let bounds = bounds(window, wording);
    for Condition { operator, key, values } in core.conditions.iter().chain(&bounds) {
        conditions.entry(operator).or_default().insert(key, one_or_many(values));
    }
    let mut statement = BTreeMap::from([
        ("Action", one_or_many(&core.actions)),
        ("Effect", json!("Deny")),
        ("Resource", json!(core.resource)),
    ]);
    if !conditions.is_empty() {
        statement.insert("Condition", json!(conditions));
    }
    if let Some(sid) = sid {
        statement.insert("Sid", json!(sid));
    }
    json!(statement)
}

/// Whom and when a window leaves out.
fn bounds(window: &Window<'_>, wording: &Wording) -> Vec<Condition> {
    let (operator, key) = wording.exempt;
    let mut bounds = Vec::new();
    if !window.exempt.is_empty() {
        let exempt = window.exempt.iter().map(|principal| (wording.literal)(principal.as_str()));
        bounds.push(Condition::new(operator, key, exempt.collect()));
    }
    if let Some(from) = window.from {
        bounds.push(Condition::one(FROM, wording.time, &from.to_string()));
    }
    bounds
}

fn one_or_many<T: Ord + Serialize>(values: &BTreeSet<T>) -> Json {
    match values.first() {
        Some(only) if values.len() == 1 => json!(only),
        _ => json!(values),
    }
}
