//! An image in the vendor's words, translated to ours.

use std::sync::Arc;

use serde::Deserialize;
use time::{
    OffsetDateTime, PrimitiveDateTime, UtcOffset,
    format_description::{BorrowedFormatItem, well_known::Rfc3339},
    macros::format_description,
};

use crate::{
    cloud::{alicloud::scalar::Scalar, words::Words},
    image::{Deprecation, Image, ImageOwner, ImageState},
};

/// How some times are written; most have seconds.
const MINUTES: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]Z");

/// An image as DescribeImages describes it; all else is ignored. Only the id is sure to be there.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ImageRow {
    image_id: String,
    #[serde(default)]
    image_name: Scalar,
    #[serde(default)]
    description: Scalar,
    #[serde(default)]
    image_family: Scalar,
    #[serde(default)]
    image_owner_alias: Scalar,
    #[serde(default)]
    image_owner_id: Scalar,
    #[serde(default)]
    creation_time: Scalar,
    #[serde(default)]
    status: Scalar,
    #[serde(default)]
    is_public: Scalar,
    #[serde(default)]
    architecture: Scalar,
    #[serde(default, rename = "OSType")]
    os_type: Scalar,
    tags: Option<TagRows>,
    disk_device_mappings: Option<DiskRows>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagRows {
    #[serde(default)]
    tag: Vec<TagRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagRow {
    tag_key: Scalar,
    #[serde(default)]
    tag_value: Scalar,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DiskRows {
    #[serde(default)]
    disk_device_mapping: Vec<DiskRow>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DiskRow {
    #[serde(default, rename = "Type")]
    kind: Scalar,
    #[serde(default)]
    device: Scalar,
    #[serde(default)]
    size: Scalar,
    #[serde(default)]
    snapshot_id: Scalar,
}

impl ImageRow {
    pub(super) fn into_image(self, words: &mut Words) -> Image {
        let disks = self.disk_device_mappings.into_iter().flat_map(|it| it.disk_device_mapping);
        let root = disks.into_iter().find(|disk| disk.kind.as_str() == "system");
        let root = root.unwrap_or_default();
        let tags = self.tags.into_iter().flat_map(|rows| rows.tag);
        let (state, deprecation) = state(self.status.as_str(), words);
        Image {
            id: self.image_id.into(),
            name: self.image_name.as_str().into(),
            description: self.description.as_str().into(),
            family: words.share_non_empty(self.image_family.as_str()),
            owner: owner(self.image_owner_alias.as_str(), self.image_owner_id.as_str(), words),
            created_at: time(self.creation_time.as_str()),
            deprecation,
            state,
            is_public: self.is_public.is_true(),
            architecture: words.share(self.architecture.as_str()),
            platform: words.share(&self.os_type.as_str().to_ascii_lowercase()),
            root_device_name: words.share_non_empty(root.device.as_str()),
            root_device_size_gib: root.size.number(),
            root_snapshot_id: root.snapshot_id.into_non_empty().map(String::into_boxed_str),
            watermarks: [].into(),
            allowed: None,
            tags: tags.map(|tag| tag.share(words)).collect(),
        }
    }
}

impl TagRow {
    fn share(&self, words: &mut Words) -> (Arc<str>, Arc<str>) {
        (words.share(self.tag_key.as_str()), words.share(self.tag_value.as_str()))
    }
}

fn owner(alias: &str, id: &str, words: &mut Words) -> ImageOwner {
    ImageOwner {
        id: words.share(id),
        // Not `others`: that says only who it is not.
        alias: matches!(alias, "system" | "marketplace").then(|| words.share(alias)),
        is_caller: alias == "self",
    }
}

/// Machines can still be started from an image that is deprecated.
fn state(status: &str, words: &mut Words) -> (ImageState, Deprecation) {
    match status {
        "Available" => (ImageState::Available, Deprecation::None),
        "Deprecated" => (ImageState::Available, Deprecation::Now),
        _ => (ImageState::Other(words.share(status)), Deprecation::None),
    }
}

fn time(text: &str) -> Option<OffsetDateTime> {
    let with_seconds = OffsetDateTime::parse(text, &Rfc3339);
    let with_minutes =
        || PrimitiveDateTime::parse(text, MINUTES).map(PrimitiveDateTime::assume_utc);
    with_seconds.or_else(|_| with_minutes()).ok()?.checked_to_offset(UtcOffset::UTC)
}
