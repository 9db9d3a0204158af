//! ECS `TagResources` (2014-05-26), for images. Sources and guesses: see [`tagging`].
//!
//! A guess besides: a tag without `Value` has an empty one.

use serde_json::json;

use crate::cloud::alicloud::tagging::{self, Tags};
use crate::cloud::alicloud::viewer::Viewer;
use crate::cloud::alicloud::{ECS, to_json, touched};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;

pub(super) const ACTION: Action = Action {
    service: &ECS,
    name: "TagResources",
    parameters: &["RegionId", "ResourceId.N", "ResourceType", "Tag.N.Key", "Tag.N.Value"],
    unsimulated: &["OwnerAccount", "OwnerId", "ResourceOwnerAccount", "ResourceOwnerId"],
    unsigned: false,
    permissions: |_| vec!["ecs:TagResources"],
    touches: touched::images,
    answer,
};

fn answer(call: &Call, world: &mut World) -> Result<String, VendorError> {
    tagging::check_type(call)?;
    let ids = tagging::read_ids(call)?;
    let tags = read_tags(call)?;
    let cloud = &mut world.alicloud;
    let viewer = Viewer::of(call, cloud);
    let positions = tagging::find_own(&ids, call, &viewer, &cloud.images)?;
    for image in positions.iter().filter_map(|&position| cloud.images.get(position)) {
        check_fit(&image.id, &image.tags, &tags)?;
    }
    tagging::write(call, cloud, positions, |present| {
        present.extend(tags.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())));
    });
    Ok(to_json(call, json!({})))
}

/// Reads `Tag.N`, of which there must be one.
pub(super) fn read_tags(call: &Call) -> Result<Vec<(&str, &str)>, VendorError> {
    let indices = call.parameters.indices("Tag");
    tagging::check_count(indices.len())?;
    let read = |index| {
        let value = call.parameters.get(&format!("Tag.{index}.Value"));
        let Some(key) = call.parameters.get(&format!("Tag.{index}.Key")) else {
            let message = "The specified Tag.n.Key and Tag.n.Value are not match.";
            return Err(VendorError::new(400, "InvalidTag.Mismatch", message));
        };
        tagging::check_key(key)?;
        tagging::check_value(value.unwrap_or_default())?;
        Ok((key, value.unwrap_or_default()))
    };
    let tags: Vec<(&str, &str)> = indices.into_iter().map(read).collect::<Result<_, _>>()?;
    if tags.is_empty() {
        return Err(tagging::missing("Tags"));
    }
    tagging::check_unique(tags.iter().map(|&(key, _)| key))?;
    Ok(tags)
}

/// Refuses tags that clash with those the image has, or are too many for it.
///
/// A present key gets the new value; the same key in another case is a clash, wherever it is.
pub(super) fn check_fit(
    id: &str,
    present: &Tags,
    tags: &[(&str, &str)],
) -> Result<(), VendorError> {
    let all = present.keys().map(String::as_str).chain(tags.iter().map(|&(key, _)| key));
    let clashes = |key: &str| {
        all.clone().any(|other| other != key && other.to_lowercase() == key.to_lowercase())
    };
    if tags.iter().any(|&(key, _)| clashes(key)) {
        let message = "The TagKey has duplication with others, case-insensitive.";
        return Err(VendorError::new(403, "TagKey.Duplication", message));
    }
    let own = present.keys().filter(|key| !tagging::is_reserved(key)).count();
    let new = tags.iter().filter(|&&(key, _)| !present.contains_key(key)).count();
    if own + new > tagging::MAX_TAGS {
        let message = format!("The resource {id} can have {} tags at most.", tagging::MAX_TAGS);
        return Err(VendorError::new(403, "QuotaExceed.Tags", message));
    }
    Ok(())
}
