//! `UpdatePolicy`: changes a service control policy in place.

use super::{
    super::{call::Effect, json::Action},
    Organizations, ServiceControlPolicy, describe_policy, is_name_taken, of_policy,
};
use crate::cloud::{Claim, Error};

static ACTION: Action<ServiceControlPolicy> = Action {
    name: "UpdatePolicy",
    label: "organizations:UpdatePolicy",
    effect: Effect::Writes,
    read: describe_policy::read,
};

/// What to change; what is none stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateServiceControlPolicy {
    /// The new name.
    pub name: Option<String>,
    /// The new document.
    pub document: Option<String>,
    /// The new description; may be empty.
    pub description: Option<String>,
}

impl Organizations {
    /// Changes a policy, all at once, wherever it is attached. Whether the new name is free is
    /// answered as by [`create_policy`](Self::create_policy).
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where the organisation has none by that id, `Quota` where the document
    /// is too long. [`Error::leaves_in_doubt`] where it may be changed all the same.
    pub async fn update_policy(
        &self,
        id: &str,
        change: &UpdateServiceControlPolicy,
    ) -> Result<Claim<ServiceControlPolicy>, Error> {
        let object = of_policy(id)
            .with_some("Name", change.name.as_deref())
            .with_some("Content", change.document.as_deref())
            .with_some("Description", change.description.as_deref());
        match self.call(&ACTION, object).await {
            Ok(policy) => Ok(Claim::Granted(policy)),
            Err(error) if is_name_taken(&error) => Ok(Claim::Taken),
            Err(error) => Err(error),
        }
    }
}
