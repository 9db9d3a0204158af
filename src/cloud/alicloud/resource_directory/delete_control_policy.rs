//! `DeleteControlPolicy`: deletes a control policy that is attached to nothing.

use super::{Alicloud, of_policy, operation};
use crate::cloud::{
    Error, Removed,
    alicloud::{refusal::removed, retry::InDoubt, rpc::Operation},
};

const DELETE_CONTROL_POLICY: Operation = operation("resourcemanager:DeleteControlPolicy");

impl Alicloud {
    /// Deletes a custom control policy. What is attached is not asked for again and again: that
    /// would keep the change waiting that detaches it.
    ///
    /// # Errors
    ///
    /// Any kind; `Conflict` where it is attached to something. [`Error::leaves_in_doubt`] where it
    /// may be gone all the same.
    pub async fn delete_control_policy(&self, id: &str) -> Result<Removed, Error> {
        let parameters = of_policy(id);
        let outcome = self.write(DELETE_CONTROL_POLICY, None, &parameters, InDoubt::Repeat);
        removed(outcome.await)
    }
}
