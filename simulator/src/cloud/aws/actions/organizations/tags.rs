//! `TagResource`, `UntagResource`, `ListTagsForResource`, for policies.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{administer, exception, invalid, mandatory, over_limit, page, text, write};
use crate::cloud::aws::ORGANIZATIONS;
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::aws::{FULL_ACCESS, Organization, ServiceControlPolicy};

/// Most tags of a resource.
const MAX_TAGS: usize = 50;

/// The parameters that name tags of something new.
pub(super) const PARAMETERS: &[&str] = &["Tags.N.Key", "Tags.N.Value"];

pub(in super::super) const TAG: Action = Action {
    parameters: &["ResourceId", "Tags.N.Key", "Tags.N.Value"],
    ..Action::new(&ORGANIZATIONS, "TagResource", |_| vec!["organizations:TagResource"], tag)
};

pub(in super::super) const UNTAG: Action = Action {
    parameters: &["ResourceId", "TagKeys.N"],
    ..Action::new(&ORGANIZATIONS, "UntagResource", |_| vec!["organizations:UntagResource"], untag)
};

pub(in super::super) const LIST: Action = Action {
    parameters: &["NextToken", "ResourceId"],
    ..Action::new(
        &ORGANIZATIONS,
        "ListTagsForResource",
        |_| vec!["organizations:ListTagsForResource"],
        list,
    )
};

/// Reads `Tags`.
pub(super) fn read(call: &Call) -> Result<BTreeMap<String, String>, VendorError> {
    let mut tags = BTreeMap::new();
    for index in call.parameters.indices("Tags") {
        let key = text(call, &format!("Tags.{index}.Key"), 1..=128)?;
        let value = text(call, &format!("Tags.{index}.Value"), 0..=256)?;
        let is_fine = |character: char| {
            character.is_alphanumeric() || character == ' ' || "_.:/=+-@".contains(character)
        };
        if !key.chars().chain(value.chars()).all(is_fine) {
            return Err(invalid(
                "INVALID_PATTERN",
                format!("The tag {key} has characters that no tag can have."),
            ));
        }
        if key.starts_with("aws:") {
            let reason = "INVALID_SYSTEM_TAGS_PARAMETER";
            return Err(invalid(reason, "You specified a tag key that is a system tag."));
        }
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(invalid("DUPLICATE_TAG_KEY", "Tag keys must be unique."));
        }
    }
    check_count(&tags)?;
    Ok(tags)
}

fn check_count(tags: &BTreeMap<String, String>) -> Result<(), VendorError> {
    match tags.len() > MAX_TAGS {
        true => Err(over_limit("MAX_TAG_LIMIT_EXCEEDED", "You have exceeded the number of tags.")),
        false => Ok(()),
    }
}

/// Finds the policy that a call wants to tag.
fn find<'o>(
    call: &Call,
    organization: &'o mut Organization,
) -> Result<&'o mut ServiceControlPolicy, VendorError> {
    let id = mandatory(call, "ResourceId")?;
    if id != FULL_ACCESS && organization.target_type(id).is_some() {
        return Err(VendorError::not_simulated("tags of roots, units and accounts"));
    }
    organization.policies.iter_mut().find(|policy| policy.id == id).ok_or_else(|| {
        let message = "We can't find a resource with the ResourceId that you specified.";
        exception("TargetNotFoundException", message)
    })
}

fn tag(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let tags = read(call)?;
    let organization = write(call, world)?;
    let policy = find(call, organization)?;
    let mut all = policy.tags.clone();
    all.extend(tags);
    check_count(&all)?;
    policy.tags = all;
    organization.begin_write(&call.request_id, call.now);
    Ok(String::new())
}

fn untag(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let keys = call.parameters.list("TagKeys");
    let organization = write(call, world)?;
    find(call, organization)?.tags.retain(|key, _| !keys.contains(&key.as_str()));
    organization.begin_write(&call.request_id, call.now);
    Ok(String::new())
}

fn list(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let pages = world.aws.pages;
    let policy = find(call, administer(call, world)?)?;
    let tags = policy.tags.iter().map(|(key, value)| json!({"Key": key, "Value": value}));
    page(call, "Tags", &tags.collect::<Vec<Value>>(), pages)
}
