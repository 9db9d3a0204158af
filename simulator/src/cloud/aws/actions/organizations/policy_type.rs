//! The root, and whether service control policies are in force: `ListRoots`, `EnablePolicyType`,
//! `DisablePolicyType`.

use serde_json::{Value, json};

use super::{
    SERVICE_CONTROL_POLICY, administer, arn, check_policy_type, exception, mandatory, page, write,
};
use crate::cloud::aws::ORGANIZATIONS;
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::aws::{Organization, PolicyTypeStatus};

pub(in super::super) const LIST_ROOTS: Action = Action {
    parameters: &["MaxResults", "NextToken"],
    ..Action::new(&ORGANIZATIONS, "ListRoots", |_| vec!["organizations:ListRoots"], list_roots)
};

pub(in super::super) const ENABLE: Action = Action {
    parameters: &["PolicyType", "RootId"],
    ..Action::new(
        &ORGANIZATIONS,
        "EnablePolicyType",
        |_| vec!["organizations:EnablePolicyType"],
        enable,
    )
};

pub(in super::super) const DISABLE: Action = Action {
    parameters: &["PolicyType", "RootId"],
    ..Action::new(
        &ORGANIZATIONS,
        "DisablePolicyType",
        |_| vec!["organizations:DisablePolicyType"],
        disable,
    )
};

/// Writes the root; a policy type that is off is not listed.
fn view(call: &Call, organization: &Organization, status: PolicyTypeStatus) -> Value {
    let types = match status {
        PolicyTypeStatus::Disabled => json!([]),
        status => json!([{"Type": SERVICE_CONTROL_POLICY, "Status": status}]),
    };
    json!({
        "Id": organization.root,
        "Arn": arn(call, organization, "root", &organization.root),
        "Name": "Root",
        "PolicyTypes": types,
    })
}

fn list_roots(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let pages = world.aws.pages;
    let organization = administer(call, world)?;
    let status = organization.poll();
    let view = view(call, organization, status);
    page(call, "Roots", &[view], pages)
}

/// Finds the organisation for a change of what is in force on its root.
fn change<'w>(call: &Call, world: &'w mut World) -> Result<&'w mut Organization, VendorError> {
    let root = mandatory(call, "RootId")?;
    check_policy_type(call, "PolicyType")?;
    let organization = write(call, world)?;
    match organization.root == root {
        true => Ok(organization),
        false => {
            Err(exception("RootNotFoundException", "You specified a root that doesn't exist."))
        }
    }
}

fn in_progress() -> VendorError {
    let message = "Changes to the effective policy are in progress, and its contents can't be \
                   returned. Try the operation again later.";
    exception("PolicyChangesInProgressException", message)
}

/// Begins to put service control policies in force; `FullAWSAccess` is everywhere again.
fn enable(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let organization = change(call, world)?;
    match organization.service_control_policy_status {
        PolicyTypeStatus::Disabled => {
            organization.without_full_access.clear();
            organization.begin_change(PolicyTypeStatus::PendingEnable);
            organization.begin_write(&call.request_id, call.now);
        }
        PolicyTypeStatus::PendingDisable => return Err(in_progress()),
        PolicyTypeStatus::PendingEnable | PolicyTypeStatus::Enabled => {
            let message = "The specified policy type is already enabled.";
            return Err(exception("PolicyTypeAlreadyEnabledException", message));
        }
    }
    let status = organization.service_control_policy_status;
    Ok(json!({"Root": view(call, organization, status)}).to_string())
}

/// Begins to put service control policies out of force, which detaches all of them for good and
/// deletes none.
fn disable(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let organization = change(call, world)?;
    match organization.service_control_policy_status {
        PolicyTypeStatus::Enabled => {
            organization.attachments.clear();
            organization.unseen.clear();
            organization.begin_change(PolicyTypeStatus::PendingDisable);
            organization.begin_write(&call.request_id, call.now);
        }
        PolicyTypeStatus::PendingEnable => return Err(in_progress()),
        PolicyTypeStatus::PendingDisable | PolicyTypeStatus::Disabled => {
            return Err(super::attachments::not_enabled());
        }
    }
    let status = organization.service_control_policy_status;
    Ok(json!({"Root": view(call, organization, status)}).to_string())
}
