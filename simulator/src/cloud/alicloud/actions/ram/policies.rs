//! `CreatePolicy`, `GetPolicy`, `ListPolicies`, `UpdatePolicyDescription`, `DeletePolicy`.

use serde_json::{Value, json};

use super::{
    conflict, find, find_any, invalid, read_description, read_document, read_name, read_tags,
    read_type, system_policy, touched_policy,
};
use crate::cloud::alicloud::role_session::missing;
use crate::cloud::alicloud::{RAM, joined, to_json};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::alicloud::{Alicloud, Policy, PolicyType, SYSTEM_POLICIES};

/// Most custom policies of an account.
const MAX_POLICIES: usize = 1500;

pub(in super::super) const CREATE: Action = Action {
    parameters: &["Description", "PolicyDocument", "PolicyName", "Tag"],
    touches: touched_policy,
    ..Action::new(&RAM, "CreatePolicy", |_| vec!["ram:CreatePolicy"], create)
};

pub(in super::super) const GET: Action = Action {
    parameters: &["PolicyName", "PolicyType"],
    touches: touched_policy,
    ..Action::new(&RAM, "GetPolicy", |_| vec!["ram:GetPolicy"], get)
};

pub(in super::super) const LIST: Action = Action {
    parameters: &["Marker", "MaxItems", "PolicyType", "Tag"],
    touches: touched_policy,
    ..Action::new(&RAM, "ListPolicies", |_| vec!["ram:ListPolicies"], list)
};

pub(in super::super) const UPDATE_DESCRIPTION: Action = Action {
    parameters: &["NewDescription", "PolicyName"],
    touches: touched_policy,
    ..Action::new(
        &RAM,
        "UpdatePolicyDescription",
        |_| vec!["ram:UpdatePolicyDescription"],
        update_description,
    )
};

pub(in super::super) const DELETE: Action = Action {
    parameters: &["CascadingDelete", "PolicyName"],
    touches: touched_policy,
    ..Action::new(&RAM, "DeletePolicy", |_| vec!["ram:DeletePolicy"], delete)
};

/// Writes what every answer has about a policy.
fn view(policy: &Policy, policy_type: PolicyType) -> Value {
    json!({
        "PolicyName": policy.name,
        "PolicyType": policy_type,
        "Description": policy.description,
        "DefaultVersion": format!("v{}", policy.default_version().number),
        "CreateDate": policy.created_at.with_seconds(),
        "UpdateDate": policy.updated_at.with_seconds(),
    })
}

fn count_attachments(call: &Call, name: &str, policy_type: PolicyType, cloud: &Alicloud) -> usize {
    let attachments = cloud.ram.attachments.iter().filter(|attachment| {
        attachment.account == call.account()
            && attachment.policy == name
            && attachment.policy_type == policy_type
    });
    attachments.count()
}

fn create(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let name = read_name(call)?;
    let document = read_document(call)?;
    let description = read_description(call, "Description")?;
    let tags = read_tags(call)?;
    let cloud = &mut world.alicloud;
    if find(call, name, cloud).is_ok() {
        let message = "The policy does already exist.";
        return Err(conflict("EntityAlreadyExists.Policy", message));
    }
    let own = cloud.ram.policies.iter().filter(|policy| policy.account == call.account());
    if own.count() >= MAX_POLICIES {
        let message = "The count of policy beyond the current limits.";
        return Err(conflict("LimitExceeded.Policy", message));
    }
    let mut policy = Policy {
        account: call.account().to_owned(),
        description: description.to_owned(),
        tags,
        created_at: call.now,
        updated_at: call.now,
        versions: Vec::new(),
        versions_made: 0,
        ..Policy::new(name, "")
    };
    policy.add_version(document.to_owned(), true, call.now);
    let view = view(&policy, PolicyType::Custom);
    cloud.ram.policies.push(policy);
    Ok(to_json(call, json!({"Policy": view})))
}

fn get(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (name, policy_type) = (read_name(call)?, read_type(call)?);
    let cloud = &mut world.alicloud;
    let policy = find_any(call, name, policy_type, cloud)?;
    let version = policy.default_version();
    let more = json!({
        "AttachmentCount": count_attachments(call, name, policy_type, cloud),
        // Deprecated, and still there.
        "PolicyDocument": version.document,
    });
    let view = joined(view(&policy, policy_type), more);
    let version = super::versions::view(version);
    Ok(to_json(call, json!({"Policy": view, "DefaultPolicyVersion": version})))
}

