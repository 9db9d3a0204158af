//! Attaching policies to users, groups and roles, and listing who has which.

use serde_json::{Value, json};

use super::{absent, conflict, find_any, read_name, read_type, touched_policy};
use crate::cloud::alicloud::actions::{role_id, user_id};
use crate::cloud::alicloud::role_session::mandatory;
use crate::cloud::alicloud::{RAM, to_json};
use crate::cloud::{Action, Call, Touched, VendorError};
use crate::world::World;
use crate::world::alicloud::{Alicloud, MAX_ATTACHED, PolicyAttachment, PolicyType};

pub(in super::super) const ATTACH_TO_USER: Action = Action {
    parameters: USER.parameters,
    unsimulated: &["ResourceGroupId"],
    touches: |call, world| touched(call, world, &USER),
    ..Action::new(
        &RAM,
        "AttachPolicyToUser",
        |_| vec!["ram:AttachPolicyToUser"],
        |call, world| attach(call, world, &USER),
    )
};

pub(in super::super) const ATTACH_TO_GROUP: Action = Action {
    parameters: GROUP.parameters,
    unsimulated: &["ResourceGroupId"],
    touches: |call, world| touched(call, world, &GROUP),
    ..Action::new(
        &RAM,
        "AttachPolicyToGroup",
        |_| vec!["ram:AttachPolicyToGroup"],
        |call, world| attach(call, world, &GROUP),
    )
};

pub(in super::super) const ATTACH_TO_ROLE: Action = Action {
    parameters: ROLE.parameters,
    unsimulated: &["ResourceGroupId"],
    touches: |call, world| touched(call, world, &ROLE),
    ..Action::new(
        &RAM,
        "AttachPolicyToRole",
        |_| vec!["ram:AttachPolicyToRole"],
        |call, world| attach(call, world, &ROLE),
    )
};

pub(in super::super) const DETACH_FROM_USER: Action = Action {
    parameters: USER.parameters,
    unsimulated: &["ResourceGroupId"],
    touches: |call, world| touched(call, world, &USER),
    ..Action::new(
        &RAM,
        "DetachPolicyFromUser",
        |_| vec!["ram:DetachPolicyFromUser"],
        |call, world| detach(call, world, &USER),
    )
};

pub(in super::super) const DETACH_FROM_GROUP: Action = Action {
    parameters: GROUP.parameters,
    unsimulated: &["ResourceGroupId"],
    touches: |call, world| touched(call, world, &GROUP),
    ..Action::new(
        &RAM,
        "DetachPolicyFromGroup",
        |_| vec!["ram:DetachPolicyFromGroup"],
        |call, world| detach(call, world, &GROUP),
    )
};

pub(in super::super) const DETACH_FROM_ROLE: Action = Action {
    parameters: ROLE.parameters,
    unsimulated: &["ResourceGroupId"],
    touches: |call, world| touched(call, world, &ROLE),
    ..Action::new(
        &RAM,
        "DetachPolicyFromRole",
        |_| vec!["ram:DetachPolicyFromRole"],
        |call, world| detach(call, world, &ROLE),
    )
};

pub(in super::super) const LIST_FOR_USER: Action = Action {
    parameters: &["UserName"],
    touches: |call, _| vec![touched_identity(call, &USER)],
    ..Action::new(
        &RAM,
        "ListPoliciesForUser",
        |_| vec!["ram:ListPoliciesForUser"],
        |call, world| list(call, world, &USER),
    )
};

pub(in super::super) const LIST_FOR_GROUP: Action = Action {
    parameters: &["GroupName"],
    touches: |call, _| vec![touched_identity(call, &GROUP)],
    ..Action::new(
        &RAM,
        "ListPoliciesForGroup",
        |_| vec!["ram:ListPoliciesForGroup"],
        |call, world| list(call, world, &GROUP),
    )
};

pub(in super::super) const LIST_FOR_ROLE: Action = Action {
    parameters: &["RoleName"],
    touches: |call, _| vec![touched_identity(call, &ROLE)],
    ..Action::new(
        &RAM,
        "ListPoliciesForRole",
        |_| vec!["ram:ListPoliciesForRole"],
        |call, world| list(call, world, &ROLE),
    )
};

pub(in super::super) const LIST_ENTITIES: Action = Action {
    parameters: &["PolicyName", "PolicyType"],
    touches: touched_policy,
    ..Action::new(
        &RAM,
        "ListEntitiesForPolicy",
        |_| vec!["ram:ListEntitiesForPolicy"],
        list_entities,
    )
};

/// What a policy can be attached to.
pub(super) struct Kind {
    /// As in ARNs.
    name: &'static str,
    /// As in error codes.
    code: &'static str,
    /// The parameter that names it.
    parameter: &'static str,
    /// Parameters of attaching and detaching.
    parameters: &'static [&'static str],
}

pub(super) const USER: Kind = Kind {
    name: "user",
    code: "User",
    parameter: "UserName",
    parameters: &["PolicyName", "PolicyType", "UserName"],
};

const GROUP: Kind = Kind {
    name: "group",
    code: "Group",
    parameter: "GroupName",
    parameters: &["GroupName", "PolicyName", "PolicyType"],
};

const ROLE: Kind = Kind {
    name: "role",
    code: "Role",
    parameter: "RoleName",
    parameters: &["PolicyName", "PolicyType", "RoleName"],
};

/// Most policies of each type that one user, group or role can have.
fn quota(policy_type: PolicyType) -> usize {
    match policy_type {
        PolicyType::Custom => MAX_ATTACHED,
        PolicyType::System => 20,
    }
}

fn touched(call: &Call, world: &World, kind: &Kind) -> Vec<Touched> {
    let mut touched = touched_policy(call, world);
    touched.push(touched_identity(call, kind));
    touched
}

