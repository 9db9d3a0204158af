//! How long documents are, and what makes them so.

use std::fmt;

use super::{Compiled, compile};
use crate::guardrail::{intent::Intent, target::Target};

/// How many exemptions a message lists.
const MOST_LISTED: usize = 10;
/// How many times the limit a document may be long for exemptions to be what is looked at.
const NEAR: usize = 4;

/// A document is longer than its level takes.
///
/// Printed as a sentence without full stop, with what the exemptions cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// How long it is, in characters.
    pub size: usize,
    /// How long it may be.
    pub limit: usize,
    /// What would be saved without each exemption, in their order; empty if the document is
    /// longer by far.
    pub costs: Vec<usize>,
}

impl Compiled {
    /// How long the document is: what the vendors limit, in characters.
    pub fn size(&self) -> usize {
        self.document.chars().count()
    }

    /// Holds the size against a limit.
    ///
    /// # Errors
    ///
    /// The document is longer; what each exemption costs is found by leaving it out.
    pub fn check_size(&self, intent: &Intent, target: Target, limit: usize) -> Result<(), TooLong> {
        let size = self.size();
        if size <= limit {
            return Ok(());
        }
        let cost = |index| {
            let mut without = intent.clone();
            without.exemptions.remove(index);
            size.saturating_sub(compile(&without, target).size())
        };
        let is_near = size <= NEAR * limit.max(target.longest());
        let count = if is_near { intent.exemptions.len() } else { 0 };
        let costs = (0..count).map(cost).collect();
        Err(TooLong { size, limit, costs })
    }
}

impl fmt::Display for TooLong {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { size, limit, costs } = self;
        write!(formatter, "the document has {size} characters, and {limit} are allowed")?;
        let mut costs: Vec<(usize, usize)> = costs.iter().copied().enumerate().collect();
        costs.sort_by_key(|(index, cost)| (std::cmp::Reverse(*cost), *index));
        let listed: Vec<String> = costs
            .iter()
            .take(MOST_LISTED)
            .map(|(index, cost)| format!("`exemptions[{index}]` costs {cost}"))
            .collect();
        if listed.is_empty() { Ok(()) } else { write!(formatter, ": {}", listed.join(", ")) }
    }
}

impl std::error::Error for TooLong {}
