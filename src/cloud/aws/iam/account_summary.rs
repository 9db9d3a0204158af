//! `GetAccountSummary`: how much of what an account may have; AWS raises some of it on request.

use std::collections::HashMap;

use serde::Deserialize;

use super::{
    super::{
        call::Effect,
        endpoints::Service,
        query::{Action, Form},
    },
    Grantee, Iam,
};
use crate::cloud::Error;

static ACTION: Action<AccountSummary> = Action {
    service: Service::Iam,
    name: "GetAccountSummary",
    label: "iam:GetAccountSummary",
    effect: Effect::Reads,
    root: "GetAccountSummaryResponse",
    holds_keys: false,
    read,
};

/// The quotas of an account that concern managed policies; `None` where IAM does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountSummary {
    /// How many policies may be attached to a user.
    pub policies_per_user: Option<u64>,
    /// How many policies may be attached to a group.
    pub policies_per_group: Option<u64>,
    /// How many policies may be attached to a role.
    pub policies_per_role: Option<u64>,
    /// How many characters a document may have, white space not counted.
    pub policy_size: Option<u64>,
    /// How many versions a policy may have.
    pub versions_per_policy: Option<u64>,
}

impl Iam {
    /// Returns the quotas of the account.
    ///
    /// # Errors
    ///
    /// Any kind.
    pub async fn get_account_summary(&self) -> Result<AccountSummary, Error> {
        self.call(&ACTION, Form::new()).await
    }
}

impl AccountSummary {
    /// Returns how many policies may be attached to a grantee.
    pub fn policies_per(&self, grantee: &Grantee) -> Option<u64> {
        match grantee {
            Grantee::User(_) => self.policies_per_user,
            Grantee::Group(_) => self.policies_per_group,
            Grantee::Role(_) => self.policies_per_role,
        }
    }
}

fn read(text: &str) -> Result<AccountSummary, quick_xml::DeError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "GetAccountSummaryResult")]
        result: Outcome,
    }

    #[derive(Deserialize)]
    struct Outcome {
        #[serde(rename = "SummaryMap")]
        map: Entries,
    }

    #[derive(Deserialize)]
    struct Entries {
        #[serde(default)]
        entry: Vec<Entry>,
    }

    #[derive(Deserialize)]
    struct Entry {
        key: String,
        value: String,
    }

    let reply: Reply = quick_xml::de::from_str(text)?;
    let entries = reply.result.map.entry.into_iter();
    // Others may be no numbers, or none of ours.
    let numbers: HashMap<_, u64> =
        entries.filter_map(|it| Some((it.key, it.value.trim().parse().ok()?))).collect();
    let number = |key: &str| numbers.get(key).copied();
    Ok(AccountSummary {
        policies_per_user: number("AttachedPoliciesPerUserQuota"),
        policies_per_group: number("AttachedPoliciesPerGroupQuota"),
        policies_per_role: number("AttachedPoliciesPerRoleQuota"),
        policy_size: number("PolicySizeQuota"),
        versions_per_policy: number("VersionsPerPolicyQuota"),
    })
}
