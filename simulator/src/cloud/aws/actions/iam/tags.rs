//! `TagPolicy`, `UntagPolicy`, `ListPolicyTags`, and the tags of policies that are created.
//!
//! Keys that differ in case are different keys of a policy, unlike those of a user or role ("Rules for
//! tagging in IAM and AWS STS").

use std::collections::{BTreeMap, BTreeSet};

use super::{find, find_any, members, over_limit, page, read_arn, touched_policy, wrong_input};
use crate::cloud::aws::IAM;
use crate::cloud::aws::role_session::{invalid, mandatory};
use crate::cloud::aws::xml::Xml;
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;

/// Most tags of a policy.
const MAX_TAGS: usize = 50;

pub(in super::super) const TAG: Action = Action {
    parameters: &["PolicyArn", "Tags.member.N.Key", "Tags.member.N.Value"],
    touches: touched_policy,
    ..Action::new(&IAM, "TagPolicy", |_| vec!["iam:TagPolicy"], tag)
};

pub(in super::super) const UNTAG: Action = Action {
    parameters: &["PolicyArn", "TagKeys.member.N"],
    touches: touched_policy,
    ..Action::new(&IAM, "UntagPolicy", |_| vec!["iam:UntagPolicy"], untag)
};

pub(in super::super) const LIST: Action = Action {
    parameters: &["Marker", "MaxItems", "PolicyArn"],
    touches: touched_policy,
    ..Action::new(&IAM, "ListPolicyTags", |_| vec!["iam:ListPolicyTags"], list)
};

/// Reads `Tags`.
pub(super) fn read(call: &Call) -> Result<Vec<(String, String)>, VendorError> {
    let indices = call.parameters.indices("Tags.member");
    if indices.len() > MAX_TAGS {
        return Err(over_limit("The number of tags has reached the maximum limit."));
    }
    let mut keys = BTreeSet::new();
    let read = |index| {
        let key = mandatory(call, &format!("Tags.member.{index}.Key"))?;
        let value = mandatory(call, &format!("Tags.member.{index}.Value"))?;
        check(key, value)?;
        if !keys.insert(key) {
            return Err(wrong_input("Duplicate tag keys found."));
        }
        Ok((key.to_owned(), value.to_owned()))
    };
    indices.into_iter().map(read).collect()
}

fn check(key: &str, value: &str) -> Result<(), VendorError> {
    let is_fine = |character: char| {
        character.is_alphanumeric() || character == ' ' || "_.:/=+-@".contains(character)
    };
    if !(1..=128).contains(&key.chars().count()) || value.chars().count() > 256 {
        return Err(invalid(format!("The tag '{key}' is too long, or has no key.")));
    }
    if key.starts_with("aws:") {
        return Err(wrong_input(format!("The tag key '{key}' is reserved for AWS.")));
    }
    match key.chars().chain(value.chars()).all(is_fine) {
        true => Ok(()),
        false => Err(invalid(format!(
            "1 validation error detected: the tag '{key}' failed to satisfy constraint: Member \
             must satisfy regular expression pattern: [\\p{{L}}\\p{{Z}}\\p{{N}}_.:/=+\\-@]+"
        ))),
    }
}

/// Writes tags, if there are any.
pub(super) fn write<'a>(
    xml: &mut Xml,
    tags: impl ExactSizeIterator<Item = (&'a String, &'a String)>,
) {
    if tags.len() > 0 {
        members(xml, "Tags", tags, write_one);
    }
}

fn write_one(xml: &mut Xml, (key, value): (&String, &String)) {
    xml.leaf("Key", key);
    xml.leaf("Value", value);
}

fn tag(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let arn = read_arn(call)?;
    let tags = read(call)?;
    let policy = find(call, arn, &mut world.aws)?;
    let mut all: BTreeMap<String, String> = policy.tags.clone();
    all.extend(tags);
    if all.len() > MAX_TAGS {
        return Err(over_limit("The number of tags has reached the maximum limit."));
    }
    policy.tags = all;
    Ok(String::new())
}

fn untag(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let arn = read_arn(call)?;
    let keys = call.parameters.list("TagKeys.member");
    let policy = find(call, arn, &mut world.aws)?;
    policy.tags.retain(|key, _| !keys.contains(&key.as_str()));
    Ok(String::new())
}

fn list(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let policy = find_any(call, read_arn(call)?, &mut world.aws)?;
    let tags: Vec<(&String, &String)> = policy.tags.iter().collect();
    let mut xml = Xml::default();
    let shown = page(call, &world.aws, &tags, &mut xml)?;
    members(&mut xml, "Tags", shown.iter().copied(), write_one);
    Ok(xml.finish())
}
