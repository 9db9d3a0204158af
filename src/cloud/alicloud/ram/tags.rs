//! RAM's `TagResources`, `UntagResources` and `ListTagResources`, for policies. Lists are written
//! as JSON here.

use std::collections::BTreeMap;

use super::{Alicloud, operation};
use crate::cloud::{
    Error,
    alicloud::{retry::InDoubt, rpc::Operation, sign::Parameters, tag_list},
};

const TAG_RESOURCES: Operation = operation("ram:TagResources");
const UNTAG_RESOURCES: Operation = operation("ram:UntagResources");
const LIST_TAG_RESOURCES: Operation = operation("ram:ListTagResources");

/// The most rows of a page.
const PAGE_SIZE: &str = "100";

impl Alicloud {
    /// Sets tags of a custom policy, at most 20; a key that it has gets the new value.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such policy. [`Error::leaves_in_doubt`] where the
    /// tags may be set all the same.
    pub async fn tag_policy(
        &self,
        name: &str,
        tags: &BTreeMap<String, String>,
    ) -> Result<(), Error> {
        let mut parameters = of_policy(name);
        parameters.insert("Tag".to_owned(), tag_list::as_json(tags));
        self.write(TAG_RESOURCES, None, &parameters, InDoubt::Repeat).await
    }

    /// Removes tags of a custom policy by their keys, at least one and at most 20; keys that it
    /// does not have do not matter.
    ///
    /// # Errors
    ///
    /// As [`tag_policy`](Self::tag_policy).
    pub async fn untag_policy(&self, name: &str, keys: &[&str]) -> Result<(), Error> {
        let mut parameters = of_policy(name);
        parameters.insert("TagKeys".to_owned(), tag_list::list_as_json(keys));
        self.write(UNTAG_RESOURCES, None, &parameters, InDoubt::Repeat).await
    }

    /// Lists the tags of a custom policy, without those that the vendor sets by itself.
    ///
    /// # Errors
    ///
    /// Any kind. Whether a policy that does not exist has no tags or is `NotFound`, the vendor
    /// does not say.
    pub async fn list_policy_tags(&self, name: &str) -> Result<BTreeMap<String, String>, Error> {
        let mut parameters = of_policy(name);
        parameters.insert("PageSize".to_owned(), PAGE_SIZE.to_owned());
        self.read_tags(LIST_TAG_RESOURCES, parameters).await
    }
}

/// Returns what says whose tags are meant.
fn of_policy(name: &str) -> Parameters {
    let names = tag_list::list_as_json(&[name]);
    [("ResourceType".to_owned(), "policy".to_owned()), ("ResourceNames".to_owned(), names)].into()
}
