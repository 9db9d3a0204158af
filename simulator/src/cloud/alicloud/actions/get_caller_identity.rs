//! STS `GetCallerIdentity` (2015-04-01). Source: the operation's page; it needs no permission.

use serde_json::json;

use crate::cloud::alicloud::{STS, to_json};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::access::PrincipalKind;
use crate::world::catalog::shuffled_rank;

pub(super) const ACTION: Action = Action {
    service: &STS,
    name: "GetCallerIdentity",
    parameters: &[],
    unsimulated: &[],
    unsigned: false,
    permissions: |_| vec![],
    touches: |_, _| Vec::new(),
    answer,
};

fn answer(call: &Call, _: &mut World) -> Result<String, VendorError> {
    let principal = &call.key().principal;
    let (account, arn) = (principal.account(), principal.arn());
    Ok(to_json(
        call,
        match principal.kind() {
            PrincipalKind::Root => json!({
                "IdentityType": "Account", "AccountId": account, "Arn": arn,
                "PrincipalId": account, "UserId": account,
            }),
            PrincipalKind::User { .. } => {
                let id = user_id(arn);
                json!({
                    "IdentityType": "RAMUser", "AccountId": account, "Arn": arn,
                    "PrincipalId": id, "UserId": id,
                })
            }
            PrincipalKind::AssumedRole { role, session } => {
                let role_id = role_id(account, role);
                let principal_id = format!("{role_id}:{session}");
                json!({
                    "IdentityType": "AssumedRoleUser", "AccountId": account, "Arn": arn,
                    "PrincipalId": principal_id, "RoleId": role_id,
                })
            }
        },
    ))
}

/// Returns the id of a user.
pub(in crate::cloud::alicloud) fn user_id(arn: &str) -> String {
    numeric_id(arn)
}

/// Returns the id of a role.
pub(in crate::cloud::alicloud) fn role_id(account: &str, role: &str) -> String {
    numeric_id(&format!("{account}/{role}"))
}

/// Returns an 18-digit id that is always the same for the same name.
fn numeric_id(name: &str) -> String {
    format!("3{:017}", shuffled_rank(name) % 100_000_000_000_000_000)
}
