//! `CreatePolicy`: makes a managed policy.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    super::{
        call::Effect,
        endpoints::Service,
        query::{Action, Form},
    },
    Iam, ManagedPolicy,
    get_policy::PolicyElement,
    tags,
};
use crate::cloud::{Claim, Error};

static ACTION: Action<ManagedPolicy> = Action {
    service: Service::Iam,
    name: "CreatePolicy",
    label: "iam:CreatePolicy",
    effect: Effect::Creates,
    root: "CreatePolicyResponse",
    holds_keys: false,
    read,
};

/// A policy to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatePolicy {
    /// 1 to 128 letters, digits and `+=,.@_-`; unique in the account, whatever the case and path.
    pub name: String,
    /// Begins and ends with a slash; `/` is none.
    pub path: String,
    /// At most 6,144 characters of JSON, white space not counted.
    pub document: String,
    /// At most 1,000 characters; may be empty. It can never be changed.
    pub description: String,
    /// At most 50.
    pub tags: BTreeMap<String, String>,
}

impl Iam {
    /// Makes a managed policy with one version, the default.
    ///
    /// Not sent again after an attempt whose outcome is not known: look with
    /// [`get_policy`](Self::get_policy) what there is by that ARN.
    ///
    /// # Errors
    ///
    /// Any kind; `Quota` where the account has as many as it may. [`Error::leaves_in_doubt`]
    /// where the policy may exist all the same.
    pub async fn create_policy(
        &self,
        policy: &CreatePolicy,
    ) -> Result<Claim<ManagedPolicy>, Error> {
        match self.call(&ACTION, form(policy)).await {
            Ok(policy) => Ok(Claim::Granted(policy)),
            Err(error) if error.code.as_deref() == Some("EntityAlreadyExists") => Ok(Claim::Taken),
            Err(error) => Err(error),
        }
    }
}

fn form(policy: &CreatePolicy) -> Form {
    let mut form = Form::new();
    form.set("PolicyName", &policy.name);
    form.set("Path", &policy.path);
    form.set("PolicyDocument", &policy.document);
    if !policy.description.is_empty() {
        form.set("Description", &policy.description);
    }
    tags::set(&mut form, &policy.tags);
    form
}

fn read(text: &str) -> Result<ManagedPolicy, quick_xml::DeError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "CreatePolicyResult")]
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
