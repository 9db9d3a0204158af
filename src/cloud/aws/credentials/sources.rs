//! The sources of credentials, in the order in which they are asked.

use std::sync::Arc;

use aws_config::{
    ecs::EcsCredentialsProvider, imds::credentials::ImdsCredentialsProvider,
    profile::ProfileFileCredentialsProvider, provider_config::ProviderConfig,
};
use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, SharedCredentialsProvider},
};
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};
use aws_types::region::Region;
use tokio::time::{Instant, timeout_at};

use super::{
    super::{
        Aws, BEHAVIOR, Role, StaticKeys, WallClock, WebIdentity, WebIdentityToken, profile::Profile,
    },
    Session, failure, keys,
    profile_chain::{self, Start},
};
use crate::cloud::{CREDENTIALS, Environment, Error};

/// Shown where a session of AWS IAM Identity Center may have to be renewed.
const LOGIN: &str = "; the profile uses a login in the browser: `aws sso login` renews it";
const CONSOLE_SESSION: &str = "it uses `login_session`, a session of the AWS console, which is \
                               not supported";
/// The variables of keys: id, secret, token.
const KEYS: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
const PROFILE: &str = "AWS_PROFILE";
const TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
const TOKEN_ROLE: &str = "AWS_ROLE_ARN";
const CONTAINER: [&str; 2] =
    ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
