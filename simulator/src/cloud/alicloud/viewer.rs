//! What an account sees of images and their tags; the same for every operation.

use std::collections::BTreeMap;

use crate::cloud::Call;
use crate::world::alicloud::{Alicloud, Image, Owner};

/// Who looks, and what that changes.
pub(super) struct Viewer {
    pub account: u64,
    pub sees_foreign_tags: bool,
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
        }
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
    pub(super) fn tags<'i>(&self, image: &'i Image) -> Option<&'i BTreeMap<String, String>> {
        let sees = self.sees_foreign_tags || image.owner == Owner::Account(self.account);
        sees.then_some(&image.tags)
    }
}
