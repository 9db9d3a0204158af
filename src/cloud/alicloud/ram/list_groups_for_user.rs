//! `ListGroupsForUser`: the groups that a user is in. It is not paged.

use serde::Deserialize;

use super::{Alicloud, Grantee, operation};
use crate::cloud::{Error, alicloud::rpc::Operation};

const LIST_GROUPS_FOR_USER: Operation = operation("ram:ListGroupsForUser");

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reply {
    groups: Rows,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rows {
    group: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    group_name: String,
}

impl Alicloud {
    /// Lists the groups that a user of the account is in, by name.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such user.
    pub async fn list_groups_for_user(&self, user: &str) -> Result<Vec<String>, Error> {
        let parameters = [Grantee::User(user.to_owned()).parameter()].into();
        let reply: Reply = self.read(LIST_GROUPS_FOR_USER, None, &parameters).await?;
        Ok(reply.groups.group.into_iter().map(|row| row.group_name).collect())
    }
}
