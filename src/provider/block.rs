//! The provider block: its schema and its model.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    cloud::Secret,
    model,
    plugin::{
        Attr, Mismatch, Model, Type, Value,
        schema::{
            Attribute, BOOL, NUMBER, Nesting, Presence, STRING, Schema, list, map, nested,
            optional, set,
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

model! {
    /// The object `alicloud`.
    #[derive(Default)]
    pub(super) struct AlicloudModel {
        pub(super) region: Attr<String>,
        pub(super) access_key: Attr<String>,
        pub(super) secret_key: Attr<Secret>,
        pub(super) security_token: Attr<Secret>,
        pub(super) profile: Attr<String>,
        pub(super) shared_credentials_file: Attr<String>,
        pub(super) ecs_role_name: Attr<String>,
        pub(super) credentials_uri: Attr<String>,
        pub(super) assume_role: Attr<AlicloudRoleModel>,
        pub(super) assume_role_with_oidc: Attr<AlicloudOidcModel>,
        pub(super) endpoints: Attr<AlicloudEndpointsModel>,
        pub(super) ca_bundle: Attr<String>,
        pub(super) max_retries: Attr<i64>,
        pub(super) request_timeout: Attr<String>,
    }
}

model! {
    /// The object `alicloud.assume_role`.
    pub(super) struct AlicloudRoleModel {
        pub(super) role_arn: Attr<String>,
        pub(super) session_name: Attr<String>,
        pub(super) external_id: Attr<String>,
        pub(super) policy: Attr<String>,
        pub(super) session_expiration: Attr<i64>,
    }
}

model! {
    /// The object `alicloud.assume_role_with_oidc`.
    pub(super) struct AlicloudOidcModel {
        pub(super) role_arn: Attr<String>,
        pub(super) oidc_provider_arn: Attr<String>,
        pub(super) oidc_token_file: Attr<String>,
        pub(super) oidc_token: Attr<Secret>,
        pub(super) role_session_name: Attr<String>,
        pub(super) policy: Attr<String>,
        pub(super) session_expiration: Attr<i64>,
    }
}

model! {
    /// The object `alicloud.endpoints`.
    #[derive(Default)]
    pub(super) struct AlicloudEndpointsModel {
        pub(super) ecs: Attr<String>,
        pub(super) ram: Attr<String>,
        pub(super) resourcemanager: Attr<String>,
        pub(super) resourcedirectory: Attr<String>,
        pub(super) sts: Attr<String>,
    }
}

model! {
    /// The object `aws`.
    #[derive(Default)]
    pub(super) struct AwsModel {
        pub(super) region: Attr<String>,
        pub(super) profile: Attr<String>,
        pub(super) access_key: Attr<String>,
        pub(super) secret_key: Attr<Secret>,
        pub(super) token: Attr<Secret>,
        pub(super) shared_config_files: Attr<Vec<String>>,
        pub(super) shared_credentials_files: Attr<Vec<String>>,
        pub(super) assume_role: Attr<Vec<AwsRoleModel>>,
        pub(super) assume_role_with_web_identity: Attr<AwsWebIdentityModel>,
        pub(super) endpoints: Attr<AwsEndpointsModel>,
        pub(super) allowed_account_ids: Attr<BTreeSet<String>>,
        pub(super) forbidden_account_ids: Attr<BTreeSet<String>>,
        pub(super) use_fips_endpoint: Attr<bool>,
        pub(super) use_dualstack_endpoint: Attr<bool>,
        pub(super) ca_bundle: Attr<String>,
        pub(super) max_retries: Attr<i64>,
        pub(super) request_timeout: Attr<String>,
    }
}

model! {
    /// An element of `aws.assume_role`.
    pub(super) struct AwsRoleModel {
        pub(super) role_arn: Attr<String>,
        pub(super) session_name: Attr<String>,
        pub(super) external_id: Attr<String>,
        pub(super) duration: Attr<String>,
        pub(super) policy: Attr<String>,
        pub(super) policy_arns: Attr<BTreeSet<String>>,
        pub(super) source_identity: Attr<String>,
        pub(super) tags: Attr<BTreeMap<String, String>>,
        pub(super) transitive_tag_keys: Attr<BTreeSet<String>>,
    }
}

model! {
    /// The object `aws.assume_role_with_web_identity`.
    pub(super) struct AwsWebIdentityModel {
        pub(super) role_arn: Attr<String>,
        pub(super) session_name: Attr<String>,
        pub(super) duration: Attr<String>,
        pub(super) policy: Attr<String>,
        pub(super) policy_arns: Attr<BTreeSet<String>>,
        pub(super) web_identity_token: Attr<Secret>,
        pub(super) web_identity_token_file: Attr<String>,
    }
}

model! {
    /// The object `aws.endpoints`.
    #[derive(Default)]
    pub(super) struct AwsEndpointsModel {
        pub(super) ec2: Attr<String>,
        pub(super) iam: Attr<String>,
        pub(super) organizations: Attr<String>,
        pub(super) sts: Attr<String>,
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
                alicloud(),
            ),
            nested("aws", Nesting::Single, Presence::Optional, "How to reach AWS.", aws()),
        ],
    }
}

