//! `TagPolicy`, `UntagPolicy`, `ListPolicyTags`: the tags of a managed policy.

use std::collections::BTreeMap;

use quick_xml::DeError;
use serde::Deserialize;

use super::{
    super::{
        call::Effect,
        endpoints::Service,
        paging::Page,
        query::{Action, Form},
    },
    Iam, of_policy,
    xml::{Members, TagElement, acknowledged, page},
};
use crate::cloud::Error;

static TAG: Action<()> = Action {
    service: Service::Iam,
    name: "TagPolicy",
    label: "iam:TagPolicy",
    effect: Effect::Writes,
    root: "TagPolicyResponse",
    holds_keys: false,
    read: acknowledged,
};

static UNTAG: Action<()> = Action {
    service: Service::Iam,
    name: "UntagPolicy",
    label: "iam:UntagPolicy",
    effect: Effect::Writes,
    root: "UntagPolicyResponse",
    holds_keys: false,
    read: acknowledged,
};

static LIST: Action<Page<(String, String)>> = Action {
    service: Service::Iam,
    name: "ListPolicyTags",
    label: "iam:ListPolicyTags",
    effect: Effect::Reads,
    root: "ListPolicyTagsResponse",
    holds_keys: false,
    read: read_page,
};

impl Iam {
    /// Sets tags of a policy; a key that it has gets the new value. Without any nothing is sent.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such policy, `Quota` where it would have more than
    /// fifty. [`Error::leaves_in_doubt`] where they may be set all the same.
    pub async fn tag_policy(
        &self,
        arn: &str,
        tags: &BTreeMap<String, String>,
    ) -> Result<(), Error> {
        if tags.is_empty() {
            return Ok(());
        }
        let mut form = of_policy(arn);
        set(&mut form, tags);
        self.call(&TAG, form).await
    }

    /// Removes tags of a policy by their keys; keys that it does not have do not matter. Without
    /// any nothing is sent.
    ///
    /// # Errors
    ///
    /// As [`tag_policy`](Self::tag_policy).
    pub async fn untag_policy(&self, arn: &str, keys: &[&str]) -> Result<(), Error> {
        if keys.is_empty() {
            return Ok(());
        }
        let mut form = of_policy(arn);
        for (number, key) in (1..).zip(keys) {
            form.set(&format!("TagKeys.member.{number}"), key);
        }
        self.call(&UNTAG, form).await
    }

    /// Lists the tags of a policy, by key.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such policy.
    pub async fn list_policy_tags(&self, arn: &str) -> Result<BTreeMap<String, String>, Error> {
        Ok(self.all_pages(&LIST, of_policy(arn)).await?.into_iter().collect())
    }
}

/// Puts tags into parameters.
pub(super) fn set(form: &mut Form, tags: &BTreeMap<String, String>) {
    for (number, (key, value)) in (1..).zip(tags) {
        form.set(&format!("Tags.member.{number}.Key"), key);
        form.set(&format!("Tags.member.{number}.Value"), value);
    }
}

fn read_page(text: &str) -> Result<Page<(String, String)>, DeError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "ListPolicyTagsResult")]
        result: Outcome,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Outcome {
        tags: Members<TagElement>,
        #[serde(default)]
        is_truncated: bool,
        marker: Option<String>,
    }

    let Reply { result } = quick_xml::de::from_str(text)?;
    let tags = result.tags.into_tags().into_iter().collect();
    page(tags, result.is_truncated, result.marker)
}
