//! STS `AssumeRole` (2015-04-01). Source: the operation's page.
//!
//! The page gives one code for all that keeps a caller from a role: no permission, no trust, the
//! wrong external id.

use crate::cloud::alicloud::authorization::{Reason, denied};
use crate::cloud::alicloud::role_session::{RoleSession, is_made_of, wrongly_formed};
use crate::cloud::alicloud::{STS, to_json};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::access::PrincipalKind;

const PERMISSION: &str = "sts:AssumeRole";

pub(super) const ACTION: Action = Action {
    service: &STS,
    name: "AssumeRole",
    parameters: &["DurationSeconds", "ExternalId", "Policy", "RoleArn", "RoleSessionName"],
    unsimulated: &["SourceIdentity"],
    unsigned: false,
    permissions: |_| vec![PERMISSION],
    touches: |_, _| Vec::new(),
    answer,
};

fn answer(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let cloud = &mut world.alicloud;
    let caller = &call.key().principal;
    if *caller.kind() == PrincipalKind::Root {
        let message = "Roles may not be assumed by root accounts.";
        return Err(VendorError::new(403, "NoPermission", message));
    }
    let wanted = RoleSession::read(call)?;
    let external_id = call.parameters.get("ExternalId");
    if external_id.is_some_and(|id| !is_made_of(id, 2..=1224, "=,.@:/-_")) {
        return Err(wrongly_formed("ExternalId"));
    }
    let role = wanted.find_role(cloud)?;
    let names_id = role.external_id.as_deref().is_none_or(|id| external_id == Some(id));
    if !role.admits(caller) || !names_id {
        return Err(distrusted(call));
    }
    let (key, view) = wanted.start(call, role, cloud)?;
    cloud.access_keys.push(key);
    Ok(to_json(call, view))
}

/// Refuses a caller the role does not trust, or who does not know its external id.
fn distrusted(call: &Call) -> VendorError {
    denied(call, PERMISSION, &Reason::nothing_allows("AssumeRolePolicy"))
}
