//! Users, groups and roles, as far as tests need them to attach policies to: `CreateUser`,
//! `DeleteUser`, `CreateGroup`, `DeleteGroup`, `AddUserToGroup`, `RemoveUserFromGroup`,
//! `ListGroupsForUser`, `CreateRole`, `DeleteRole`.
//!
//! Of the document that says who may assume a role the principals are read, and nothing else may limit
//! them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::attachments::{GROUP, Kind, ROLE, USER, find_identity, identity_id};
use super::{conflict, document_leaf, members, own_arn, page, read_name, read_path, taken};
use crate::cloud::aws::role_session::{invalid, mandatory};
use crate::cloud::aws::xml::Xml;
use crate::cloud::aws::{IAM, partition};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::aws::{Aws, Group};
use crate::world::role::Role;

pub(in super::super) const CREATE_USER: Action = Action {
    parameters: &["Path", "UserName"],
    unsimulated: &["PermissionsBoundary", "Tags.member.N.Key", "Tags.member.N.Value"],
    ..Action::new(&IAM, "CreateUser", |_| vec!["iam:CreateUser"], create_user)
};

pub(in super::super) const DELETE_USER: Action = Action {
    parameters: &["UserName"],
    ..Action::new(&IAM, "DeleteUser", |_| vec!["iam:DeleteUser"], delete_user)
};

pub(in super::super) const CREATE_GROUP: Action = Action {
    parameters: &["GroupName"],
    unsimulated: &["Path"],
    ..Action::new(&IAM, "CreateGroup", |_| vec!["iam:CreateGroup"], create_group)
};

pub(in super::super) const DELETE_GROUP: Action = Action {
    parameters: &["GroupName"],
    ..Action::new(&IAM, "DeleteGroup", |_| vec!["iam:DeleteGroup"], delete_group)
};

pub(in super::super) const ADD_USER_TO_GROUP: Action = Action {
    parameters: &["GroupName", "UserName"],
    ..Action::new(&IAM, "AddUserToGroup", |_| vec!["iam:AddUserToGroup"], add_user_to_group)
};

pub(in super::super) const REMOVE_USER_FROM_GROUP: Action = Action {
    parameters: &["GroupName", "UserName"],
    ..Action::new(
        &IAM,
        "RemoveUserFromGroup",
        |_| vec!["iam:RemoveUserFromGroup"],
        remove_user_from_group,
    )
};

pub(in super::super) const LIST_GROUPS: Action = Action {
    parameters: &["Marker", "MaxItems", "UserName"],
    ..Action::new(&IAM, "ListGroupsForUser", |_| vec!["iam:ListGroupsForUser"], list_groups)
};

pub(in super::super) const CREATE_ROLE: Action = Action {
    parameters: &["AssumeRolePolicyDocument", "MaxSessionDuration", "Path", "RoleName"],
    unsimulated: &[
        "Description",
        "PermissionsBoundary",
        "Tags.member.N.Key",
        "Tags.member.N.Value",
    ],
    ..Action::new(&IAM, "CreateRole", |_| vec!["iam:CreateRole"], create_role)
};

pub(in super::super) const DELETE_ROLE: Action = Action {
    parameters: &["RoleName"],
    ..Action::new(&IAM, "DeleteRole", |_| vec!["iam:DeleteRole"], delete_role)
};

/// Reads the name of something new.
fn read_new_name<'a>(call: &'a Call, kind: &Kind, cloud: &Aws) -> Result<&'a str, VendorError> {
    let name = read_name(call, kind.parameter, kind.longest)?;
    match cloud.identity_arn(call.account(), &format!("{}/{name}", kind.name)) {
        None => Ok(name),
        Some(_) => {
            let title = call.action.name.strip_prefix("Create").unwrap_or_default();
            Err(taken(format!("{title} with name {name} already exists.")))
        }
    }
}

