//! The provider block: its schema and its model, the object of each cloud in a file of its own.

mod alicloud;
mod aws;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use self::{
    alicloud::{AlicloudEndpointsModel, AlicloudModel, AlicloudOidcModel, AlicloudRoleModel},
    aws::{AwsEndpointsModel, AwsModel, AwsRoleModel, AwsWebIdentityModel},
};
use crate::{
    cloud::Secret,
    model,
    plugin::{
        Attr, Mismatch, Model, Type, Value,
        schema::{
            Attribute, NUMBER, Nesting, Presence, STRING, Schema, map, nested, optional, set,
        },
    },
};

/// Tag keys and, for each, the patterns of which its value must match one.
pub(crate) type TagPatterns = BTreeMap<String, BTreeSet<String>>;

/// The type of [`TagPatterns`].
pub(super) fn tag_patterns() -> Type {
    map(set(STRING))
}

model! {
    /// The provider block.
    #[derive(Default)]
    pub struct ProviderModel {
        pub(super) golden_tags: Attr<TagPatterns>,
        pub(super) alicloud: Attr<AlicloudModel>,
        pub(super) aws: Attr<AwsModel>,
    }
}

impl Model for Secret {
    fn ty() -> Type {
        Type::String
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        String::from_value(value).map(Self::new)
    }

    fn into_value(self) -> Value {
        Value::String(self.reveal().to_owned())
    }
}

/// Describes the provider block.
pub(super) fn schema() -> Schema {
    Schema {
        version: 0,
        description: "Finds approved (\"golden\") machine images on Alibaba Cloud and AWS, so \
            that infrastructure runs use nothing else. Configure either cloud, both or none; a \
            cloud that is left out takes its environment variables and files, and matters only \
            once a type uses it. No call is made before then.",
        attributes: vec![
            optional(
                "golden_tags",
                tag_patterns(),
                "What \"golden\" means everywhere: every key must be on the image with a value \
                 that matches one of its patterns. `*` stands for any run of characters, also \
                 none, `?` for one character, everything else for itself, case-sensitively: \
                 `[\"*\"]` asks for the key only, `[\"?*\"]` for a value that is not empty, two \
                 patterns for either. \"Either of two keys\" cannot be said. Types narrow it \
                 with `tags` of their own, and never widen it.",
            ),
            nested(
                "alicloud",
                Nesting::Single,
                Presence::Optional,
                "How to reach Alibaba Cloud.",
                alicloud::attributes(),
            ),
            nested(
                "aws",
                Nesting::Single,
                Presence::Optional,
                "How to reach AWS.",
                aws::attributes(),
            ),
        ],
    }
}

fn ca_bundle(description: &'static str) -> Attribute {
    optional("ca_bundle", STRING, description)
}

fn max_retries() -> Attribute {
    optional(
        "max_retries",
        NUMBER,
        "How often a call that is safe to repeat is tried again. Default 9. All attempts of one \
         call together take at most twice the `request_timeout`.",
    )
}

fn request_timeout() -> Attribute {
    optional(
        "request_timeout",
        STRING,
        "How long one attempt of a call may take, such as `90s`. Default `60s`.",
    )
}
