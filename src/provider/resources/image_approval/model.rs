//! What an approval is made of: attributes, identity, states of affairs.

use std::collections::BTreeMap;

use crate::{
    model,
    plugin::{
        Attr, IdentityAttribute, Timeouts,
        schema::{Attribute, STRING, computed, map, optional, optional_computed, required},
        timeouts,
    },
    provider::place::{Cloud, PlaceModel},
};

/// Values by key.
pub(in crate::provider::resources) type TagMap = BTreeMap<String, String>;

/// The status of an approval whose tags are set.
pub(super) const ACTIVE: &str = "active";
/// The status of an approval that is over, and whose tags are removed.
pub(super) const EXPIRED: &str = "expired";

model! {
    /// An approval, as configured, as planned or as it is.
    #[derive(Clone)]
    pub(in crate::provider::resources) struct ApprovalModel {
        pub(super) image_id: Attr<String>,
        /// As configured; after a read, what is left of it on the image.
        pub(super) tags: Attr<BTreeMap<String, Attr<String>>>,
        pub(super) expires_at: Attr<String>,
        pub(super) status: Attr<String>,
        pub(super) account_id: Attr<String>,
        pub(super) timeouts: Attr<Timeouts>,
        ..pub(super) place: PlaceModel,
    }
}

model! {
    /// Which image, where.
    pub(in crate::provider::resources) struct ApprovalIdentity {
        pub(super) account_id: Attr<String>,
        pub(super) region: Attr<String>,
        pub(super) image_id: Attr<String>,
    }
}

/// Describes the attributes.
pub(super) fn attributes<Client: Cloud>(region: &'static str) -> Vec<Attribute> {
    vec![
        required("image_id", STRING, "The id of the image to approve.").replaces(),
        optional_computed(
            "tags",
            map(STRING),
            "The tags that make the image golden, key by key with one value each. They must \
             satisfy the provider block's `golden_tags`; others may be beside them. The approval \
             owns exactly these keys. Default: the tags of `golden_tags`, if it allows one exact \
             value for each key.",
        ),
        optional(
            "expires_at",
            STRING,
            "When the approval ends, in RFC 3339, such as `2026-12-31T00:00:00Z`: the first run \
             after that removes the tags. Left out, it does not end. See below.",
        ),
        optional_computed("region", STRING, region).keeps_prior().replaces(),
        optional("assume_role_arn", STRING, Client::ROLE),
        computed(
            "status",
            STRING,
            "`active` while the tags are set, `expired` once they are removed because `expires_at` \
             is over.",
        ),
        computed("account_id", STRING, "The id of the account that the tags are set in.")
            .keeps_prior(),
        timeouts(),
    ]
}

/// Describes the identity.
pub(super) fn identity_attributes() -> Vec<IdentityAttribute> {
    let part =
        |name, required, description| IdentityAttribute { name, ty: STRING, required, description };
    vec![
        part("account_id", false, "The id of the account; default: that of the credentials."),
        part("region", true, "The region of the image."),
        part("image_id", true, "The id of the image."),
    ]
}

impl ApprovalModel {
    /// Returns the identity.
    pub(super) fn identity(&self) -> ApprovalIdentity {
        ApprovalIdentity {
            account_id: self.account_id.clone(),
            region: self.place.region.clone(),
            image_id: self.image_id.clone(),
        }
    }

    /// Returns the tags whose values are known.
    pub(super) fn known_tags(&self) -> TagMap {
        let tags = self.tags.known().into_iter().flatten();
        tags.filter_map(|(key, value)| Some((key.clone(), value.known()?.clone()))).collect()
    }

    /// Tells whether the tags have been removed because the time was over.
    pub(super) fn is_expired(&self) -> bool {
        self.status.known().is_some_and(|status| status == EXPIRED)
    }

    /// Returns the id of the image; empty while it is not known.
    pub(super) fn image(&self) -> &str {
        self.image_id.known().map_or("", String::as_str)
    }
}

/// Makes tags an attribute.
pub(super) fn attribute(tags: TagMap) -> Attr<BTreeMap<String, Attr<String>>> {
    tags.into_iter().map(|(key, value)| (key, value.into())).collect::<BTreeMap<_, _>>().into()
}
