//! From the tags that a policy has to those that it is to have.

use std::collections::BTreeMap;

/// What to do so that tags become others. Keys go first, because a policy can have so many only.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TagChange {
    gone: Vec<String>,
    /// What to set.
    pub(super) set: BTreeMap<String, String>,
}

impl TagChange {
    /// Compares tags.
    pub(super) fn between(
        there: &BTreeMap<String, String>,
        wanted: &BTreeMap<String, String>,
    ) -> Self {
        let gone = there.keys().filter(|key| !wanted.contains_key(*key)).cloned().collect();
        let set = wanted.iter().filter(|(key, value)| there.get(*key) != Some(*value));
        Self { gone, set: set.map(|(key, value)| (key.clone(), value.clone())).collect() }
    }

    /// Lists the keys to remove.
    pub(super) fn gone(&self) -> Vec<&str> {
        self.gone.iter().map(String::as_str).collect()
    }
}
