//! The object `aws` as the settings of a client.

use crate::{
    cloud::{
        Environment,
        aws::{Endpoints, Settings, StaticKeys},
    },
    plugin::{Diagnostic, mask},
    provider::{
        block::{AwsEndpointsModel, AwsModel},
        settings::Block,
    },
};

/// Reads the object `aws`.
pub(super) fn read(model: &AwsModel, environment: &Environment, block: &mut Block) -> Settings {
    block.refuse("assume_role", &model.assume_role);
    block.refuse("assume_role_with_web_identity", &model.assume_role_with_web_identity);
    block.refuse("allowed_account_ids", &model.allowed_account_ids);
    block.refuse("forbidden_account_ids", &model.forbidden_account_ids);
    block.refuse("use_fips_endpoint", &model.use_fips_endpoint);
    block.refuse("use_dualstack_endpoint", &model.use_dualstack_endpoint);
    Settings {
        region: block.region(&model.region),
        profile: block.text("profile", &model.profile),
        keys: keys(model, block),
        shared_config_files: block.paths("shared_config_files", &model.shared_config_files),
        shared_credentials_files: block
            .paths("shared_credentials_files", &model.shared_credentials_files),
        endpoints: block.known("endpoints", &model.endpoints).map_or_else(
            Endpoints::default,
            |endpoints: &AwsEndpointsModel| Endpoints {
                ec2: block.endpoint("ec2", &endpoints.ec2),
                iam: block.endpoint("iam", &endpoints.iam),
                organizations: block.endpoint("organizations", &endpoints.organizations),
                sts: block.endpoint("sts", &endpoints.sts),
            },
        ),
        http: block.http_or(&model.ca_bundle, environment, "AWS_CA_BUNDLE"),
        max_retries: block.max_retries(&model.max_retries),
        request_timeout: block.request_timeout(&model.request_timeout),
        remember_secret: mask,
    }
}

/// Keys are given as a pair or not at all.
fn keys(model: &AwsModel, block: &mut Block) -> Option<StaticKeys> {
    let access_key = block.text("access_key", &model.access_key);
    let secret_key = block.secret("secret_key", &model.secret_key);
    let token = block.secret("token", &model.token);
    let lacks = |name: &str, other: &str| {
        let detail = format!(
            "`{other}` is set without `{name}`. Set both, or none to use the environment or a \
             profile."
        );
        Diagnostic::error("Incomplete Keys", detail)
    };
    match (access_key, secret_key) {
        (Some(access_key), Some(secret_key)) => Some(StaticKeys { access_key, secret_key, token }),
        (None, None) if token.is_some() && model.access_key.is_null() => {
            block.fault("token", lacks("access_key", "token"));
            None
        }
        (Some(_), None) if model.secret_key.is_null() => {
            block.fault("access_key", lacks("secret_key", "access_key"));
            None
        }
        (None, Some(_)) if model.access_key.is_null() => {
            block.fault("secret_key", lacks("access_key", "secret_key"));
            None
        }
        _ => None,
    }
}
