//! Whether a target has room for what is to be attached to it.

use std::collections::BTreeSet;

use super::run::Planned;
use crate::provider::policies::{Attached, Quota};

/// What a target has, gets and gives up.
pub(super) struct Load<'a> {
    pub(super) quota: Quota,
    pub(super) attached: &'a [Attached],
    pub(super) leaving: &'a BTreeSet<String>,
    pub(super) planned: &'a Planned,
}

/// A target that would have too many policies.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excess {
    /// The names of those that are there and stay, as far as they count.
    pub(super) there: Vec<String>,
    /// How many come.
    pub(super) more: usize,
}

impl Quota {
    /// Tells whether a policy counts.
    pub(super) fn counts(&self, policy: &Attached) -> bool {
        self.counts_vendors || !policy.is_vendors
    }
}

impl Load<'_> {
    /// Counts; `None` where there is room.
    pub(super) fn excess(&self) -> Option<Excess> {
        let stays = |policy: &&Attached| !self.leaving.contains(&policy.id);
        let counting = self.attached.iter().filter(|policy| self.quota.counts(policy));
        let there: Vec<_> = counting.filter(stays).collect();
        let is_there = |id: &&String| there.iter().any(|policy| policy.id == **id);
        let of_known_ids = self.planned.ids.iter().filter(|id| !is_there(id)).count();
        let more = of_known_ids + self.planned.without_id;
        let there: Vec<_> = there.into_iter().map(|policy| policy.name.clone()).collect();
        (there.len() + more > self.quota.most).then_some(Excess { there, more })
    }
}