const AUTHORIZATION: [&str; 2] =
    ["AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];

/// A place where credentials can be.
#[derive(Debug)]
pub(super) struct Source {
    /// What a practitioner calls it.
    pub(super) name: String,
    /// What it gives.
    pub(super) supply: Supply,
    /// What may help when it fails; goes right behind the reason.
    pub(super) hint: &'static str,
}

/// What a source gives.
#[derive(Debug)]
pub(super) enum Supply {
    /// Perhaps credentials: it has to be asked.
    Provider(SharedCredentialsProvider),
    /// A session of a role, from STS.
    WebIdentity(Box<WebIdentity>),
    /// A session of roles on top of another source.
    Roles(Arc<Session>),
    /// Nothing; known without asking.
    Nothing(Refusal),
}

/// Why a source gives nothing.
#[derive(Clone, Debug)]
pub(super) enum Refusal {
    /// It has none, for this reason; the next one is asked.
    Absent(String),
    /// It should have some and cannot give them, for this reason; no other is asked.
    Unusable(String),
    /// It was asked, and this became of the call; no other is asked.
    Failed(Box<Error>),
}

impl Source {
    fn new(name: impl Into<String>, supply: Supply) -> Self {
        Self { name: name.into(), supply, hint: "" }
    }

    fn provider(name: impl Into<String>, it: impl ProvideCredentials + 'static) -> Self {
        Self::new(name, Supply::Provider(SharedCredentialsProvider::new(it)))
    }

    fn absent(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::new(name, Supply::Nothing(Refusal::Absent(reason.into())))
    }

    fn unusable(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::new(name, Supply::Nothing(Refusal::Unusable(reason.into())))
    }
}

impl Refusal {
    fn into_reason(self) -> String {
        match self {
            Self::Absent(reason) | Self::Unusable(reason) => reason,
            Self::Failed(error) => error.to_string(),
        }
    }
}

impl Aws {
    /// Asks a source for credentials, until the deadline.
    pub(super) async fn ask(
        &self,
        source: &Source,
        region: &str,
        deadline: Instant,
    ) -> Result<Credentials, Refusal> {
        let provider = match &source.supply {
            Supply::Provider(provider) => provider,
            Supply::WebIdentity(identity) => {
                return self.session_of_web_identity(identity, region).await;
            }
            Supply::Roles(session) => {
                let credentials = self.credentials_of(session, region).await;
                return credentials.map_err(|error| Refusal::Failed(Box::new(error)));
            }
            Supply::Nothing(refusal) => return Err(refusal.clone()),
        };
        match timeout_at(deadline, provider.provide_credentials()).await {
            Ok(Ok(credentials)) => Ok(credentials),
            Ok(Err(error)) if failure::is_absence(&error) => {
                Err(Refusal::Absent(failure::explain(&error)))
            }
            Ok(Err(error)) => Err(Refusal::Unusable(failure::explain(&error))),
            Err(_) => Err(Refusal::Unusable("no answer in time".to_owned())),
        }
    }

    /// Returns the sources. Reads the shared files, unless the settings hold keys; asks nobody.
    pub(super) async fn sources(&self) -> Result<Vec<Source>, Error> {
        let settings = &self.inner.settings;
        if let Some(keys) = &settings.keys {
            return Ok(vec![Source::provider("settings", static_keys(keys))]);
        }
        if let Some(identity) = &settings.web_identity {
            let supply = Supply::WebIdentity(Box::new(identity.clone()));
            return Ok(vec![Source::new("`assume_role_with_web_identity`", supply)]);
        }
        let environment = &self.inner.environment;
        if settings.chooses_profile() {
            return Ok(vec![self.profile_source(&self.provider_config().await?).await?]);
        }
        let first = match environment_keys(environment) {
            // The others could not be reached, and making them takes time.
            Ok(keys) => return Ok(vec![Source::provider("environment", keys)]),
            Err(refusal) => Source::new("environment", Supply::Nothing(refusal)),
        };
        if matches!(first.supply, Supply::Nothing(Refusal::Unusable(_))) {
            return Ok(vec![first]);
        }
        let config = self.provider_config().await?;
        let profile = self.profile_source(&config).await?;
        if environment.get(PROFILE).is_some() {
            // Whoever names a profile does not mean the machine, if the profile has nothing.
            return Ok(vec![first, profile]);
        }
        Ok(vec![
            first,
            profile,
            web_identity(environment),
            self.container(&config),
            instance(environment, &config),
        ])
    }

    /// Returns what the sources need to make calls of their own.
    async fn provider_config(&self) -> Result<ProviderConfig, Error> {
        let region = self.region().await?.map(Region::new);
        let patience = self.inner.settings.request_timeout;
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(patience).build();
        let variant = self.variant(CREDENTIALS).await?;
        Ok(ProviderConfig::without_region()
            .with_behavior_version(Some(BEHAVIOR()))
            .with_http_client(self.connector(CREDENTIALS).await?)
            .with_time_source(WallClock(self.inner.clock))
            .with_retry_config(RetryConfig::standard())
            .with_timeout_config(timeouts)
            .with_use_fips(Some(variant.fips))
            .with_use_dual_stack(Some(variant.dual_stack))
            .with_region(region))
    }

    async fn profile_source(&self, config: &ProviderConfig) -> Result<Source, Error> {
        let profile = self.profile().await?;
        let name = profile_name(profile.name());
        let is_chosen =
            self.inner.settings.chooses_profile() || self.inner.environment.get(PROFILE).is_some();
        if !profile.is_defined() {
            let reason = format!("it is not defined, {}", profile.places());
            let source = if is_chosen { Source::unusable } else { Source::absent };
            return Ok(source(name, reason));
        }
        if profile.property("login_session").is_some() {
            return Ok(Source::unusable(name, CONSOLE_SESSION));
        }
        let chain = match profile_chain::follow(profile) {
            Ok(chain) => chain,
            Err(reason) => return Ok(Source::unusable(name, reason)),
        };
        let start = self.start_of(&chain.start, profile, config);
        if chain.roles.is_empty() {
            return Ok(start);
        }
        Ok(Source::new(name, Supply::Roles(Session::of_source(start, chain.roles))))
    }

    /// Returns the source that a profile's roles start from.
    fn start_of(&self, start: &Start<'_>, profile: &Profile, config: &ProviderConfig) -> Source {
        let environment = &self.inner.environment;
        match start {
            Start::Keys(name, (id, secret, token)) => {
                let token = token.map(str::to_owned);
                let keys = Credentials::new(*id, *secret, token, None, "profile");
                Source::provider(profile_name(name), keys)
            }
            Start::Profile(name) => {
                let provider = ProfileFileCredentialsProvider::builder()
                    .configure(config)
                    .profile_files(profile.files())
                    .profile_name(*name)
                    .build();
                let hint = if profile.uses_sso(name) { LOGIN } else { "" };
                Source { hint, ..Source::provider(profile_name(name), provider) }
            }
            Start::WebIdentity(name, identity) => {
                let supply = Supply::WebIdentity(Box::new(identity.clone()));
                Source::new(profile_name(name), supply)
            }
            Start::Elsewhere("Environment") => match environment_keys(environment) {
                Ok(keys) => Source::provider("environment", keys),
                Err(refusal) => Source::unusable("environment", refusal.into_reason()),
            },
            Start::Elsewhere("EcsContainer") => self.container(config),
            Start::Elsewhere("Ec2InstanceMetadata") => instance(environment, config),
            Start::Elsewhere(other) => {
                let reason = format!(
                    "`credential_source` is `{other}`; it can be `Environment`, `EcsContainer` or \
                     `Ec2InstanceMetadata`"
                );
                Source::unusable(profile_name(profile.name()), reason)
            }
        }
    }

    fn container(&self, config: &ProviderConfig) -> Source {
        let environment = &self.inner.environment;
        if environment.first(&CONTAINER).is_none() {
            let [relative, full] = CONTAINER;
            return Source::absent(
                "container",
                format!("neither `{relative}` nor `{full}` is set"),
            );
        }
        authorizations(environment).iter().for_each(|it| (self.inner.settings.remember_secret)(it));
        Source::provider("container", EcsCredentialsProvider::builder().configure(config).build())
    }
}

/// Returns what the agent of a container is shown: it may repeat that in its refusal. A file that
/// cannot be read is told by the source itself.
fn authorizations(environment: &Environment) -> Vec<String> {
    let [text, file] = AUTHORIZATION;
    let file = environment.get(file).and_then(|file| std::fs::read_to_string(file).ok());
    let tokens = environment.get(text).map(str::to_owned).into_iter().chain(file);
    tokens.map(|token| token.trim().to_owned()).collect()
}

fn profile_name(name: &str) -> String {
    format!("profile `{name}`")
}

fn static_keys(keys: &StaticKeys) -> Credentials {
    let token = keys.token.as_ref().map(|token| token.reveal().to_owned());
    Credentials::new(&keys.access_key, keys.secret_key.reveal(), token, None, "settings")
}

/// Returns the keys of the environment.
fn environment_keys(environment: &Environment) -> Result<Credentials, Refusal> {
    let keys = keys::complete(KEYS, KEYS.map(|name| environment.get(name)));
    let (id, secret, token) = keys.map_err(Refusal::Unusable)?.ok_or_else(|| {
        let [id, ..] = KEYS;
        Refusal::Absent(format!("`{id}` is not set"))
    })?;
    Ok(Credentials::new(id, secret, token.map(str::to_owned), None, "environment"))
}

fn web_identity(environment: &Environment) -> Source {
    let name = "web identity";
    // A role alone may be meant for other tools; a token is for nothing else.
    let Some(file) = environment.get(TOKEN_FILE) else {
        return Source::absent(name, format!("`{TOKEN_FILE}` is not set"));
    };
    let Some(role_arn) = environment.get(TOKEN_ROLE) else {
        return Source::unusable(name, format!("`{TOKEN_FILE}` is set, but `{TOKEN_ROLE}` is not"));
    };
    let role = Role { arn: role_arn.to_owned(), ..Role::default() };
    let token = WebIdentityToken::File(file.into());
    Source::new(name, Supply::WebIdentity(Box::new(WebIdentity { role, token })))
}

fn instance(environment: &Environment, config: &ProviderConfig) -> Source {
    let name = "instance metadata";
    if environment.is_on("AWS_EC2_METADATA_DISABLED") {
        return Source::absent(name, "switched off by `AWS_EC2_METADATA_DISABLED`");
    }
    Source::provider(name, ImdsCredentialsProvider::builder().configure(config).build())
}
