//! EC2 `DeleteTags` (2016-11-15), for images. Sources and guesses: see [`tagging`].
//!
//! A tag that is not there is no error: so the published clients rely on, and no page says otherwise.

use crate::cloud::aws::tagging::{self, Named};
use crate::cloud::aws::{EC2, dry_run_passed, touched};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;

pub(super) const ACTION: Action = Action {
    service: &EC2,
    name: "DeleteTags",
    parameters: &["DryRun", "ResourceId.N", "Tag.N.Key", "Tag.N.Value"],
    unsimulated: &[],
    unsigned: false,
    permissions: |_| vec!["ec2:DeleteTags"],
    touches: touched::tagged,
    answer,
};

fn answer(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let tags = tagging::read_tags(call)?;
    let positions = tagging::find_images(call, &world.aws)?;
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    tagging::write(call, &mut world.aws, &positions, |present| {
        present.retain(|key, value| !is_named(key, value, &tags));
    });
    Ok(tagging::DONE.to_owned())
}

/// Tells whether a tag goes: no list names all but AWS's own, a key alone names any value, and a value
/// (an empty one, too) only itself.
fn is_named(key: &str, value: &str, tags: &[Named<'_>]) -> bool {
    if tags.is_empty() {
        return !tagging::is_reserved(key);
    }
    tags.iter().any(|tag| tag.key == key && tag.value.is_none_or(|wanted| wanted == value))
}
