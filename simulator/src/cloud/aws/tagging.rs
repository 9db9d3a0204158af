//! What `CreateTags` and `DeleteTags` have in common: the images they name, the tags they name, and
//! the change itself.
//!
//! Sources: the pages of both operations, "Tag your Amazon EC2 resources", botocore's model
//! (1.43.11). Messages, where published answers show them: reserved prefix
//! (kubernetes-sigs/cluster-api-provider-aws pull request 5461), empty key (aws/aws-cli issue 3283),
//! duplicate key (cloud-custodian issue 3792, of another operation), the code for too many
//! resources (redhat-performance/cloud-governance issue 582), a full image (getmoto/moto). Guesses:
//! that the prefix is reserved in lower case only, the code of a malformed id, and that an image the
//! account cannot see does not exist for it.

use std::collections::{BTreeMap, BTreeSet};

use super::viewer::{Viewer, is_image_id};
use crate::cloud::{Call, VendorError};
use crate::world::aws::{Aws, Image, State};

/// Most resources one call may name.
const MAX_RESOURCES: usize = 1000;

/// Most tags `DeleteTags` may name.
const MAX_TAGS: usize = 1000;

/// Most tags of its own an account can have on a resource.
pub(super) const MAX_TAGS_OF_RESOURCE: usize = 50;

/// Most characters of a key, as the API reference has it; the user guide allows one more.
const MAX_KEY: usize = 127;

/// Most characters of a value.
const MAX_VALUE: usize = 256;

const RESERVED_PREFIX: &str = "aws:";

/// The content of a success.
pub(super) const DONE: &str = "<return>true</return>";

/// The tags of an account on an image.
pub(super) type Tags = BTreeMap<String, String>;

/// A tag a request names; one without value differs from one with an empty value.
pub(super) struct Named<'a> {
    pub key: &'a str,
    pub value: Option<&'a str>,
}

/// Tells whether a tag is AWS's own, which nobody else may write and which counts for no limit.
pub(super) fn is_reserved(key: &str) -> bool {
    key.starts_with(RESERVED_PREFIX)
}

/// Refuses a value that is not there at all.
pub(super) fn missing(name: &str) -> VendorError {
    let message = format!("The request must contain the parameter {name}");
    VendorError::new(400, "MissingParameter", message)
}

/// Refuses a value in words of its own.
pub(super) fn invalid(message: impl Into<String>) -> VendorError {
    VendorError::new(400, "InvalidParameterValue", message)
}

/// Reads `Tag.N.Key` and `Tag.N.Value`, and checks what is always wrong about them.
pub(super) fn read_tags(call: &Call) -> Result<Vec<Named<'_>>, VendorError> {
    let indices = call.parameters.indices("Tag");
    if indices.len() > MAX_TAGS {
        return Err(invalid(format!("The maximum number of tags in a request is {MAX_TAGS}")));
    }
    let mut keys = BTreeSet::new();
    let read = |index| {
        let key = call.parameters.get(&format!("Tag.{index}.Key")).unwrap_or_default();
        let value = call.parameters.get(&format!("Tag.{index}.Value"));
        check_tag(key, value.unwrap_or_default())?;
        if !keys.insert(key) {
            return Err(invalid(format!("Duplicate tag key '{key}' specified.")));
        }
        Ok(Named { key, value })
    };
    indices.into_iter().map(read).collect()
}

/// Refuses more tags than a resource can have.
pub(super) fn too_many() -> VendorError {
    let message = "The maximum number of Tags for a resource has been reached.";
    VendorError::new(400, "TagLimitExceeded", message)
}

/// Refuses a tag that nothing can have.
pub(super) fn check_tag(key: &str, value: &str) -> Result<(), VendorError> {
    Err(invalid(if key.is_empty() {
        "Value ( '' ) for parameter Tag key is invalid. Tag key cannot be null or empty.".to_owned()
    } else if is_reserved(key) {
        format!(
            "Value ( {key} ) for parameter key is invalid. Tag keys starting with 'aws:' are \
             reserved for internal use"
        )
    } else if key.chars().count() > MAX_KEY {
        format!("Tag key exceeds the maximum length of {MAX_KEY} characters")
    } else if value.chars().count() > MAX_VALUE {
        format!("Tag value exceeds the maximum length of {MAX_VALUE} characters")
    } else {
        return Ok(());
    }))
}

/// Finds the images that `ResourceId.N` names, each once; the whole call fails for one that is not
/// there.
///
/// An account may tag whatever image it sees, and what it writes is for its own eyes only.
pub(super) fn find_images(call: &Call, cloud: &Aws) -> Result<BTreeSet<usize>, VendorError> {
    let ids = call.parameters.list("ResourceId");
    if ids.is_empty() {
        return Err(missing("resourceIdSet"));
    }
    if ids.len() > MAX_RESOURCES {
        let message =
            format!("The maximum number of resources in a tagging request is {MAX_RESOURCES}");
        return Err(VendorError::new(400, "ResourceCountExceeded", message));
    }
    let viewer = Viewer::of(call, cloud, call.now);
    ids.into_iter().map(|id| find_image(id, &viewer, &cloud.images)).collect()
}

fn find_image(id: &str, viewer: &Viewer<'_>, images: &[Image]) -> Result<usize, VendorError> {
    let is_there = |image: &Image| viewer.sees(image) && image.state != State::Deregistered;
    if let Some(position) = images.iter().position(|image| image.id == id && is_there(image)) {
        return Ok(position);
    }
    Err(match id.split_once('-') {
        Some(("ami", _)) if is_image_id(id) => {
            let message = format!("The image id '[{id}]' does not exist");
            VendorError::new(400, "InvalidAMIID.NotFound", message)
        }
        Some(("ami", _)) => {
            VendorError::new(400, "InvalidAMIID.Malformed", format!("Invalid id: \"{id}\""))
        }
        Some(("i" | "vol" | "snap" | "sg" | "eni" | "subnet" | "vpc", _)) => {
            VendorError::not_simulated("tags of anything but images")
        }
        _ => VendorError::new(400, "InvalidID", format!("The ID '{id}' is not valid")),
    })
}

/// Changes the account's tags on images.
pub(super) fn write(
    call: &Call,
    cloud: &mut Aws,
    positions: &BTreeSet<usize>,
    change: impl Fn(&mut Tags),
) {
    for &position in positions {
        if let Some(image) = cloud.images.get_mut(position) {
            let id = image.id.clone();
            let tags = image.tags_of(call.account());
            if !cloud.tag_lag.is_empty() {
                cloud.tag_writes.note(&id, call.account(), tags, call.now);
            }
            change(tags);
        }
    }
}
