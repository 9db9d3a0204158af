//! What this run has learnt about attachments, and what it does to them.
//!
//! One attachment alone cannot tell how many a target will have, nor that another one of the same
//! configuration takes over what it gives up.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use super::{Attaching, model::AttachmentModel};

/// What all attachments of a provider block plan and write in one run.
#[derive(Default)]
pub(in crate::provider) struct Attachments {
    noted: Mutex<Noted>,
}

#[derive(Default)]
struct Noted {
    planned: BTreeMap<Target, Planned>,
    /// Those that the state had when the plan was made, and those of them that are replaced.
    known: BTreeSet<Link>,
    leaving: BTreeSet<Link>,
    /// Those that a read has found to be gone.
    gone: BTreeSet<Link>,
    /// Those that have been created.
    created: BTreeSet<Link>,
    /// Who is writing.
    turns: BTreeMap<Link, Arc<AsyncMutex<()>>>,
}

/// A target, and who looks at it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Target {
    /// The type's own role: names of users and roles mean something else in another account.
    role: Option<String>,
    id: String,
}

/// A guardrail on a target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    pub(super) target: Target,
    pub(super) guardrail: String,
}

/// What is to be attached to a target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Planned {
    pub(super) ids: BTreeSet<String>,
    /// How many guardrails have no id yet.
    pub(super) without_id: usize,
}

impl Link {
    /// Returns the link of an attachment; its guardrail is empty while it is not known.
    pub(super) fn of<Client: Attaching>(attachment: &AttachmentModel) -> Self {
        let role = attachment.assume_role_arn.known().cloned();
        let target = Target { role, id: attachment.target().to_owned() };
        Self { target, guardrail: attachment.guardrail().to_owned() }
    }
}

impl Attachments {
    /// Notes one that the state has, and whether it goes because it is replaced.
    pub(super) fn note_known(&self, link: Link, is_leaving: bool) {
        let mut noted = self.lock();
        if is_leaving {
            noted.leaving.insert(link.clone());
        }
        noted.known.insert(link);
    }

    /// Tells whether the state had it when the plan was made.
    pub(super) fn is_known(&self, link: &Link) -> bool {
        self.lock().known.contains(link)
    }

    /// Notes one that is to be created, and returns all that this target is to get; `None` if the
    /// same is to be created already.
    pub(super) fn plan(&self, link: &Link) -> Option<Planned> {
        let mut noted = self.lock();
        let planned = noted.planned.entry(link.target.clone()).or_default();
        if link.guardrail.is_empty() {
            planned.without_id += 1;
        } else if !planned.ids.insert(link.guardrail.clone()) {
            return None;
        }
        Some(planned.clone())
    }

    /// Lists the guardrails that a target gives up because their attachments are replaced.
    pub(super) fn leaving(&self, target: &Target) -> BTreeSet<String> {
        let noted = self.lock();
        let here = noted.leaving.iter().filter(|link| link.target == *target);
        here.map(|link| link.guardrail.clone()).collect()
    }

    /// Notes that one is gone.
    pub(super) fn note_gone(&self, link: Link) {
        self.lock().gone.insert(link);
    }

    /// Tells whether one has been found to be gone.
    pub(super) fn is_gone(&self, link: &Link) -> bool {
        self.lock().gone.contains(link)
    }

    /// Waits until nobody else in this run writes to it: what one creates, another that goes must
    /// see.
    pub(super) async fn turn(&self, link: &Link) -> OwnedMutexGuard<()> {
        let turn = Arc::clone(self.lock().turns.entry(link.clone()).or_default());
        turn.lock_owned().await
    }

    /// Notes that one has been created.
    pub(super) fn note_created(&self, link: Link) {
        self.lock().created.insert(link);
    }

    /// Tells whether one has been created in this run: then another of the same that goes, because
    /// it has got a new name or is replaced, must leave it.
    pub(super) fn is_created(&self, link: &Link) -> bool {
        self.lock().created.contains(link)
    }

    fn lock(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
