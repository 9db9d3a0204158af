//! The object `alicloud` as the settings of a client.

use crate::{
    cloud::{
        Secret,
        alicloud::{
            ArgumentFault, CredentialSettings, CredentialsUri, Endpoints, OidcSettings,
            RoleSettings, Settings,
        },
    },
    plugin::{Diagnostic, mask},
    provider::{
        block::{AlicloudEndpointsModel, AlicloudModel, AlicloudOidcModel, AlicloudRoleModel},
        settings::Block,
    },
};

/// Reads the object `alicloud`.
pub(super) fn read(model: &AlicloudModel, block: &mut Block) -> Settings {
    block.refuse_half_keys([
        ("access_key", !model.access_key.is_null()),
        ("secret_key", !model.secret_key.is_null()),
        ("security_token", !model.security_token.is_null()),
    ]);
    Settings {
        region: block.region(&model.region),
        credentials: CredentialSettings {
            access_key: block.text("access_key", &model.access_key),
            secret_key: block.secret("secret_key", &model.secret_key),
            security_token: block.secret("security_token", &model.security_token),
            profile: block.text("profile", &model.profile),
            shared_credentials_file: block
                .text("shared_credentials_file", &model.shared_credentials_file)
                .map(Into::into),
            ecs_role_name: block.text("ecs_role_name", &model.ecs_role_name),
            credentials_uri: credentials_uri(model, block),
            assume_role: block.object("assume_role", &model.assume_role, role),
            assume_role_with_oidc: block.object(
                "assume_role_with_oidc",
                &model.assume_role_with_oidc,
                oidc,
            ),
        },
        endpoints: block.known("endpoints", &model.endpoints).map_or_else(
            Endpoints::default,
            |endpoints: &AlicloudEndpointsModel| Endpoints {
                ecs: block.endpoint("ecs", &endpoints.ecs),
                ram: block.endpoint("ram", &endpoints.ram),
                resourcemanager: block.endpoint("resourcemanager", &endpoints.resourcemanager),
                resourcedirectory: block
                    .endpoint("resourcedirectory", &endpoints.resourcedirectory),
                sts: block.endpoint("sts", &endpoints.sts),
            },
        ),
        http: block.http(&model.ca_bundle),
        max_retries: block.max_retries(&model.max_retries),
        request_timeout: block.request_timeout(&model.request_timeout),
        remember_secret: mask,
    }
}

fn credentials_uri(model: &AlicloudModel, block: &mut Block) -> Option<Secret> {
    let uri = block.text("credentials_uri", &model.credentials_uri)?;
    if let Err(fault) = CredentialsUri::parse(&uri).map_err(str::to_owned)
        && !uri.is_empty()
    {
        report(vec![("credentials_uri", fault)], block);
    }
    Some(Secret::new(uri))
}

fn role(block: &mut Block, model: &AlicloudRoleModel) -> RoleSettings {
    let role = RoleSettings {
        role_arn: block.text("role_arn", &model.role_arn),
        session_name: block.text("session_name", &model.session_name),
        external_id: block.text("external_id", &model.external_id),
        policy: block.text("policy", &model.policy),
        session_expiration: block.known("session_expiration", &model.session_expiration).copied(),
    };
    report(role.faults(), block);
    role
}

fn oidc(block: &mut Block, model: &AlicloudOidcModel) -> OidcSettings {
    let oidc = OidcSettings {
        role_arn: block.text("role_arn", &model.role_arn),
        oidc_provider_arn: block.text("oidc_provider_arn", &model.oidc_provider_arn),
        oidc_token_file: block.text("oidc_token_file", &model.oidc_token_file),
        oidc_token: block.secret("oidc_token", &model.oidc_token),
        role_session_name: block.text("role_session_name", &model.role_session_name),
        policy: block.text("policy", &model.policy),
        session_expiration: block.known("session_expiration", &model.session_expiration).copied(),
    };
    report(oidc.faults(), block);
    oidc
}

fn report(faults: Vec<ArgumentFault>, block: &mut Block) {
    for (attribute, fault) in faults {
        let detail = format!(
            "`{attribute}`: {fault}. Correct it, or leave `{attribute}` out (or `null`) to use \
             the environment or the default."
        );
        block.fault(attribute, Diagnostic::error("Invalid Credentials Setting", detail));
    }
}
