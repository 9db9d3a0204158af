//! `DescribePolicy`: a service control policy with its document.

use serde::Deserialize;

use super::{
    super::{call::Effect, json::Action},
    Organizations, PolicySummary,
    list_policies::SummaryElement,
    of_policy,
};
use crate::cloud::{Error, Kind};

static ACTION: Action<ServiceControlPolicy> = Action {
    name: "DescribePolicy",
    label: "organizations:DescribePolicy",
    effect: Effect::Reads,
    read,
};

/// A service control policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceControlPolicy {
    /// What it is.
    pub summary: PolicySummary,
    /// The document, as it was sent.
    pub document: String,
}

impl Organizations {
    /// Returns a policy, or `None` where the organisation has none by this id.
    ///
    /// # Errors
    ///
    /// Any kind; `SwitchedOff` where the account belongs to no organisation.
    pub async fn describe_policy(&self, id: &str) -> Result<Option<ServiceControlPolicy>, Error> {
        match self.call(&ACTION, of_policy(id)).await {
            Ok(policy) => Ok(Some(policy)),
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Reads a policy, which whatever makes, changes or describes one answers with.
pub(super) fn read(text: &str) -> Result<ServiceControlPolicy, serde_json::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Reply {
        policy: Element,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Element {
        policy_summary: SummaryElement,
        content: String,
    }

    let Reply { policy } = serde_json::from_str(text)?;
    Ok(ServiceControlPolicy { summary: policy.policy_summary.into(), document: policy.content })
}
