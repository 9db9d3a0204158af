//! `CreatePolicy`: makes a service control policy.

use std::collections::BTreeMap;

use super::{
    super::{
        call::Effect,
        json::{Action, Object},
    },
    Organizations, SERVICE_CONTROL_POLICY, ServiceControlPolicy, describe_policy, is_name_taken,
    tags,
};
use crate::cloud::{Claim, Error};

static ACTION: Action<ServiceControlPolicy> = Action {
    name: "CreatePolicy",
    label: "organizations:CreatePolicy",
    effect: Effect::Creates,
    read: describe_policy::read,
};

/// A policy to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateServiceControlPolicy {
    /// 1 to 128 characters; unique among the service control policies of the organisation.
    pub name: String,
    /// JSON, of which white space counts, too.
    pub document: String,
    /// At most 512 characters; may be empty.
    pub description: String,
    /// At most 50.
    pub tags: BTreeMap<String, String>,
}

impl Organizations {
    /// Makes a service control policy, attached to nothing.
    ///
    /// Not sent again after an attempt whose outcome is not known: look with
    /// [`list_policies`](Self::list_policies) what there is by that name.
    ///
    /// # Errors
    ///
    /// Any kind; `Quota` where the document is too long or the organisation has as many as it
    /// may, `SwitchedOff` where the account belongs to no organisation, or to one that only
    /// shares its bills. [`Error::leaves_in_doubt`] where the policy may exist all the same.
    pub async fn create_policy(
        &self,
        policy: &CreateServiceControlPolicy,
    ) -> Result<Claim<ServiceControlPolicy>, Error> {
        let object = Object::new()
            .with("Name", &*policy.name)
            .with("Content", &*policy.document)
            .with("Description", &*policy.description)
            .with("Type", SERVICE_CONTROL_POLICY);
        let object = if policy.tags.is_empty() {
            object
        } else {
            object.with("Tags", tags::list(&policy.tags))
        };
        match self.call(&ACTION, object).await {
            Ok(policy) => Ok(Claim::Granted(policy)),
            Err(error) if is_name_taken(&error) => Ok(Claim::Taken),
            Err(error) => Err(error),
        }
    }
}
