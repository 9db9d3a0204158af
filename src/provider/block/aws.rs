//! The object `aws`.

use std::collections::{BTreeMap, BTreeSet};

use super::{ca_bundle, max_retries, request_timeout};
use crate::{
    cloud::Secret,
    model,
    plugin::{
        Attr,
        schema::{
            Attribute, BOOL, Nesting, Presence, STRING, list, map, nested, optional, required, set,
        },
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
    #[derive(Clone, Default)]
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
    #[derive(Default)]
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
            "Roles to assume, one after the other: the first with the credentials that the rest \
             of this object, the environment and the shared files give, each further one with \
             those of the role before it. The `assume_role_arn` of a type takes the place of all.",
            role(),
        ),
        nested(
            "assume_role_with_web_identity",
            Nesting::Single,
            Presence::Optional,
            "A role to assume with a token of another identity provider, such as that of a CI \
             system, instead of any other credentials. Roles in `assume_role` come after it. Else \
             `AWS_ROLE_ARN`, `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_SESSION_NAME`, unless the \
             environment or a profile has other credentials.",
            web_identity(),
        ),
        nested(
            "endpoints",
            Nesting::Single,
            Presence::Optional,
            "Other places to send calls to: a URL, or a bare host, which means https. Plain \
             `http://` is for loopback addresses only. Else `AWS_ENDPOINT_URL_EC2` and the like, \
             `AWS_ENDPOINT_URL`, or the profile's `services` section and `endpoint_url`, unless \
             `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is `true`.",
            ["ec2", "iam", "organizations", "sts"]
                .map(|service| optional(service, STRING, "The endpoint of this service."))
                .into(),
        ),
        optional(
            "allowed_account_ids",
            set(STRING),
            "The only accounts to work in, by id. AWS is asked for the account before keys are \
             first used; in any other nothing is called. That is the account where the last role is, \
             also if a type assumes one of its own; accounts on the way there do not matter.",
        ),
        optional(
            "forbidden_account_ids",
            set(STRING),
            "Accounts never to work in, by id; otherwise as `allowed_account_ids`, which it \
             excludes.",
        ),
        optional(
            "use_fips_endpoint",
            BOOL,
            "Whether to call AWS's FIPS hosts. Else `AWS_USE_FIPS_ENDPOINT`, or the profile's \
             `use_fips_endpoint`. It is an error where AWS has none; `endpoints` win over it.",
        ),
        optional(
            "use_dualstack_endpoint",
            BOOL,
            "Whether to call hosts that can be reached over IPv6 also. Else \
             `AWS_USE_DUALSTACK_ENDPOINT`, or the profile's `use_dualstack_endpoint`. `endpoints` \
             win over it.",
        ),
        ca_bundle(
            "A PEM file with the root certificates to trust instead of the system's. Else \
             `AWS_CA_BUNDLE`, or the profile's `ca_bundle`.",
        ),
        max_retries(),
        request_timeout(),
    ]
}

fn role() -> Vec<Attribute> {
    vec![
        required("role_arn", STRING, "The role: `arn:aws:iam::ACCOUNT:role/NAME`."),
        session_name(),
        optional("external_id", STRING, "The external id that the role's trust policy asks for."),
        duration(
            "How long a session lasts, from `15m` to `12h`; `1h` at most if the credentials are \
             those of another role. Default: AWS's, `1h`. It is renewed in time.",
        ),
        optional("policy", STRING, "A policy, in JSON, that narrows the session."),
        policy_arns(),
        optional(
            "source_identity",
            STRING,
            "Who is behind the session; audit logs show it, also of sessions made from this one.",
        ),
        optional("tags", map(STRING), "Tags of the session, for conditions in policies."),
        optional(
            "transitive_tag_keys",
            set(STRING),
            "Keys of those `tags` that sessions made from this one keep.",
        ),
    ]
}

fn web_identity() -> Vec<Attribute> {
    vec![
        required("role_arn", STRING, "The role: `arn:aws:iam::ACCOUNT:role/NAME`."),
        session_name(),
        duration(
            "How long a session lasts, from `15m` to `12h`. Default: AWS's, `1h`. It is renewed \
             in time, as long as the token is good.",
        ),
        optional("policy", STRING, "A policy, in JSON, that narrows the session."),
        policy_arns(),
        optional(
            "web_identity_token",
            STRING,
            "The token itself. Either this or `web_identity_token_file`.",
        )
        .sensitive(),
        optional(
            "web_identity_token_file",
            STRING,
            "The file with the token; it is read again for every session.",
        ),
    ]
}

fn session_name() -> Attribute {
    optional(
        "session_name",
        STRING,
        "What audit logs call the session. Else `AWS_ROLE_SESSION_NAME`, or `imageguard`.",
    )
}

fn duration(description: &'static str) -> Attribute {
    optional("duration", STRING, description)
}

fn policy_arns() -> Attribute {
    optional("policy_arns", set(STRING), "Managed policies that narrow the session; at most 10.")
}
