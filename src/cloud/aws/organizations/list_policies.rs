//! `ListPolicies`, `ListPoliciesForTarget`: which service control policies there are, and which
//! are attached to something itself.

use serde::Deserialize;

use super::{
    super::{
        call::Effect,
        json::{Action, Object},
        paging::Page,
    },
    Organizations, SERVICE_CONTROL_POLICY,
};
use crate::cloud::Error;

static LIST: Action<Page<PolicySummary>> = Action {
    name: "ListPolicies",
    label: "organizations:ListPolicies",
    effect: Effect::Reads,
    read,
};

static LIST_FOR_TARGET: Action<Page<PolicySummary>> = Action {
    name: "ListPoliciesForTarget",
    label: "organizations:ListPoliciesForTarget",
    effect: Effect::Reads,
    read,
};

/// A service control policy, as far as listings describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicySummary {
    /// `p-…`
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// Unique among the service control policies of the organisation.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// Whether it is AWS's own, `FullAWSAccess`. It counts for how many a target may have.
    pub is_aws_managed: bool,
}

impl Organizations {
    /// Lists the service control policies of the organisation.
    ///
    /// # Errors
    ///
    /// Any kind; `SwitchedOff` where the account belongs to no organisation.
    pub async fn list_policies(&self) -> Result<Vec<PolicySummary>, Error> {
        let object = Object::new().with("Filter", SERVICE_CONTROL_POLICY);
        self.all_pages(&LIST, object).await
    }

    /// Lists the service control policies that are attached to a root `r-…`, a unit `ou-…` or an
    /// account itself, and not to what it is below.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where the organisation has no such target.
    pub async fn list_policies_for_target(
        &self,
        target_id: &str,
    ) -> Result<Vec<PolicySummary>, Error> {
        let object =
            Object::new().with("TargetId", target_id).with("Filter", SERVICE_CONTROL_POLICY);
        self.all_pages(&LIST_FOR_TARGET, object).await
    }
}

/// A policy in an answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SummaryElement {
    id: String,
    arn: String,
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    aws_managed: bool,
}

impl From<SummaryElement> for PolicySummary {
    fn from(element: SummaryElement) -> Self {
        let SummaryElement { id, arn, name, description, aws_managed: is_aws_managed } = element;
        Self { id, arn, name, description, is_aws_managed }
    }
}

fn read(text: &str) -> Result<Page<PolicySummary>, serde_json::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Reply {
        policies: Vec<SummaryElement>,
        next_token: Option<String>,
    }

    let reply: Reply = serde_json::from_str(text)?;
    let items = reply.policies.into_iter().map(PolicySummary::from).collect();
    Ok(Page { items, next: reply.next_token })
}
