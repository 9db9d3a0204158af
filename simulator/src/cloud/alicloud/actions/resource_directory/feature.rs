//! The directory itself, and whether its control policies are in force.

use serde_json::json;

use super::{belong, conflict, manage, write};
use crate::cloud::alicloud::RESOURCE_MANAGER;
use crate::cloud::alicloud::to_json;
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::alicloud::FeatureStatus;

pub(in super::super) const GET_DIRECTORY: Action = Action::new(
    &RESOURCE_MANAGER,
    "GetResourceDirectory",
    |_| vec!["resourcemanager:GetResourceDirectory"],
    get_directory,
);

pub(in super::super) const GET_STATUS: Action = Action::new(
    &RESOURCE_MANAGER,
    "GetControlPolicyEnablementStatus",
    |_| vec!["resourcemanager:GetControlPolicyEnablementStatus"],
    get_status,
);

pub(in super::super) const ENABLE: Action = Action::new(
    &RESOURCE_MANAGER,
    "EnableControlPolicy",
    |_| vec!["resourcemanager:EnableControlPolicy"],
    enable,
);

pub(in super::super) const DISABLE: Action = Action::new(
    &RESOURCE_MANAGER,
    "DisableControlPolicy",
    |_| vec!["resourcemanager:DisableControlPolicy"],
    disable,
);

fn get_directory(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let directory = belong(call, world)?;
    let view = json!({
        "ResourceDirectoryId": directory.id,
        "RootFolderId": directory.root,
        "MasterAccountId": directory.management_account,
        "MasterAccountName": "simulated",
        "ControlPolicyStatus": directory.poll(),
        "CreateTime": "2024-01-01T00:00:00.000Z",
        "MemberDeletionStatus": "Disabled",
        "IdentityInformation": "",
    });
    Ok(to_json(call, json!({"ResourceDirectory": view})))
}

fn get_status(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let status = manage(call, world)?.poll();
    Ok(to_json(call, json!({"EnablementStatus": status})))
}

/// Begins to put control policies in force, unless they are.
fn enable(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let directory = write(call, world)?;
    match directory.control_policy_status {
        FeatureStatus::Disabled => {
            directory.switch_on();
            directory.begin_write(&call.request_id, call.now);
        }
        FeatureStatus::PendingDisable => {
            let message = "The enable operation is too frequent. Please try again in 1 minute(s).";
            return Err(conflict("Throttling.EnableControlPolicy", message));
        }
        FeatureStatus::PendingEnable | FeatureStatus::Enabled => {}
    }
    Ok(to_json(call, json!({"EnablementStatus": directory.control_policy_status})))
}

/// Begins to put control policies out of force, unless they are.
fn disable(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let directory = write(call, world)?;
    if directory.control_policy_status != FeatureStatus::Disabled {
        directory.switch_off();
        directory.begin_write(&call.request_id, call.now);
    }
    Ok(to_json(call, json!({"EnablementStatus": directory.control_policy_status})))
}
