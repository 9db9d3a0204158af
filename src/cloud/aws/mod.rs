//! AWS: the calls that we make of its APIs.
//!
//! One way in: [`Aws`], whose methods carry AWS's operation names and live in one
//! folder per service (`ec2`, `iam`, `organizations`, and `sts.rs`). They are written in one of
//! AWS's protocols (`query`, `json`) and all go through `call`, which puts together where
//! (`endpoints.rs`), who (`credentials`, `account.rs`), and the meaning of the answer. AWS's
//! runtime signs and repeats; our HTTP client sends (`connector.rs`).
//!
//! Not supported: `AWS_DEFAULT_PROFILE`, console sessions (`login_session`), the retry
//! settings of AWS's tools.

mod account;
mod call;
mod connector;
mod credentials;
mod ec2;
mod endpoints;
mod hosts;
mod iam;
mod json;
mod organizations;
mod paging;
mod profile;
mod query;
mod quote;
mod roles;
mod settings;
mod sts;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use aws_config::BehaviorVersion;
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use tokio::sync::OnceCell;

use self::{call::Turns, connector::Connector, credentials::Session, profile::Profile};
pub use self::{
    ec2::{DescribeImages, ImagesOf, MOST_IDS},
    endpoints::Service,
    hosts::partition_of,
    iam::{CreatePolicy, Grantee, Iam, ManagedPolicy, NamedPolicy, PolicyUsage, PolicyVersion},
    organizations::{
        CreateServiceControlPolicy, Enablement, Organization, Organizations, PolicySummary,
        PolicyTarget, Root, ServiceControlPolicy, TargetKind, UpdateServiceControlPolicy,
    },
    roles::{is_account_id, is_role_arn},
    settings::{Accounts, Endpoints, Role, Settings, StaticKeys, WebIdentity, WebIdentityToken},
    sts::CallerIdentity,
};
use super::{
    Clock, Environment, Error, Http, HttpSettings, Kind, Listing,
    sharing::{Shared, Writes},
};
use crate::image::Image;

/// Which defaults of AWS's runtime apply; fixed, so that an update changes nothing by itself.
const BEHAVIOR: fn() -> BehaviorVersion = BehaviorVersion::v2026_01_12;
/// More than anybody waits; multiples of it can still be added to an instant.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);
const REGION_VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// A client of one AWS account. Clones share credentials, connections and answers.
#[derive(Clone)]
pub struct Aws {
    inner: Arc<Inner>,
    actor: Arc<Actor>,
}

/// How calls are made, whoever makes them.
struct Inner {
    settings: Settings,
    environment: Environment,
    clock: Clock,
    connector: OnceCell<Connector>,
    /// What all calls together may spend on repetitions: a cloud that is down is not hammered.
    retry_quota: RetryPartition,
    /// Those of all actors: what one writes, another may see.
    writes: Writes,
    /// Of whoever acts, too: they may act in one organisation.
    turns: Turns,
    profile: OnceCell<Result<Profile, Error>>,
}

/// Who makes calls, and what was answered to them and to nobody else.
struct Actor {
    session: Arc<Session>,
    /// Whose the last access key was that somebody asked about, by its id: a renewal may give
    /// keys of another account.
    identity: Mutex<Option<(String, CallerIdentity)>>,
    inquiries: Shared<String, CallerIdentity>,
    /// Whoever acts as a role instead, by the role's ARN.
    assumed: Mutex<HashMap<String, Aws>>,
    images: Shared<DescribeImages, Arc<Listing<Image>>>,
    /// By the region asked in.
    organizations: Shared<String, Option<Arc<Organization>>>,
    /// Likewise.
    roots: Shared<String, Arc<Vec<Root>>>,
}

impl Actor {
    fn new(session: Arc<Session>, writes: &Writes) -> Arc<Self> {
        Arc::new(Self {
            session,
            identity: Mutex::default(),
            inquiries: Shared::new(),
            assumed: Mutex::default(),
            images: Shared::until(writes),
            organizations: Shared::until(writes),
            roots: Shared::until(writes),
        })
    }
}

impl Aws {
    /// Creates a client without any input or output: files, credentials and
    /// connections wait for the first call.
    pub fn new(mut settings: Settings, environment: Environment, clock: Clock) -> Self {
        settings.request_timeout = settings.request_timeout.min(LONGEST_TIMEOUT);
        let session = Session::of_settings(&settings);
        let inner = Inner {
            connector: OnceCell::new(),
            retry_quota: retry_quota(),
            writes: Writes::default(),
            turns: Turns::new(),
            profile: OnceCell::new(),
            settings,
            environment,
            clock,
        };
        let actor = Actor::new(session, &inner.writes);
        Self { inner: Arc::new(inner), actor }
    }

    /// Returns the region: from the settings, `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile.
    ///
    /// # Errors
    ///
    /// `Kind::Credentials`: the shared files had to be read and cannot be.
    pub async fn region(&self) -> Result<Option<String>, Error> {
        let environment = self.inner.environment.first(&REGION_VARIABLES).map(|(_, region)| region);
        if let Some(region) = self.inner.settings.region.as_deref().or(environment) {
            return Ok(Some(region.to_owned()));
        }
        Ok(self.profile().await?.property("region").map(str::to_owned))
    }

    /// Returns the way to connect, finding out whom to trust when first asked.
    ///
    /// # Errors
    ///
    /// `Kind::Setting`: the profile's `ca_bundle` cannot be used. Shared files that cannot
    /// be read are told where something is needed from them.
    async fn connector(&self, operation: &'static str) -> Result<Connector, Error> {
        let make = async || {
            let settings = self.http_settings().await;
            let settings =
                settings.map_err(|reason| Error::new(Kind::Setting, operation, reason))?;
            Ok(Connector::new(Http::new(settings), self.inner.settings.request_timeout))
        };
        self.inner.connector.get_or_try_init(make).await.cloned()
    }

    async fn http_settings(&self) -> Result<HttpSettings, String> {
        let settings = &self.inner.settings.http;
        if settings.roots.is_some() {
            return Ok(settings.clone());
        }
        let Ok(profile) = self.profile().await else { return Ok(settings.clone()) };
        let Some(file) = profile.property("ca_bundle") else { return Ok(settings.clone()) };
        HttpSettings::trusting(file).map_err(|why| {
            format!("`ca_bundle` of profile `{}`, `{file}`, cannot be used: {why}", profile.name())
        })
    }

    /// Returns how long a call with all its attempts may take.
    fn budget(&self) -> Duration {
        2 * self.inner.settings.request_timeout
    }
}

/// Returns a quota of our own: AWS's is one for the process and would let a call fail for
/// what others have spent. A repetition costs 5 or 10, so 20 regions that are throttled
/// at once can make all of theirs.
fn retry_quota() -> RetryPartition {
    let bucket = TokenBucket::builder().capacity(2_000).refill_rate(10.0).build();
    RetryPartition::custom("imageguard").token_bucket(bucket).build()
}

/// Tells nothing: what is inside holds secrets and answers.
impl fmt::Debug for Aws {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Aws").finish_non_exhaustive()
    }
}

/// Our clock, for AWS's runtime.
#[derive(Clone, Copy, Debug)]
struct WallClock(Clock);

impl TimeSource for WallClock {
    fn now(&self) -> SystemTime {
        (self.0)().into()
    }
}

#[cfg(test)]
mod tests;
