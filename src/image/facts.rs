//! What is known about an image, in words both clouds share.

use std::collections::BTreeMap;

use time::OffsetDateTime;

/// A machine image as a cloud describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// `m-…` on Alibaba Cloud, `ami-…` on AWS.
    pub id: String,
    /// The name; not unique.
    pub name: String,
    /// Free text; empty where there is none.
    pub description: String,
    /// The image family. AWS has none.
    pub family: Option<String>,
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
    pub architecture: String,
    /// `linux` or `windows`.
    pub platform: String,
    /// The tags that the caller can see.
    pub tags: BTreeMap<String, String>,
    /// The name of the root device, such as `/dev/xvda`.
    pub root_device_name: Option<String>,
    /// The size of the root disk, in GiB.
    pub root_device_size_gib: Option<u64>,
    /// The snapshot that the root disk is made from.
    pub root_snapshot_id: Option<String>,
    /// Marks of origin. AWS only.
    pub watermarks: Vec<Watermark>,
    /// What the account's Allowed AMIs setting says. `None` where it is off, and on Alibaba Cloud.
    pub allowed: Option<bool>,
}

/// Who owns an image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageOwner {
    /// The account id; empty where the cloud does not tell.
    pub id: String,
    /// The vendor's word for a group of owners: `system`, `marketplace`, `amazon`, `aws-marketplace`.
    pub alias: Option<String>,
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
    Other(String),
}

/// A watermark: says which image this one descends from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watermark {
    /// `ACCOUNT:NAME`
    pub key: String,
    /// The image it was attached to.
    pub source_image_id: String,
}
