//! `ListPolicies`: which managed policies an account has made.

use quick_xml::DeError;
use serde::Deserialize;

use super::{
    super::{
        call::Effect,
        endpoints::Service,
        paging::Page,
        query::{Action, Form},
    },
    Iam, NamedPolicy,
    xml::{Members, page},
};
use crate::cloud::Error;

/// The most that IAM gives at once. An account may have 1,500 by default.
const PAGE_SIZE: &str = "1000";

static ACTION: Action<Page<NamedPolicy>> = Action {
    service: Service::Iam,
    name: "ListPolicies",
    label: "iam:ListPolicies",
    effect: Effect::Reads,
    root: "ListPoliciesResponse",
    holds_keys: false,
    read,
};

impl Iam {
    /// Lists the managed policies of the account, whatever their paths, without AWS's own: a name
    /// can be taken at any path.
    ///
    /// # Errors
    ///
    /// Any kind.
    pub async fn list_policies(&self) -> Result<Vec<NamedPolicy>, Error> {
        let mut form = Form::new();
        form.set("Scope", "Local");
        form.set("MaxItems", PAGE_SIZE);
        self.all_pages(&ACTION, form).await
    }
}

fn read(text: &str) -> Result<Page<NamedPolicy>, DeError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "ListPoliciesResult")]
        result: Outcome,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Outcome {
        policies: Members<Element>,
        #[serde(default)]
        is_truncated: bool,
        marker: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Element {
        arn: String,
        policy_name: String,
    }

    let Reply { result } = quick_xml::de::from_str(text)?;
    let policies = result.policies.member.into_iter();
    let policies = policies.map(|it| NamedPolicy { arn: it.arn, name: it.policy_name });
    page(policies.collect(), result.is_truncated, result.marker)
}