pub(super) fn touched_identity(call: &Call, kind: &Kind) -> Touched {
    let name = call.parameters.get(kind.parameter).unwrap_or("*");
    Touched { arn: format!("acs:ram:*:{}:{}/{name}", call.account(), kind.name), keys: Vec::new() }
}

/// A policy, and whom it is attached to, as a call names them.
struct Pair<'a> {
    policy: &'a str,
    policy_type: PolicyType,
    /// `user/NAME`, `group/NAME` or `role/NAME`.
    to: String,
}

impl<'a> Pair<'a> {
    /// Reads both, which must exist.
    fn read(call: &'a Call, kind: &Kind, cloud: &mut Alicloud) -> Result<Self, VendorError> {
        let (policy, policy_type) = (read_name(call)?, read_type(call)?);
        let name = mandatory(call, kind.parameter)?;
        find_any(call, policy, policy_type, cloud)?;
        let to = find_identity(call, kind, name, cloud)?;
        Ok(Self { policy, policy_type, to })
    }
}

/// Returns the user, group or role of this name, as `user/NAME`.
pub(super) fn find_identity(
    call: &Call,
    kind: &Kind,
    name: &str,
    cloud: &Alicloud,
) -> Result<String, VendorError> {
    let identity = format!("{}/{name}", kind.name);
    match cloud.has_identity(call.account(), &identity) {
        true => Ok(identity),
        false => Err(absent(kind.code, format!("The {} does not exist: {name}.", kind.name))),
    }
}

fn attach(call: &Call, world: &mut World, kind: &Kind) -> Result<String, VendorError> {
    let cloud = &mut world.alicloud;
    let Pair { policy, policy_type, to } = Pair::read(call, kind, cloud)?;
    let is_alike = |attachment: &&PolicyAttachment| {
        attachment.account == call.account()
            && attachment.to == to
            && attachment.policy_type == policy_type
    };
    let alike: Vec<&PolicyAttachment> = cloud.ram.attachments.iter().filter(is_alike).collect();
    if alike.iter().any(|attachment| attachment.policy == policy) {
        let message = format!("The policy is attached to the {} already.", kind.name);
        return Err(conflict(&format!("EntityAlreadyExists.{}.Policy", kind.code), &message));
    }
    if alike.len() >= quota(policy_type) {
        let message =
            format!("The count of policies of the {} beyond the current limits.", kind.name);
        return Err(conflict(&format!("LimitExceeded.{}.Policy", kind.code), &message));
    }
    cloud.ram.attach(PolicyAttachment {
        account: call.account().to_owned(),
        policy_type,
        attached_at: call.now,
        ..PolicyAttachment::new(policy, to)
    });
    Ok(to_json(call, json!({})))
}

fn detach(call: &Call, world: &mut World, kind: &Kind) -> Result<String, VendorError> {
    let cloud = &mut world.alicloud;
    let Pair { policy, policy_type, to } = Pair::read(call, kind, cloud)?;
    if !cloud.ram.detach_type(call.account(), policy, policy_type, &to) {
        let message = format!("The policy is not attached to the {}: {policy}.", kind.name);
        return Err(absent(&format!("{}.Policy", kind.code), message));
    }
    Ok(to_json(call, json!({})))
}

fn list(call: &Call, world: &mut World, kind: &Kind) -> Result<String, VendorError> {
    let cloud = &mut world.alicloud;
    let to = find_identity(call, kind, mandatory(call, kind.parameter)?, cloud)?;
    let shown =
        cloud.ram.listed(|attachment| attachment.account == call.account() && attachment.to == to);
    let mut views = Vec::new();
    for attachment in shown {
        let policy = find_any(call, &attachment.policy, attachment.policy_type, cloud)?;
        views.push(json!({
            "PolicyName": policy.name,
            "PolicyType": attachment.policy_type,
            "Description": policy.description,
            "DefaultVersion": format!("v{}", policy.default_version().number),
            "AttachDate": attachment.attached_at.with_seconds(),
        }));
    }
    Ok(to_json(call, json!({"Policies": {"Policy": views}})))
}

fn list_entities(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (name, policy_type) = (read_name(call)?, read_type(call)?);
    let cloud = &mut world.alicloud;
    find_any(call, name, policy_type, cloud)?;
    let shown = cloud.ram.listed(|attachment| {
        attachment.account == call.account()
            && attachment.policy == name
            && attachment.policy_type == policy_type
    });
    let views = |kind: &Kind| -> Vec<Value> {
        let named = shown.iter().filter_map(|attachment| {
            let name = attachment.to.strip_prefix(kind.name)?.strip_prefix('/')?;
            Some(entity(call, cloud, kind, name, attachment))
        });
        named.collect()
    };
    let answer = json!({
        "Users": {"User": views(&USER)},
        "Groups": {"Group": views(&GROUP)},
        "Roles": {"Role": views(&ROLE)},
    });
    Ok(to_json(call, answer))
}

/// Writes who has a policy.
fn entity(
    call: &Call,
    cloud: &Alicloud,
    kind: &Kind,
    name: &str,
    attachment: &PolicyAttachment,
) -> Value {
    let account = call.account();
    let date = attachment.attached_at.with_seconds();
    match kind.name {
        "user" => json!({
            "UserName": name, "DisplayName": name, "AttachDate": date,
            "UserId": user_id(&format!("acs:ram::{account}:user/{name}")),
        }),
        "group" => json!({"GroupName": name, "Comments": "", "AttachDate": date}),
        _ => json!({
            "RoleName": name, "Description": "", "AttachDate": date,
            "RoleId": role_id(account, name), "Arn": cloud.role_arn(account, name),
        }),
    }
}
