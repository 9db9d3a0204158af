//! `GetControlPolicyEnablementStatus`, `EnableControlPolicy`: whether control policies are in force.

use serde::Deserialize;

use super::{Alicloud, operation};
use crate::cloud::{
    Error,
    alicloud::{retry::InDoubt, rpc::Operation, scalar::Scalar, sign::Parameters},
};

const GET_STATUS: Operation = operation("resourcemanager:GetControlPolicyEnablementStatus");
const ENABLE: Operation = operation("resourcemanager:EnableControlPolicy");

/// Whether the control policies of a directory are in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enablement {
    /// They are.
    Enabled,
    /// They will be, in a while.
    PendingEnable,
    /// They are not. None is attached to anything then.
    Disabled,
    /// They will not be any more, in a while.
    PendingDisable,
    /// The vendor uses another word; it may be empty.
    Other(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reply {
    enablement_status: Scalar,
}

impl Enablement {
    pub(super) fn read(word: Scalar) -> Self {
        match word.as_str() {
            "Enabled" => Self::Enabled,
            "PendingEnable" => Self::PendingEnable,
            "Disabled" => Self::Disabled,
            "PendingDisable" => Self::PendingDisable,
            _ => Self::Other(word.into_text()),
        }
    }
}

impl Alicloud {
    /// Tells whether control policies are in force.
    ///
    /// # Errors
    ///
    /// Any kind; `SwitchedOff` where the account has no resource directory.
    pub async fn get_control_policy_enablement_status(&self) -> Result<Enablement, Error> {
        let reply: Reply = self.read(GET_STATUS, None, &Parameters::new()).await?;
        Ok(Enablement::read(reply.enablement_status))
    }

    /// Begins to put control policies in force, which takes a while: ask for the status. Where they
    /// are in force nothing changes.
    ///
    /// # Errors
    ///
    /// Any kind; `Throttled` where that has been switched too often: the message says for how many
    /// minutes. [`Error::leaves_in_doubt`] where it may have begun all the same.
    pub async fn enable_control_policy(&self) -> Result<Enablement, Error> {
        let nothing = Parameters::new();
        let reply: Reply = self.write_and_learn(ENABLE, None, &nothing, InDoubt::Repeat).await?;
        Ok(Enablement::read(reply.enablement_status))
    }
}
