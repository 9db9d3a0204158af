//! Alibaba Cloud: the calls we make of its RPC-style APIs.
//!
//! One way in: [`Alicloud`], whose methods carry the vendor's operation names and
//! live in one file per service (`ecs`, `sts.rs`). They all go through `rpc.rs`,
//! which puts together where (`endpoints.rs`), who (`credentials`), the signature
//! (`sign`), patience (`retry.rs`) and the meaning of the answer (`reply`).

mod credentials;
mod ecs;
mod endpoints;
mod paging;
mod quote;
mod reply;
mod retry;
mod rpc;
mod scalar;
mod sign;
mod sts;

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use self::credentials::Identity;
pub use self::{
    credentials::CredentialSettings,
    ecs::{DescribeImages, ImagesOf},
    endpoints::Endpoints,
    sts::CallerIdentity,
};
use super::{Clock, Environment, Error, Http, HttpSettings, Listing, sharing::Shared};
use crate::image::Image;

/// Where the region comes from when the settings do not say.
const REGION_VARIABLES: [&str; 2] = ["ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"];

/// What a practitioner may say about how to talk to Alibaba Cloud.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The region to ask where a question names none.
    pub region: Option<String>,
    /// Who asks.
    pub credentials: CredentialSettings,
    /// Where calls are sent instead of the vendor's own hosts.
    pub endpoints: Endpoints,
    /// How to connect.
    pub http: HttpSettings,
    /// How often a call may be repeated after the first attempt.
    pub max_retries: u32,
    /// How long one attempt may take; a call with all its attempts may take twice that.
    pub request_timeout: Duration,
    /// Called with each secret once it is known, so that logs can mask it.
    pub remember_secret: fn(&str),
}

/// A client of Alibaba Cloud. Clones share everything: credentials, connections, answers.
#[derive(Clone)]
pub struct Alicloud {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    environment: Environment,
    clock: Clock,
    http: Http,
    identity: OnceLock<Result<Identity, Error>>,
    images: Shared<DescribeImages, Arc<Listing<Image>>>,
}

impl Alicloud {
    /// Creates a client without reading a file or connecting anywhere.
    pub fn new(settings: Settings, environment: Environment, clock: Clock) -> Self {
        let http = Http::new(settings.http.clone());
        let inner = Inner {
            settings,
            environment,
            clock,
            http,
            identity: OnceLock::new(),
            images: Shared::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Returns the region to ask where a question names none: the setting, else the
    /// environment's, else that of the CLI profile which the credentials come from.
    ///
    /// # Errors
    ///
    /// [`Kind::Credentials`](super::Kind::Credentials) where only a profile could tell,
    /// and there are no credentials; [`Kind::Setting`](super::Kind::Setting) where the
    /// environment asks for a source of credentials that is not supported.
    pub fn region(&self) -> Result<Option<String>, Error> {
        let set = self.inner.settings.region.as_deref().filter(|region| !region.is_empty());
        let known = set.or_else(|| Some(self.inner.environment.first(&REGION_VARIABLES)?.1));
        match known {
            Some(region) => Ok(Some(region.to_owned())),
            None => Ok(self.identity()?.region.clone()),
        }
    }

    /// Returns who we are; finds out on the first call, and keeps the answer.
    fn identity(&self) -> Result<&Identity, Error> {
        let inner = &*self.inner;
        let identity = inner.identity.get_or_init(|| {
            let settings = &inner.settings.credentials;
            // Blocks the thread, but only once and for a file of a few KiB.
            let read_file = |path: &std::path::Path| std::fs::read_to_string(path);
            let identity = credentials::resolve(settings, &inner.environment, &read_file)?;
            identity.credentials.secrets().for_each(inner.settings.remember_secret);
            Ok(identity)
        });
        identity.as_ref().map_err(Clone::clone)
    }
}

/// Says no more than that it is one: settings hold secrets.
impl fmt::Debug for Alicloud {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Alicloud").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
