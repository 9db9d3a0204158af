//! `ListEntitiesForPolicy`: who has a policy. It is not paged.

use serde::Deserialize;

use super::{Alicloud, Grantee, of_custom_policy, operation};
use crate::cloud::{Error, alicloud::rpc::Operation};

const LIST_ENTITIES_FOR_POLICY: Operation = operation("ram:ListEntitiesForPolicy");

/// All three are always there: none may be taken for empty because it is missing.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reply {
    users: Users,
    groups: Groups,
    roles: Roles,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Users {
    user: Vec<User>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct User {
    user_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Groups {
    group: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Group {
    group_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Roles {
    role: Vec<Role>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Role {
    role_name: String,
}

impl Alicloud {
    /// Lists who has a custom policy: users, then groups, then roles.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such policy.
    pub async fn list_entities_for_policy(&self, policy: &str) -> Result<Vec<Grantee>, Error> {
        let parameters = of_custom_policy(policy);
        let Reply { users, groups, roles } =
            self.read(LIST_ENTITIES_FOR_POLICY, None, &parameters).await?;
        let users = users.user.into_iter().map(|user| Grantee::User(user.user_name));
        let groups = groups.group.into_iter().map(|group| Grantee::Group(group.group_name));
        let roles = roles.role.into_iter().map(|role| Grantee::Role(role.role_name));
        Ok(users.chain(groups).chain(roles).collect())
    }
}
