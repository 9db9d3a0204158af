//! The meaning of a document as a text: two documents say the same if these are equal.
//!
//! Vendors hand documents back with lists in another order, single values as lists and
//! numbers as strings; none of that is a change. What counts beside the meaning is the
//! `Sid`, because people refer to it. The text is for comparing, not for sending.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    document::{ActionPattern, Clause, Document, Operand, PrincipalEntry, Statement, Test},
    operator::Comparison,
};

impl Document {
    /// Writes the canonical form.
    ///
    /// `None` for a foreign document of which not all could be read: what is not
    /// understood cannot be compared.
    pub fn canonical(&self) -> Option<String> {
        if self.unread().next().is_some() {
            return None;
        }
        let statements = set(self.statements.iter().map(statement));
        let document = json!([self.version.name, self.id, statements]);
        Some(document.to_string())
    }
}

/// What a statement says, element by element.
pub(super) type Parts = [(&'static str, Value); 6];

/// Takes a statement apart; two say the same if all parts are equal.
pub(super) fn parts(statement: &Statement) -> Parts {
    let action = |action: &ActionPattern| json!(action.text.to_ascii_lowercase());
    [
        ("Sid", json!(statement.sid)),
        ("Effect", json!(statement.effect.name())),
        ("Principal", clause(statement.principals.as_ref(), principal)),
        ("Action", clause(statement.actions.as_ref(), action)),
        ("Resource", clause(statement.resources.as_ref(), |it| json!(it.text))),
        ("Condition", set(statement.tests.iter().map(test))),
    ]
}

/// Writes the parts in a fixed order; the order of JSON members never matters then.
fn statement(statement: &Statement) -> Value {
    parts(statement).into_iter().map(|(_, part)| part).collect()
}

fn clause<T>(clause: Option<&Clause<T>>, write: impl Fn(&T) -> Value) -> Value {
    let Some(clause) = clause else { return Value::Null };
    json!([clause.negated, set(clause.patterns.iter().map(write))])
}

fn principal(entry: &PrincipalEntry) -> Value {
    match entry {
        PrincipalEntry::Everyone => json!("*"),
        // An id and the name of the account's root are the same.
        PrincipalEntry::Account { id, .. } => json!(id),
        PrincipalEntry::Named(name) => json!(name),
        PrincipalEntry::Other { kind, text } => json!([kind, text]),
    }
}

fn test(test: &Test) -> Value {
    let write = |operand: &Operand| match test.operator.base.comparison {
        Comparison::Bool | Comparison::Absence => json!(operand.text.to_ascii_lowercase()),
        _ => json!(operand.text),
    };
    let values = set(test.operands.iter().map(write));
    json!([test.operator.name(), test.key.folded(), values])
}

/// Lists without order and repetitions.
fn set(items: impl Iterator<Item = Value>) -> Value {
    let texts: BTreeSet<String> = items.map(|item| item.to_string()).collect();
    texts.into_iter().map(Value::String).collect()
}
