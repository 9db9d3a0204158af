//! What the tag operations of ECS have in common: the images they name and the rules for tags.
//!
//! Sources: the pages of `TagResources`, `UntagResources` and `ListTagResources` (2014-05-26), the
//! SDK models (alibabacloud-ecs20140526 7.11.8), "Tag limits". Codes, statuses and most messages are
//! those of the pages. Guesses, because nothing is written: one id that is unknown fails the whole
//! call; so does an image of somebody else, with `InvalidResourceId.NotSupported` if the account
//! sees it and as unknown if not; prefixes are reserved in lower case only; system tags (`acs:…`) do
//! not count as one of the twenty.

use std::collections::{BTreeMap, BTreeSet};

use super::viewer::{Source, Viewer};
use crate::cloud::{Call, VendorError};
use crate::world::alicloud::{Alicloud, Image};

/// The only type of resource there is.
pub(super) const IMAGE: &str = "image";

/// What else can have tags.
const OTHER_TYPES: [&str; 18] = [
    "activation",
    "capacityreservation",
    "command",
    "ddh",
    "ddhcluster",
    "disk",
    "elasticityassurance",
    "eni",
    "instance",
    "invocation",
    "keypair",
    "launchtemplate",
    "managedinstance",
    "reservedinstance",
    "securitygroup",
    "snapshot",
    "snapshotpolicy",
    "volume",
];

/// Most resources one call may name.
pub(super) const MAX_RESOURCES: usize = 50;

/// Most tags one call may name, and a resource may have.
pub(super) const MAX_TAGS: usize = 20;

/// Most characters of a key, and of a value.
const MAX_LENGTH: usize = 128;

/// Prefixes no key of a customer begins with.
const RESERVED_PREFIXES: [&str; 2] = ["acs:", "aliyun"];

/// The tags of an image.
pub(super) type Tags = BTreeMap<String, String>;

/// Tells whether a tag is Alibaba Cloud's own.
pub(super) fn is_reserved(key: &str) -> bool {
    RESERVED_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

/// Refuses an absent parameter; on these operations that is a 404.
pub(super) fn missing(name: &str) -> VendorError {
    let message = format!("The parameter - {name} should not be null");
    VendorError::new(404, format!("MissingParameter.{name}"), message)
}

/// Refuses anything but images: what else exists is not simulated.
pub(super) fn check_type(call: &Call) -> Result<(), VendorError> {
    match call.parameters.get("ResourceType").unwrap_or_default() {
        IMAGE => Ok(()),
        "" => Err(missing("ResourceType")),
        other if OTHER_TYPES.contains(&other) => {
            Err(VendorError::not_simulated(&format!("tags of the resource type `{other}`")))
        }
        _ => {
            let message = "The ResourceType provided does not exist in our records.";
            Err(VendorError::new(404, "InvalidResourceType.NotFound", message))
        }
    }
}

/// Reads `ResourceId.N`, which may be absent.
pub(super) fn read_ids(call: &Call) -> Result<BTreeSet<&str>, VendorError> {
    let ids = call.parameters.list("ResourceId");
    if ids.len() > MAX_RESOURCES {
        let message = "The ResourceIds parameter's number is exceed , Valid : 50";
        return Err(VendorError::new(400, "NumberExceed.ResourceIds", message));
    }
    Ok(ids.into_iter().collect())
}

/// Refuses more tags than one call may name.
pub(super) fn check_count(tags: usize) -> Result<(), VendorError> {
    if tags <= MAX_TAGS {
        return Ok(());
    }
    let message = "The Tags parameter's number is exceed , Valid : 20";
    Err(VendorError::new(400, "NumberExceed.Tags", message))
}

/// Refuses what can be no customer's key.
pub(super) fn check_key(key: &str) -> Result<(), VendorError> {
    if !key.is_empty() && is_sound(key) && !is_reserved(key) {
        return Ok(());
    }
    Err(VendorError::new(400, "InvalidTagKey.Malformed", "The specified Tag.n.Key is not valid."))
}

/// Refuses what can be no value; `aliyun` may begin one.
pub(super) fn check_value(value: &str) -> Result<(), VendorError> {
    if is_sound(value) && !value.starts_with("acs:") {
        return Ok(());
    }
    let message = "The specified Tag.n.Value is not valid.";
    Err(VendorError::new(400, "InvalidTagValue.Malformed", message))
}

/// Checks what holds for keys and values alike.
fn is_sound(text: &str) -> bool {
    let is_address = ["http://", "https://"].iter().any(|scheme| text.contains(scheme));
    text.chars().count() <= MAX_LENGTH && !is_address
}

/// Refuses a key that is there twice.
pub(super) fn check_unique<'a>(keys: impl Iterator<Item = &'a str>) -> Result<(), VendorError> {
    let mut seen = BTreeSet::new();
    for key in keys {
        if !seen.insert(key) {
            let message = "The Tag.N.Key contain duplicate key.";
            return Err(VendorError::new(400, "Duplicate.TagKey", message));
        }
    }
    Ok(())
}

/// Changes the tags of images.
pub(super) fn write(
    call: &Call,
    cloud: &mut Alicloud,
    positions: Vec<usize>,
    change: impl Fn(&mut Tags),
) {
    for position in positions {
        if let Some(image) = cloud.images.get_mut(position) {
            if !cloud.tag_lag.is_empty() {
                cloud.tag_writes.note(&image.id, call.account(), &image.tags, call.now);
            }
            change(&mut image.tags);
        }
    }
}

/// Finds the images of an account that a call wants to change.
pub(super) fn find_own(
    ids: &BTreeSet<&str>,
    call: &Call,
    viewer: &Viewer,
    images: &[Image],
) -> Result<Vec<usize>, VendorError> {
    if ids.is_empty() {
        return Err(missing("ResourceIds"));
    }
    let found = find_visible(ids, call, viewer, images)?;
    let is_own = |position: &usize| {
        images.get(*position).map(|image| viewer.source(image)) == Some(Some(Source::Own))
    };
    if found.iter().all(is_own) {
        return Ok(found);
    }
    let message = "The specified ResourceId does not support tagging.";
    Err(VendorError::new(403, "InvalidResourceId.NotSupported", message))
}

/// Finds the images with these ids that an account sees in the region of the call.
pub(super) fn find_visible(
    ids: &BTreeSet<&str>,
    call: &Call,
    viewer: &Viewer,
    images: &[Image],
) -> Result<Vec<usize>, VendorError> {
    let find = |id: &&str| {
        let is_it = |image: &Image| {
            image.id == *id && image.region == call.region && viewer.source(image).is_some()
        };
        images.iter().position(is_it).ok_or_else(|| {
            let message = "The specified ResourceIds are not found in our records.";
            VendorError::new(404, "InvalidResourceId.NotFound", message)
        })
    };
    ids.iter().map(find).collect()
}