fn alicloud() -> Vec<Attribute> {
    vec![
        optional(
            "region",
            STRING,
            "The region, such as `cn-hangzhou`. Else `ALICLOUD_REGION`, `ALIBABA_CLOUD_REGION`, or \
             the region of the CLI profile.",
        ),
        optional(
            "access_key",
            STRING,
            "The AccessKey id. Else `ALICLOUD_ACCESS_KEY`, `ALIBABA_CLOUD_ACCESS_KEY_ID` or \
             `ALIBABACLOUD_ACCESS_KEY_ID`.",
        ),
        optional(
            "secret_key",
            STRING,
            "The AccessKey secret. Else `ALICLOUD_SECRET_KEY`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET` \
             or `ALIBABACLOUD_ACCESS_KEY_SECRET`.",
        )
        .sensitive(),
        optional(
            "security_token",
            STRING,
            "The STS token of temporary keys. Else `ALICLOUD_SECURITY_TOKEN`, \
             `ALIBABA_CLOUD_SECURITY_TOKEN` or `ALIBABACLOUD_SECURITY_TOKEN`.",
        )
        .sensitive(),
        optional(
            "profile",
            STRING,
            "The profile of the Alibaba Cloud CLI. Beats keys in the environment. Else \
             `ALICLOUD_PROFILE`, `ALIBABA_CLOUD_PROFILE`, or the CLI's current profile.",
        ),
        optional(
            "shared_credentials_file",
            STRING,
            "The CLI's configuration file. Else `ALICLOUD_SHARED_CREDENTIALS_FILE`, \
             `ALIBABA_CLOUD_CONFIG_FILE` or `~/.aliyun/config.json`.",
        ),
        optional(
            "ecs_role_name",
            STRING,
            "The role of the ECS instance this runs on. Not supported yet: setting it is an error.",
        ),
        optional(
            "credentials_uri",
            STRING,
            "Where to fetch temporary keys. Not supported yet: setting it is an error.",
        ),
        nested(
            "assume_role",
            Nesting::Single,
            Presence::Optional,
            "A RAM role to assume. Not supported yet: setting it is an error.",
            alicloud_role(),
        ),
        nested(
            "assume_role_with_oidc",
            Nesting::Single,
            Presence::Optional,
            "A RAM role to assume with an OIDC token. Not supported yet: setting it is an error.",
            alicloud_oidc(),
        ),
        nested(
            "endpoints",
            Nesting::Single,
            Presence::Optional,
            "Other places to send calls to: a URL, or a bare host, which means https. Plain \
             `http://` is for loopback addresses only.",
            ["ecs", "ram", "resourcemanager", "resourcedirectory", "sts"]
                .map(|service| optional(service, STRING, "The endpoint of this service."))
                .into(),
        ),
        ca_bundle("A PEM file with the root certificates to trust instead of the system's."),
        max_retries(),
        request_timeout(),
    ]
}

fn alicloud_role() -> Vec<Attribute> {
    vec![
        optional("role_arn", STRING, "The role: `acs:ram::ACCOUNT:role/NAME`."),
        optional("session_name", STRING, "The session's name, seen in audit logs."),
        optional("external_id", STRING, "The external id that the role asks for."),
        optional("policy", STRING, "A policy, in JSON, that narrows the session."),
        optional("session_expiration", NUMBER, "How long the session lasts, in seconds."),
    ]
}

fn alicloud_oidc() -> Vec<Attribute> {
    vec![
        optional("role_arn", STRING, "The role: `acs:ram::ACCOUNT:role/NAME`."),
        optional("oidc_provider_arn", STRING, "The identity provider."),
        optional("oidc_token_file", STRING, "The file with the token."),
        optional("oidc_token", STRING, "The token itself.").sensitive(),
        optional("role_session_name", STRING, "The session's name, seen in audit logs."),
        optional("policy", STRING, "A policy, in JSON, that narrows the session."),
        optional("session_expiration", NUMBER, "How long the session lasts, in seconds."),
    ]
}

fn aws() -> Vec<Attribute> {
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
            aws_role(),
        ),
        nested(
            "assume_role_with_web_identity",
            Nesting::Single,
            Presence::Optional,
            "A role to assume with a web identity. Not supported yet: setting it is an error; \
             the environment variables of web identities work.",
            aws_web_identity(),
        ),
        nested(
            "endpoints",
            Nesting::Single,
            Presence::Optional,
            "Other places to send calls to: a URL, or a bare host, which means https. Plain \
             `http://` is for loopback addresses only. Else `AWS_ENDPOINT_URL_EC2` and the like, \
             or `AWS_ENDPOINT_URL`.",
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

fn aws_role() -> Vec<Attribute> {
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

fn aws_web_identity() -> Vec<Attribute> {
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
