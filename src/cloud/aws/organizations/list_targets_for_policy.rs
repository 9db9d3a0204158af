//! `ListTargetsForPolicy`: what a service control policy is attached to.

use serde::Deserialize;

use super::{
    super::{call::Effect, json::Action, paging::Page},
    Organizations, of_policy,
};
use crate::cloud::Error;

static ACTION: Action<Page<PolicyTarget>> = Action {
    name: "ListTargetsForPolicy",
    label: "organizations:ListTargetsForPolicy",
    effect: Effect::Reads,
    read,
};

/// What a policy is attached to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyTarget {
    /// Root `r-…`, unit `ou-…` or account id.
    pub id: String,
    /// What people call it; may be empty.
    pub name: String,
    /// What it is.
    pub kind: TargetKind,
}

/// What policies can be attached to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// The root of the organisation.
    Root,
    /// A unit of it.
    OrganizationalUnit,
    /// An account.
    Account,
    /// AWS uses another word; it may be empty.
    Other(String),
}

impl Organizations {
    /// Lists what a policy is attached to.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where the organisation has no such policy.
    pub async fn list_targets_for_policy(&self, id: &str) -> Result<Vec<PolicyTarget>, Error> {
        self.all_pages(&ACTION, of_policy(id)).await
    }
}

fn read(text: &str) -> Result<Page<PolicyTarget>, serde_json::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Reply {
        targets: Vec<Element>,
        next_token: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Element {
        target_id: String,
        #[serde(default)]
        name: String,
        #[serde(default)]
        r#type: String,
    }

    let reply: Reply = serde_json::from_str(text)?;
    let target = |Element { target_id: id, name, r#type }| {
        let kind = match &*r#type {
            "ROOT" => TargetKind::Root,
            "ORGANIZATIONAL_UNIT" => TargetKind::OrganizationalUnit,
            "ACCOUNT" => TargetKind::Account,
            _ => TargetKind::Other(r#type),
        };
        PolicyTarget { id, name, kind }
    };
    Ok(Page { items: reply.targets.into_iter().map(target).collect(), next: reply.next_token })
}
