//! `TagResource`, `UntagResource`, `ListTagsForResource`: the tags of a policy.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        call::Effect,
        json::{Action, Object, acknowledged},
        paging::Page,
    },
    Organizations,
};
use crate::cloud::Error;

static TAG: Action<()> = Action {
    name: "TagResource",
    label: "organizations:TagResource",
    effect: Effect::Writes,
    read: acknowledged,
};

static UNTAG: Action<()> = Action {
    name: "UntagResource",
    label: "organizations:UntagResource",
    effect: Effect::Writes,
    read: acknowledged,
};

static LIST: Action<Page<(String, String)>> = Action {
    name: "ListTagsForResource",
    label: "organizations:ListTagsForResource",
    effect: Effect::Reads,
    read,
};

impl Organizations {
    /// Sets tags of a policy, by its id; a key that it has gets the new value. Without any nothing
    /// is sent.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such policy, `Quota` where it would have more than
    /// fifty. [`Error::leaves_in_doubt`] where they may be set all the same.
    pub async fn tag_resource(
        &self,
        id: &str,
        tags: &BTreeMap<String, String>,
    ) -> Result<(), Error> {
        if tags.is_empty() {
            return Ok(());
        }
        self.call(&TAG, of_resource(id).with("Tags", list(tags))).await
    }

    /// Removes tags of a policy by their keys; keys that it does not have do not matter. Without
    /// any nothing is sent.
    ///
    /// # Errors
    ///
    /// As [`tag_resource`](Self::tag_resource).
    pub async fn untag_resource(&self, id: &str, keys: &[&str]) -> Result<(), Error> {
        if keys.is_empty() {
            return Ok(());
        }
        self.call(&UNTAG, of_resource(id).with("TagKeys", keys)).await
    }

    /// Lists the tags of a policy, by key.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such policy.
    pub async fn list_tags_for_resource(
        &self,
        id: &str,
    ) -> Result<BTreeMap<String, String>, Error> {
        Ok(self.all_pages(&LIST, of_resource(id)).await?.into_iter().collect())
    }
}

/// Returns what says whose tags are meant.
fn of_resource(id: &str) -> Object {
    Object::new().with("ResourceId", id)
}

/// Writes tags as a list.
pub(super) fn list(tags: &BTreeMap<String, String>) -> Vec<Value> {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

fn read(text: &str) -> Result<Page<(String, String)>, serde_json::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Reply {
        tags: Vec<Element>,
        next_token: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Element {
        key: String,
        value: String,
    }

    let reply: Reply = serde_json::from_str(text)?;
    let items = reply.tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    Ok(Page { items, next: reply.next_token })
}
