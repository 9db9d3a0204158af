//! The object `alicloud`.

use super::{ca_bundle, max_retries, request_timeout};
use crate::{
    cloud::Secret,
    model,
    plugin::{
        Attr,
        schema::{Attribute, NUMBER, Nesting, Presence, STRING, nested, optional},
    },
};

model! {
    /// The object `alicloud`.
    #[derive(Default)]
    pub(in crate::provider) struct AlicloudModel {
        pub(in crate::provider) region: Attr<String>,
        pub(in crate::provider) access_key: Attr<String>,
        pub(in crate::provider) secret_key: Attr<Secret>,
        pub(in crate::provider) security_token: Attr<Secret>,
        pub(in crate::provider) profile: Attr<String>,
        pub(in crate::provider) shared_credentials_file: Attr<String>,
        pub(in crate::provider) ecs_role_name: Attr<String>,
        pub(in crate::provider) credentials_uri: Attr<String>,
        pub(in crate::provider) assume_role: Attr<AlicloudRoleModel>,
        pub(in crate::provider) assume_role_with_oidc: Attr<AlicloudOidcModel>,
        pub(in crate::provider) endpoints: Attr<AlicloudEndpointsModel>,
        pub(in crate::provider) ca_bundle: Attr<String>,
        pub(in crate::provider) max_retries: Attr<i64>,
        pub(in crate::provider) request_timeout: Attr<String>,
    }
}

model! {
    /// The object `alicloud.assume_role`.
    pub(in crate::provider) struct AlicloudRoleModel {
        pub(in crate::provider) role_arn: Attr<String>,
        pub(in crate::provider) session_name: Attr<String>,
        pub(in crate::provider) external_id: Attr<String>,
        pub(in crate::provider) policy: Attr<String>,
        pub(in crate::provider) session_expiration: Attr<i64>,
    }
}

model! {
    /// The object `alicloud.assume_role_with_oidc`.
    pub(in crate::provider) struct AlicloudOidcModel {
        pub(in crate::provider) role_arn: Attr<String>,
        pub(in crate::provider) oidc_provider_arn: Attr<String>,
        pub(in crate::provider) oidc_token_file: Attr<String>,
        pub(in crate::provider) oidc_token: Attr<Secret>,
        pub(in crate::provider) role_session_name: Attr<String>,
        pub(in crate::provider) policy: Attr<String>,
        pub(in crate::provider) session_expiration: Attr<i64>,
    }
}

model! {
    /// The object `alicloud.endpoints`.
    #[derive(Default)]
    pub(in crate::provider) struct AlicloudEndpointsModel {
        pub(in crate::provider) ecs: Attr<String>,
        pub(in crate::provider) ram: Attr<String>,
        pub(in crate::provider) resourcemanager: Attr<String>,
        pub(in crate::provider) resourcedirectory: Attr<String>,
        pub(in crate::provider) sts: Attr<String>,
    }
}

/// Describes the object.
pub(super) fn attributes() -> Vec<Attribute> {
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
            role(),
        ),
        nested(
            "assume_role_with_oidc",
            Nesting::Single,
            Presence::Optional,
            "A RAM role to assume with an OIDC token. Not supported yet: setting it is an error.",
            oidc(),
        ),
        nested(
            "endpoints",
            Nesting::Single,
            Presence::Optional,
            "Other places to send calls to: a URL, or a bare host, which means https. Plain \
             `http://` is for loopback addresses only. Else `ALIBABA_CLOUD_ENDPOINT_ECS` or \
             `ECS_ENDPOINT`, and the like for `sts`. This version calls `ecs` and `sts` only.",
            ["ecs", "ram", "resourcemanager", "resourcedirectory", "sts"]
                .map(|service| optional(service, STRING, "The endpoint of this service."))
                .into(),
        ),
        ca_bundle("A PEM file with the root certificates to trust instead of the system's."),
        max_retries(),
        request_timeout(),
    ]
}

fn role() -> Vec<Attribute> {
    vec![
        optional("role_arn", STRING, "The role: `acs:ram::ACCOUNT:role/NAME`."),
        optional("session_name", STRING, "The session's name, seen in audit logs."),
        optional("external_id", STRING, "The external id that the role asks for."),
        optional("policy", STRING, "A policy, in JSON, that narrows the session."),
        optional("session_expiration", NUMBER, "How long the session lasts, in seconds."),
    ]
}

fn oidc() -> Vec<Attribute> {
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
