//! What came of proving, in types.

use std::collections::BTreeMap;

use super::{
    super::{assumption::Assumptions, atlas::Rule},
    explain::Witness,
};

/// Whether something holds of all requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It does.
    Proved,
    /// It does if the vendor means what is assumed.
    ProvedWithAssumptions(Assumptions),
    /// It does not.
    Refuted {
        /// What is wrong, in a sentence without full stop.
        why: String,
        /// A request that shows it, where one can.
        witness: Option<Box<Witness>>,
    },
    /// It cannot be told, and why.
    Unknown(String),
}

/// All that is proved, and what stays open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proofs {
    /// By `"<rule>.<property>"`, for the rules of the intent.
    pub results: BTreeMap<String, Proof>,
    /// Doors that stay open, by code, and why.
    pub open_doors: BTreeMap<&'static str, String>,
}

/// A property of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Property {
    /// What must be refused is.
    Protection,
    /// Nothing else is.
    NonInterference,
    /// There is something to refuse and something to allow.
    NotVacuous,
    /// What is permitted can be done.
    Satisfiable,
}

impl Property {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Protection, Self::NonInterference, Self::NotVacuous, Self::Satisfiable];

    /// As the attribute `proof` names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Protection => "protection",
            Self::NonInterference => "non_interference",
            Self::NotVacuous => "not_vacuous",
            Self::Satisfiable => "satisfiable",
        }
    }
}

impl Proof {
    /// `proved`, `proved_with_assumptions`, `refuted`, `unknown`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::ProvedWithAssumptions(_) => "proved_with_assumptions",
            Self::Refuted { .. } => "refuted",
            Self::Unknown(_) => "unknown",
        }
    }
}

impl Proofs {
    /// What the proofs rest on, all together.
    pub fn assumptions(&self) -> Assumptions {
        self.results.values().fold(Assumptions::NONE, |all, proof| match proof {
            Proof::ProvedWithAssumptions(some) => all.or(*some),
            _ => all,
        })
    }

    /// The result for a property of a rule; `None` if the intent has no such rule.
    pub fn of(&self, rule: Rule, property: Property) -> Option<&Proof> {
        self.results.get(&name(rule, property))
    }
}

/// The key of a result.
pub(super) fn name(rule: Rule, property: Property) -> String {
    format!("{}.{}", rule.name(), property.name())
}

/// A proof that rests on so much.
pub(super) fn proved(rests_on: Assumptions) -> Proof {
    if rests_on.is_empty() { Proof::Proved } else { Proof::ProvedWithAssumptions(rests_on) }
}

/// A refutation that no request shows.
pub(super) fn refuted(why: &str) -> Proof {
    Proof::Refuted { why: why.to_owned(), witness: None }
}
