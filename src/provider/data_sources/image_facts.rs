//! What all image types tell about an image.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::{
    image::{Deprecation, Image},
    model,
    plugin::{
        Attr,
        schema::{Attribute, BOOL, NUMBER, STRING, computed, map},
    },
    provider::wording::rfc3339,
};

model! {
    /// The facts that both clouds tell.
    #[derive(Default)]
    pub(super) struct FactsModel {
        id: Attr<String>,
        name: Attr<String>,
        description: Attr<String>,
        owner_id: Attr<String>,
        created_at: Attr<String>,
        deprecated: Attr<bool>,
        deprecated_at: Attr<String>,
        image_tags: Attr<BTreeMap<String, String>>,
        root_device_name: Attr<String>,
        root_device_size_gib: Attr<i64>,
        root_snapshot_id: Attr<String>,
    }
}

/// Describes the facts, but for the id, which means something else to each type.
pub(super) fn attributes() -> Vec<Attribute> {
    vec![
        computed("name", STRING, "Its name."),
        computed("description", STRING, "Its description; may be empty."),
        computed(
            "owner_id",
            STRING,
            "The account id of its owner; null if the cloud does not tell.",
        ),
        computed("created_at", STRING, "When it was created, in RFC 3339, UTC."),
        computed("deprecated", BOOL, "Whether it is deprecated, judged at `as_of` or now."),
        computed(
            "deprecated_at",
            STRING,
            "When it is or was to be deprecated, in RFC 3339; null without such a date, and \
             always null on Alibaba Cloud, which tells no date.",
        ),
        computed("image_tags", map(STRING), "All its tags that the caller can see."),
        computed(
            "root_device_name",
            STRING,
            "The root device, such as `/dev/xvda`; null if not told.",
        ),
        computed(
            "root_device_size_gib",
            NUMBER,
            "The size of the root disk, in GiB; null if not told.",
        ),
        computed(
            "root_snapshot_id",
            STRING,
            "The snapshot that the root disk is made from; null if not told.",
        ),
    ]
}

impl FactsModel {
    /// Tells the facts of an image; whether it is deprecated is judged at an instant.
    pub(super) fn of(image: &Image, instant: OffsetDateTime) -> Self {
        let deprecated_at = match image.deprecation {
            Deprecation::At(date) => Some(date),
            Deprecation::Now | Deprecation::None => None,
        };
        let is_deprecated = image.deprecation == Deprecation::Now
            || deprecated_at.is_some_and(|date| date <= instant);
        let tags = image.tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
        Self {
            id: image.id.to_string().into(),
            name: image.name.to_string().into(),
            description: image.description.to_string().into(),
            owner_id: Some(image.owner.id.to_string()).filter(|id| !id.is_empty()).into(),
            created_at: image.created_at.and_then(rfc3339).into(),
            deprecated: is_deprecated.into(),
            deprecated_at: deprecated_at.and_then(rfc3339).into(),
            image_tags: tags.collect::<BTreeMap<_, _>>().into(),
            root_device_name: image.root_device_name.as_deref().map(str::to_owned).into(),
            root_device_size_gib: image.root_device_size_gib.map(i64::from).into(),
            root_snapshot_id: image.root_snapshot_id.as_deref().map(str::to_owned).into(),
        }
    }
}
