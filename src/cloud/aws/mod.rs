//! AWS: the calls that we make of its query APIs.
//!
//! One way in: [`Aws`], whose methods carry AWS's operation names and live in one
//! file per service (`ec2`, `sts.rs`). They all go through `query`, which puts together
//! where (`endpoints.rs`), who (`credentials`), and the meaning of the answer. AWS's
//! runtime signs and repeats; our HTTP client sends (`connector.rs`).
//!
//! Not supported: FIPS and dual-stack hosts, `AWS_DEFAULT_PROFILE`, console sessions
//! (`login_session`), the retry settings of AWS's tools.

mod connector;
mod credentials;
mod ec2;
mod endpoints;
mod profile;
mod query;
mod quote;
mod settings;
mod sts;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_config::BehaviorVersion;
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use tokio::sync::OnceCell;

use self::{connector::Connector, credentials::Keyring, profile::Profile};
pub use self::{
    ec2::{DescribeImages, ImagesOf},
    settings::{Endpoints, Settings, StaticKeys},
    sts::CallerIdentity,
};
use super::{Clock, Environment, Error, Http, Listing, sharing::Shared};
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
}

struct Inner {
    settings: Settings,
    environment: Environment,
    clock: Clock,
    connector: Connector,
    /// What all calls together may spend on repetitions: a cloud that is down is not hammered.
    retry_quota: RetryPartition,
    profile: OnceCell<Result<Profile, Error>>,
    keyring: Keyring,
    images: Shared<DescribeImages, Arc<Listing<Image>>>,
}

impl Aws {
    /// Creates a client without any input or output: files, credentials and
    /// connections wait for the first call.
    pub fn new(mut settings: Settings, environment: Environment, clock: Clock) -> Self {
        settings.request_timeout = settings.request_timeout.min(LONGEST_TIMEOUT);
        let http = Http::new(settings.http.clone());
        let inner = Inner {
            connector: Connector::new(http, settings.request_timeout),
            retry_quota: retry_quota(),
            profile: OnceCell::new(),
            keyring: Keyring::default(),
            images: Shared::new(),
            settings,
            environment,
            clock,
        };
        Self { inner: Arc::new(inner) }
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
