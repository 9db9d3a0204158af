//! Elastic Compute Service, version 2014-05-26: images, their tags, and regions.

mod by_id;
mod image;
mod tag_resources;
mod untag_resources;

use std::sync::Arc;

use serde::Deserialize;
use tokio::time::Instant;

use self::image::ImageRow;
use super::{
    Alicloud,
    endpoints::Service,
    paging::{PAGE_SIZE, Page, Pages},
    rpc::Operation,
    scalar::Scalar,
    sign::Parameters,
};
use crate::{
    cloud::{Error, Listing, words::Words},
    image::Image,
};

const DESCRIBE_IMAGES: Operation = Operation { service: Service::Ecs, name: "ecs:DescribeImages" };
const DESCRIBE_REGIONS: Operation =
    Operation { service: Service::Ecs, name: "ecs:DescribeRegions" };

/// How many tags one question may have.
const MOST_TAGS: usize = 20;
/// How many images the vendor finds by their tags; it does not say that there are more.
const MOST_TAGGED: usize = 1000;

/// How many ids one question may have: as many as fit on a page.
pub const MOST_IDS: usize = PAGE_SIZE;

/// Which images to list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DescribeImages {
    /// The region to ask.
    pub region: String,
    /// Whose images.
    pub owner: ImagesOf,
    /// Only images with one of these ids, at most [a hundred](MOST_IDS); all where there is none.
    pub ids: Vec<String>,
    /// The vendor's words: `Available`, `Deprecated`, …; none means `Available`.
    pub statuses: Vec<&'static str>,
    /// Tags that the images have, with any value where there is none here. Only makes the
    /// answer smaller: judge it again, because some of them may not have been asked for.
    pub tags: Vec<(String, Option<String>)>,
    /// How many images are enough.
    pub limit: Option<usize>,
}

/// Whose images to list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ImagesOf {
    /// The account that asks.
    Caller,
    /// Alibaba Cloud.
    System,
    /// Sellers on the marketplace.
    Marketplace,
    /// Other accounts, as far as they share with the caller.
    SharedWithCaller,
    /// One other account, by its id, as far as it shares with the caller.
    Account(String),
    /// Anybody who publishes community images.
    Community,
    /// The caller, Alibaba Cloud, and others as far as they share with the caller.
    Anybody,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ImagesReply {
    total_count: Scalar,
    images: ImageRows,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ImageRows {
    image: Vec<ImageRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RegionsReply {
    regions: RegionRows,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RegionRows {
    region: Vec<RegionRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RegionRow {
    region_id: String,
}

impl Alicloud {
    /// Lists images: all pages, each image once, in no particular order. Equal questions
    /// that are asked at the same time are sent once. Also without a limit the listing may
    /// be incomplete: where images came and went while it was read, twice.
    ///
    /// # Errors
    ///
    /// Any kind.
    pub async fn describe_images(
        &self,
        question: DescribeImages,
    ) -> Result<Arc<Listing<Image>>, Error> {
        let (client, asked) = (self.clone(), question.clone());
        let ask = async move { client.list_images(asked).await.map(Arc::new) };
        self.inner.images.get(question, ask).await
    }

    /// As [`describe_images`](Self::describe_images), but asks now: for who waits for a change.
    ///
    /// # Errors
    ///
    /// Any kind.
    pub async fn describe_images_anew(
        &self,
        question: DescribeImages,
    ) -> Result<Arc<Listing<Image>>, Error> {
        self.list_images(question).await.map(Arc::new)
    }

    /// Lists the ids of the regions that the account can use, as the given region knows them.
    ///
    /// # Errors
    ///
    /// Any kind.
    pub async fn describe_regions(&self, region: &str) -> Result<Vec<String>, Error> {
        let reply: RegionsReply =
            self.read(DESCRIBE_REGIONS, Some(region), &Parameters::new()).await?;
        Ok(reply.regions.region.into_iter().map(|row| row.region_id).collect())
    }

    async fn list_images(&self, question: DescribeImages) -> Result<Listing<Image>, Error> {
        if question.ids.is_empty() {
            self.list_all_pages(question).await
        } else {
            self.list_by_id(question).await
        }
    }

    async fn list_all_pages(&self, mut question: DescribeImages) -> Result<Listing<Image>, Error> {
        let started = Instant::now();
        let mut first = self.page_of_images(&question, 1).await?;
        // Those beyond could be the golden ones. Without tags the vendor has no such limit,
        // and tags are judged again here anyway.
        if !question.tags.is_empty() && first.total >= MOST_TAGGED {
            question.tags.clear();
            first = self.page_of_images(&question, 1).await?;
        }
        let fetch = |page| self.page_of_images(&question, page);
        let pages = Pages {
            operation: DESCRIBE_IMAGES,
            limit: question.limit,
            id: |image: &Image| &image.id,
            started,
            patience: self.inner.caller.base.patience_for_lists(),
        };
        let listing = pages.read(first, fetch).await?;
        // As many as that came to be only while the list was read.
        let is_cut = !question.tags.is_empty() && listing.items.len() >= MOST_TAGGED;
        Ok(Listing { is_complete: listing.is_complete && !is_cut, ..listing })
    }

    async fn page_of_images(
        &self,
        question: &DescribeImages,
        page: usize,
    ) -> Result<Page<Image>, Error> {
        let parameters = question.parameters(page);
        let reply: ImagesReply =
            self.read(DESCRIBE_IMAGES, Some(&question.region), &parameters).await?;
        let total = reply.total_count.number();
        let mut words = Words::default();
        let rows = reply.images.image.into_iter();
        let rows = rows.map(|row| row.into_image(&mut words)).collect();
        Ok(Page { total: total.unwrap_or_default(), rows })
    }
}

impl DescribeImages {
    fn parameters(&self, page: usize) -> Parameters {
        let mut parameters = Parameters::new();
        let mut set = |name: &str, value: &str| {
            // An empty text is not the same as none to the vendor.
            if !value.is_empty() {
                parameters.insert(name.to_owned(), value.to_owned());
            }
        };
        set("RegionId", &self.region);
        set("ImageOwnerAlias", self.owner.alias());
        if let ImagesOf::Account(id) = &self.owner {
            set("ImageOwnerId", id);
        }
        if self.owner == ImagesOf::Community {
            set("IsPublic", "true");
        }
        set("ImageId", &self.ids.join(","));
        set("Status", &self.statuses.join(","));
        for (number, (key, value)) in (1..=MOST_TAGS).zip(&self.tags) {
            set(&format!("Tag.{number}.Key"), key);
            set(&format!("Tag.{number}.Value"), value.as_deref().unwrap_or_default());
        }
        set("PageNumber", &page.to_string());
        set("PageSize", &PAGE_SIZE.to_string());
        parameters
    }
}

impl ImagesOf {
    /// Returns the vendor's word; none means the caller, the vendor and who shares.
    fn alias(&self) -> &'static str {
        match self {
            Self::Caller => "self",
            Self::System => "system",
            Self::Marketplace => "marketplace",
            Self::SharedWithCaller | Self::Account(_) | Self::Community => "others",
            Self::Anybody => "",
        }
    }
}

#[cfg(test)]
mod tests;
