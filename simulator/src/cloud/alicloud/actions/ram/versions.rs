//! `CreatePolicyVersion`, `GetPolicyVersion`, `ListPolicyVersions`, `SetDefaultPolicyVersion`,
//! `DeletePolicyVersion`.

use serde_json::{Value, json};

use super::{
    absent, conflict, find, find_any, invalid, read_document, read_name, read_type, touched_policy,
};
use crate::cloud::alicloud::role_session::mandatory;
use crate::cloud::alicloud::{RAM, to_json};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::alicloud::{MAX_VERSIONS, Policy, PolicyVersion};

pub(in super::super) const CREATE: Action = Action {
    parameters: &["PolicyDocument", "PolicyName", "RotateStrategy", "SetAsDefault"],
    touches: touched_policy,
    ..Action::new(&RAM, "CreatePolicyVersion", |_| vec!["ram:CreatePolicyVersion"], create)
};

pub(in super::super) const GET: Action = Action {
    parameters: &["PolicyName", "PolicyType", "VersionId"],
    touches: touched_policy,
    ..Action::new(&RAM, "GetPolicyVersion", |_| vec!["ram:GetPolicyVersion"], get)
};

pub(in super::super) const LIST: Action = Action {
    parameters: &["PolicyName", "PolicyType"],
    touches: touched_policy,
    ..Action::new(&RAM, "ListPolicyVersions", |_| vec!["ram:ListPolicyVersions"], list)
};

pub(in super::super) const SET_DEFAULT: Action = Action {
    parameters: &["PolicyName", "VersionId"],
    touches: touched_policy,
    ..Action::new(
        &RAM,
        "SetDefaultPolicyVersion",
        |_| vec!["ram:SetDefaultPolicyVersion"],
        set_default,
    )
};

pub(in super::super) const DELETE: Action = Action {
    parameters: &["PolicyName", "VersionId"],
    touches: touched_policy,
    ..Action::new(&RAM, "DeletePolicyVersion", |_| vec!["ram:DeletePolicyVersion"], delete)
};

/// Writes a version.
pub(super) fn view(version: &PolicyVersion) -> Value {
    json!({
        "VersionId": format!("v{}", version.number),
        "IsDefaultVersion": version.is_default,
        "PolicyDocument": version.document,
        "CreateDate": version.created_at.with_seconds(),
    })
}

/// Reads `VersionId`, `v` and a number.
fn read_number(call: &Call) -> Result<u32, VendorError> {
    let text = mandatory(call, "VersionId")?;
    let number = text.strip_prefix('v').and_then(|digits| digits.parse().ok());
    number.ok_or_else(|| {
        invalid("VersionId.Format", "The format of the parameter - \"VersionId\" is incorrect.")
    })
}

fn find_version(policy: &Policy, number: u32) -> Result<&PolicyVersion, VendorError> {
    let found = policy.versions.iter().find(|version| version.number == number);
    found.ok_or_else(|| {
        absent("Policy.Version", format!("The policy version does not exist: v{number}."))
    })
}

/// Adds a version; where there are five, only the rotation makes room.
fn create(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let name = read_name(call)?;
    let document = read_document(call)?;
    let is_default = call.boolean("SetAsDefault")?;
    let rotates = match call.parameters.get("RotateStrategy") {
        None | Some("None" | "") => false,
        Some("DeleteOldestNonDefaultVersionWhenLimitExceeded") => true,
        Some(_) => {
            return Err(invalid(
                "RotateStrategy",
                "The parameter - \"RotateStrategy\" is incorrect.",
            ));
        }
    };
    let policy = find(call, name, &mut world.alicloud)?;
    if policy.versions.len() >= MAX_VERSIONS {
        let oldest = policy.versions.iter().position(|version| !version.is_default);
        match oldest.filter(|_| rotates) {
            Some(oldest) => drop(policy.versions.remove(oldest)),
            None => {
                let message = "The count of policy version beyond the current limits.";
                return Err(conflict("LimitExceeded.Policy.Version", message));
            }
        }
    }
    let number = policy.add_version(document.to_owned(), is_default, call.now);
    let view = view(find_version(policy, number)?);
    Ok(to_json(call, json!({"PolicyVersion": view})))
}

fn get(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (name, policy_type, number) = (read_name(call)?, read_type(call)?, read_number(call)?);
    let policy = find_any(call, name, policy_type, &mut world.alicloud)?;
    let view = view(find_version(&policy, number)?);
    Ok(to_json(call, json!({"PolicyVersion": view})))
}

fn list(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (name, policy_type) = (read_name(call)?, read_type(call)?);
    let policy = find_any(call, name, policy_type, &mut world.alicloud)?;
    let views: Vec<Value> = policy.versions.iter().map(view).collect();
    Ok(to_json(call, json!({"PolicyVersions": {"PolicyVersion": views}})))
}

fn set_default(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (name, number) = (read_name(call)?, read_number(call)?);
    let policy = find(call, name, &mut world.alicloud)?;
    find_version(policy, number)?;
    policy.set_default(number);
    policy.updated_at = call.now;
    Ok(to_json(call, json!({})))
}

fn delete(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (name, number) = (read_name(call)?, read_number(call)?);
    let policy = find(call, name, &mut world.alicloud)?;
    if find_version(policy, number)?.is_default {
        let message = "The default version of a policy cannot be deleted.";
        return Err(conflict("DeleteConflict.Policy.Version.Default", message));
    }
    policy.versions.retain(|version| version.number != number);
    policy.updated_at = call.now;
    Ok(to_json(call, json!({})))
}
