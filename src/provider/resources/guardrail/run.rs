//! What the guardrails of one run know of each other.
//!
//! A policy that has the right name and says the right thing is taken over, because an apply that
//! was cut off leaves such policies behind. One guardrail alone cannot tell those from the policy
//! of another guardrail, or from the one that it is about to replace.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::model::GuardrailModel;

/// What all guardrails of a provider block plan and make in one run.
#[derive(Default)]
pub(in crate::provider) struct Guardrails {
    noted: Mutex<Noted>,
}

#[derive(Default)]
struct Noted {
    planned: BTreeSet<Place>,
    /// ARNs of policies.
    owned: BTreeSet<String>,
}

/// Where there can be one policy only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// The guardrail's own role: in another account the same name is another policy.
    role: Option<String>,
    level: String,
    name: String,
}

impl Guardrails {
    /// Notes one that is to be created, and tells whether it is the only one of that name; while
    /// something of it is not known, nobody can say that it is not.
    pub(super) fn plan(&self, guardrail: &GuardrailModel) -> bool {
        let GuardrailModel { level, name, assume_role_arn: role, .. } = guardrail;
        let (Some(level), Some(name)) = (level.known(), name.known()) else { return true };
        if role.is_unknown() {
            return true;
        }
        let (level, name, role) = (level.clone(), name.clone(), role.known().cloned());
        self.lock().planned.insert(Place { role, level, name })
    }

    /// Notes that a guardrail of this run has this policy.
    pub(super) fn note_owned(&self, arn: &str) {
        self.lock().owned.insert(arn.to_owned());
    }

    /// Tells whether a guardrail that was created in this run has the policy: then another one
    /// must not take it over, and one that goes, because the former replaces it, must leave it.
    pub(super) fn owns(&self, arn: &str) -> bool {
        self.lock().owned.contains(arn)
    }

    fn lock(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
