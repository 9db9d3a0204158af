//! `AttachControlPolicy`, `DetachControlPolicy`: where control policies are in force.

use super::{Alicloud, Enablement, of_policy, operation};
use crate::cloud::{
    Attached, Error, Kind, Removed,
    alicloud::{
        refusal::{may_mean_anything, removed},
        retry::InDoubt,
        rpc::Operation,
        sign::Parameters,
    },
};

const ATTACH_CONTROL_POLICY: Operation = operation("resourcemanager:AttachControlPolicy");
const DETACH_CONTROL_POLICY: Operation = operation("resourcemanager:DetachControlPolicy");

impl Alicloud {
    /// Attaches a control policy to a folder or a member: root `r-…`, folder `fd-…` or account id.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such policy or target, the code tells which:
    /// `EntityNotExists.ControlPolicy` or `EntityNotExists.Target`; `SwitchedOff` where control
    /// policies are not in force, or not yet. Which code refuses one policy too many the vendor
    /// does not say. [`Error::leaves_in_doubt`] where it may be attached all the same.
    pub async fn attach_control_policy(
        &self,
        policy: &str,
        target: &str,
    ) -> Result<Attached, Error> {
        let parameters = of_attachment(policy, target);
        let outcome = self.write(ATTACH_CONTROL_POLICY, None, &parameters, InDoubt::Repeat).await;
        let Err(error) = outcome else { return Ok(Attached::Now) };
        if !may_mean_anything(&error) {
            return Err(error);
        }
        if self.is_attached(policy, target).await == Some(true) {
            return Ok(Attached::in_spite_of(&error));
        }
        match self.get_control_policy_enablement_status().await {
            Err(_) | Ok(Enablement::Enabled | Enablement::Other(_)) => Err(error),
            Ok(_) => Err(Error { kind: Kind::SwitchedOff, ..error }),
        }
    }

    /// Detaches a control policy from a folder or a member. A policy or a target that does not
    /// exist has no attachment.
    ///
    /// # Errors
    ///
    /// Any kind; `Conflict` where it is the last one that the target has.
    /// [`Error::leaves_in_doubt`] where it may be detached all the same.
    pub async fn detach_control_policy(
        &self,
        policy: &str,
        target: &str,
    ) -> Result<Removed, Error> {
        let parameters = of_attachment(policy, target);
        let outcome = self.write(DETACH_CONTROL_POLICY, None, &parameters, InDoubt::Repeat).await;
        match removed(outcome) {
            Err(error) if may_mean_anything(&error) => {
                match self.is_attached(policy, target).await {
                    Some(false) => Ok(Removed::in_spite_of(&error)),
                    _ => Err(error),
                }
            }
            removed => removed,
        }
    }

    /// Tells whether the listing shows an attachment; `None` where it cannot be had.
    async fn is_attached(&self, policy: &str, target: &str) -> Option<bool> {
        let attached = self.list_control_policy_attachments_for_target(target).await.ok()?;
        Some(attached.iter().any(|attached| attached.id == policy))
    }
}

fn of_attachment(policy: &str, target: &str) -> Parameters {
    let mut parameters = of_policy(policy);
    parameters.insert("TargetId".to_owned(), target.to_owned());
    parameters
}
