//! `ListRoots`: the root of an organisation, and which types of policies are in force there.

use std::sync::Arc;

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

static ACTION: Action<Page<Root>> =
    Action { name: "ListRoots", label: "organizations:ListRoots", effect: Effect::Reads, read };

/// A root: what all units and accounts of an organisation are below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// `r-…`
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// Whether service control policies are in force.
    pub service_control_policies: Enablement,
}

/// Whether a type of policies is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enablement {
    /// It is.
    Enabled,
    /// It will be, in a while.
    PendingEnable,
    /// It is not. No policy of the type is attached to anything then.
    Disabled,
    /// It will not be any more, in a while.
    PendingDisable,
    /// AWS uses another word.
    Other(String),
}

impl Organizations {
    /// Lists the roots: today there is one. Equal questions share one answer.
    ///
    /// # Errors
    ///
    /// Any kind; `SwitchedOff` where the account belongs to no organisation.
    pub async fn list_roots(&self) -> Result<Arc<Vec<Root>>, Error> {
        let this = self.clone();
        let ask = async move { this.all_pages(&ACTION, Object::new()).await.map(Arc::new) };
        self.aws.actor.roots.get(self.region.clone(), ask).await
    }
}

impl Enablement {
    /// Reads AWS's word; a type that is not listed is not in force.
    fn read(word: Option<&str>) -> Self {
        match word {
            None => Self::Disabled,
            Some("ENABLED") => Self::Enabled,
            Some("PENDING_ENABLE") => Self::PendingEnable,
            Some("PENDING_DISABLE") => Self::PendingDisable,
            Some(word) => Self::Other(word.to_owned()),
        }
    }
}

fn read(text: &str) -> Result<Page<Root>, serde_json::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Reply {
        roots: Vec<Element>,
        next_token: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Element {
        id: String,
        arn: String,
        policy_types: Vec<PolicyType>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct PolicyType {
        r#type: String,
        status: String,
    }

    let reply: Reply = serde_json::from_str(text)?;
    let root = |element: Element| {
        let ours = element.policy_types.iter().find(|it| it.r#type == SERVICE_CONTROL_POLICY);
        let service_control_policies = Enablement::read(ours.map(|it| &*it.status));
        Root { id: element.id, arn: element.arn, service_control_policies }
    };
    Ok(Page { items: reply.roots.into_iter().map(root).collect(), next: reply.next_token })
}
