//! What an attachment is made of: attributes, identity, and what is known of them.

use std::collections::BTreeSet;

use super::Attaching;
use crate::{
    model,
    plugin::{
        Attr, IdentityAttribute, Timeouts,
        schema::{Attribute, STRING, computed, optional, required, set},
        timeouts,
    },
    provider::{place::PlaceModel, policies::Tier},
};

/// The code of the warning that a guardrail binds whoever attaches it.
pub(super) const SELF_TARGET: &str = "self_target";
/// The codes that `accepted` can have.
pub(super) const CODES: &[&str] = &[SELF_TARGET];

model! {
    /// An attachment, as configured, as planned or as it is.
    #[derive(Clone)]
    pub(in crate::provider::resources) struct AttachmentModel {
        pub(super) guardrail_id: Attr<String>,
        pub(super) target_id: Attr<String>,
        pub(super) assume_role_arn: Attr<String>,
        pub(super) accepted: Attr<BTreeSet<String>>,
        pub(super) id: Attr<String>,
        /// Null where the organisation's policies are attached: several accounts manage those.
        pub(super) account_id: Attr<String>,
        pub(super) timeouts: Attr<Timeouts>,
    }
}

model! {
    /// Which guardrail, on what.
    pub(in crate::provider::resources) struct AttachmentIdentity {
        pub(super) account_id: Attr<String>,
        pub(super) target_id: Attr<String>,
        pub(super) guardrail_id: Attr<String>,
    }
}

/// Describes the attributes.
pub(super) fn attributes<Client: Attaching>() -> Vec<Attribute> {
    vec![
        required("guardrail_id", STRING, Client::GUARDRAIL).replaces(),
        required("target_id", STRING, Client::TARGET).replaces(),
        optional("assume_role_arn", STRING, Client::ROLE),
        optional(
            "accepted",
            set(STRING),
            "Codes of warnings that are read and accepted, and not given again: `self_target` says \
             that the guardrail binds whoever attaches it.",
        ),
        computed("id", STRING, "`TARGET:GUARDRAIL_ID`, as an import takes it.").keeps_prior(),
        computed(
            "account_id",
            STRING,
            "The id of the account of the user, group or role; null where the target belongs to the \
             organisation, whose policies several accounts can manage.",
        )
        .keeps_prior(),
        timeouts(),
    ]
}

/// Describes the identity.
pub(super) fn identity_attributes() -> Vec<IdentityAttribute> {
    let part =
        |name, required, description| IdentityAttribute { name, ty: STRING, required, description };
    vec![
        part(
            "account_id",
            false,
            "The id of the account of a user, group or role; default: that of the credentials. None \
             where the target belongs to the organisation.",
        ),
        part("target_id", true, "What the guardrail is attached to."),
        part("guardrail_id", true, "The id of the guardrail."),
    ]
}

impl AttachmentModel {
    /// Returns the identity.
    pub(super) fn identity(&self) -> AttachmentIdentity {
        AttachmentIdentity {
            account_id: self.account_id.clone(),
            target_id: self.target_id.clone(),
            guardrail_id: self.guardrail_id.clone(),
        }
    }

    /// Says where calls are made: policies have no region of their own.
    pub(super) fn place(&self) -> PlaceModel {
        PlaceModel { region: Attr::Null, assume_role_arn: self.assume_role_arn.clone() }
    }

    /// Returns the target; empty while it is not known.
    pub(super) fn target(&self) -> &str {
        self.target_id.known().map_or("", String::as_str)
    }

    /// Returns the guardrail's id; empty while it is not known.
    pub(super) fn guardrail(&self) -> &str {
        self.guardrail_id.known().map_or("", String::as_str)
    }

    /// Tells where the target is; `None` while it is not known.
    pub(super) fn tier<Client: Attaching>(&self) -> Option<Tier> {
        Client::tier_of_target(self.target_id.known()?)
    }

    /// Puts target and guardrail together; unknown while one of them is.
    pub(super) fn joined(&self) -> Attr<String> {
        match (self.target_id.known(), self.guardrail_id.known()) {
            (Some(target), Some(guardrail)) => format!("{target}:{guardrail}").into(),
            _ => Attr::Unknown,
        }
    }

    /// Tells whether a warning is read and accepted.
    pub(super) fn accepts(&self, code: &str) -> bool {
        self.accepted.known().is_some_and(|codes| codes.contains(code))
    }
}
