//! `DeletePolicy`: deletes a policy that nobody has.

use super::{Alicloud, of_policy, operation};
use crate::cloud::{
    Error, Removed,
    alicloud::{refusal::removed, retry::InDoubt, rpc::Operation},
};

const DELETE_POLICY: Operation = operation("ram:DeletePolicy");

impl Alicloud {
    /// Deletes a custom policy with all its versions.
    ///
    /// That it was detached gets around after a while; until then the vendor refuses, and is
    /// asked again as long as a call may take.
    ///
    /// # Errors
    ///
    /// Any kind; `Conflict` where somebody has it. [`Error::leaves_in_doubt`] where it may be gone
    /// all the same.
    pub async fn delete_policy(&self, name: &str) -> Result<Removed, Error> {
        let mut parameters = of_policy(name);
        // Takes the other versions along, but detaches nothing.
        parameters.insert("CascadingDelete".to_owned(), "true".to_owned());
        removed(self.write(DELETE_POLICY, None, &parameters, InDoubt::Repeat).await)
    }
}
