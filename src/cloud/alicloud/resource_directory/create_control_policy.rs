//! `CreateControlPolicy`: makes a custom control policy.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Alicloud, operation};
use crate::cloud::{
    Error,
    alicloud::{
        endpoints::Service, retry::InDoubt, rpc::Operation, sign::Parameters, tag_list::numbered,
    },
};

const CREATE_CONTROL_POLICY: Operation = operation("resourcemanager:CreateControlPolicy");

/// A control policy to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateControlPolicy {
    /// 1 to 128 letters, digits and hyphens, a letter first.
    pub name: String,
    /// At most 4,096 characters of JSON.
    pub document: String,
    /// At most 1,024 characters; may be empty, and then there is none.
    pub description: String,
    /// At most 20.
    pub tags: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reply {
    control_policy: Row,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    policy_id: String,
}

impl Alicloud {
    /// Makes a custom control policy, with its tags from the first moment on. Returns its id,
    /// `cp-…`.
    ///
    /// Not sent again after an attempt whose outcome is not known: look in
    /// [`list_control_policies`](Self::list_control_policies) what there is by that name.
    ///
    /// # Errors
    ///
    /// Any kind; `Conflict` where another policy has the name, whatever the vendor's code says.
    /// [`Error::leaves_in_doubt`] where the policy may exist all the same.
    pub async fn create_control_policy(
        &self,
        policy: &CreateControlPolicy,
    ) -> Result<String, Error> {
        let operation = match policy.tags.is_empty() {
            true => CREATE_CONTROL_POLICY,
            // Only the newer service takes tags.
            false => Operation { service: Service::ResourceDirectory, ..CREATE_CONTROL_POLICY },
        };
        let parameters = policy.parameters();
        let reply: Result<Reply, Error> =
            self.write_and_learn(operation, None, &parameters, InDoubt::Fail).await;
        match reply {
            Ok(reply) => Ok(reply.control_policy.policy_id),
            Err(error) => Err(self.blame_name(error, &policy.name, "").await),
        }
    }
}

impl CreateControlPolicy {
    fn parameters(&self) -> Parameters {
        let mut parameters: Parameters = numbered(&self.tags).collect();
        let mut set = |name: &str, value: &str| {
            parameters.insert(name.to_owned(), value.to_owned());
        };
        set("PolicyName", &self.name);
        set("PolicyDocument", &self.document);
        // Users and roles; there is no other scope.
        set("EffectScope", "RAM");
        if !self.description.is_empty() {
            set("Description", &self.description);
        }
        parameters
    }
}
