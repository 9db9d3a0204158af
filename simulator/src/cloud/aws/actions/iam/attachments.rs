//! Attaching policies to users, groups and roles, and listing who has which.

use super::{
    absent, aws_policy, find, find_any, id_of, members, over_limit, page, read_arn, read_name,
    read_path, read_word, touched_policy,
};
use crate::cloud::aws::IAM;
use crate::cloud::aws::actions::role_id;
use crate::cloud::aws::xml::Xml;
use crate::cloud::{Action, Call, Touched, VendorError};
use crate::world::World;
use crate::world::aws::{Aws, PolicyAttachment};

/// Most managed policies of one user, group or role.
const MAX_ATTACHED: usize = 10;

/// What a policy can be attached to.
pub(super) struct Kind {
    /// As in ARNs and messages.
    pub name: &'static str,
    /// The parameter that names it.
    pub parameter: &'static str,
    /// Most characters of the parameter.
    pub longest: usize,
    /// Parameters of attaching and detaching.
    parameters: &'static [&'static str],
    /// Parameters of listing.
    listing: &'static [&'static str],
    /// The quota of policies, as in messages.
    quota: &'static str,
}

pub(super) const USER: Kind = Kind {
    name: "user",
    parameter: "UserName",
    longest: 64,
    parameters: &["PolicyArn", "UserName"],
    listing: &["Marker", "MaxItems", "PathPrefix", "UserName"],
    quota: "PoliciesPerUser",
};

pub(super) const GROUP: Kind = Kind {
    name: "group",
    parameter: "GroupName",
    longest: 128,
    parameters: &["GroupName", "PolicyArn"],
    listing: &["GroupName", "Marker", "MaxItems", "PathPrefix"],
    quota: "PoliciesPerGroup",
};

pub(super) const ROLE: Kind = Kind {
    name: "role",
    parameter: "RoleName",
    longest: 64,
    parameters: &["PolicyArn", "RoleName"],
    listing: &["Marker", "MaxItems", "PathPrefix", "RoleName"],
    quota: "PoliciesPerRole",
};

pub(in super::super) const ATTACH_TO_USER: Action = Action {
    parameters: USER.parameters,
    touches: |call, world| touched(call, world, &USER),
    ..Action::new(
        &IAM,
        "AttachUserPolicy",
        |_| vec!["iam:AttachUserPolicy"],
        |call, world| attach(call, world, &USER),
    )
};

pub(in super::super) const ATTACH_TO_GROUP: Action = Action {
    parameters: GROUP.parameters,
    touches: |call, world| touched(call, world, &GROUP),
    ..Action::new(
        &IAM,
        "AttachGroupPolicy",
        |_| vec!["iam:AttachGroupPolicy"],
        |call, world| attach(call, world, &GROUP),
    )
};

pub(in super::super) const ATTACH_TO_ROLE: Action = Action {
    parameters: ROLE.parameters,
    touches: |call, world| touched(call, world, &ROLE),
    ..Action::new(
        &IAM,
        "AttachRolePolicy",
        |_| vec!["iam:AttachRolePolicy"],
        |call, world| attach(call, world, &ROLE),
    )
};

pub(in super::super) const DETACH_FROM_USER: Action = Action {
    parameters: USER.parameters,
    touches: |call, world| touched(call, world, &USER),
    ..Action::new(
        &IAM,
        "DetachUserPolicy",
        |_| vec!["iam:DetachUserPolicy"],
        |call, world| detach(call, world, &USER),
    )
};

pub(in super::super) const DETACH_FROM_GROUP: Action = Action {
    parameters: GROUP.parameters,
    touches: |call, world| touched(call, world, &GROUP),
    ..Action::new(
        &IAM,
        "DetachGroupPolicy",
        |_| vec!["iam:DetachGroupPolicy"],
        |call, world| detach(call, world, &GROUP),
    )
};

pub(in super::super) const DETACH_FROM_ROLE: Action = Action {
    parameters: ROLE.parameters,
    touches: |call, world| touched(call, world, &ROLE),
    ..Action::new(
        &IAM,
        "DetachRolePolicy",
        |_| vec!["iam:DetachRolePolicy"],
        |call, world| detach(call, world, &ROLE),
    )
};

