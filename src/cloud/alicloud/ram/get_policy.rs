//! `GetPolicy`: describes a policy, with the document that is in force.

use serde::Deserialize;

use super::{Alicloud, of_custom_policy, operation};
use crate::cloud::{
    Error,
    alicloud::{rpc::Operation, scalar::Scalar},
};

const GET_POLICY: Operation = operation("ram:GetPolicy");

/// A custom policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RamPolicy {
    /// As the vendor writes it.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// Which version is in force: `v` and a number.
    pub default_version: String,
    /// The document of that version.
    pub document: String,
    /// How many users, groups and roles have it; none where the vendor does not say.
    pub attachment_count: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reply {
    policy: PolicyRow,
    default_policy_version: VersionRow,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyRow {
    policy_name: String,
    #[serde(default)]
    description: Scalar,
    #[serde(default)]
    attachment_count: Scalar,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VersionRow {
    version_id: String,
    policy_document: String,
}

impl Alicloud {
    /// Describes a custom policy of the account.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is none by that name.
    pub async fn get_policy(&self, name: &str) -> Result<RamPolicy, Error> {
        let reply: Reply = self.read(GET_POLICY, None, &of_custom_policy(name)).await?;
        let Reply { policy, default_policy_version: version } = reply;
        Ok(RamPolicy {
            name: policy.policy_name,
            description: policy.description.into_text(),
            default_version: version.version_id,
            // Not the policy's own: that field is deprecated, and may be missing.
            document: version.policy_document,
            attachment_count: policy.attachment_count.number(),
        })
    }
}
