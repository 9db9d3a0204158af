//! An image as EC2 writes it, and as we do.

use std::borrow::Cow;

use serde::Deserialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::image::{Deprecation, Image, ImageOwner, ImageState, Watermark};

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

impl From<ImageElement<'_>> for Image {
    /// Whether the owner is the caller is left for those who know what was asked.
    fn from(element: ImageElement<'_>) -> Self {
        let devices = element.block_device_mapping.item;
        let root_name = &element.root_device_name;
        let root = devices.into_iter().find(|it| it.device_name == *root_name).map(|it| it.ebs);
        let root = root.unwrap_or_default();
        let tags = element.tag_set.item.into_iter();
        let watermarks = element.image_watermark_set.item.into_iter().map(Watermark::from);
        Self {
            id: element.image_id.into_owned(),
            name: element.name.into_owned(),
            description: element.description.into_owned(),
            family: None,
            owner: ImageOwner {
                id: element.image_owner_id.into_owned(),
                alias: present(element.image_owner_alias),
                is_caller: false,
            },
            created_at: instant(&element.creation_date),
            deprecation: deprecation(&element.deprecation_time),
            state: state(&element.image_state),
            is_public: element.is_public == "true",
            architecture: element.architecture.into_owned(),
            platform: platform(&element.platform).to_owned(),
            tags: tags.map(|tag| (tag.key.into_owned(), tag.value.into_owned())).collect(),
            root_device_size_gib: root.volume_size.parse().ok(),
            root_snapshot_id: present(root.snapshot_id),
            root_device_name: present(element.root_device_name),
            watermarks: watermarks.collect(),
            allowed: element.image_allowed.parse().ok(),
        }
    }
}

impl From<WatermarkElement<'_>> for Watermark {
    fn from(element: WatermarkElement<'_>) -> Self {
        Self {
            key: element.watermark_key.into_owned(),
            source_image_id: element.source_image_id.into_owned(),
        }
    }
}

fn present(text: Cow<'_, str>) -> Option<String> {
    (!text.is_empty()).then(|| text.into_owned())
}

fn instant(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok()
}

/// A date that cannot be read deprecates at once: better no image than a wrong one.
fn deprecation(text: &str) -> Deprecation {
    match (text.is_empty(), instant(text)) {
        (true, _) => Deprecation::None,
        (false, Some(instant)) => Deprecation::At(instant),
        (false, None) => Deprecation::Now,
    }
}

fn state(text: &str) -> ImageState {
    match text {
        "available" => ImageState::Available,
        "disabled" => ImageState::Disabled,
        "deregistered" => ImageState::Deregistered,
        other => ImageState::Other(other.to_owned()),
    }
}

/// EC2 names only Windows.
fn platform(text: &str) -> &'static str {
    if text.eq_ignore_ascii_case("windows") { "windows" } else { "linux" }
}
