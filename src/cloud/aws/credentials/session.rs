//! Credentials, kept until they are about to expire.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use aws_credential_types::Credentials;
use futures_util::{FutureExt as _, future::BoxFuture};
use tokio::sync::OnceCell;

use super::{
    super::{Aws, Role, Settings},
    sources::Source,
};
use crate::cloud::{Error, sharing::Shared};

/// How long to go on with keys that could not be renewed before that is tried again: while STS
/// is away, each attempt takes as long as a call may, and every call would wait for one.
const PAUSE: Duration = Duration::from_secs(10);

/// Somebody's credentials: where they come from, and what was given last.
pub(in crate::cloud::aws) struct Session {
    pub(super) origin: Origin,
    kept: Mutex<Kept>,
    /// By generation, so that nobody who needs new keys is served with the last ones.
    renewals: Shared<u64, Credentials>,
}

/// Where the credentials of a session come from.
pub(super) enum Origin {
    /// The first source that has some; the sources are made when first needed.
    Sources(OnceCell<Vec<Source>>),
    /// A role, assumed with the credentials of another session.
    Role(Role, Arc<Session>),
}

#[derive(Clone, Default)]
struct Kept {
    keys: Option<Keys>,
    /// How many keys have been kept so far.
    generation: u64,
    /// When these keys could not be renewed.
    failure: Option<SystemTime>,
}

/// Credentials, and since when we have them.
#[derive(Clone)]
struct Keys {
    credentials: Credentials,
    since: SystemTime,
}

impl Session {
    /// Returns the session that settings describe: their sources, then their roles.
    pub(in crate::cloud::aws) fn of_settings(settings: &Settings) -> Arc<Self> {
        let sources = Self::new(Origin::Sources(OnceCell::new()));
        settings.roles.iter().cloned().fold(sources, |source, role| Self::of_role(role, source))
    }

    /// Returns a session with the credentials of a source, and then of roles.
    pub(super) fn of_source(source: Source, roles: Vec<Role>) -> Arc<Self> {
        let start = Self::new(Origin::Sources(OnceCell::new_with(Some(vec![source]))));
        roles.into_iter().fold(start, |source, role| Self::of_role(role, source))
    }

    /// Returns a session of a role, assumed with another session.
    pub(in crate::cloud::aws) fn of_role(role: Role, source: Arc<Self>) -> Arc<Self> {
        Self::new(Origin::Role(role, source))
    }

    /// Returns the session that the first of the roles is assumed with; itself where it is none.
    pub(in crate::cloud::aws) fn before_roles(self: &Arc<Self>) -> Arc<Self> {
        let mut session = self;
        while let Origin::Role(_, source) = &session.origin {
            session = source;
        }
        session.clone()
    }

    fn new(origin: Origin) -> Arc<Self> {
        Arc::new(Self { origin, kept: Mutex::default(), renewals: Shared::new() })
    }

    /// Forgets credentials that AWS does not accept, unless they are forgotten already.
    pub(in crate::cloud::aws) fn forget(&self, refused: &Credentials) {
        self.with(|kept| kept.keys = kept.keys.take().filter(|keys| keys.credentials != *refused));
    }

    /// Keeps new keys, unless somebody who waited for the same ones has done so.
    fn keep(&self, generation: u64, keys: Keys) {
        self.with(|kept| {
            if kept.generation == generation {
                *kept = Kept { keys: Some(keys), generation: generation + 1, failure: None };
            }
        });
    }

    /// Remembers that keys could not be renewed, unless there are others by now.
    fn note_failure(&self, generation: u64, now: SystemTime) {
        self.with(|kept| {
            if kept.generation == generation {
                kept.failure = Some(now);
            }
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut Kept) -> T) -> T {
        work(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Tells nothing: what is inside is secret.
impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Session").finish_non_exhaustive()
    }
}

impl Kept {
    /// Returns the keys for a call that starts now: they outlast it, or are good for now if they
    /// could not be renewed a moment ago.
    fn keys_for(&self, now: SystemTime, longest_call: Duration) -> Option<&Keys> {
        let has_just_failed = self.failure.is_some_and(|failure| {
            now.duration_since(failure).is_ok_and(|elapsed| elapsed < PAUSE)
        });
        let longest_call = if has_just_failed { Duration::ZERO } else { longest_call };
        self.keys.as_ref().filter(|keys| keys.outlast(now, longest_call))
    }
}

impl Keys {
    /// Tells whether a call that starts now ends in time. Half of the time is used in any case:
    /// otherwise short sessions and patient calls would mean a new session for each call.
    fn outlast(&self, now: SystemTime, longest_call: Duration) -> bool {
        self.credentials.expiry().is_none_or(|expiry| {
            let half = expiry.duration_since(self.since).unwrap_or_default() / 2;
            expiry.duration_since(now).is_ok_and(|left| left > longest_call.min(half))
        })
    }
}

impl Aws {
    /// Returns credentials of a session that outlive a call. Concurrent calls share one
    /// renewal, and its failure. Where it fails, the last ones serve until their end, and for
    /// some seconds nobody tries again.
    ///
    /// Boxed because it calls itself: a role needs the credentials of who assumes it.
    ///
    /// # Errors
    ///
    /// `Kind::Credentials`: no source has any, or one has them and fails. `Kind::Role`: a
    /// role cannot be assumed. Else what became of the call to STS.
    pub(in crate::cloud::aws) fn credentials_of<'a>(
        &'a self,
        session: &'a Arc<Session>,
        region: &'a str,
    ) -> BoxFuture<'a, Result<Credentials, Error>> {
        async move {
            let kept = session.with(|kept| kept.clone());
            if let Some(keys) = kept.keys_for(self.now(), self.budget()) {
                return Ok(keys.credentials.clone());
            }
            let (aws, owned) = (self.clone(), session.clone());
            let region = region.to_owned();
            let renewal = async move { aws.renew(&owned, &region).await };
            match session.renewals.get(kept.generation, renewal).await {
                Ok(credentials) => {
                    let keys = Keys { credentials: credentials.clone(), since: self.now() };
                    session.keep(kept.generation, keys);
                    Ok(credentials)
                }
                Err(error) => {
                    session.note_failure(kept.generation, self.now());
                    let last = kept.keys_for(self.now(), Duration::ZERO).ok_or(error)?;
                    tracing::debug!("going on with the old session");
                    Ok(last.credentials.clone())
                }
            }
        }
        .boxed()
    }
}
