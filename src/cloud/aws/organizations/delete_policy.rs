//! `DeletePolicy`: deletes a service control policy that is attached to nothing.

use super::{
    super::{
        call::Effect,
        json::{Action, acknowledged},
    },
    Organizations, of_policy, removed,
};
use crate::cloud::{Error, Removed};

static ACTION: Action<()> = Action {
    name: "DeletePolicy",
    label: "organizations:DeletePolicy",
    effect: Effect::Writes,
    read: acknowledged,
};

impl Organizations {
    /// Deletes a policy. It must be attached to nothing; a detachment of a moment ago is waited
    /// for.
    ///
    /// # Errors
    ///
    /// Any kind; `Conflict` where it is attached. [`Error::leaves_in_doubt`] where it may be gone
    /// all the same.
    pub async fn delete_policy(&self, id: &str) -> Result<Removed, Error> {
        removed(self.call(&ACTION, of_policy(id)).await)
    }
}
