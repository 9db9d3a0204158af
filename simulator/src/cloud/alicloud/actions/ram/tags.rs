//! `TagResources`, `UntagResources` and `ListTagResources`, for policies.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{MAX_TAGS, conflict, find, invalid, read_tags};
use crate::cloud::alicloud::role_session::mandatory;
use crate::cloud::alicloud::{RAM, joined, to_json};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::alicloud::Policy;

pub(in super::super) const TAG: Action = Action {
    parameters: &["ResourceNames", "ResourceType", "Tag"],
    ..Action::new(&RAM, "TagResources", |_| vec!["ram:TagResources"], tag)
};

pub(in super::super) const UNTAG: Action = Action {
    parameters: &["All", "ResourceNames", "ResourceType", "TagKeys"],
    ..Action::new(&RAM, "UntagResources", |_| vec!["ram:UntagResources"], untag)
};

pub(in super::super) const LIST: Action = Action {
    parameters: &["NextToken", "PageSize", "ResourceNames", "ResourceType", "Tag"],
    ..Action::new(&RAM, "ListTagResources", |_| vec!["ram:ListTagResources"], list)
};

fn check_type(call: &Call) -> Result<(), VendorError> {
    match mandatory(call, "ResourceType")? {
        "policy" => Ok(()),
        "role" => Err(VendorError::not_simulated("tags of roles")),
        _ => Err(invalid("ResourceType", "The parameter - \"ResourceType\" is incorrect.")),
    }
}

/// Reads a list of texts that is written as JSON; absent, it is empty.
fn read_texts(call: &Call, name: &str) -> Result<Vec<String>, VendorError> {
    let texts = serde_json::from_str(call.parameters.get(name).unwrap_or("[]"));
    let texts: Vec<String> =
        texts.map_err(|_| invalid(name, &format!("The parameter - \"{name}\" is incorrect.")))?;
    match texts.len() > 50 {
        true => Err(invalid(name, &format!("The parameter - \"{name}\" has too many elements."))),
        false => Ok(texts),
    }
}

/// Reads `ResourceNames`, which must be there, and makes sure that all those policies exist.
fn read_policies(call: &Call, world: &mut World) -> Result<Vec<String>, VendorError> {
    mandatory(call, "ResourceNames")?;
    let names = read_texts(call, "ResourceNames")?;
    for name in &names {
        find(call, name, &mut world.alicloud)?;
    }
    Ok(names)
}

fn tag(call: &Call, world: &mut World) -> Result<String, VendorError> {
    check_type(call)?;
    mandatory(call, "Tag")?;
    let tags = read_tags(call)?;
    let names = read_policies(call, world)?;
    for name in &names {
        let mut all: BTreeMap<String, String> = find(call, name, &mut world.alicloud)?.tags.clone();
        all.extend(tags.clone());
        if all.len() > MAX_TAGS {
            let message = "The count of tags beyond the current limits.";
            return Err(conflict("LimitExceeded.Tag", message));
        }
    }
    for name in &names {
        find(call, name, &mut world.alicloud)?.tags.extend(tags.clone());
    }
    Ok(to_json(call, json!({})))
}

fn untag(call: &Call, world: &mut World) -> Result<String, VendorError> {
    check_type(call)?;
    let (keys, all) = (read_texts(call, "TagKeys")?, call.boolean("All")?);
    for name in read_policies(call, world)? {
        let policy = find(call, &name, &mut world.alicloud)?;
        policy.tags.retain(|key, _| !(keys.contains(key) || all && keys.is_empty()));
    }
    Ok(to_json(call, json!({})))
}

fn list(call: &Call, world: &mut World) -> Result<String, VendorError> {
    check_type(call)?;
    let (names, wanted) = (read_texts(call, "ResourceNames")?, read_tags(call)?);
    let size = call.number("PageSize", 1..=100)?.unwrap_or(20);
    let token = call.parameters.get("NextToken").filter(|token| !token.is_empty());
    let start = token.map_or(Ok(0), str::parse::<usize>);
    let start = start.map_err(|_| call.invalid("NextToken", token.unwrap_or_default()))?;
    let is_meant = |policy: &&Policy| {
        policy.account == call.account()
            && (names.is_empty() || names.contains(&policy.name))
            && wanted.iter().all(|(key, value)| policy.tags.get(key) == Some(value))
    };
    let policies = world.alicloud.ram.policies.iter().filter(is_meant);
    let rows = policies.flat_map(|policy| {
        policy.tags.iter().map(|(key, value)| {
            json!({
                "ResourceName": policy.name, "ResourceType": "policy",
                "TagKey": key, "TagValue": value,
            })
        })
    });
    let rows: Vec<Value> = rows.collect();
    let page = rows.get(start..).unwrap_or_default();
    let shown = page.chunks(size).next().unwrap_or_default();
    let next = start + shown.len();
    let next = match next < rows.len() {
        true => json!({"NextToken": next.to_string()}),
        false => json!({}),
    };
    Ok(to_json(call, joined(json!({"TagResources": shown}), next)))
}
