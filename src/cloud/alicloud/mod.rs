//! Alibaba Cloud: the calls we make of its RPC-style APIs.
//!
//! One way in: [`Alicloud`], whose methods carry the vendor's operation names and
//! live in one file or folder per service (`ecs`, `ram`, `resource_directory`, `sts.rs`). They all go through `rpc.rs`,
//! which puts together where (`endpoints.rs`), who (`caller.rs` decides it once, by means of
//! `credentials`, and `session` gets the keys), the signature (`sign`), patience (`retry.rs`)
//! and the meaning of the answer (`reply`).

mod caller;
mod credentials;
mod ecs;
mod endpoints;
mod paging;
mod policy_type;
mod quote;
mod ram;
mod refusal;
mod reply;
mod resource_directory;
mod retry;
mod rpc;
mod scalar;
mod session;
mod sign;
mod sts;
mod tag_list;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use tokio::sync::OnceCell;

use self::{
    caller::Caller,
    credentials::{Identity, Recipe},
    session::Sessions,
};
pub use self::{
    credentials::{
        ArgumentFault, CredentialSettings, CredentialsUri, OidcSettings, RoleSettings, is_role_arn,
    },
    ecs::{DescribeImages, ImagesOf, MOST_IDS},
    endpoints::Endpoints,
    policy_type::PolicyType,
    ram::{AttachedPolicy, CreatePolicy, Grantee, PolicyVersion, RamPolicy},
    resource_directory::{
        AttachedControlPolicy, ControlPolicy, ControlPolicySummary, CreateControlPolicy,
        Enablement, ResourceDirectory, TargetAttachment, UpdateControlPolicy,
    },
    sts::CallerIdentity,
};
use super::{
    Clock, Environment, Error, Http, HttpSettings, Listing,
    sharing::{Shared, Writes},
};
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
    caller: Arc<Caller>,
    /// Answers to this caller only: another may be shown other images.
    images: Shared<DescribeImages, Arc<Listing<Image>>>,
    /// The clients that act as a role instead, by the role's ARN.
    roles: Mutex<HashMap<String, Alicloud>>,
    /// The account of the caller, once somebody has asked.
    account: OnceCell<String>,
}

/// What all clients of a configuration have in common, whoever they act as.
struct Base {
    settings: Settings,
    environment: Environment,
    clock: Clock,
    http: Http,
    /// Those of all callers: what one writes, another may see.
    writes: Writes,
    /// Held by whoever changes a resource directory, which refuses two changes at once.
    directory_turn: tokio::sync::Mutex<()>,
    sessions: Sessions,
    /// The source that roles are assumed with, once somebody has looked for it.
    source: OnceLock<Result<Identity, Error>>,
}

impl Alicloud {
    /// Creates a client without reading a file or connecting anywhere.
    pub fn new(settings: Settings, environment: Environment, clock: Clock) -> Self {
        let http = Http::new(settings.http.clone());
        let (sessions, source) = (Sessions::new(), OnceLock::new());
        let writes = Writes::default();
        let directory_turn = tokio::sync::Mutex::default();
        let base =
            Base { settings, environment, clock, http, writes, directory_turn, sessions, source };
        Self::of(Caller::new(Arc::new(base), None))
    }

    /// Returns a client that acts as a role, which is assumed with what the source of credentials
    /// gives: in place of any role that this client acts as.
    ///
    /// Reads and sends nothing: a role that cannot be assumed turns out when the client is
    /// used, and so does an ARN that is none (see [`is_role_arn`]). The same role gives the same
    /// client, so that its session and its answers are shared; connections are in any case.
    pub fn assuming(&self, role_arn: &str) -> Self {
        let mut roles = self.inner.roles.lock().unwrap_or_else(PoisonError::into_inner);
        let client = roles.entry(role_arn.to_owned());
        let base = &self.inner.caller.base;
        let caller = || Caller::new(Arc::clone(base), Some(role_arn.to_owned()));
        client.or_insert_with(|| Self::of(caller())).clone()
    }

    fn of(caller: Caller) -> Self {
        let inner = Inner {
            images: Shared::until(&caller.base.writes),
            caller: Arc::new(caller),
            roles: Mutex::default(),
            account: OnceCell::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Returns the region to ask where a question names none: the setting, else the
    /// environment's, else that of the CLI profile which the credentials come from.
    ///
    /// # Errors
    ///
    /// [`Kind::Credentials`](super::Kind::Credentials) where only a profile could tell, and it
    /// is unusable or there are no credentials; [`Kind::Setting`](super::Kind::Setting) where
    /// the environment or a profile says something about credentials that makes no sense.
    pub fn region(&self) -> Result<Option<String>, Error> {
        let base = &self.inner.caller.base;
        let Base { settings, environment, .. } = &**base;
        let set = settings.region.as_deref().filter(|region| !region.is_empty());
        let known = set.or_else(|| Some(environment.first(&REGION_VARIABLES)?.1));
        match known {
            Some(region) => Ok(Some(region.to_owned())),
            None => Ok(base.source()?.region.clone()),
        }
    }

    /// Returns how to come by our keys; finds out on the first call, and keeps the answer.
    fn recipe(&self) -> Result<&Arc<Recipe>, Error> {
        self.inner.caller.recipe()
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
