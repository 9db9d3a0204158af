//! Attaching policies to the root, units and accounts, and listing what is attached where:
//! `AttachPolicy`, `DetachPolicy`, `ListPoliciesForTarget`, `ListTargetsForPolicy`.

use serde_json::{Value, json};

use super::policies::{read_id, summary, unknown};
use super::{
    administer, arn, check_policy_type, exception, invalid, mandatory, over_limit, page, write,
};
use crate::cloud::aws::ORGANIZATIONS;
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::access::Account;
use crate::world::aws::{FULL_ACCESS, Organization, PolicyTypeStatus, TargetType};

/// Most service control policies of one root, unit or account, `FullAWSAccess` included.
const MAX_ATTACHED: usize = 10;

pub(in super::super) const ATTACH: Action = Action {
    parameters: &["PolicyId", "TargetId"],
    ..Action::new(&ORGANIZATIONS, "AttachPolicy", |_| vec!["organizations:AttachPolicy"], attach)
};

pub(in super::super) const DETACH: Action = Action {
    parameters: &["PolicyId", "TargetId"],
    ..Action::new(&ORGANIZATIONS, "DetachPolicy", |_| vec!["organizations:DetachPolicy"], detach)
};

pub(in super::super) const LIST_FOR_TARGET: Action = Action {
    parameters: &["Filter", "MaxResults", "NextToken", "TargetId"],
    ..Action::new(
        &ORGANIZATIONS,
        "ListPoliciesForTarget",
        |_| vec!["organizations:ListPoliciesForTarget"],
        list_for_target,
    )
};

pub(in super::super) const LIST_TARGETS: Action = Action {
    parameters: &["MaxResults", "NextToken", "PolicyId"],
    ..Action::new(
        &ORGANIZATIONS,
        "ListTargetsForPolicy",
        |_| vec!["organizations:ListTargetsForPolicy"],
        list_targets,
    )
};

/// Says that service control policies are off.
pub(super) fn not_enabled() -> VendorError {
    let message = "This operation can't be performed because the policy type isn't enabled in \
                   the root.";
    exception("PolicyTypeNotEnabledException", message)
}

/// Reads `TargetId`, which must have the form of one.
fn read_target(call: &Call) -> Result<&str, VendorError> {
    let id = mandatory(call, "TargetId")?;
    let is_account = id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
    match is_account || id.starts_with("r-") || id.starts_with("ou-") {
        true => Ok(id),
        false => Err(invalid(
            "INVALID_PATTERN_TARGET_ID",
            "You specified a target ID that does not match the required pattern.",
        )),
    }
}

fn check_policy(id: &str, organization: &Organization) -> Result<(), VendorError> {
    let mut own = organization.policies.iter();
    match id == FULL_ACCESS || own.any(|policy| policy.id == id) {
        true => Ok(()),
        false => Err(unknown()),
    }
}

fn check_target(id: &str, organization: &Organization) -> Result<TargetType, VendorError> {
    organization.target_type(id).ok_or_else(|| {
        let message = "We can't find a root, OU, or account with the TargetId that you specified.";
        exception("TargetNotFoundException", message)
    })
}

/// Reads policy and target, which must exist.
fn read<'a>(
    call: &'a Call,
    organization: &Organization,
) -> Result<(&'a str, &'a str), VendorError> {
    let (policy, target) = (read_id(call)?, read_target(call)?);
    check_policy(policy, organization)?;
    check_target(target, organization)?;
    Ok((policy, target))
}

fn attach(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let organization = write(call, world)?;
    let (policy, target) = read(call, organization)?;
    if organization.service_control_policy_status != PolicyTypeStatus::Enabled {
        return Err(not_enabled());
    }
    let attached = organization.attached_to(target);
    if attached.iter().any(|attachment| attachment.policy == policy) {
        let message = "The selected policy is already attached to the specified target.";
        return Err(exception("DuplicatePolicyAttachmentException", message));
    }
    if attached.len() >= MAX_ATTACHED {
        let reason = "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED";
        let message = "You have attached the maximum number of policies to the specified target.";
        return Err(over_limit(reason, message));
    }
    organization.attach(policy, target);
    organization.begin_write(&call.request_id, call.now);
    Ok(String::new())
}

fn detach(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let organization = write(call, world)?;
    let (policy, target) = read(call, organization)?;
    let attached = organization.attached_to(target);
    if !attached.iter().any(|attachment| attachment.policy == policy) {
        let message = "The policy isn't attached to the specified target in the specified root.";
        return Err(exception("PolicyNotAttachedException", message));
    }
    if attached.len() == 1 {
        let reason = "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED";
        let message = "You cannot remove the last policy of this type from the target.";
        return Err(over_limit(reason, message));
    }
    organization.detach(policy, target);
    organization.begin_write(&call.request_id, call.now);
    Ok(String::new())
}

fn list_for_target(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let target = read_target(call)?;
    check_policy_type(call, "Filter")?;
    let pages = world.aws.pages;
    let organization = administer(call, world)?;
    check_target(target, organization)?;
    let shown = organization.listed(|attachment| attachment.target == target);
    // One that is deleted can still be listed as attached for a while.
    let views: Vec<Value> = shown
        .iter()
        .filter_map(|attachment| summary(call, organization, &attachment.policy))
        .collect();
    page(call, "Policies", &views, pages)
}

fn list_targets(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let policy = read_id(call)?;
    let (pages, accounts) = (world.aws.pages, world.aws.accounts.clone());
    let organization = administer(call, world)?;
    check_policy(policy, organization)?;
    let shown = organization.listed(|attachment| attachment.policy == policy);
    let views = shown
        .iter()
        .map(|attachment| target_view(call, &attachment.target, organization, &accounts));
    page(call, "Targets", &views.collect::<Result<Vec<_>, _>>()?, pages)
}

fn target_view(
    call: &Call,
    id: &str,
    organization: &Organization,
    accounts: &[Account],
) -> Result<Value, VendorError> {
    let target_type = check_target(id, organization)?;
    let (kind, name) = match target_type {
        TargetType::Root => ("root", Some("Root")),
        TargetType::OrganizationalUnit => {
            let unit = organization.units.iter().find(|unit| unit.id == id);
            ("ou", unit.map(|unit| unit.name.as_str()))
        }
        TargetType::Account => {
            let account = accounts.iter().find(|account| account.id == id);
            ("account", account.map(|account| account.name.as_str()))
        }
    };
    Ok(json!({
        "TargetId": id,
        "Arn": arn(call, organization, kind, id),
        "Name": name.unwrap_or_default(),
        "Type": target_type,
    }))
}
