//! `UpdatePolicyDescription`: describes a policy anew.

use super::{Alicloud, of_policy, operation};
use crate::cloud::{
    Error,
    alicloud::{retry::InDoubt, rpc::Operation},
};

const UPDATE_POLICY_DESCRIPTION: Operation = operation("ram:UpdatePolicyDescription");

impl Alicloud {
    /// Sets the description of a custom policy: at most 1,024 characters, none to remove it.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such policy. [`Error::leaves_in_doubt`] where the
    /// description may be set all the same.
    pub async fn update_policy_description(
        &self,
        name: &str,
        description: &str,
    ) -> Result<(), Error> {
        let mut parameters = of_policy(name);
        parameters.insert("NewDescription".to_owned(), description.to_owned());
        self.write(UPDATE_POLICY_DESCRIPTION, None, &parameters, InDoubt::Repeat).await
    }
}