/// Writes what users, groups and roles have in common.
fn write(xml: &mut Xml, call: &Call, kind: &Kind, path: &str, name: &str) {
    let title = kind.parameter.strip_suffix("Name").unwrap_or_default();
    let arn = own_arn(call, &format!("{}{path}{name}", kind.name));
    xml.leaf("Path", path);
    xml.leaf(kind.parameter, name);
    xml.leaf(&format!("{title}Id"), &identity_id(call, kind, &arn));
    xml.leaf("Arn", &arn);
    xml.leaf("CreateDate", &call.now.with_seconds());
}

/// Refuses to delete what has policies.
fn check_detached(call: &Call, identity: &str, cloud: &Aws) -> Result<(), VendorError> {
    let mut attached = cloud.iam.attachments.iter();
    match attached.any(|other| other.account == call.account() && other.to == identity) {
        false => Ok(()),
        true => Err(conflict("Cannot delete entity, must detach all policies first.")),
    }
}

fn create_user(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let cloud = &mut world.aws;
    let name = read_new_name(call, &USER, cloud)?;
    let path = read_path(call, "Path")?;
    cloud.iam.users.insert(own_arn(call, &format!("user{path}{name}")));
    let mut xml = Xml::default();
    xml.within("User", |xml| write(xml, call, &USER, path, name));
    Ok(xml.finish())
}

fn delete_user(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let cloud = &mut world.aws;
    let identity = find_identity(call, &USER, cloud)?;
    check_detached(call, &identity, cloud)?;
    let name = mandatory(call, "UserName")?;
    let is_in = |group: &Group| group.account == call.account() && group.members.contains(name);
    if cloud.iam.groups.iter().any(is_in) {
        return Err(conflict("Cannot delete entity, must remove users from group first."));
    }
    let arn = cloud.identity_arn(call.account(), &identity).unwrap_or_default();
    if cloud.access_keys.iter().any(|key| key.principal.arn() == arn) {
        return Err(conflict("Cannot delete entity, must delete access keys first."));
    }
    cloud.iam.users.remove(&arn);
    Ok(String::new())
}

fn create_group(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let cloud = &mut world.aws;
    let name = read_new_name(call, &GROUP, cloud)?;
    let account = call.account().to_owned();
    cloud.iam.groups.push(Group { account, ..Group::new(name, []) });
    let mut xml = Xml::default();
    xml.within("Group", |xml| write(xml, call, &GROUP, "/", name));
    Ok(xml.finish())
}

fn list_groups(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let cloud = &world.aws;
    find_identity(call, &USER, cloud)?;
    let name = mandatory(call, "UserName")?;
    let is_in = |group: &&Group| group.account == call.account() && group.members.contains(name);
    let groups: Vec<&Group> = cloud.iam.groups.iter().filter(is_in).collect();
    let mut xml = Xml::default();
    let page = page(call, cloud, &groups, &mut xml)?;
    members(&mut xml, "Groups", page, |xml, group| write(xml, call, &GROUP, "/", &group.name));
    Ok(xml.finish())
}

fn find_group<'w>(call: &Call, cloud: &'w mut Aws) -> Result<&'w mut Group, VendorError> {
    let identity = find_identity(call, &GROUP, cloud)?;
    let is_it = |group: &&mut Group| {
        group.account == call.account() && identity.strip_prefix("group/") == Some(&group.name)
    };
    let found = cloud.iam.groups.iter_mut().find(is_it);
    Ok(found.expect("the group was just found"))
}

fn delete_group(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let cloud = &mut world.aws;
    let identity = find_identity(call, &GROUP, cloud)?;
    check_detached(call, &identity, cloud)?;
    let group = find_group(call, cloud)?;
    if !group.members.is_empty() {
        return Err(conflict("Cannot delete entity, must remove users from group first."));
    }
    let name = group.name.clone();
    cloud.iam.groups.retain(|group| group.account != call.account() || group.name != name);
    Ok(String::new())
}

