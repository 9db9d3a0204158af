//! Faults of policy documents: what the vendor accepts and still does not do what it is
//! for.
//!
//! A [`Lint`] is one kind of fault with a stable code, and a `Check` finds it; `CHECKS`
//! lists them, and the pages are made of that list. The files are its families. Most lints look at
//! statements one by one; those that need to know what the document *does* read the
//! `survey`, which sends the requests of the atlas through the evaluator. Nothing here
//! knows intents: what only a guardrail's rules can tell is for the prover.

mod conditions;
mod doors;
mod form;
mod grants;
mod names;
mod principals;
mod resources;
mod subject;
mod survey;

#[cfg(test)]
mod tests;

use std::fmt;

use self::subject::{Spot, Subject};
use super::dialect::Dialect;

/// All checks, by family.
static CHECKS: &[&Check] = &[
    &form::INVALID_JSON,
    &form::WRONG_CLOUD,
    &form::INVALID_POLICY,
    &form::UNKNOWN_OPERATOR,
    &form::OPERATOR_NOT_ON_ALICLOUD,
    &form::UNDOCUMENTED_OPERATOR,
    &form::TOO_LONG,
    &form::WHITE_SPACE_COUNTS,
    &form::LONG_FOR_SOME_PARTITIONS,
    &form::CHARACTER_OUT_OF_RANGE,
    &form::NO_VERSION,
    &form::VARIABLE_IS_TEXT,
    &form::UNDOCUMENTED_SID,
    &grants::CONDITIONAL_ALLOW,
    &grants::ALLOW_LIST,
    &grants::ALLOW_IS_NO_GUARD,
    &grants::TAG_ALLOW_ON_ALL_RESOURCES,
    &conditions::NEGATED_TAG_ON_ALL_RESOURCES,
    &conditions::CREATION_TAG_ON_SNAPSHOTS,
    &conditions::SEVERAL_NEGATED_KEYS,
    &conditions::BARE_MULTIVALUED_KEY,
    &conditions::SEVERAL_VALUES_UNDOCUMENTED,
    &conditions::FAIL_OPEN_QUANTIFIER,
    &conditions::IF_EXISTS_REPAIRS_NOTHING,
    &conditions::IF_EXISTS_LETS_THROUGH,
    &conditions::LITERAL_WILDCARD,
    &resources::IMAGE_ARN_WITH_ACCOUNT,
    &resources::CREATION_BY_ID,
    &resources::INCOMPLETE_ARN,
    &resources::VARIABLE_IN_NOT_RESOURCE,
    &resources::NOT_RESOURCE_ON_ALICLOUD,
    &principals::NO_APPROVER,
    &principals::EXEMPTION_ANY_ACCOUNT,
    &principals::LOOSE_EXEMPTION,
    &principals::SESSION_EXEMPTION,
    &principals::EXEMPTION_IN_CAPITALS,
    &names::DEAD_ACTION,
    &doors::UNCOVERED_DOOR,
    &doors::NO_TAG_LOCK,
    &doors::NO_CREATION_LOCK,
    &doors::CASE_SENSITIVE_TAG_LOCK,
    &doors::LOCKED_AND_DEMANDED,
    &doors::TAGS_STAY_BEHIND,
    &doors::OUT_OF_REACH,
    &doors::RESTS_ON_ASSUMPTIONS,
];

/// A kind of fault, and how it is found.
struct Check {
    lint: Lint,
    find: fn(&Subject<'_>) -> Vec<Spot>,
}

/// A kind of fault.
#[derive(Debug)]
pub struct Lint {
    /// Stable: `negated_tag_on_all_resources`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The fault in half a sentence.
    pub title: &'static str,
    /// Why it is one: what the document does instead of what it seems to.
    pub explanation: &'static str,
    /// What to write instead.
    pub fix: &'static str,
    /// A document that has the fault.
    pub example: Example,
}

/// A document with a fault.
#[derive(Debug)]
pub struct Example {
    /// The level it is for.
    pub level: &'static str,
    /// The text.
    pub document: &'static str,
}

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The vendor refuses the document, or it does not do what it is for.
    Error,
    /// It does so only as long as nobody tries, or more than it is for.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// `error`, `warning`, `info`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A fault of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The code of its [`Lint`].
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The statement it is in; `None` if it is of the whole document.
    pub statement: Option<Place>,
    /// The value to blame, from the root: `Statement[0].Condition.Null`; empty for the
    /// whole document.
    pub path: String,
    /// What is wrong here, in sentences.
    pub message: String,
    /// What to do about it.
    pub fix: &'static str,
}

/// A statement of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Counted from zero.
    pub index: usize,
    /// Its `Sid`, if it has one.
    pub sid: Option<String>,
}

impl fmt::Display for Place {
    /// Writes `0` or `0 (LaunchGuard)`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sid {
            Some(sid) => write!(formatter, "{} ({sid})", self.index),
            None => write!(formatter, "{}", self.index),
        }
    }
}

/// Lists all kinds of faults, by family.
pub fn lints() -> impl Iterator<Item = &'static Lint> {
    CHECKS.iter().map(|check| &check.lint)
}

/// Finds the faults of a document that is meant for a guardrail's level: `scp`,
/// `iam_policy`, `control_policy`, `ram_policy`.
///
/// The worst come first, then in the order of the statements. A document far over the
/// limit is only told to be so. `None` if the dialect has no such level.
pub fn lint(dialect: &'static Dialect, level: &str, text: &str) -> Option<Vec<Flaw>> {
    let subject = Subject::read(dialect, level, text)?;
    let found = |check: &&'static Check| {
        let spots = (check.find)(&subject);
        spots.into_iter().map(|spot| subject.flaw(&check.lint, spot)).collect::<Vec<_>>()
    };
    let mut flaws: Vec<Flaw> = CHECKS.iter().flat_map(found).collect();
    flaws.sort_by_key(|flaw| (flaw.severity, flaw.statement.as_ref().map(|place| place.index)));
    Some(flaws)
}
