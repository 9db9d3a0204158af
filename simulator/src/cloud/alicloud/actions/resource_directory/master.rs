//! ResourceDirectoryMaster (2022-04-19): the newer twin of the operations on the directory, which has
//! tags of control policies besides.
//!
//! Sources: the pages of the operations, and the SDK model
//! (alibabacloud-resourcedirectorymaster20220419 2.3.1). Permissions are those of the older twin.
//! Guesses: the codes about tags, and a page of twenty rows.

use serde_json::{Value, json};

use super::{absent, attachments, conflict, feature, folders, invalid, manage, policies, write};
use crate::cloud::alicloud::role_session::{mandatory, missing};
use crate::cloud::alicloud::tagging::{MAX_RESOURCES, MAX_TAGS, check_key, check_value};
use crate::cloud::alicloud::{RESOURCE_DIRECTORY, joined, requested_tags, to_json};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::alicloud::{ControlPolicy, ResourceDirectory};

/// Everything the service can do here.
pub(in super::super) static ALL: [Action; 24] = [
    twin(&attachments::ATTACH),
    twin(&attachments::DETACH),
    twin(&attachments::LIST_FOR_TARGET),
    twin(&attachments::LIST_TARGETS),
    twin(&feature::DISABLE),
    twin(&feature::ENABLE),
    twin(&feature::GET_DIRECTORY),
    twin(&feature::GET_STATUS),
    twin(&folders::CREATE_FOLDER),
    twin(&folders::GET_ACCOUNT),
    twin(&folders::GET_FOLDER),
    twin(&folders::LIST_ACCOUNTS),
    twin(&folders::LIST_ACCOUNTS_FOR_PARENT),
    twin(&folders::LIST_ANCESTORS),
    twin(&folders::LIST_FOLDERS),
    twin(&folders::MOVE_ACCOUNT),
    Action {
        parameters: &[
            "Description",
            "EffectScope",
            "PolicyDocument",
            "PolicyName",
            "Tag.N.Key",
            "Tag.N.Value",
        ],
        ..twin(&policies::CREATE)
    },
    twin(&policies::DELETE),
    twin(&policies::GET),
    Action {
        parameters: &[
            "Language",
            "PageNumber",
            "PageSize",
            "PolicyType",
            "Tag.N.Key",
            "Tag.N.Value",
        ],
        ..twin(&policies::LIST)
    },
    twin(&policies::UPDATE),
    Action {
        parameters: &["ResourceId.N", "ResourceType", "Tag.N.Key", "Tag.N.Value"],
        ..Action::new(
            &RESOURCE_DIRECTORY,
            "TagResources",
            |_| vec!["resourcemanager:TagResources"],
            tag,
        )
    },
    Action {
        parameters: &["All", "ResourceId.N", "ResourceType", "TagKey.N"],
        ..Action::new(
            &RESOURCE_DIRECTORY,
            "UntagResources",
            |_| vec!["resourcemanager:UntagResources"],
            untag,
        )
    },
    Action {
        parameters: &[
            "MaxResults",
            "NextToken",
            "ResourceId.N",
            "ResourceType",
            "Tag.N.Key",
            "Tag.N.Value",
        ],
        ..Action::new(
            &RESOURCE_DIRECTORY,
            "ListTagResources",
            |_| vec!["resourcemanager:ListTagResources"],
            list,
        )
    },
];

/// Makes the same operation of the newer service.
const fn twin(action: &Action) -> Action {
    Action {
        service: &RESOURCE_DIRECTORY,
        name: action.name,
        parameters: action.parameters,
        unsimulated: action.unsimulated,
        unsigned: action.unsigned,
        permissions: action.permissions,
        touches: action.touches,
        answer: action.answer,
    }
}

fn check_type(call: &Call) -> Result<(), VendorError> {
    match mandatory(call, "ResourceType")? {
        "ControlPolicy" => Ok(()),
        "Account" | "Folder" => Err(VendorError::not_simulated("tags of accounts and folders")),
        _ => Err(invalid("ResourceType", "The specified parameter ResourceType is not valid.")),
    }
}