fn add_user_to_group(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let cloud = &mut world.aws;
    find_identity(call, &USER, cloud)?;
    let name = mandatory(call, "UserName")?.to_owned();
    find_group(call, cloud)?.members.insert(name);
    Ok(String::new())
}

fn remove_user_from_group(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let cloud = &mut world.aws;
    find_identity(call, &USER, cloud)?;
    let name = mandatory(call, "UserName")?;
    match find_group(call, cloud)?.members.remove(name) {
        true => Ok(String::new()),
        false => Err(super::absent(format!("User {name} is not in the group."))),
    }
}

fn create_role(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let cloud = &mut world.aws;
    let name = read_new_name(call, &ROLE, cloud)?;
    let path = read_path(call, "Path")?;
    let document = mandatory(call, "AssumeRolePolicyDocument")?;
    let seconds = call.parameters.get("MaxSessionDuration").unwrap_or("3600");
    let bounded = seconds.parse().ok().filter(|seconds| (3600..=43_200).contains(seconds));
    let max_session_seconds = bounded.ok_or_else(|| {
        invalid(format!("The requested MaxSessionDuration {seconds} is not between 3600 and 43200"))
    })?;
    let arn = own_arn(call, &format!("role{path}{name}"));
    let trusts = read_trusted(call, document)?;
    cloud.roles.push(Role { trusts, max_session_seconds, ..Role::new(arn) });
    let mut xml = Xml::default();
    xml.within("Role", |xml| {
        write(xml, call, &ROLE, path, name);
        document_leaf(xml, "AssumeRolePolicyDocument", document);
        xml.value("MaxSessionDuration", max_session_seconds);
    });
    Ok(xml.finish())
}

fn delete_role(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let cloud = &mut world.aws;
    let identity = find_identity(call, &ROLE, cloud)?;
    check_detached(call, &identity, cloud)?;
    let arn = cloud.identity_arn(call.account(), &identity).unwrap_or_default();
    let machine = cloud.instance.as_ref().and_then(|instance| instance.role.as_ref());
    let agent = cloud.agent.as_ref().map(|agent| &agent.role);
    if machine == Some(&arn) || agent == Some(&arn) {
        return Err(conflict(
            "Cannot delete entity, must remove roles from instance profile first.",
        ));
    }
    cloud.roles.retain(|role| role.arn != arn);
    Ok(String::new())
}

/// Reads whom a role trusts: ARNs, and accounts as ARNs of their root users. Services may assume roles
/// as they like; they send no requests here.
fn read_trusted(call: &Call, document: &str) -> Result<BTreeSet<String>, VendorError> {
    let malformed =
        |reason: &str| VendorError::new(400, "MalformedPolicyDocument", reason.to_owned());
    let document: Value = serde_json::from_str(document)
        .map_err(|_| malformed("This policy contains invalid Json"))?;
    let statements = document.get("Statement").map_or(&[][..], one_or_many);
    let mut trusted = BTreeSet::new();
    for statement in statements {
        if statement.get("Condition").is_some() || is_deny(statement) {
            return Err(VendorError::not_simulated("conditions on who may assume a role"));
        }
        let principals = statement.get("Principal").and_then(Value::as_object);
        let principals = principals.ok_or_else(|| malformed("Missing required field Principal"))?;
        for (kind, values) in principals.iter().filter(|(kind, _)| *kind != "Service") {
            for value in one_or_many(values) {
                let text =
                    value.as_str().ok_or_else(|| malformed("Invalid principal in policy"))?;
                trusted.insert(match kind.as_str() {
                    "AWS" if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                        format!("arn:{}:iam::{text}:root", partition(call.key()))
                    }
                    _ => text.to_owned(),
                });
            }
        }
    }
    Ok(trusted)
}

fn is_deny(statement: &Value) -> bool {
    statement.get("Effect").and_then(Value::as_str) != Some("Allow")
}

fn one_or_many(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}
