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
            "The profile of the Alibaba Cloud CLI, in any mode that needs neither a browser nor a \
             command, or the section of an INI file. Beats keys in the environment. Else \
             `ALICLOUD_PROFILE`, `ALIBABA_CLOUD_PROFILE`, or the CLI's current profile.",
        ),
        optional(
            "shared_credentials_file",
            STRING,
            "The file with the profiles: the CLI's if it begins with `{`, else an INI file. Else \
             `ALICLOUD_SHARED_CREDENTIALS_FILE`, `ALIBABA_CLOUD_CONFIG_FILE`, \
             `ALIBABA_CLOUD_CREDENTIALS_FILE`, or `~/.aliyun/config.json`, \
             `~/.alibabacloud/credentials` and `~/.alibabacloud/credentials.ini`.",
        ),
        optional(
            "ecs_role_name",
            STRING,
            "The role of the ECS instance this runs on. Else `ALICLOUD_ECS_ROLE_NAME`, \
             `ALIBABA_CLOUD_ECS_METADATA`, or the role that the instance has.",
        ),
        optional(
            "credentials_uri",
            STRING,
            "A URL that answers with temporary keys: https, or http on this machine. Else \
             `ALICLOUD_CREDENTIALS_URI` or `ALIBABA_CLOUD_CREDENTIALS_URI`.",
        ),
        nested(
            "assume_role",
            Nesting::Single,
            Presence::Optional,
            "A RAM role to assume with whatever credentials are found. What it leaves out comes \
             from the environment; without the object, `ALICLOUD_ASSUME_ROLE_ARN` alone assumes a \
             role too. The `assume_role_arn` of a type takes its place.",
            role(),
        ),
        nested(
            "assume_role_with_oidc",
            Nesting::Single,
            Presence::Optional,
            "A RAM role for the holder of an OIDC token. What it leaves out comes from the \
             environment.",
            oidc(),
        ),
        nested(
            "endpoints",
            Nesting::Single,
            Presence::Optional,
            "Other places to send calls to: a URL, or a bare host, which means https. Plain \
             `http://` is for loopback addresses only. Else `ALIBABA_CLOUD_ENDPOINT_ECS` or \
             `ECS_ENDPOINT`, and the like for each service. Accounts of the international site need \
             `resourcedirectory = \"resourcedirectory-intl.aliyuncs.com\"` for control policies.",
            ["ecs", "ram", "resourcemanager", "resourcedirectory", "sts"]
                .map(|service| optional(service, STRING, "The endpoint of this service."))
                .into(),
        ),
        ca_bundle("A PEM file with the root certificates to trust instead of the system's."),
        max_retries(),
        request_timeout(),
    ]
}

const POLICY: &str = "A policy, in JSON, of at most 2048 bytes, that narrows the session.";

fn role() -> Vec<Attribute> {
    vec![
        optional(
            "role_arn",
            STRING,
            "The role: `acs:ram::ACCOUNT:role/NAME`. Else `ALICLOUD_ASSUME_ROLE_ARN`, or \
             `ALIBABA_CLOUD_ROLE_ARN` unless OIDC is set up.",
        ),
        optional(
            "session_name",
            STRING,
            "The session's name, seen in audit logs: 2 to 64 letters, digits and characters of \
             `.@-_`. Else `ALICLOUD_ASSUME_ROLE_SESSION_NAME`, `ALIBABA_CLOUD_ROLE_SESSION_NAME`, \
             or `terraform`.",
        ),
        optional(
            "external_id",
            STRING,
            "The external id that the role's trust policy asks for: 2 to 1224 characters.",
        ),
        optional("policy", STRING, POLICY),
        optional(
            "session_expiration",
            NUMBER,
            "How long the session lasts, in seconds: 900 to 43200, and no longer than the role \
             allows. It is renewed in time. Else `ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION`, or \
             the vendor's default of 3600.",
        ),
    ]
}

fn oidc() -> Vec<Attribute> {
    vec![
        optional(
            "role_arn",
            STRING,
            "The role: `acs:ram::ACCOUNT:role/NAME`. Else `ALIBABA_CLOUD_ROLE_ARN`.",
        ),
        optional(
            "oidc_provider_arn",
            STRING,
            "The identity provider: `acs:ram::ACCOUNT:oidc-provider/NAME`. Else \
             `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`.",
        ),
        optional(
            "oidc_token_file",
            STRING,
            "The file with the token, read anew for each session. Else \
             `ALIBABA_CLOUD_OIDC_TOKEN_FILE`.",
        ),
        optional(
            "oidc_token",
            STRING,
            "The token itself, instead of the file. Else `ALIBABA_CLOUD_OIDC_TOKEN`.",
        )
        .sensitive(),
        optional(
            "role_session_name",
            STRING,
            "The session's name, seen in audit logs: 2 to 64 letters, digits and characters of \
             `.@-_`. Else `ALIBABA_CLOUD_ROLE_SESSION_NAME`, or `terraform`.",
        ),
        optional("policy", STRING, POLICY),
        optional(
            "session_expiration",
            NUMBER,
            "How long the session lasts, in seconds: 900 to 43200, and no longer than the role \
             allows. It is renewed in time. Default 3600, which is the vendor's.",
        ),
    ]
}