pub(in super::super) const LIST_FOR_USER: Action = Action {
    parameters: USER.listing,
    touches: |call, world| touched(call, world, &USER),
    ..Action::new(
        &IAM,
        "ListAttachedUserPolicies",
        |_| vec!["iam:ListAttachedUserPolicies"],
        |call, world| list(call, world, &USER),
    )
};

pub(in super::super) const LIST_FOR_GROUP: Action = Action {
    parameters: GROUP.listing,
    touches: |call, world| touched(call, world, &GROUP),
    ..Action::new(
        &IAM,
        "ListAttachedGroupPolicies",
        |_| vec!["iam:ListAttachedGroupPolicies"],
        |call, world| list(call, world, &GROUP),
    )
};

pub(in super::super) const LIST_FOR_ROLE: Action = Action {
    parameters: ROLE.listing,
    touches: |call, world| touched(call, world, &ROLE),
    ..Action::new(
        &IAM,
        "ListAttachedRolePolicies",
        |_| vec!["iam:ListAttachedRolePolicies"],
        |call, world| list(call, world, &ROLE),
    )
};

pub(in super::super) const LIST_ENTITIES: Action = Action {
    parameters: &[
        "EntityFilter",
        "Marker",
        "MaxItems",
        "PathPrefix",
        "PolicyArn",
        "PolicyUsageFilter",
    ],
    touches: touched_policy,
    ..Action::new(
        &IAM,
        "ListEntitiesForPolicy",
        |_| vec!["iam:ListEntitiesForPolicy"],
        list_entities,
    )
};

/// Says that a call touches a user, group or role, and which policy it is about.
fn touched(call: &Call, world: &World, kind: &Kind) -> Vec<Touched> {
    let name = call.parameters.get(kind.parameter).unwrap_or("*");
    let identity = format!("{}/{name}", kind.name);
    let arn = world.aws.identity_arn(call.account(), &identity);
    let policy = call.parameters.get("PolicyArn");
    let key = |arn: &str| ("iam:PolicyARN".to_owned(), vec![arn.to_owned()]);
    vec![Touched {
        arn: arn.unwrap_or_else(|| super::own_arn(call, &identity)),
        keys: policy.map(key).into_iter().collect(),
    }]
}

/// Returns the user, group or role a call names, as `user/NAME`.
pub(super) fn find_identity(call: &Call, kind: &Kind, cloud: &Aws) -> Result<String, VendorError> {
    let name = read_name(call, kind.parameter, kind.longest)?;
    let identity = format!("{}/{name}", kind.name);
    match cloud.identity_arn(call.account(), &identity) {
        Some(_) => Ok(identity),
        None => Err(absent(format!("The {} with name {name} cannot be found.", kind.name))),
    }
}

/// Attaches a policy; doing so twice is no error.
fn attach(call: &Call, world: &mut World, kind: &Kind) -> Result<String, VendorError> {
    let arn = read_arn(call)?;
    let cloud = &mut world.aws;
    let to = find_identity(call, kind, cloud)?;
    find_any(call, arn, cloud).map_err(|error| match error.code.as_str() {
        "NoSuchEntity" => absent(format!("Policy {arn} does not exist or is not attachable.")),
        _ => error,
    })?;
    let iam = &mut cloud.iam;
    let attachment = PolicyAttachment {
        account: call.account().to_owned(),
        policy: arn.to_owned(),
        to: to.clone(),
    };
    if iam.attachments.contains(&attachment) {
        return Ok(String::new());
    }
    let is_alike = |other: &&PolicyAttachment| other.account == call.account() && other.to == to;
    if iam.attachments.iter().filter(is_alike).count() >= MAX_ATTACHED {
        return Err(over_limit(format!("Cannot exceed quota for {}: {MAX_ATTACHED}", kind.quota)));
    }
    iam.attachments.push(attachment.clone());
    iam.unseen_attachments.note(attachment, true, iam.listing_lag);
    Ok(String::new())
}

fn detach(call: &Call, world: &mut World, kind: &Kind) -> Result<String, VendorError> {
    let arn = read_arn(call)?;
    let cloud = &mut world.aws;
    let to = find_identity(call, kind, cloud)?;
    let attachment =
        PolicyAttachment { account: call.account().to_owned(), policy: arn.to_owned(), to };
    let iam = &mut cloud.iam;
    let found = iam.attachments.iter().position(|other| *other == attachment);
    let position = found.ok_or_else(|| super::unknown(arn))?;
    iam.attachments.remove(position);
    iam.unseen_attachments.note(attachment, false, iam.listing_lag);
    Ok(String::new())
}

