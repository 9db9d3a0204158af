//! `ListControlPolicies`: which control policies a directory has.

use serde::Deserialize;

use super::{Alicloud, operation};
use crate::cloud::{
    Error, Kind, Listing,
    alicloud::{
        paging::Page, refusal::may_mean_anything, rpc::Operation, scalar::Scalar, sign::Parameters,
    },
};

const LIST_CONTROL_POLICIES: Operation = operation("resourcemanager:ListControlPolicies");

/// A control policy, as far as listings describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlPolicySummary {
    /// `cp-…`
    pub id: String,
    /// Unique in the directory.
    pub name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reply {
    total_count: Scalar,
    control_policies: Rows,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rows {
    control_policy: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    policy_id: String,
    policy_name: String,
}

impl Alicloud {
    /// Lists the custom control policies: all pages, each policy once, in no particular order. The
    /// listing may be incomplete: where policies came and went while it was read, twice.
    ///
    /// # Errors
    ///
    /// Any kind.
    pub async fn list_control_policies(&self) -> Result<Listing<ControlPolicySummary>, Error> {
        let page = |parameters| self.page_of_control_policies(parameters);
        self.list_pages(LIST_CONTROL_POLICIES, |policy| &policy.id, page).await
    }

    /// Makes a conflict of a refusal that was due to a name which another policy has: the vendor
    /// documents no code for that.
    pub(super) async fn blame_name(&self, error: Error, name: &str, own_id: &str) -> Error {
        if !may_mean_anything(&error) {
            return error;
        }
        let is_other = |policy: &ControlPolicySummary| policy.name == name && policy.id != own_id;
        match self.list_control_policies().await {
            Ok(policies) if policies.items.iter().any(is_other) => {
                Error { kind: Kind::Conflict, ..error }
            }
            _ => error,
        }
    }

    async fn page_of_control_policies(
        &self,
        mut parameters: Parameters,
    ) -> Result<Page<ControlPolicySummary>, Error> {
        parameters.insert("PolicyType".to_owned(), "Custom".to_owned());
        let reply: Reply = self.read(LIST_CONTROL_POLICIES, None, &parameters).await?;
        let rows = reply.control_policies.control_policy.into_iter();
        let rows =
            rows.map(|row| ControlPolicySummary { id: row.policy_id, name: row.policy_name });
        Ok(Page { total: reply.total_count.number().unwrap_or_default(), rows: rows.collect() })
    }
}
