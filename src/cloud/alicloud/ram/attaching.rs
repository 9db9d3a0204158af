//! `AttachPolicyToUser`, `…Group`, `…Role` and `DetachPolicyFromUser`, `…Group`, `…Role`: who has
//! a policy.

use super::{Alicloud, Grantee, of_custom_policy, operation};
use crate::cloud::{
    Attached, Error, Removed,
    alicloud::{
        refusal::{is_there_already, removed},
        retry::InDoubt,
        rpc::Operation,
        sign::Parameters,
    },
};

impl Alicloud {
    /// Attaches a custom policy, for all resources of the account.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such policy or grantee, the code tells which:
    /// `EntityNotExist.Policy` or `EntityNotExist.User`, `.Group`, `.Role`; `Quota` where the
    /// grantee has as many as it may. [`Error::leaves_in_doubt`] where it may be attached all the
    /// same.
    pub async fn attach_policy_to(
        &self,
        grantee: &Grantee,
        policy: &str,
    ) -> Result<Attached, Error> {
        let parameters = of_attachment(grantee, policy);
        match self.write(attaching(grantee), None, &parameters, InDoubt::Repeat).await {
            Ok(()) => Ok(Attached::Now),
            Err(error) if is_there_already(&error) => Ok(Attached::in_spite_of(&error)),
            Err(error) => Err(error),
        }
    }

    /// Detaches a custom policy. A policy or a grantee that does not exist has no attachment.
    ///
    /// # Errors
    ///
    /// Any kind. [`Error::leaves_in_doubt`] where it may be detached all the same.
    pub async fn detach_policy_from(
        &self,
        grantee: &Grantee,
        policy: &str,
    ) -> Result<Removed, Error> {
        let parameters = of_attachment(grantee, policy);
        let outcome = self.write(detaching(grantee), None, &parameters, InDoubt::Repeat);
        removed(outcome.await)
    }
}

fn attaching(grantee: &Grantee) -> Operation {
    operation(match grantee {
        Grantee::User(_) => "ram:AttachPolicyToUser",
        Grantee::Group(_) => "ram:AttachPolicyToGroup",
        Grantee::Role(_) => "ram:AttachPolicyToRole",
    })
}

fn detaching(grantee: &Grantee) -> Operation {
    operation(match grantee {
        Grantee::User(_) => "ram:DetachPolicyFromUser",
        Grantee::Group(_) => "ram:DetachPolicyFromGroup",
        Grantee::Role(_) => "ram:DetachPolicyFromRole",
    })
}

fn of_attachment(grantee: &Grantee, policy: &str) -> Parameters {
    let mut parameters = of_custom_policy(policy);
    parameters.extend([grantee.parameter()]);
    parameters
}