fn list(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let wanted_type = call.parameters.get("PolicyType").map(|_| read_type(call)).transpose()?;
    let wanted_tags = read_tags(call)?;
    let size = call.number("MaxItems", 1..=1000)?.unwrap_or(100);
    let cloud = &world.alicloud;
    let own = cloud.ram.policies.iter().filter(|policy| policy.account == call.account()).cloned();
    let system = SYSTEM_POLICIES.iter().filter_map(|(name, _)| system_policy(name));
    let all = own.map(|policy| (policy, PolicyType::Custom));
    let all = all.chain(system.map(|policy| (policy, PolicyType::System)));
    let mut policies: Vec<(Policy, PolicyType)> = all
        .filter(|(policy, policy_type)| {
            wanted_type.is_none_or(|wanted| wanted == *policy_type)
                && wanted_tags.iter().all(|(key, value)| policy.tags.get(key) == Some(value))
        })
        .collect();
    policies.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
    // A page begins after the policy that its marker names.
    let marker = call.parameters.get("Marker").unwrap_or_default();
    let is_marked = |name: &str| format!("after-{name}") == marker;
    let start = match policies.iter().position(|(policy, _)| is_marked(&policy.name)) {
        Some(position) => position + 1,
        None if marker.is_empty() => 0,
        None => return Err(invalid("Marker", "The parameter - \"Marker\" is incorrect.")),
    };
    let rest = policies.get(start..).unwrap_or_default();
    let page = rest.chunks(size).next().unwrap_or_default();
    let views: Vec<Value> = page.iter().map(|entry| listed(call, entry, cloud)).collect();
    let is_truncated = page.len() < rest.len();
    let answer = json!({"Policies": {"Policy": views}, "IsTruncated": is_truncated});
    let marker =
        page.last().filter(|_| is_truncated).map(|(last, _)| format!("after-{}", last.name));
    let marker = marker.map_or(json!({}), |marker| json!({"Marker": marker}));
    Ok(to_json(call, joined(answer, marker)))
}

/// Writes a policy as listings show it.
fn listed(call: &Call, (policy, policy_type): &(Policy, PolicyType), cloud: &Alicloud) -> Value {
    let tags = policy.tags.iter();
    let tags: Vec<Value> =
        tags.map(|(key, value)| json!({"TagKey": key, "TagValue": value})).collect();
    let more = json!({
        "AttachmentCount": count_attachments(call, &policy.name, *policy_type, cloud),
        "Tags": {"Tag": tags},
    });
    joined(view(policy, *policy_type), more)
}

fn update_description(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let name = read_name(call)?;
    if call.parameters.get("NewDescription").is_none() {
        return Err(missing("NewDescription"));
    }
    let description = read_description(call, "NewDescription")?;
    let policy = find(call, name, &mut world.alicloud)?;
    policy.description = description.to_owned();
    policy.updated_at = call.now;
    Ok(to_json(call, json!({"Policy": view(policy, PolicyType::Custom)})))
}

/// Deletes a policy that nobody has; `CascadingDelete` takes versions along, never attachments.
fn delete(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let name = read_name(call)?;
    let with_versions = call.boolean("CascadingDelete")?;
    let cloud = &mut world.alicloud;
    let versions = find(call, name, cloud)?.versions.len();
    let attached = cloud.ram.attachments.iter().find(|attachment| {
        attachment.account == call.account()
            && attachment.policy == name
            && attachment.policy_type == PolicyType::Custom
    });
    if let Some(attachment) = attached {
        let kind = attachment.to.split('/').next().unwrap_or_default();
        let code = match kind {
            "user" => "DeleteConflict.Policy.User",
            "group" => "DeleteConflict.Policy.Group",
            _ => "DeleteConflict.Role.Policy",
        };
        let message = format!("The policy is attached to {kind}s: {name}.");
        return Err(conflict(code, &message));
    }
    if versions > 1 && !with_versions {
        let message = "The policy has versions besides the default one.";
        return Err(conflict("DeleteConflict.Policy.Version", message));
    }
    cloud.ram.delete(call.account(), name);
    Ok(to_json(call, json!({})))
}
