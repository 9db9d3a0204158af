//! From the provider block and the environment to clients.
//!
//! Nothing is called and no credential is looked up here: a cloud that the run
//! never uses needs none.

use time::OffsetDateTime;

use super::{
    block::{
        AlicloudEndpointsModel, AlicloudModel, AwsEndpointsModel, AwsModel, ProviderModel,
        TagPatterns,
    },
    rule_inputs::read_tags,
    settings::{Block, unknown},
};
use crate::{
    cloud::{
        Clock, Environment,
        alicloud::{self, Alicloud},
        aws::{self, Aws},
    },
    plugin::{Attr, Diagnostic, Diagnostics, Path, mask},
};

/// What every type works with: the golden rule of the provider block and both clouds.
pub struct Clouds {
    /// What golden means everywhere; unknown while the block depends on something.
    pub(super) golden_tags: Attr<TagPatterns>,
    pub(super) alicloud: Access<Alicloud>,
    pub(super) aws: Access<Aws>,
    clock: Clock,
}

/// The way to one cloud.
pub(super) struct Access<Client> {
    /// The client, or what the block leaves unknown that it would need.
    client: Result<Client, Diagnostics>,
    region_is_unknown: bool,
}

impl<Client> Access<Client> {
    /// Returns the client.
    ///
    /// # Errors
    ///
    /// The block depends on something that is not known yet.
    pub(super) fn client(&self) -> Result<&Client, Diagnostics> {
        self.client.as_ref().map_err(Clone::clone)
    }

    /// Tells whether the block's region is only known after apply.
    pub(super) fn region_is_unknown(&self) -> bool {
        self.region_is_unknown
    }
}

impl Clouds {
    /// Makes the clients.
    ///
    /// # Errors
    ///
    /// What [`validate`] finds.
    pub(super) fn configure(
        model: ProviderModel,
        environment: &Environment,
        clock: Clock,
    ) -> Result<Self, Diagnostics> {
        let mut problems = validate_golden_tags(&model.golden_tags);
        let alicloud = access(model.alicloud, "alicloud", read_alicloud, &mut problems);
        let read_aws = |model: &AwsModel, block: &mut Block| read_aws(model, environment, block);
        let aws = access(model.aws, "aws", read_aws, &mut problems);
        problems.or_value(Self {
            golden_tags: model.golden_tags,
            alicloud: alicloud.map(|settings| Alicloud::new(settings, environment.clone(), clock)),
            aws: aws.map(|settings| Aws::new(settings, environment.clone(), clock)),
            clock,
        })
    }

    /// Tells the time.
    pub(super) fn now(&self) -> OffsetDateTime {
        (self.clock)()
    }
}

/// Takes a snapshot of the environment; variables that are no text are left out.
pub(super) fn environment() -> Environment {
    #[allow(clippy::disallowed_methods, reason = "the only place that reads the environment")]
    let variables = std::env::vars_os();
    let texts = variables
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    Environment::new(texts)
}

/// Tells the time.
#[allow(clippy::disallowed_methods, reason = "the only place that reads the clock")]
pub(super) fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// Finds fault with whatever is known of the block.
pub(super) fn validate(model: &ProviderModel) -> Diagnostics {
    let mut problems = validate_golden_tags(&model.golden_tags);
    if let Some(model) = model.alicloud.known() {
        let mut block = Block::new("alicloud");
        read_alicloud(model, &mut block);
        problems.append(block.faults);
    }
    if let Some(model) = model.aws.known() {
        let mut block = Block::new("aws");
        // What the environment says matters only once the cloud is used.
        read_aws(model, &Environment::default(), &mut block);
        problems.append(block.faults);
    }
    problems
}

fn validate_golden_tags(tags: &Attr<TagPatterns>) -> Diagnostics {
    let mut problems = Diagnostics::new();
    if let Some(tags) = tags.known() {
        read_tags(tags, &Path::root("golden_tags"), &mut problems);
    }
    problems
}

impl<Settings> Access<Settings> {
    fn map<Client>(self, make: impl FnOnce(Settings) -> Client) -> Access<Client> {
        Access { client: self.client.map(make), region_is_unknown: self.region_is_unknown }
    }
}

/// Reads the object of one cloud; one that is left out counts as empty.
fn access<Model: Default, Settings>(
    model: Attr<Model>,
    name: &'static str,
    read: impl FnOnce(&Model, &mut Block) -> Settings,
    problems: &mut Diagnostics,
) -> Access<Settings> {
    let mut block = Block::new(name);
    if model.is_unknown() {
        block.obstacles.push(unknown(Path::root(name)));
    }
    let settings = read(&model.into_known().unwrap_or_default(), &mut block);
    problems.append(block.faults);
    Access {
        client: block.obstacles.or_value(settings),
        region_is_unknown: block.region_is_unknown,
    }
}

fn read_alicloud(model: &AlicloudModel, block: &mut Block) -> alicloud::Settings {
    block.refuse("ecs_role_name", &model.ecs_role_name);
    block.refuse("credentials_uri", &model.credentials_uri);
    block.refuse("assume_role", &model.assume_role);
    block.refuse("assume_role_with_oidc", &model.assume_role_with_oidc);
    alicloud::Settings {
        region: block.region(&model.region),
        credentials: alicloud::CredentialSettings {
            access_key: block.text("access_key", &model.access_key),
            secret_key: block.secret("secret_key", &model.secret_key),
            security_token: block.secret("security_token", &model.security_token),
            profile: block.text("profile", &model.profile),
            shared_credentials_file: block
                .text("shared_credentials_file", &model.shared_credentials_file)
                .map(Into::into),
        },
        endpoints: block.known("endpoints", &model.endpoints).map_or_else(
            alicloud::Endpoints::default,
            |endpoints: &AlicloudEndpointsModel| alicloud::Endpoints {
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

fn read_aws(model: &AwsModel, environment: &Environment, block: &mut Block) -> aws::Settings {
    block.refuse("assume_role", &model.assume_role);
    block.refuse("assume_role_with_web_identity", &model.assume_role_with_web_identity);
    block.refuse("allowed_account_ids", &model.allowed_account_ids);
    block.refuse("forbidden_account_ids", &model.forbidden_account_ids);
    block.refuse("use_fips_endpoint", &model.use_fips_endpoint);
    block.refuse("use_dualstack_endpoint", &model.use_dualstack_endpoint);
    aws::Settings {
        region: block.region(&model.region),
        profile: block.text("profile", &model.profile),
        keys: aws_keys(model, block),
        shared_config_files: block.paths("shared_config_files", &model.shared_config_files),
        shared_credentials_files: block
            .paths("shared_credentials_files", &model.shared_credentials_files),
        endpoints: block.known("endpoints", &model.endpoints).map_or_else(
            aws::Endpoints::default,
            |endpoints: &AwsEndpointsModel| aws::Endpoints {
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
fn aws_keys(model: &AwsModel, block: &mut Block) -> Option<aws::StaticKeys> {
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
        (Some(access_key), Some(secret_key)) => {
            Some(aws::StaticKeys { access_key, secret_key, token })
        }
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
