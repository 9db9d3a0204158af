//! Handing out temporary credentials: what both clouds do alike.

use super::Cloud;
use crate::world::access::AccessKey;
use crate::world::role::{Role, RoleArn};
use crate::world::session::Session;

/// Makes the key of a new session, with parts nobody can guess.
///
/// The token holds characters that must be encoded in a query.
pub(super) fn issue(cloud: Cloud, role: &Role, name: &str, session: Session) -> AccessKey {
    let principal =
        RoleArn::parse(&role.arn).expect("a world without contradictions").session(name);
    let (id, secret) = match cloud {
        Cloud::Alicloud => (format!("STS.{}", random(25)), random(44)),
        Cloud::Aws => (format!("ASIA{}", random(16).to_uppercase()), random(40)),
    };
    let token = format!("{}+/{}==", random(60), random(60));
    AccessKey {
        permissions: role.permissions.clone(),
        session: Some(session),
        ..AccessKey::new(id, secret, principal.arn()).token(token)
    }
}

fn random(length: usize) -> String {
    std::iter::repeat_with(fastrand::alphanumeric).take(length).collect()
}
