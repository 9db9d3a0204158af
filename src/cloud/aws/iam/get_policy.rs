//! `GetPolicy`: what a managed policy is, but for its document.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    super::{call::Effect, endpoints::Service, query::Action},
    Iam, of_policy,
    xml::{Members, TagElement},
};
use crate::cloud::{Error, Kind};

static ACTION: Action<ManagedPolicy> = Action {
    service: Service::Iam,
    name: "GetPolicy",
    label: "iam:GetPolicy",
    effect: Effect::Reads,
    root: "GetPolicyResponse",
    holds_keys: false,
    read,
};

/// A managed policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// The ARN, made of account, path and name.
    pub arn: String,
    /// The id, `ANPA…`: another one for a policy that is made anew under the same name.
    pub id: String,
    /// The name.
    pub name: String,
    /// Begins and ends with a slash; `/` is none.
    pub path: String,
    /// May be empty. An answer to `CreatePolicy` may leave it out.
    pub description: String,
    /// The version that is in force, for instance `v1`.
    pub default_version_id: String,
    /// To how many users, groups and roles it is attached.
    pub attachment_count: u64,
    /// Values by key.
    pub tags: BTreeMap<String, String>,
}

impl Iam {
    /// Returns a managed policy, or `None` where there is none by this ARN.
    ///
    /// # Errors
    ///
    /// Any kind.
    pub async fn get_policy(&self, arn: &str) -> Result<Option<ManagedPolicy>, Error> {
        match self.call(&ACTION, of_policy(arn)).await {
            Ok(policy) => Ok(Some(policy)),
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A policy in an answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PolicyElement {
    arn: String,
    policy_id: String,
    policy_name: String,
    #[serde(default = "no_path")]
    path: String,
    #[serde(default)]
    description: String,
    default_version_id: String,
    #[serde(default)]
    attachment_count: u64,
    #[serde(default)]
    tags: Members<TagElement>,
}

fn no_path() -> String {
    "/".to_owned()
}

impl From<PolicyElement> for ManagedPolicy {
    fn from(element: PolicyElement) -> Self {
        Self {
            arn: element.arn,
            id: element.policy_id,
            name: element.policy_name,
            path: element.path,
            description: element.description,
            default_version_id: element.default_version_id,
            attachment_count: element.attachment_count,
            tags: element.tags.into_tags(),
        }
    }
}

fn read(text: &str) -> Result<ManagedPolicy, quick_xml::DeError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "GetPolicyResult")]
        result: Outcome,
    }

    #[derive(Deserialize)]
    struct Outcome {
        #[serde(rename = "Policy")]
        policy: PolicyElement,
    }

    let reply: Reply = quick_xml::de::from_str(text)?;
    Ok(reply.result.policy.into())
}
