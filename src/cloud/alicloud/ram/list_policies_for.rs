//! `ListPoliciesForUser`, `ListPoliciesForGroup`, `ListPoliciesForRole`: which policies somebody
//! has. They are not paged.

use serde::Deserialize;

use super::{Alicloud, Grantee, operation};
use crate::cloud::{
    Error,
    alicloud::{PolicyType, rpc::Operation, scalar::Scalar},
};

/// A policy that somebody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachedPolicy {
    /// Its name; a custom policy and one of the vendor's may have the same.
    pub name: String,
    /// Whose it is.
    pub policy_type: PolicyType,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reply {
    policies: Rows,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rows {
    policy: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    policy_name: String,
    #[serde(default)]
    policy_type: Scalar,
}

impl Alicloud {
    /// Lists the policies that are attached to a user, group or role itself: of a user not those
    /// of its groups.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such grantee.
    pub async fn list_policies_for(&self, grantee: &Grantee) -> Result<Vec<AttachedPolicy>, Error> {
        let parameters = [grantee.parameter()].into();
        let reply: Reply = self.read(listing(grantee), None, &parameters).await?;
        let policies = reply.policies.policy.into_iter().map(|row| AttachedPolicy {
            name: row.policy_name,
            policy_type: PolicyType::read(&row.policy_type),
        });
        Ok(policies.collect())
    }
}

fn listing(grantee: &Grantee) -> Operation {
    operation(match grantee {
        Grantee::User(_) => "ram:ListPoliciesForUser",
        Grantee::Group(_) => "ram:ListPoliciesForGroup",
        Grantee::Role(_) => "ram:ListPoliciesForRole",
    })
}
