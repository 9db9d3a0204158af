//! What this run has learnt about images and their tags. Above all: two approvals of one tag take
//! it from each other.
//!
//! Terraform does not tell a provider which resource asks, so only what no single resource could
//! say counts as a fight. Approvals in different states are out of sight: each shows the other's
//! work as drift.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use super::{
    model::TagMap,
    tags::{at, folded},
};
use crate::plugin::{Diagnostic, Diagnostics};

/// The tags that this run has planned and set, and images that it has missed.
#[derive(Default)]
pub(in crate::provider) struct Claims {
    claimed: Mutex<Claimed>,
}

#[derive(Default)]
struct Claimed {
    /// The value that some approval plans.
    planned: BTreeMap<Tag, String>,
    /// Tags that some approval has been created with.
    created: BTreeSet<Tag>,
    /// Images that a read has found to be gone.
    gone: BTreeSet<Target>,
    /// Who is writing to an image.
    turns: BTreeMap<Target, Arc<AsyncMutex<()>>>,
}

/// A tag of an image.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Tag {
    image: Target,
    key: String,
}

/// An image, and who sees its tags.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Target {
    pub(super) region: String,
    /// Whose tags these are, as on AWS each account has its own: in a write the account, and
    /// before that the type's own role, as nobody has asked for the account yet.
    pub(super) whose: Option<String>,
    pub(super) image_id: String,
}

impl Claims {
    /// Notes what an approval plans to set.
    ///
    /// # Errors
    ///
    /// Another approval plans something else for the same key.
    pub(super) fn plan(&self, image: &Target, tags: &TagMap) -> Result<(), Diagnostics> {
        let mut problems = Diagnostics::new();
        let mut claimed = self.lock();
        for (key, value) in tags {
            let earlier = claimed.planned.entry(image.tag(key)).or_insert_with(|| value.clone());
            if earlier != value {
                let detail = format!(
                    "Two approvals of {} in this configuration set the tag `{key}`: one to \
                     `{earlier}`, one to `{value}`. Each would undo the other in every run. Keep \
                     one of them.",
                    image.image_id
                );
                problems
                    .push(Diagnostic::error("Contradicting Approvals", detail).at(at(key.clone())));
            }
        }
        problems.or_value(())
    }

    /// Notes that an approved image is gone.
    pub(super) fn note_gone(&self, image: Target) {
        self.lock().gone.insert(image);
    }

    /// Tells whether an approved image has been found to be gone.
    pub(super) fn is_gone(&self, image: &Target) -> bool {
        self.lock().gone.contains(image)
    }

    /// Waits until nobody else in this run writes to an image: what one creates, another that
    /// goes must see.
    pub(super) async fn turn(&self, image: &Target) -> OwnedMutexGuard<()> {
        let turn = Arc::clone(self.lock().turns.entry(image.clone()).or_default());
        turn.lock_owned().await
    }

    /// Notes what an approval is created with; or lists the keys that another one has been
    /// created with, and notes nothing.
    pub(super) fn create(&self, image: &Target, tags: &TagMap) -> Vec<String> {
        let mut claimed = self.lock();
        let is_taken = |key: &&String| claimed.created.contains(&image.tag(key));
        let taken: Vec<_> = tags.keys().filter(is_taken).cloned().collect();
        if taken.is_empty() {
            claimed.created.extend(tags.keys().map(|key| image.tag(key)));
        }
        taken
    }

    /// Takes back the note of an approval that could not be created: no tag is there because of
    /// it, so one that goes must not leave any for it.
    pub(super) fn give_back(&self, image: &Target, tags: &TagMap) {
        let mut claimed = self.lock();
        for key in tags.keys() {
            claimed.created.remove(&image.tag(key));
        }
    }

    /// Tells whether an approval has been created with this key in this run: then another one
    /// that goes, for instance because it was replaced, must leave it.
    pub(super) fn is_created(&self, image: &Target, key: &str) -> bool {
        self.lock().created.contains(&image.tag(key))
    }

    fn lock(&self) -> MutexGuard<'_, Claimed> {
        self.claimed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Target {
    fn tag(&self, key: &str) -> Tag {
        Tag { image: self.clone(), key: folded(key) }
    }
}
