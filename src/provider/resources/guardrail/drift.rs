//! What a document does that another does not, in words. Pure.

use crate::{
    guardrail::{
        Document, Target,
        prove::{Change, Difference, changed},
    },
    provider::wording::indented,
};

/// How many requests are told of each kind.
const MOST_TOLD: usize = 3;

/// Says what became possible, and what became impossible, when one document took the place of
/// another; sentences.
pub(super) fn words(written: &str, live: &str, target: Target) -> String {
    let (dialect, level) = (target.atlas().dialect, target.level_name());
    let read = |text: &str| Document::parse_foreign(dialect, level, text);
    let before = match read(written) {
        Some(Ok(document)) => document,
        // Ours, so only a hand in the state can bring that about.
        _ => return "What was written last is not known, so it cannot be compared.".to_owned(),
    };
    let after = match read(live) {
        Some(Ok(document)) => document,
        Some(Err(error)) => return format!("What is there cannot be read: {error}."),
        None => return String::new(),
    };
    let change = changed(target, &before, &after);
    if change.is_none() {
        return "It reads differently, and does the same: nothing became possible, and nothing \
                impossible."
            .to_owned();
    }
    told(&change)
}

fn told(change: &Change) -> String {
    let Change { newly_allowed, newly_denied, newly_granted } = change;
    let opened =
        told_of(newly_allowed, "It refuses less. Possible now, as far as this policy goes:");
    let opened = match opened.is_empty() {
        true => "Nothing became possible that it refused.".to_owned(),
        false => opened,
    };
    let closed = told_of(newly_denied, "It refuses more. Refused now:");
    let granted = told_of(newly_granted, "It allows what no guardrail allows:");
    let parts = [opened, closed, granted];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn told_of(difference: &Difference, heading: &str) -> String {
    let Difference { witnesses, unknown, .. } = difference;
    let mut lines: Vec<_> =
        witnesses.iter().take(MOST_TOLD).map(|witness| format!("{}.", witness.words)).collect();
    if let Some(first) = witnesses.first() {
        lines.push(format!("The first as a request: {}", first.request));
    }
    if witnesses.len() > MOST_TOLD {
        lines.push(format!("And {} more.", witnesses.len() - MOST_TOLD));
    }
    if let Some(why) = unknown {
        lines.push(format!("Perhaps more, which cannot be told: {why}."));
    }
    match lines.is_empty() {
        true => String::new(),
        false => format!("{heading}\n{}", indented(&lines.join("\n"))),
    }
}
