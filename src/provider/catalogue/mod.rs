//! Asking a cloud for images on behalf of a rule.
//!
//! Each file implements [`Catalogue`] for the [`Place`](super::place::Place)s of one cloud.

mod alicloud;
mod aws;

use std::sync::Arc;

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
}
