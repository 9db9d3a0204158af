//! `TagResources`, `UntagResources` and `ListTagResources` of version 2022-04-19, for control
//! policies.

use std::collections::BTreeMap;

use super::Alicloud;
use crate::cloud::{
    Error,
    alicloud::{
        endpoints::Service, retry::InDoubt, rpc::Operation, sign::Parameters, tag_list::numbered,
    },
};

const TAG_RESOURCES: Operation = operation("resourcemanager:TagResources");
const UNTAG_RESOURCES: Operation = operation("resourcemanager:UntagResources");
const LIST_TAG_RESOURCES: Operation = operation("resourcemanager:ListTagResources");

/// The most rows of a page.
const PAGE_SIZE: &str = "100";

impl Alicloud {
    /// Sets tags of a control policy, at most 20; a key that it has gets the new value.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where the directory has no such policy. [`Error::leaves_in_doubt`]
    /// where the tags may be set all the same.
    pub async fn tag_control_policy(
        &self,
        id: &str,
        tags: &BTreeMap<String, String>,
    ) -> Result<(), Error> {
        let mut parameters = of_control_policy(id);
        parameters.extend(numbered(tags));
        self.write(TAG_RESOURCES, None, &parameters, InDoubt::Repeat).await
    }

    /// Removes tags of a control policy by their keys, at least one and at most 20; keys that it
    /// does not have do not matter.
    ///
    /// # Errors
    ///
    /// As [`tag_control_policy`](Self::tag_control_policy).
    pub async fn untag_control_policy(&self, id: &str, keys: &[&str]) -> Result<(), Error> {
        let mut parameters = of_control_policy(id);
        let keys = (1..).zip(keys);
        parameters
            .extend(keys.map(|(number, key)| (format!("TagKey.{number}"), (*key).to_owned())));
        self.write(UNTAG_RESOURCES, None, &parameters, InDoubt::Repeat).await
    }

    /// Lists the tags of a control policy, without those that the vendor sets by itself.
    ///
    /// # Errors
    ///
    /// Any kind. Whether a policy that does not exist has no tags or is `NotFound`, the vendor
    /// does not say.
    pub async fn list_control_policy_tags(
        &self,
        id: &str,
    ) -> Result<BTreeMap<String, String>, Error> {
        let mut parameters = of_control_policy(id);
        parameters.insert("MaxResults".to_owned(), PAGE_SIZE.to_owned());
        self.read_tags(LIST_TAG_RESOURCES, parameters).await
    }
}

const fn operation(name: &'static str) -> Operation {
    Operation { service: Service::ResourceDirectory, name }
}

/// Returns what says whose tags are meant.
fn of_control_policy(id: &str) -> Parameters {
    let parameters = [("ResourceType", "ControlPolicy"), ("ResourceId.1", id)];
    parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}
