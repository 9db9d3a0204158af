//! STS `GetCallerIdentity` (2011-06-15). Source: the operation's page; it needs no permission.

use crate::cloud::aws::STS;
use crate::cloud::aws::xml::Xml;
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
    let user_id = match principal.kind() {
        PrincipalKind::Root => principal.account().to_owned(),
        PrincipalKind::User { .. } => format!("AIDA{:016X}", shuffled_rank(principal.arn())),
        PrincipalKind::AssumedRole { role, session } => {
            format!("{}:{session}", role_id(principal.account(), role))
        }
    };
    let mut xml = Xml::default();
    xml.leaf("Arn", principal.arn());
    xml.leaf("UserId", &user_id);
    xml.leaf("Account", principal.account());
    Ok(xml.finish())
}

/// Returns the id of a role.
pub(in crate::cloud::aws) fn role_id(account: &str, role: &str) -> String {
    format!("AROA{:016X}", shuffled_rank(&format!("{account}/{role}")))
}
