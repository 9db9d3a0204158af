//! The object `aws`.

use std::collections::{BTreeMap, BTreeSet};

use super::{ca_bundle, max_retries, request_timeout};
use crate::{
    cloud::Secret,
    model,
    plugin::{
        Attr,
        schema::{Attribute, BOOL, Nesting, Presence, STRING, list, map, nested, optional, set},
    },
};

model! {
    /// The object `aws`.
    #[derive(Default)]
    pub(in crate::provider) struct AwsModel {
        pub(in crate::provider) region: Attr<String>,
        pub(in crate::provider) profile: Attr<String>,
        pub(in crate::provider) access_key: Attr<String>,
        pub(in crate::provider) secret_key: Attr<Secret>,
        pub(in crate::provider) token: Attr<Secret>,
        pub(in crate::provider) shared_config_files: Attr<Vec<String>>,
        pub(in crate::provider) shared_credentials_files: Attr<Vec<String>>,
        pub(in crate::provider) assume_role: Attr<Vec<AwsRoleModel>>,
        pub(in crate::provider) assume_role_with_web_identity: Attr<AwsWebIdentityModel>,
        pub(in crate::provider) endpoints: Attr<AwsEndpointsModel>,
        pub(in crate::provider) allowed_account_ids: Attr<BTreeSet<String>>,
        pub(in crate::provider) forbidden_account_ids: Attr<BTreeSet<String>>,
        pub(in crate::provider) use_fips_endpoint: Attr<bool>,
        pub(in crate::provider) use_dualstack_endpoint: Attr<bool>,
        pub(in crate::provider) ca_bundle: Attr<String>,
        pub(in crate::provider) max_retries: Attr<i64>,
        pub(in crate::provider) request_timeout: Attr<String>,
    }
}

model! {
    /// An element of `aws.assume_role`.
    pub(in crate::provider) struct AwsRoleModel {
        pub(in crate::provider) role_arn: Attr<String>,
        pub(in crate::provider) session_name: Attr<String>,
        pub(in crate::provider) external_id: Attr<String>,
        pub(in crate::provider) duration: Attr<String>,
        pub(in crate::provider) policy: Attr<String>,
        pub(in crate::provider) policy_arns: Attr<BTreeSet<String>>,
        pub(in crate::provider) source_identity: Attr<String>,
        pub(in crate::provider) tags: Attr<BTreeMap<String, String>>,
        pub(in crate::provider) transitive_tag_keys: Attr<BTreeSet<String>>,
    }
}

model! {
    /// The object `aws.assume_role_with_web_identity`.
    pub(in crate::provider) struct AwsWebIdentityModel {
        pub(in crate::provider) role_arn: Attr<String>,
        pub(in crate::provider) session_name: Attr<String>,
        pub(in crate::provider) duration: Attr<String>,
        pub(in crate::provider) policy: Attr<String>,
        pub(in crate::provider) policy_arns: Attr<BTreeSet<String>>,
        pub(in crate::provider) web_identity_token: Attr<Secret>,
        pub(in crate::provider) web_identity_token_file: Attr<String>,
    }
}

model! {
    /// The object `aws.endpoints`.
    #[derive(Default)]
    pub(in crate::provider) struct AwsEndpointsModel {
        pub(in crate::provider) ec2: Attr<String>,
        pub(in crate::provider) iam: Attr<String>,
        pub(in crate::provider) organizations: Attr<String>,
        pub(in crate::provider) sts: Attr<String>,
    }
}

/// Describes the object.
pub(super) fn attributes() -> Vec<Attribute> {
    vec![
        optional(
            "region",
            STRING,
            "The region, such as `eu-central-1`. Else `AWS_REGION`, `AWS_DEFAULT_REGION`, or the \
             region of the profile.",
        ),
        optional(
            "profile",
            STRING,
            "The profile in the shared files. Beats keys in the environment. Else `AWS_PROFILE`.",
        ),
        optional("access_key", STRING, "The access key id. Else `AWS_ACCESS_KEY_ID`."),
        optional("secret_key", STRING, "The secret access key. Else `AWS_SECRET_ACCESS_KEY`.")
            .sensitive(),
        optional("token", STRING, "The session token of temporary keys. Else `AWS_SESSION_TOKEN`.")
            .sensitive(),
        optional(
            "shared_config_files",
            list(STRING),
            "The configuration files. Else `AWS_CONFIG_FILE` or `~/.aws/config`.",
        ),
        optional(
            "shared_credentials_files",
            list(STRING),
            "The credentials files. Else `AWS_SHARED_CREDENTIALS_FILE` or `~/.aws/credentials`.",
        ),
        nested(
            "assume_role",
            Nesting::List,
            Presence::Optional,
            "Roles to assume, one after the other. Not supported yet: setting it is an error.",
            role(),
        ),
        nested(
            "assume_role_with_web_identity",
            Nesting::Single,
            Presence::Optional,
            "A role to assume with a web identity. Not supported yet: setting it is an error; \
             the environment variables of web identities work.",
            web_identity(),
        ),
        nested(
            "endpoints",
            Nesting::Single,
            Presence::Optional,
            "Other places to send calls to: a URL, or a bare host, which means https. Plain \
             `http://` is for loopback addresses only. Else `AWS_ENDPOINT_URL_EC2` and the like, \
             or `AWS_ENDPOINT_URL`. This version calls `ec2` and `sts` only.",
            ["ec2", "iam", "organizations", "sts"]
                .map(|service| optional(service, STRING, "The endpoint of this service."))
                .into(),
        ),
        optional(
            "allowed_account_ids",
            set(STRING),
            "The only accounts to work in. Not supported yet: setting it is an error.",
        ),
        optional(
            "forbidden_account_ids",
            set(STRING),
            "Accounts never to work in. Not supported yet: setting it is an error.",
        ),
        optional(
            "use_fips_endpoint",
            BOOL,
            "Whether to use FIPS endpoints. Not supported yet: setting it is an error.",
        ),
        optional(
            "use_dualstack_endpoint",
            BOOL,
            "Whether to use dual-stack endpoints. Not supported yet: setting it is an error.",
        ),
        ca_bundle(
            "A PEM file with the root certificates to trust instead of the system's. Else \
             `AWS_CA_BUNDLE`.",
        ),
        max_retries(),
        request_timeout(),
    ]
}

fn role() -> Vec<Attribute> {
    vec![
        optional("role_arn", STRING, "The role's ARN."),
        optional("session_name", STRING, "The session's name, seen in audit logs."),
        optional("external_id", STRING, "The external id that the role asks for."),
        optional("duration", STRING, "How long the session lasts, such as `1h`."),
        optional("policy", STRING, "A policy, in JSON, that narrows the session."),
        optional("policy_arns", set(STRING), "Managed policies that narrow the session."),
        optional("source_identity", STRING, "The source identity of the session."),
        optional("tags", map(STRING), "Tags of the session."),
        optional("transitive_tag_keys", set(STRING), "Tags that role chains pass on."),
    ]
}

fn web_identity() -> Vec<Attribute> {
    vec![
        optional("role_arn", STRING, "The role's ARN."),
        optional("session_name", STRING, "The session's name, seen in audit logs."),
        optional("duration", STRING, "How long the session lasts, such as `1h`."),
        optional("policy", STRING, "A policy, in JSON, that narrows the session."),
        optional("policy_arns", set(STRING), "Managed policies that narrow the session."),
        optional("web_identity_token", STRING, "The token itself.").sensitive(),
        optional("web_identity_token_file", STRING, "The file with the token."),
    ]
}
