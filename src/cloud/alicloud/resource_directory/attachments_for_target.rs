//! `ListControlPolicyAttachmentsForTarget`: which control policies a folder or a member has. It is
//! not paged.

use serde::Deserialize;

use super::{Alicloud, operation};
use crate::cloud::{
    Error,
    alicloud::{PolicyType, rpc::Operation, scalar::Scalar},
};

const LIST_FOR_TARGET: Operation =
    operation("resourcemanager:ListControlPolicyAttachmentsForTarget");

/// A control policy that a folder or a member has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachedControlPolicy {
    /// `cp-…`
    pub id: String,
    /// May be empty.
    pub name: String,
    /// Whose it is: only custom ones count for how many a target may have.
    pub policy_type: PolicyType,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reply {
    control_policy_attachments: Rows,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rows {
    control_policy_attachment: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    policy_id: String,
    #[serde(default)]
    policy_name: Scalar,
    #[serde(default)]
    policy_type: Scalar,
}

impl Alicloud {
    /// Lists the control policies that are attached to a folder or a member itself, not to a folder
    /// above it. An attachment may take a while until it is listed.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where the directory has no such target.
    pub async fn list_control_policy_attachments_for_target(
        &self,
        target: &str,
    ) -> Result<Vec<AttachedControlPolicy>, Error> {
        let parameters = [("TargetId".to_owned(), target.to_owned())].into();
        let reply: Reply = self.read(LIST_FOR_TARGET, None, &parameters).await?;
        let rows = reply.control_policy_attachments.control_policy_attachment.into_iter();
        let attached = rows.map(|row| AttachedControlPolicy {
            id: row.policy_id,
            name: row.policy_name.into_text(),
            policy_type: PolicyType::read(&row.policy_type),
        });
        Ok(attached.collect())
    }
}
