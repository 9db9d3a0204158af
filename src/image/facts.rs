//! What is known about an image, in words both clouds share.
//!
//! A region can hold tens of thousands of images, so they are kept compact:
//! boxed texts without spare room, and shared texts where many images have the
//! same.

use std::{fmt, sync::Arc};

use time::OffsetDateTime;

/// A machine image as a cloud describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// `m-…` on Alibaba Cloud, `ami-…` on AWS.
    pub id: Box<str>,
    /// The name; not unique.
    pub name: Box<str>,
    /// Free text; empty where there is none.
    pub description: Box<str>,
    /// The image family. AWS has none.
    pub family: Option<Arc<str>>,
    /// Who owns it.
    pub owner: ImageOwner,
    /// When it was created; `None` where the cloud's text is no time.
    pub created_at: Option<OffsetDateTime>,
    /// Whether and when it is deprecated.
    pub deprecation: Deprecation,
    /// Whether machines can be started from it.
    pub state: ImageState,
    /// Whether every account may use it.
    pub is_public: bool,
    /// `x86_64`, `arm64`, `i386`, …
    pub architecture: Arc<str>,
    /// `linux` or `windows`.
    pub platform: Arc<str>,
    /// The tags that the caller can see.
    pub tags: Tags,
    /// The name of the root device, such as `/dev/xvda`.
    pub root_device_name: Option<Arc<str>>,
    /// The size of the root disk, in GiB.
    pub root_device_size_gib: Option<u32>,
    /// The snapshot that the root disk is made from.
    pub root_snapshot_id: Option<Box<str>>,
    /// Marks of origin. AWS only.
    pub watermarks: Box<[Watermark]>,
    /// What the account's Allowed AMIs setting says. `None` where it is off, and on Alibaba Cloud.
    pub allowed: Option<bool>,
}

/// Who owns an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageOwner {
    /// The account id; empty where the cloud does not tell.
    pub id: Arc<str>,
    /// The vendor's word for a group of owners: `system`, `marketplace`, `amazon`, `aws-marketplace`.
    pub alias: Option<Arc<str>>,
    /// Whether it is the account that asks.
    pub is_caller: bool,
}

/// Whether an image is deprecated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deprecation {
    /// Not deprecated, and no date is set.
    #[default]
    None,
    /// Deprecated from this instant on, which may lie ahead.
    At(OffsetDateTime),
    /// Deprecated today; the cloud does not tell since when (Alibaba Cloud).
    Now,
}

/// Whether machines can be started from an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImageState {
    /// They can.
    Available,
    /// Its owner has disabled it.
    Disabled,
    /// It has been deregistered.
    Deregistered,
    /// Anything else, in the vendor's word: `pending`, `Creating`, …
    Other(Arc<str>),
}

/// A watermark: says which image this one descends from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watermark {
    /// `ACCOUNT:NAME`
    pub key: Arc<str>,
    /// The image it was attached to.
    pub source_image_id: Box<str>,
}

/// Tags, ordered by key.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tags {
    /// Sorted by key; keys are unique.
    pairs: Box<[(Arc<str>, Arc<str>)]>,
}

impl Tags {
    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        let place = self.pairs.binary_search_by(|(known, _)| (**known).cmp(key)).ok()?;
        self.pairs.get(place).map(|(_, value)| &**value)
    }

    /// Goes through keys and values, ordered by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(key, value)| (&**key, &**value))
    }
}

impl FromIterator<(Arc<str>, Arc<str>)> for Tags {
    fn from_iter<Pairs: IntoIterator<Item = (Arc<str>, Arc<str>)>>(pairs: Pairs) -> Self {
        let mut pairs: Vec<_> = pairs.into_iter().collect();
        pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
        pairs.dedup_by(|(later, _), (earlier, _)| later == earlier);
        Self { pairs: pairs.into() }
    }
}

impl fmt::Debug for Tags {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}
