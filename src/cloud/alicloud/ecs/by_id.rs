//! Images by their ids.
//!
//! The vendor's page of DescribeImages once said that `ImageId` takes several ids, separated
//! by commas; today's says only that it is the id of the image (both read in 2026). So several
//! are asked for at once, and one by one where that finds nothing.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{Alicloud, DescribeImages, ImagesOf};
use crate::{
    cloud::{Error, Listing},
    image::Image,
};

/// How many ids to ask for at the same time where they are asked for one by one.
const CONCURRENCY: usize = 8;

impl Alicloud {
    /// Lists images by their ids, and none that was not asked for.
    pub(super) async fn list_by_id(
        &self,
        question: DescribeImages,
    ) -> Result<Listing<Image>, Error> {
        let at_once = self.list_named(question.clone()).await?;
        // Other owners are asked for what is left over, so there finding nothing is no surprise.
        let may_be_misunderstood = question.ids.len() > 1 && question.owner == ImagesOf::Anybody;
        if !at_once.items.is_empty() || !may_be_misunderstood {
            return Ok(at_once);
        }
        let ids = question.ids.clone().into_iter();
        let one_by_one = ids.map(|id| DescribeImages { ids: vec![id], ..question.clone() });
        let listings: Vec<Listing<Image>> = stream::iter(one_by_one)
            .map(|question| self.list_named(question))
            .buffered(CONCURRENCY)
            .try_collect()
            .await?;
        Ok(Listing {
            is_complete: listings.iter().all(|listing| listing.is_complete),
            items: listings.into_iter().flat_map(|listing| listing.items).collect(),
        })
    }

    async fn list_named(&self, question: DescribeImages) -> Result<Listing<Image>, Error> {
        let ids = question.ids.clone();
        let mut listing = self.list_all_pages(question).await?;
        listing.items.retain(|image| ids.iter().any(|id| **id == *image.id));
        Ok(listing)
    }
}
