//! EC2 `CreateTags` (2016-11-15), for images. Sources and guesses: see [`tagging`].

use crate::cloud::aws::tagging::{self, Named, Tags};
use crate::cloud::aws::viewer::Viewer;
use crate::cloud::aws::{EC2, dry_run_passed, touched};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;

pub(super) const ACTION: Action = Action {
    service: &EC2,
    name: "CreateTags",
    parameters: &["DryRun", "ResourceId.N", "Tag.N.Key", "Tag.N.Value"],
    unsimulated: &[],
    unsigned: false,
    permissions: |_| vec!["ec2:CreateTags"],
    touches: touched::tagged,
    answer,
};

fn answer(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let tags = tagging::read_tags(call)?;
    if tags.is_empty() {
        return Err(tagging::missing("tagSet"));
    }
    if tags.iter().any(|tag| tag.value.is_none()) {
        return Err(tagging::invalid("Tag value cannot be null. Use empty string instead."));
    }
    let cloud = &mut world.aws;
    let positions = tagging::find_images(call, cloud)?;
    let viewer = Viewer::of(call, cloud, call.now);
    let present = positions.iter().map(|&position| viewer.tags(cloud.images.get(position)?));
    if present.into_iter().any(|present| is_too_much(present, &tags)) {
        return Err(tagging::too_many());
    }
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    tagging::write(call, cloud, &positions, |present| {
        present.extend(
            tags.iter().map(|tag| (tag.key.to_owned(), tag.value.unwrap_or_default().to_owned())),
        );
    });
    Ok(tagging::DONE.to_owned())
}

/// Tells whether an image would have too many tags: new values for present keys take no room.
fn is_too_much(present: Option<&Tags>, tags: &[Named<'_>]) -> bool {
    let is_present = |key: &str| present.is_some_and(|present| present.contains_key(key));
    let own = present.into_iter().flatten().filter(|(key, _)| !tagging::is_reserved(key)).count();
    own + tags.iter().filter(|tag| !is_present(tag.key)).count() > tagging::MAX_TAGS_OF_RESOURCE
}
