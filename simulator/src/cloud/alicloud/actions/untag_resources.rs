//! ECS `UntagResources` (2014-05-26), for images. Sources and guesses: see [`tagging`].
//!
//! Guesses besides: keys in another case are other keys; a system tag may not be named
//! (`NoPermission.Tag`), and `All` leaves it.

use serde_json::json;

use crate::cloud::alicloud::tagging;
use crate::cloud::alicloud::viewer::Viewer;
use crate::cloud::alicloud::{ECS, to_json, touched};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;

pub(super) const ACTION: Action = Action {
    service: &ECS,
    name: "UntagResources",
    parameters: &["All", "RegionId", "ResourceId.N", "ResourceType", "TagKey.N"],
    unsimulated: &["OwnerAccount", "OwnerId", "ResourceOwnerAccount", "ResourceOwnerId"],
    unsigned: false,
    permissions: |_| vec!["ecs:UntagResources"],
    touches: touched::images,
    answer,
};

fn answer(call: &Call, world: &mut World) -> Result<String, VendorError> {
    tagging::check_type(call)?;
    let ids = tagging::read_ids(call)?;
    let keys = read_keys(call)?;
    let cloud = &mut world.alicloud;
    let viewer = Viewer::of(call, cloud);
    let positions = tagging::find_own(&ids, call, &viewer, &cloud.images)?;
    tagging::write(call, cloud, positions, |present| {
        present.retain(|key, _| match &keys {
            Some(keys) => !keys.contains(&key.as_str()),
            None => tagging::is_reserved(key),
        });
    });
    Ok(to_json(call, json!({})))
}

/// Reads `TagKey.N`; `None` stands for all keys. A key that is not there is no error.
fn read_keys(call: &Call) -> Result<Option<Vec<&str>>, VendorError> {
    let keys = call.parameters.list("TagKey");
    tagging::check_count(keys.len())?;
    match (call.boolean("All")?, keys.is_empty()) {
        (true, true) => return Ok(None),
        (true, false) => {
            let message = "The specified all is true, but the specified TagKey.N is not empty.";
            return Err(VendorError::new(403, "Param.Conflict", message));
        }
        (false, true) => return Err(tagging::missing("Tags")),
        (false, false) => {}
    }
    if keys.iter().any(|key| tagging::is_reserved(key)) {
        let message = "The operator is not permission for the tag.";
        return Err(VendorError::new(403, "NoPermission.Tag", message));
    }
    keys.iter().try_for_each(|key| tagging::check_key(key))?;
    tagging::check_unique(keys.iter().copied())?;
    Ok(Some(keys))
}
