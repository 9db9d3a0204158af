//! `UpdateControlPolicy`: changes a control policy in place.

use super::{Alicloud, of_policy, operation};
use crate::cloud::{
    Error,
    alicloud::{retry::InDoubt, rpc::Operation},
};

const UPDATE_CONTROL_POLICY: Operation = operation("resourcemanager:UpdateControlPolicy");

/// What to change; what is none stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateControlPolicy {
    /// The new name.
    pub name: Option<String>,
    /// The new document.
    pub document: Option<String>,
    /// The new description. The vendor asks for 1 to 1,024 characters, and does not say how to
    /// remove one: an empty text is sent as such.
    pub description: Option<String>,
}

impl Alicloud {
    /// Changes a custom control policy, all at once, wherever it is attached.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where the directory has none by that id, `Conflict` where another one
    /// has the new name, whatever the vendor's code says. [`Error::leaves_in_doubt`] where it may
    /// be changed all the same.
    pub async fn update_control_policy(
        &self,
        id: &str,
        change: &UpdateControlPolicy,
    ) -> Result<(), Error> {
        let UpdateControlPolicy { name, document, description } = change;
        let changes = [
            ("NewPolicyName", name),
            ("NewPolicyDocument", document),
            ("NewDescription", description),
        ];
        let mut parameters = of_policy(id);
        parameters.extend(
            changes.into_iter().filter_map(|(name, new)| Some((name.to_owned(), new.clone()?))),
        );
        let outcome = self.write(UPDATE_CONTROL_POLICY, None, &parameters, InDoubt::Repeat).await;
        match (outcome, &change.name) {
            (Err(error), Some(name)) => Err(self.blame_name(error, name, id).await),
            (outcome, _) => outcome,
        }
    }
}
