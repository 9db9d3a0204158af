//! Documents into intents: what a guardrail says, read back from the cloud.
//!
//! Every statement is read for the rule it is part of and what it adds to it; the intent
//! that comes out is compiled again, and both documents must say the same. So nothing is
//! recognised that `compile` does not write, however loosely the statements were read,
//! and everything that it writes is.
//!
//! What a document cannot say comes back in the normal form of intents: a permanent
//! exemption is part of its rule, and reasons and owners are gone.
//!
//! A document that lacks an action is not recognised, also not if the action is that of a
//! door which an older atlas did not have: nothing tells it from one that somebody
//! weakened. The first door that is added after a release will have to say since when
//! it is known.

mod statement;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use thiserror::Error;

use self::statement::Reading;
use super::{
    atlas::Rule,
    canonical::{Parts, parts},
    compile::compile,
    document::Document,
    intent::{Exemption, Expiry, Intent, Part, Principal},
    target::Target,
};

/// What a document says.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// The intent, in its normal form.
    pub intent: Intent,
    /// Where the document is for, with the partition it names.
    pub target: Target,
}

/// Why a document is none of ours.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}{problem}", Place(.statement, .sid))]
pub struct Unrecognised {
    /// The statement that does not fit, counted from zero; `None` if all do, and the
    /// document as a whole does not.
    pub statement: Option<usize>,
    /// Its `Sid`.
    pub sid: Option<String>,
    /// Lower case, no full stop.
    pub problem: String,
}

/// Whom the statements of a rule exempt, by when they start to count.
type Windows = BTreeMap<Rule, BTreeMap<Option<Expiry>, BTreeSet<Principal>>>;

/// Reads a document as the intent it was compiled from.
///
/// The partition of the target does not matter: that of the document is found.
///
/// # Errors
///
/// The document is none that [`compile`] writes; the statement that does not fit.
pub fn recognise(target: Target, text: &str) -> Result<Recognised, Unrecognised> {
    let level = target.level.name;
    let document = match Document::parse_foreign(target.atlas.dialect, level, text) {
        Some(Ok(document)) => document,
        Some(Err(error)) => return Err(whole(error.to_string())),
        None => return Err(whole("the level has no documents")),
    };
    if let Some((index, error)) = document.unread().next() {
        return Err(of_statement(&document, index, error.to_string()));
    }
    let target = Target { partition: partition(target, &document), ..target };
    let mut reading = Reading::new(target);
    for (index, statement) in document.statements.iter().enumerate() {
        let read = reading.statement(statement);
        read.map_err(|problem| of_statement(&document, index, problem))?;
    }
    let Reading { mut intent, windows, .. } = reading;
    exempt(&mut intent, windows);
    compare(&intent, target, &document)?;
    Ok(Recognised { intent: intent.normalised(), target })
}

/// Undoes the windows: who is left out of a window but not of the next was exempt until
/// that starts, and who is left out of the last is exempt forever.
fn exempt(intent: &mut Intent, windows: Windows) {
    for (rule, windows) in windows {
        let mut windows = windows.into_iter();
        let mut exempt = windows.next().map(|(_, exempt)| exempt).unwrap_or_default();
        for (from, still) in windows {
            let ended: BTreeSet<_> = exempt.difference(&still).cloned().collect();
            if !ended.is_empty() {
                let rules = BTreeSet::from([rule]);
                intent.exemptions.push(Exemption { principals: ended, rules, expires_at: from });
            }
            exempt = still;
        }
        if let Some(permanent) = intent.rules.exempt_principals_mut(rule) {
            *permanent = exempt;
        }
    }
}

/// Holds a document against what its intent is compiled to.
fn compare(intent: &Intent, target: Target, document: &Document) -> Result<(), Unrecognised> {
    let mut faults = intent.faults(target, true).into_iter();
    // Of too much nothing is compiled.
    if let Some(fault) = faults.clone().find(|fault| fault.part == Part::Whole) {
        return Err(whole(fault.problem));
    }
    let compiled = compile(intent, target);
    let (dialect, level) = (target.atlas.dialect, target.level.name);
    let Some(Ok(expected)) = Document::parse_foreign(dialect, level, &compiled.document) else {
        return Err(whole("it says more than fits into a document"));
    };
    let found: Vec<_> = document.statements.iter().map(parts).collect();
    let wanted: Vec<_> = expected.statements.iter().map(parts).collect();
    let mut unmet =
        wanted.iter().zip(&compiled.statements).filter(|(wanted, _)| !found.contains(wanted));
    let strangers = found.iter().enumerate();
    if let Some((index, stranger)) = strangers.into_iter().find(|(_, it)| !wanted.contains(it)) {
        let problem = match unmet.min_by_key(|(wanted, _)| differences(stranger, wanted).len()) {
            Some((closest, purpose)) => format!(
                "this provider writes {purpose} with another {}",
                differences(stranger, closest).join(" and another ")
            ),
            None => "it is nothing that the other statements ask for".to_owned(),
        };
        return Err(of_statement(document, index, problem));
    }
    if let Some((_, purpose)) = unmet.next() {
        return Err(whole(format!("it lacks {purpose}")));
    }
    // All fit, and say together what no guardrail does.
    if let Some(fault) = faults.next() {
        return Err(whole(fault.problem));
    }
    if document.canonical() != expected.canonical() {
        return Err(whole("its `Version` is not the one that this provider writes"));
    }
    Ok(())
}

/// The elements of a statement that are not the same in another.
fn differences(one: &Parts, other: &Parts) -> Vec<String> {
    let pairs = one.iter().zip(other).filter(|(one, other)| one != other);
    pairs.map(|((name, _), _)| format!("`{name}`")).collect()
}

/// The partition that names in the document are of, or the cloud's usual one.
fn partition(target: Target, document: &Document) -> &'static str {
    let partitions = target.atlas.partitions;
    let resources = document.statements.iter().filter_map(|it| it.resources.as_ref());
    let resources = resources.flat_map(|clause| &clause.patterns).map(|pattern| &pattern.text);
    let tests = document.statements.iter().flat_map(|statement| &statement.tests);
    let values = tests.flat_map(|test| &test.operands).map(|operand| &operand.text);
    let named = |name: &str| {
        let (start, rest) = name.split_once(':')?;
        let (partition, _) = rest.split_once(':').filter(|_| start == "arn")?;
        partitions.iter().find(|known| **known == partition).copied()
    };
    let found = resources.chain(values).find_map(|name| named(name));
    found.or(partitions.first().copied()).unwrap_or_default()
}

fn whole(problem: impl Into<String>) -> Unrecognised {
    Unrecognised { statement: None, sid: None, problem: problem.into() }
}

fn of_statement(document: &Document, index: usize, problem: String) -> Unrecognised {
    let sid = document.sid(index).map(str::to_owned);
    Unrecognised { statement: Some(index), sid, problem }
}

/// Writes `Statement[0] (Launch1): `, or nothing for the whole document.
struct Place<'a>(&'a Option<usize>, &'a Option<String>);

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self(Some(index), Some(sid)) => write!(formatter, "Statement[{index}] ({sid}): "),
            Self(Some(index), None) => write!(formatter, "Statement[{index}]: "),
            Self(None, _) => Ok(()),
        }
    }
}
