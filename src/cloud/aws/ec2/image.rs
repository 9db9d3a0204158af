//! An image as EC2 writes it, and as we do.

use std::{borrow::Cow, sync::Arc};

use serde::Deserialize;
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

use crate::{
    cloud::words::Words,
    image::{Deprecation, Image, ImageOwner, ImageState, Watermark},
};

/// An element of `imagesSet`. Every field but the id may be missing; texts stay
/// where they are in the answer, and what is no text is read in the conversion, where
/// an odd value is harmless.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImageElement<'a> {
    #[serde(borrow)]
    image_id: Cow<'a, str>,
    #[serde(default, borrow)]
    name: Cow<'a, str>,
    #[serde(default, borrow)]
    description: Cow<'a, str>,
    #[serde(default, borrow)]
    image_owner_id: Cow<'a, str>,
    #[serde(default, borrow)]
    image_owner_alias: Cow<'a, str>,
    #[serde(default, borrow)]
    creation_date: Cow<'a, str>,
    #[serde(default, borrow)]
    deprecation_time: Cow<'a, str>,
    #[serde(default, borrow)]
    image_state: Cow<'a, str>,
    #[serde(default, borrow)]
    is_public: Cow<'a, str>,
    #[serde(default, borrow)]
    architecture: Cow<'a, str>,
    #[serde(default, borrow)]
    platform: Cow<'a, str>,
    #[serde(default, borrow)]
    root_device_name: Cow<'a, str>,
    #[serde(default, borrow)]
    image_allowed: Cow<'a, str>,
    #[serde(default, borrow)]
    tag_set: Elements<Tag<'a>>,
    #[serde(default, borrow)]
    block_device_mapping: Elements<BlockDevice<'a>>,
    #[serde(default, borrow)]
    image_watermark_set: Elements<WatermarkElement<'a>>,
}

/// A list as EC2 writes it.
#[derive(Debug, Deserialize)]
struct Elements<T> {
    #[serde(default = "Vec::new")]
    item: Vec<T>,
}

impl<T> Default for Elements<T> {
    fn default() -> Self {
        Self { item: Vec::new() }
    }
}

#[derive(Debug, Deserialize)]
struct Tag<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
    #[serde(default, borrow)]
    value: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BlockDevice<'a> {
    #[serde(default, borrow)]
    device_name: Cow<'a, str>,
    #[serde(default, borrow)]
    ebs: Disk<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Disk<'a> {
    #[serde(default, borrow)]
    snapshot_id: Cow<'a, str>,
    #[serde(default, borrow)]
    volume_size: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WatermarkElement<'a> {
    #[serde(borrow)]
    watermark_key: Cow<'a, str>,
    #[serde(default, borrow)]
    source_image_id: Cow<'a, str>,
}

impl ImageElement<'_> {
    /// Whether the owner is the caller is left for those who know what was asked.
    pub(super) fn into_image(self, words: &mut Words) -> Image {
        let root_name = &self.root_device_name;
        let devices = self.block_device_mapping.item;
        let root = devices.into_iter().find(|it| it.device_name == *root_name).map(|it| it.ebs);
        let root = root.unwrap_or_default();
        let watermarks = self.image_watermark_set.item.iter().map(|mark| mark.share(words));
        Image {
            id: self.image_id.into(),
            name: self.name.into(),
            description: self.description.into(),
            family: None,
            watermarks: watermarks.collect(),
            owner: ImageOwner {
                id: words.share(&self.image_owner_id),
                alias: words.share_non_empty(&self.image_owner_alias),
                is_caller: false,
            },
            created_at: instant(&self.creation_date),
            deprecation: deprecation(&self.deprecation_time),
            state: state(&self.image_state, words),
            is_public: self.is_public == "true",
            architecture: words.share(&self.architecture),
            platform: words.share(platform(&self.platform)),
            tags: self.tag_set.item.iter().map(|tag| tag.share(words)).collect(),
            root_device_size_gib: root.volume_size.parse().ok(),
            root_snapshot_id: (!root.snapshot_id.is_empty()).then(|| root.snapshot_id.into()),
            root_device_name: words.share_non_empty(&self.root_device_name),
            allowed: self.image_allowed.parse().ok(),
        }
    }
}

impl Tag<'_> {
    fn share(&self, words: &mut Words) -> (Arc<str>, Arc<str>) {
        (words.share(&self.key), words.share(&self.value))
    }
}

impl WatermarkElement<'_> {
    fn share(&self, words: &mut Words) -> Watermark {
        Watermark {
            key: words.share(&self.watermark_key),
            source_image_id: self.source_image_id.as_ref().into(),
        }
    }
}

/// Reads an instant that can be told in UTC: another offset can hide a year past the last.
fn instant(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok()?.checked_to_offset(UtcOffset::UTC)
}

/// A date that cannot be read deprecates at once: better no image than a wrong one.
fn deprecation(text: &str) -> Deprecation {
    match (text.is_empty(), instant(text)) {
        (true, _) => Deprecation::None,
        (false, Some(instant)) => Deprecation::At(instant),
        (false, None) => Deprecation::Now,
    }
}

fn state(text: &str, words: &mut Words) -> ImageState {
    match text {
        "available" => ImageState::Available,
        "disabled" => ImageState::Disabled,
        "deregistered" => ImageState::Deregistered,
        other => ImageState::Other(words.share(other)),
    }
}

/// EC2 names only Windows.
fn platform(text: &str) -> &'static str {
    if text.eq_ignore_ascii_case("windows") { "windows" } else { "linux" }
}
