//! `GetControlPolicy`: describes a control policy, with its document.

use serde::Deserialize;

use super::{Alicloud, of_policy, operation};
use crate::cloud::{
    Error,
    alicloud::{PolicyType, rpc::Operation, scalar::Scalar},
};

const GET_CONTROL_POLICY: Operation = operation("resourcemanager:GetControlPolicy");

/// A control policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlPolicy {
    /// `cp-…`
    pub id: String,
    /// Unique in the directory.
    pub name: String,
    /// Whose it is.
    pub policy_type: PolicyType,
    /// May be empty.
    pub description: String,
    /// What it says.
    pub document: String,
    /// To how many folders and members it is attached; none where the vendor does not say.
    pub attachment_count: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reply {
    control_policy: Row,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    policy_id: String,
    policy_name: String,
    policy_document: String,
    #[serde(default)]
    policy_type: Scalar,
    #[serde(default)]
    description: Scalar,
    #[serde(default)]
    attachment_count: Scalar,
}

impl Alicloud {
    /// Describes a control policy.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where the directory has none by that id, `SwitchedOff` where the
    /// account has no directory.
    pub async fn get_control_policy(&self, id: &str) -> Result<ControlPolicy, Error> {
        let Reply { control_policy: row } =
            self.read(GET_CONTROL_POLICY, None, &of_policy(id)).await?;
        Ok(ControlPolicy {
            id: row.policy_id,
            name: row.policy_name,
            policy_type: PolicyType::read(&row.policy_type),
            description: row.description.into_text(),
            document: row.policy_document,
            attachment_count: row.attachment_count.number(),
        })
    }
}
