//! An image in the vendor's words, translated to ours.

use serde::Deserialize;
use time::{
    OffsetDateTime, PrimitiveDateTime, UtcOffset,
    format_description::{BorrowedFormatItem, well_known::Rfc3339},
    macros::format_description,
};

use crate::{
    cloud::alicloud::scalar::Scalar,
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
    pub(super) fn into_image(self) -> Image {
        let disks = self.disk_device_mappings.into_iter().flat_map(|it| it.disk_device_mapping);
        let root = disks.into_iter().find(|disk| disk.kind.as_str() == "system");
        let root = root.unwrap_or_default();
        let tags = self.tags.into_iter().flat_map(|rows| rows.tag);
        let (state, deprecation) = state(self.status.into_text());
        Image {
            id: self.image_id,
            name: self.image_name.into_text(),
            description: self.description.into_text(),
            family: self.image_family.into_non_empty(),
            owner: owner(self.image_owner_alias.as_str(), self.image_owner_id),
            created_at: time(self.creation_time.as_str()),
            deprecation,
            state,
            is_public: self.is_public.is_true(),
            architecture: self.architecture.into_text(),
            platform: self.os_type.as_str().to_ascii_lowercase(),
            tags: tags.map(|tag| (tag.tag_key.into_text(), tag.tag_value.into_text())).collect(),
            root_device_size_gib: root.size.number(),
            root_device_name: root.device.into_non_empty(),
            root_snapshot_id: root.snapshot_id.into_non_empty(),
            watermarks: Vec::new(),
            allowed: None,
        }
    }
}

fn owner(alias: &str, id: Scalar) -> ImageOwner {
    ImageOwner {
        id: id.into_text(),
        // Not `others`: that says only who it is not.
        alias: matches!(alias, "system" | "marketplace").then(|| alias.to_owned()),
        is_caller: alias == "self",
    }
}

/// Machines can still be started from an image that is deprecated.
fn state(status: String) -> (ImageState, Deprecation) {
    match status.as_str() {
        "Available" => (ImageState::Available, Deprecation::None),
        "Deprecated" => (ImageState::Available, Deprecation::Now),
        _ => (ImageState::Other(status), Deprecation::None),
    }
}

fn time(text: &str) -> Option<OffsetDateTime> {
    let with_seconds = OffsetDateTime::parse(text, &Rfc3339);
    let with_minutes =
        || PrimitiveDateTime::parse(text, MINUTES).map(PrimitiveDateTime::assume_utc);
    with_seconds.or_else(|_| with_minutes()).ok()?.checked_to_offset(UtcOffset::UTC)
}