/// Refuses tags that a control policy cannot have.
pub(super) fn check_tags(call: &Call) -> Result<(), VendorError> {
    let tags = requested_tags(call);
    if tags.len() > MAX_TAGS {
        return Err(invalid("Tag", "The number of tags exceeds the limit."));
    }
    tags.iter().try_for_each(|(key, value)| check_key(key).and_then(|()| check_value(value)))
}

/// Changes the tags of the policies a call names, all of which must exist and take the change.
fn change(
    call: &Call,
    directory: &mut ResourceDirectory,
    alter: impl Fn(&mut ControlPolicy),
) -> Result<(), VendorError> {
    let ids = call.parameters.list("ResourceId");
    if ids.is_empty() {
        return Err(missing("ResourceId"));
    }
    if ids.len() > MAX_RESOURCES {
        return Err(invalid("ResourceId", "The number of resources exceeds the limit."));
    }
    let known = |id: &&str| directory.control_policies.iter().any(|policy| policy.id == **id);
    if !ids.iter().all(known) {
        return Err(absent("ResourceId", "The specified resource does not exist."));
    }
    let mut policies = directory.control_policies.clone();
    for policy in policies.iter_mut().filter(|policy| ids.contains(&policy.id.as_str())) {
        alter(policy);
        if policy.tags.len() > MAX_TAGS {
            return Err(conflict("LimitExceeded.Tag", "The number of tags exceeds the limit."));
        }
    }
    directory.control_policies = policies;
    directory.begin_write(&call.request_id, call.now);
    Ok(())
}

fn tag(call: &Call, world: &mut World) -> Result<String, VendorError> {
    check_type(call)?;
    check_tags(call)?;
    let tags = requested_tags(call);
    if tags.is_empty() {
        return Err(missing("Tag"));
    }
    change(call, write(call, world)?, |policy| policy.tags.extend(tags.clone()))?;
    Ok(to_json(call, json!({})))
}

fn untag(call: &Call, world: &mut World) -> Result<String, VendorError> {
    check_type(call)?;
    let keys = call.parameters.list("TagKey");
    let all = call.boolean("All")? && keys.is_empty();
    if keys.is_empty() && !all {
        return Err(missing("TagKey"));
    }
    change(call, write(call, world)?, |policy| {
        policy.tags.retain(|key, _| !all && !keys.contains(&key.as_str()));
    })?;
    Ok(to_json(call, json!({})))
}

fn list(call: &Call, world: &mut World) -> Result<String, VendorError> {
    check_type(call)?;
    let (ids, wanted) = (call.parameters.list("ResourceId"), requested_tags(call));
    let size = call.number("MaxResults", 1..=100)?.unwrap_or(20);
    let token = call.parameters.get("NextToken").filter(|token| !token.is_empty());
    let start = token.map_or(Ok(0), str::parse::<usize>);
    let start = start.map_err(|_| call.invalid("NextToken", token.unwrap_or_default()))?;
    let directory = manage(call, world)?;
    let policies = directory.control_policies.iter().filter(|policy| {
        (ids.is_empty() || ids.contains(&policy.id.as_str()))
            && wanted.iter().all(|(key, value)| policy.tags.get(key) == Some(value))
    });
    let rows = policies.flat_map(|policy| {
        policy.tags.iter().map(|(key, value)| {
            json!({
                "ResourceId": policy.id, "ResourceType": "ControlPolicy",
                "TagKey": key, "TagValue": value,
            })
        })
    });
    let rows: Vec<Value> = rows.collect();
    let shown: Vec<&Value> = rows.iter().skip(start).take(size).collect();
    let next = match start + shown.len() < rows.len() {
        true => json!({"NextToken": (start + shown.len()).to_string()}),
        false => json!({}),
    };
    Ok(to_json(call, joined(json!({"TagResources": shown}), next)))
}
