//! The object `alicloud` as the settings of a client.

use crate::{
    cloud::alicloud::{CredentialSettings, Endpoints, Settings},
    plugin::mask,
    provider::{
        block::{AlicloudEndpointsModel, AlicloudModel},
        settings::Block,
    },
};

/// Reads the object `alicloud`.
pub(super) fn read(model: &AlicloudModel, block: &mut Block) -> Settings {
    block.refuse("ecs_role_name", &model.ecs_role_name);
    block.refuse("credentials_uri", &model.credentials_uri);
    block.refuse("assume_role", &model.assume_role);
    block.refuse("assume_role_with_oidc", &model.assume_role_with_oidc);
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
