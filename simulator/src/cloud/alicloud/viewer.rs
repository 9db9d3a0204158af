//! What an account sees of images and their tags; the same for every operation.

use std::collections::BTreeMap;

use crate::cloud::Call;
use crate::world::alicloud::{Alicloud, Image, Owner};
use crate::world::tag_lag::{PastTags, Reading};

/// Who looks, and what that changes.
pub(super) struct Viewer {
    pub account: u64,
    pub sees_foreign_tags: bool,
    /// Tags that are shown as they were; nothing until [`Viewer::look_back`].
    pub past: PastTags,
}

/// Where an image comes from, seen by one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Own,
    System,
    Marketplace,
    Shared,
    Community,
}

impl Viewer {
    /// Makes the viewer who sends a request.
    pub(super) fn of(call: &Call, cloud: &Alicloud) -> Self {
        Self {
            account: call.account().parse().unwrap_or_default(),
            sees_foreign_tags: cloud.owner_tags_cross_accounts,
            past: PastTags::default(),
        }
    }

    /// Counts a read of images with these ids (none: of all), and from now on shows tags as the
    /// world's lag has it.
    pub(super) fn look_back(&mut self, call: &Call, ids: &[&str], cloud: &mut Alicloud) {
        self.past = cloud.tag_writes.read(&Reading {
            action: call.action.name,
            viewer: call.account(),
            images: ids,
            lag: cloud.tag_lag.get(call.action.name).copied(),
            now: call.now,
        });
    }

    /// Tells how an image reached the account; `None` when it cannot see it.
    pub(super) fn source(&self, image: &Image) -> Option<Source> {
        match image.owner {
            Owner::System => Some(Source::System),
            Owner::Marketplace => Some(Source::Marketplace),
            Owner::Account(id) if id == self.account => Some(Source::Own),
            Owner::Account(_) if image.community => Some(Source::Community),
            Owner::Account(_) => {
                let is_me = |account: &String| account.parse() == Ok(self.account);
                image.shared_with.iter().any(is_me).then_some(Source::Shared)
            }
        }
    }

    /// Returns the tags the account sees on an image.
    pub(super) fn tags<'i>(&'i self, image: &'i Image) -> Option<&'i BTreeMap<String, String>> {
        let sees = self.sees_foreign_tags || image.owner == Owner::Account(self.account);
        let past = match image.owner {
            Owner::Account(owner) if !self.past.is_empty() => {
                self.past.of(&image.id, &owner.to_string())
            }
            _ => None,
        };
        sees.then_some(past.unwrap_or(&image.tags))
    }
}
