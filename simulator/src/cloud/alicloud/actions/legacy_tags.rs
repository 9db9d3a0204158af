//! ECS `AddTags`, `RemoveTags` (2014-05-26), for images: the older way to change tags, by one
//! resource, which is still there and has permissions of its own.
//!
//! Sources: the SDK model (alibabacloud-ecs20140526 7.11.8) and the pages of the operations. A guess:
//! codes are those of `TagResources` and `UntagResources`. `RemoveTags` takes a tag away whatever its
//! value, unless one is given that is another.

use std::collections::BTreeSet;

use serde_json::json;

use super::tag_resources::{check_fit, read_tags};
use crate::cloud::alicloud::viewer::Viewer;
use crate::cloud::alicloud::{ECS, tagging, to_json, touched};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;

const PARAMETERS: &[&str] = &["RegionId", "ResourceId", "ResourceType", "Tag.N.Key", "Tag.N.Value"];

pub(super) const ADD: Action = Action {
    parameters: PARAMETERS,
    touches: touched::images,
    ..Action::new(&ECS, "AddTags", |_| vec!["ecs:AddTags"], add)
};

pub(super) const REMOVE: Action = Action {
    parameters: PARAMETERS,
    touches: touched::images,
    ..Action::new(&ECS, "RemoveTags", |_| vec!["ecs:RemoveTags"], remove)
};

/// Finds the image a call names, which must be the caller's.
fn find(call: &Call, world: &World) -> Result<Vec<usize>, VendorError> {
    tagging::check_type(call)?;
    let ids: BTreeSet<&str> = call.parameters.get("ResourceId").into_iter().collect();
    let viewer = Viewer::of(call, &world.alicloud);
    tagging::find_own(&ids, call, &viewer, &world.alicloud.images)
}

fn add(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let tags = read_tags(call)?;
    let found = find(call, world)?;
    for image in found.iter().filter_map(|&position| world.alicloud.images.get(position)) {
        check_fit(&image.id, &image.tags, &tags)?;
    }
    tagging::write(call, &mut world.alicloud, found, |present| {
        present.extend(tags.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())));
    });
    Ok(to_json(call, json!({})))
}

fn remove(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let tags = read_tags(call)?;
    let found = find(call, world)?;
    let is_meant = |key: &str, value: &str| {
        tags.iter().any(|&(named, wanted)| named == key && (wanted.is_empty() || wanted == value))
    };
    tagging::write(call, &mut world.alicloud, found, |present| {
        present.retain(|key, value| !is_meant(key, value));
    });
    Ok(to_json(call, json!({})))
}
