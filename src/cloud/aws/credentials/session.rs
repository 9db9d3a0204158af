//! Credentials, kept until they are about to expire.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use aws_credential_types::Credentials;
use futures_util::{FutureExt as _, future::BoxFuture};
use tokio::sync::OnceCell;

use super::{
    super::{Aws, Role, Settings},
    sources::Source,
};
use crate::cloud::{Error, sharing::Shared};

/// Somebody's credentials: where they come from, and what was given last.
pub(in crate::cloud::aws) struct Session {
    pub(super) origin: Origin,
    kept: Mutex<Kept>,
    /// By generation, so that a new one is never served with the keys of the last.
    renewals: Shared<u64, Credentials>,
}

/// Where the credentials of a session come from.
pub(super) enum Origin {
    /// The first source that has some; the sources are made when first needed.
    Sources(OnceCell<Vec<Source>>),
    /// A role, assumed with the credentials of another session.
    Role(Role, Arc<Session>),
}

#[derive(Default)]
struct Kept {
    credentials: Option<Credentials>,
    generation: u64,
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

    fn new(origin: Origin) -> Arc<Self> {
        Arc::new(Self { origin, kept: Mutex::default(), renewals: Shared::new() })
    }

    /// Forgets credentials that AWS does not accept, unless they are forgotten already.
    pub(in crate::cloud::aws) fn forget(&self, refused: &Credentials) {
        self.with(|kept| {
            if kept.credentials.as_ref() == Some(refused) {
                kept.drop();
            }
        });
    }

    /// Returns what is kept if it is good enough, or else the generation to come.
    fn kept(&self, is_good: impl FnOnce(&Credentials) -> bool) -> Result<Credentials, u64> {
        self.with(|kept| match &kept.credentials {
            Some(credentials) if is_good(credentials) => Ok(credentials.clone()),
            Some(_) => {
                kept.drop();
                Err(kept.generation)
            }
            None => Err(kept.generation),
        })
    }

    fn keep(&self, generation: u64, credentials: &Credentials) {
        self.with(|kept| {
            if kept.generation == generation {
                kept.credentials = Some(credentials.clone());
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
    fn drop(&mut self) {
        self.credentials = None;
        self.generation += 1;
    }
}

impl Aws {
    /// Returns credentials of a session that outlive a call. Concurrent calls share one
    /// renewal, and its failure.
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
            let end = self.now() + self.budget();
            let outlives = |it: &Credentials| it.expiry().is_none_or(|expiry| expiry > end);
            let generation = match session.kept(outlives) {
                Ok(credentials) => return Ok(credentials),
                Err(generation) => generation,
            };
            let (aws, owned) = (self.clone(), session.clone());
            let region = region.to_owned();
            let renewal = async move { aws.renew(&owned, &region).await };
            let fresh = session.renewals.get(generation, renewal).await?;
            session.keep(generation, &fresh);
            Ok(fresh)
        }
        .boxed()
    }
}
