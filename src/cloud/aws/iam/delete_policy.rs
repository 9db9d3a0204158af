//! `DeletePolicy`: deletes a managed policy that nobody has and that has one version.

use super::{
    super::{call::Effect, endpoints::Service, query::Action},
    Iam, of_policy, removed,
    xml::acknowledged,
};
use crate::cloud::{Error, Removed};

static ACTION: Action<()> = Action {
    service: Service::Iam,
    name: "DeletePolicy",
    label: "iam:DeletePolicy",
    effect: Effect::Writes,
    root: "DeletePolicyResponse",
    holds_keys: false,
    read: acknowledged,
};

impl Iam {
    /// Deletes a managed policy. It must be attached to nobody, and have no version but the
    /// default one; what was changed a moment ago is waited for.
    ///
    /// # Errors
    ///
    /// Any kind; `Conflict` where somebody has it or there are more versions.
    /// [`Error::leaves_in_doubt`] where it may be gone all the same.
    pub async fn delete_policy(&self, arn: &str) -> Result<Removed, Error> {
        removed(self.call(&ACTION, of_policy(arn)).await)
    }
}