/// Returns what a listing of attachments shows.
fn listed(
    call: &Call,
    cloud: &mut Aws,
    is_meant: impl Fn(&PolicyAttachment) -> bool,
) -> Vec<PolicyAttachment> {
    let iam = &mut cloud.iam;
    let is_about = |attachment: &PolicyAttachment| {
        attachment.account == call.account() && is_meant(attachment)
    };
    iam.unseen_attachments.read(&iam.attachments, is_about)
}

fn list(call: &Call, world: &mut World, kind: &Kind) -> Result<String, VendorError> {
    let cloud = &mut world.aws;
    let to = find_identity(call, kind, cloud)?;
    let prefix = read_path(call, "PathPrefix")?;
    let shown = listed(call, cloud, |attachment| attachment.to == to);
    let mut policies = Vec::new();
    for PolicyAttachment { policy: arn, .. } in shown {
        // One that is deleted can still be listed as attached for a while.
        let found = aws_policy(&arn).or_else(|| find(call, &arn, cloud).ok().cloned());
        policies.extend(found.filter(|policy| policy.path().starts_with(prefix)));
    }
    let mut xml = Xml::default();
    let page = page(call, cloud, &policies, &mut xml)?;
    members(&mut xml, "AttachedPolicies", page, |xml, policy| {
        xml.leaf("PolicyName", policy.name());
        xml.leaf("PolicyArn", &policy.arn);
    });
    Ok(xml.finish())
}

fn list_entities(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let arn = read_arn(call)?;
    let kinds = ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"];
    let filter = read_word(call, "EntityFilter", &kinds)?.map(str::to_lowercase);
    let usages = ["PermissionsPolicy", "PermissionsBoundary"];
    let usage = read_word(call, "PolicyUsageFilter", &usages)?;
    let prefix = read_path(call, "PathPrefix")?;
    let cloud = &mut world.aws;
    find_any(call, arn, cloud)?;
    let attached = listed(call, cloud, |attachment| attachment.policy == arn);
    let is_meant = |attachment: &PolicyAttachment| {
        let kind = attachment.to.split('/').next().unwrap_or_default();
        let path = path_of(call, &attachment.to, cloud);
        path.starts_with(prefix)
            && filter.as_ref().is_none_or(|filter| filter == kind)
            && usage != Some("PermissionsBoundary")
    };
    let all: Vec<PolicyAttachment> = attached.into_iter().filter(is_meant).collect();
    let mut xml = Xml::default();
    let shown = page(call, cloud, &all, &mut xml)?;
    for (list, element, kind) in [
        ("PolicyGroups", "Group", &GROUP),
        ("PolicyUsers", "User", &USER),
        ("PolicyRoles", "Role", &ROLE),
    ] {
        let is_it = |identity: &str| identity.split('/').next() == Some(kind.name);
        let identities = shown.iter().map(|attachment| &attachment.to).filter(|to| is_it(to));
        let arns = identities.filter_map(|to| cloud.identity_arn(call.account(), to));
        members(&mut xml, list, arns, |xml, arn| {
            xml.leaf(&format!("{element}Name"), arn.rsplit('/').next().unwrap_or_default());
            xml.leaf(&format!("{element}Id"), &identity_id(call, kind, &arn));
        });
    }
    Ok(xml.finish())
}

/// Returns the path of a user, group or role.
fn path_of(call: &Call, identity: &str, cloud: &Aws) -> String {
    let arn = cloud.identity_arn(call.account(), identity).unwrap_or_default();
    let path_and_name = arn.split_once('/').map_or("", |(_, path_and_name)| path_and_name);
    let path = path_and_name.rsplit_once('/').map(|(path, _)| format!("/{path}/"));
    path.unwrap_or_else(|| "/".to_owned())
}

/// Returns the id of the user, group or role with this ARN; STS says the same.
pub(super) fn identity_id(call: &Call, kind: &Kind, arn: &str) -> String {
    let name = arn.rsplit('/').next().unwrap_or_default();
    match kind.name {
        "role" => role_id(call.account(), name),
        "group" => id_of("AGPA", arn),
        _ => id_of("AIDA", arn),
    }
}
