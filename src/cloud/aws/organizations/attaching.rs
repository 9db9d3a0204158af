//! `AttachPolicy`, `DetachPolicy`: where service control policies are in force.

use super::{
    super::{
        call::Effect,
        json::{Action, Object, acknowledged},
    },
    Organizations, of_policy, removed,
};
use crate::cloud::{Attached, Error, Removed};

static ATTACH: Action<()> = Action {
    name: "AttachPolicy",
    label: "organizations:AttachPolicy",
    effect: Effect::Writes,
    read: acknowledged,
};

static DETACH: Action<()> = Action {
    name: "DetachPolicy",
    label: "organizations:DetachPolicy",
    effect: Effect::Writes,
    read: acknowledged,
};

impl Organizations {
    /// Attaches a policy to a root `r-…`, a unit `ou-…` or an account.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such policy or target, the code tells which;
    /// `Quota` where the target has as many as it may; `SwitchedOff` where service control
    /// policies are. [`Error::leaves_in_doubt`] where it may be attached all the same.
    pub async fn attach_policy(&self, id: &str, target_id: &str) -> Result<Attached, Error> {
        match self.call(&ATTACH, of_attachment(id, target_id)).await {
            Ok(()) => Ok(Attached::Now),
            Err(error) if error.code.as_deref() == Some("DuplicatePolicyAttachmentException") => {
                Ok(Attached::in_spite_of(&error))
            }
            Err(error) => Err(error),
        }
    }

    /// Detaches a policy from a root, a unit or an account. A policy or a target that does not
    /// exist has no attachment.
    ///
    /// # Errors
    ///
    /// Any kind; `Conflict` where it is the last one that the target has.
    /// [`Error::leaves_in_doubt`] where it may be detached all the same.
    pub async fn detach_policy(&self, id: &str, target_id: &str) -> Result<Removed, Error> {
        removed(self.call(&DETACH, of_attachment(id, target_id)).await)
    }
}

fn of_attachment(id: &str, target_id: &str) -> Object {
    of_policy(id).with("TargetId", target_id)
}
