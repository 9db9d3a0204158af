//! From the tags that a policy has to those that it is to have.

use std::collections::BTreeMap;

use crate::guardrail::{Dialect, atlas::Atlas};

/// What to do so that tags become others. Keys go first, because a policy can have so many only.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TagChange {
    gone: Vec<String>,
    /// What to set.
    pub(super) set: BTreeMap<String, String>,
}

impl TagChange {
    /// Compares tags. Those whose keys are reserved for the vendor cannot be removed, and stay.
    pub(super) fn between(
        there: &BTreeMap<String, String>,
        wanted: &BTreeMap<String, String>,
        dialect: &'static Dialect,
    ) -> Self {
        let reserved = Atlas::of(dialect).reserved_tag_keys;
        let is_own =
            |key: &str| !reserved.iter().any(|it| key.to_ascii_lowercase().starts_with(it));
        let gone = there.keys().filter(|key| is_own(key) && !wanted.contains_key(*key));
        let gone = gone.cloned().collect();
        let set = wanted.iter().filter(|(key, value)| there.get(*key) != Some(*value));
        Self { gone, set: set.map(|(key, value)| (key.clone(), value.clone())).collect() }
    }

    /// Lists the keys to remove.
    pub(super) fn gone(&self) -> Vec<&str> {
        self.gone.iter().map(String::as_str).collect()
    }
}
