//! `CreatePolicyVersion`, `ListPolicyVersions`, `DeletePolicyVersion`: what a policy says, and has
//! said before. A policy has at most five versions, one of which is in force.

use serde::Deserialize;

use super::{Alicloud, of_custom_policy, of_policy, operation};
use crate::cloud::{
    Error, Removed,
    alicloud::{refusal::removed, retry::InDoubt, rpc::Operation, scalar::Scalar},
};

const CREATE_POLICY_VERSION: Operation = operation("ram:CreatePolicyVersion");
const LIST_POLICY_VERSIONS: Operation = operation("ram:ListPolicyVersions");
const DELETE_POLICY_VERSION: Operation = operation("ram:DeletePolicyVersion");

/// Makes room for a sixth version; without it, the vendor refuses.
const ROTATION: &str = "DeleteOldestNonDefaultVersionWhenLimitExceeded";

/// A version of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVersion {
    /// `v` and a number.
    pub id: String,
    /// Whether it is in force.
    pub is_default: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateReply {
    policy_version: Row,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListReply {
    policy_versions: Rows,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rows {
    policy_version: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    version_id: String,
    #[serde(default)]
    is_default_version: Scalar,
}

impl Alicloud {
    /// Makes a version of a custom policy and puts it in force, in one step: there is no moment
    /// without a policy. Where there are five versions, the oldest that is not in force goes.
    ///
    /// Returns the id of the version. Not sent again after an attempt whose outcome is not known,
    /// because each makes a version, and the older ones would go: look with
    /// [`get_policy`](Self::get_policy) which document is in force.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such policy. [`Error::leaves_in_doubt`] where the
    /// document may be in force all the same.
    pub async fn create_policy_version(&self, name: &str, document: &str) -> Result<String, Error> {
        let mut parameters = of_policy(name);
        let more =
            [("PolicyDocument", document), ("SetAsDefault", "true"), ("RotateStrategy", ROTATION)];
        parameters.extend(more.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let reply: CreateReply =
            self.write_and_learn(CREATE_POLICY_VERSION, None, &parameters, InDoubt::Fail).await?;
        Ok(reply.policy_version.version_id)
    }

    /// Lists the versions of a custom policy, in no particular order.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such policy.
    pub async fn list_policy_versions(&self, name: &str) -> Result<Vec<PolicyVersion>, Error> {
        let reply: ListReply =
            self.read(LIST_POLICY_VERSIONS, None, &of_custom_policy(name)).await?;
        let rows = reply.policy_versions.policy_version.into_iter();
        let versions = rows.map(|row| PolicyVersion {
            id: row.version_id,
            is_default: row.is_default_version.is_true(),
        });
        Ok(versions.collect())
    }

    /// Deletes a version that is not in force.
    ///
    /// # Errors
    ///
    /// Any kind; `Conflict` where it is in force. [`Error::leaves_in_doubt`] where it may be gone
    /// all the same.
    pub async fn delete_policy_version(&self, name: &str, id: &str) -> Result<Removed, Error> {
        let mut parameters = of_policy(name);
        parameters.insert("VersionId".to_owned(), id.to_owned());
        let outcome = self.write(DELETE_POLICY_VERSION, None, &parameters, InDoubt::Repeat);
        removed(outcome.await)
    }
}
