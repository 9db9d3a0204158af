//! The object `aws` as the settings of a client.

mod roles;

use std::collections::BTreeSet;

use crate::{
    cloud::{
        Environment,
        aws::{Accounts, Endpoints, Settings, StaticKeys, is_account_id},
    },
    plugin::{Attr, Diagnostic, mask},
    provider::{
        block::{AwsEndpointsModel, AwsModel},
        settings::Block,
    },
};

/// Reads the object `aws`.
pub(super) fn read(model: &AwsModel, environment: &Environment, block: &mut Block) -> Settings {
    Settings {
        region: block.region(&model.region),
        profile: block.text("profile", &model.profile),
        keys: keys(model, block),
        web_identity: roles::web_identity(model, block),
        roles: roles::chain(model, block),
        accounts: accounts(model, block),
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
        use_fips_endpoint: block.known("use_fips_endpoint", &model.use_fips_endpoint).copied(),
        use_dualstack_endpoint: block
            .known("use_dualstack_endpoint", &model.use_dualstack_endpoint)
            .copied(),
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
    block.refuse_half_keys([
        ("access_key", !model.access_key.is_null()),
        ("secret_key", !model.secret_key.is_null()),
        ("token", !model.token.is_null()),
    ]);
    let (access_key, secret_key) = access_key.zip(secret_key)?;
    Some(StaticKeys { access_key, secret_key, token })
}

/// Reads the lists of accounts, of which there may be one.
fn accounts(model: &AwsModel, block: &mut Block) -> Accounts {
    let [allowed, forbidden] = ["allowed_account_ids", "forbidden_account_ids"];
    if !model.allowed_account_ids.is_null() && !model.forbidden_account_ids.is_null() {
        let detail = format!(
            "`{allowed}` and `{forbidden}` exclude each other: what is not in the first is \
             forbidden already. Remove one of them."
        );
        block.fault(forbidden, Diagnostic::error("Contradictory Accounts", detail));
    }
    Accounts {
        allowed: account_ids(allowed, &model.allowed_account_ids, block),
        forbidden: account_ids(forbidden, &model.forbidden_account_ids, block),
    }
}

fn account_ids(
    attribute: &str,
    value: &Attr<BTreeSet<String>>,
    block: &mut Block,
) -> BTreeSet<String> {
    let Some(ids) = block.known(attribute, value) else { return BTreeSet::new() };
    if ids.is_empty() {
        let detail = format!("`{attribute}` is empty. List account ids, or leave it out.");
        block.fault(attribute, Diagnostic::error("Empty Value", detail));
    }
    for id in ids.iter().filter(|id| !is_account_id(id)) {
        let detail = format!(
            "`{}` in `{attribute}` is no account id. Write twelve digits, such as `123456789012`, \
             in quotes, so that a leading zero stays.",
            id.escape_debug()
        );
        block.fault(attribute, Diagnostic::error("Invalid Account", detail));
    }
    ids.clone()
}
