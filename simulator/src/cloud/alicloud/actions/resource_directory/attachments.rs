//! Attaching control policies to folders and members, and listing what is attached where.

use serde_json::{Value, json};

use super::{absent, conflict, manage, page, write};
use crate::cloud::alicloud::role_session::mandatory;
use crate::cloud::alicloud::{RESOURCE_MANAGER, to_json};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::alicloud::{
    FULL_ACCESS, FeatureStatus, MAX_ATTACHED, ResourceDirectory, TargetType,
};

pub(in super::super) const ATTACH: Action = Action {
    parameters: &["PolicyId", "TargetId"],
    ..Action::new(
        &RESOURCE_MANAGER,
        "AttachControlPolicy",
        |_| vec!["resourcemanager:AttachControlPolicy"],
        attach,
    )
};

pub(in super::super) const DETACH: Action = Action {
    parameters: &["PolicyId", "TargetId"],
    ..Action::new(
        &RESOURCE_MANAGER,
        "DetachControlPolicy",
        |_| vec!["resourcemanager:DetachControlPolicy"],
        detach,
    )
};

pub(in super::super) const LIST_FOR_TARGET: Action = Action {
    parameters: &["Language", "TargetId"],
    ..Action::new(
        &RESOURCE_MANAGER,
        "ListControlPolicyAttachmentsForTarget",
        |_| vec!["resourcemanager:ListControlPolicyAttachmentsForTarget"],
        list_for_target,
    )
};

pub(in super::super) const LIST_TARGETS: Action = Action {
    parameters: &["PageNumber", "PageSize", "PolicyId"],
    ..Action::new(
        &RESOURCE_MANAGER,
        "ListTargetAttachmentsForControlPolicy",
        |_| vec!["resourcemanager:ListTargetAttachmentsForControlPolicy"],
        list_targets,
    )
};

/// Reads the ids of policy and target.
fn read(call: &Call) -> Result<(&str, &str), VendorError> {
    Ok((mandatory(call, "PolicyId")?, mandatory(call, "TargetId")?))
}

/// Makes sure that policy and target exist, in a directory whose control policies are in force.
fn check(policy: &str, target: &str, directory: &ResourceDirectory) -> Result<(), VendorError> {
    check_policy(policy, directory)?;
    check_target(target, directory)?;
    if directory.control_policy_status != FeatureStatus::Enabled {
        let message = "The Control Policy feature is not enabled.";
        return Err(conflict("InvalidControlPolicyEnablementStatus", message));
    }
    Ok(())
}

fn check_policy(id: &str, directory: &ResourceDirectory) -> Result<(), VendorError> {
    let is_known =
        id == FULL_ACCESS || directory.control_policies.iter().any(|policy| policy.id == id);
    match is_known {
        true => Ok(()),
        false => Err(absent("ControlPolicy", "The specified control policy does not exist.")),
    }
}

fn check_target(id: &str, directory: &ResourceDirectory) -> Result<TargetType, VendorError> {
    let found = directory.target_type(id);
    found.ok_or_else(|| absent("Target", "The specified target does not exist."))
}

fn attach(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (policy, target) = read(call)?;
    let directory = write(call, world)?;
    check(policy, target, directory)?;
    let attached = directory.attached_to(target);
    if attached.iter().any(|attachment| attachment.policy == policy) {
        let message = "The specified control policy is attached to the target already.";
        return Err(conflict("EntityAlreadyExists.ControlPolicyAttachment", message));
    }
    let custom = attached.iter().filter(|attachment| attachment.policy != FULL_ACCESS);
    if policy != FULL_ACCESS && custom.count() >= MAX_ATTACHED {
        let message = "The number of control policies attached to the target exceeds the limit.";
        return Err(conflict("LimitExceeded.ControlPolicyAttachment", message));
    }
    directory.attach(policy, target, call.now);
    directory.begin_write(&call.request_id, call.now);
    Ok(to_json(call, json!({})))
}

fn detach(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (policy, target) = read(call)?;
    let directory = write(call, world)?;
    check(policy, target, directory)?;
    let attached = directory.attached_to(target);
    if !attached.iter().any(|attachment| attachment.policy == policy) {
        let message = "The specified control policy is not attached to the target.";
        return Err(absent("ControlPolicyAttachment", message));
    }
    if attached.len() == 1 {
        let message = "The last control policy of a folder or member cannot be detached.";
        return Err(VendorError::new(400, "NotSupport.DetachLastControlPolicy", message));
    }
    directory.detach(policy, target);
    directory.begin_write(&call.request_id, call.now);
    Ok(to_json(call, json!({})))
}

/// Writes what a folder or member has, in one page.
fn list_for_target(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let target = mandatory(call, "TargetId")?;
    let directory = manage(call, world)?;
    check_target(target, directory)?;
    let shown = directory.listed(|attachment| attachment.target == target);
    let views = shown.iter().map(|attachment| {
        let policy =
            directory.control_policies.iter().find(|policy| policy.id == attachment.policy);
        let (name, kind, scope) = match policy {
            Some(policy) => (policy.name.as_str(), "Custom", "RAM"),
            None => ("FullAliyunAccess", "System", "All"),
        };
        json!({
            "PolicyId": attachment.policy,
            "PolicyName": name,
            "PolicyType": kind,
            "EffectScope": scope,
            "Description": policy.map_or("", |policy| &policy.description),
            "AttachDate": attachment.attached_at.with_seconds(),
        })
    });
    let views: Vec<Value> = views.collect();
    let list = json!({"ControlPolicyAttachment": views});
    Ok(to_json(call, json!({"ControlPolicyAttachments": list})))
}

fn list_targets(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let policy = mandatory(call, "PolicyId")?;
    let accounts = world.alicloud.accounts.clone();
    let directory = manage(call, world)?;
    check_policy(policy, directory)?;
    let shown = directory.listed(|attachment| attachment.policy == policy);
    let mut views = Vec::new();
    for attachment in shown {
        let id = attachment.target.as_str();
        let folder = directory.folders.iter().find(|folder| folder.id == id);
        let account = accounts.iter().find(|account| account.id == id);
        let name = folder.map(|folder| &folder.name).or(account.map(|account| &account.name));
        views.push(json!({
            "TargetId": id,
            "TargetName": name.map_or("root", String::as_str),
            "TargetType": check_target(id, directory)?,
            "AttachDate": attachment.attached_at.with_seconds(),
        }));
    }
    Ok(to_json(call, page(call, "TargetAttachments", "TargetAttachment", &views)?))
}
