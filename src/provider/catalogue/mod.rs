//! Asking a cloud for images on behalf of a rule.
//!
//! Each file implements [`Catalogue`] for the [`Place`](super::place::Place)s of one cloud.

mod alicloud;
mod aws;

use std::{collections::BTreeSet, sync::Arc};

pub(super) use self::alicloud::EVERY_STATUS;

use crate::{
    cloud::{Error, Listing},
    image::{Image, Rule},
};

/// A cloud's images in one region.
///
/// Listings of the caller's own images come first.
pub(super) trait Catalogue {
    /// Lists the images that may be golden: asked for by owner, state and tags.
    fn candidates(
        &self,
        rule: &Rule,
    ) -> impl Future<Output = Result<Vec<Arc<Listing<Image>>>, Error>> + Send;

    /// Lists what is there, whatever its state and tags, up to a limit for each
    /// owner: the caller's images, the trusted owners', and those that others share
    /// with the caller.
    fn everything(
        &self,
        rule: &Rule,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Arc<Listing<Image>>>, Error>> + Send;

    /// Finds the images with these ids, whoever owns them and whatever their state and tags.
    /// Those that the cloud does not show are left out.
    fn named(
        &self,
        ids: &BTreeSet<String>,
    ) -> impl Future<Output = Result<Vec<Image>, Error>> + Send;
}

/// Looks for images by their ids: each round asks somewhere else for those still missing.
struct Rounds {
    missing: Vec<String>,
    images: Vec<Image>,
}

impl Rounds {
    fn of(ids: &BTreeSet<String>) -> Self {
        Self { missing: ids.iter().cloned().collect(), images: Vec::new() }
    }

    /// Returns the ids that are missing, at most so many at a time.
    fn missing(&self, most: usize) -> impl Iterator<Item = &[String]> {
        self.missing.chunks(most)
    }

    fn add(&mut self, listings: Vec<Arc<Listing<Image>>>) {
        let found: Vec<Image> =
            listings.iter().flat_map(|listing| listing.items.iter().cloned()).collect();
        let ids: BTreeSet<&str> = found.iter().map(|image| &*image.id).collect();
        self.missing.retain(|id| !ids.contains(id.as_str()));
        self.images.extend(found);
    }
}
