//! `CreatePolicy`: makes a custom policy.

use std::collections::BTreeMap;

use super::{Alicloud, of_policy, operation};
use crate::cloud::{
    Error,
    alicloud::{retry::InDoubt, rpc::Operation, tag_list},
};

const CREATE_POLICY: Operation = operation("ram:CreatePolicy");

/// A policy to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatePolicy {
    /// 1 to 128 letters, digits and hyphens.
    pub name: String,
    /// At most 6,144 characters of JSON.
    pub document: String,
    /// At most 1,024 characters; may be empty.
    pub description: String,
    /// At most 20.
    pub tags: BTreeMap<String, String>,
}

impl Alicloud {
    /// Makes a custom policy with one version, the default.
    ///
    /// Not sent again after an attempt whose outcome is not known: look with
    /// [`get_policy`](Self::get_policy) what there is by that name.
    ///
    /// # Errors
    ///
    /// Any kind; `Conflict` where the account has a policy by that name, `Quota` where it has as
    /// many as it may. [`Error::leaves_in_doubt`] where the policy may exist all the same.
    pub async fn create_policy(&self, policy: &CreatePolicy) -> Result<(), Error> {
        let mut parameters = of_policy(&policy.name);
        parameters.insert("PolicyDocument".to_owned(), policy.document.clone());
        if !policy.description.is_empty() {
            parameters.insert("Description".to_owned(), policy.description.clone());
        }
        if !policy.tags.is_empty() {
            parameters.insert("Tag".to_owned(), tag_list::as_json(&policy.tags));
        }
        self.write(CREATE_POLICY, None, &parameters, InDoubt::Fail).await
    }
}
