//! Sessions: follows a recipe, and keeps what comes out of it as long as it is good.
//!
//! Equal recipes have one session in a process, whoever asks. A session is fetched anew in
//! time before it ends, and once where the cloud refuses it. Callers that need it at the same
//! moment wait for one fetch and share its outcome; each request of a fetch has its own time
//! limit, so no wait is endless. No lock is held while anything is fetched.

mod handout;
mod metadata;
mod uri;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use futures_util::future::BoxFuture;
use time::{Duration, OffsetDateTime};

pub(super) use self::handout::Handout;
use self::metadata::Lack;
use super::{
    Base,
    credentials::{self, Credentials, Recipe},
};
use crate::cloud::{Error, sharing::Shared};

/// A session that lasts no longer than this is fetched anew, as by the vendor's SDKs.
const TOO_SHORT: Duration = Duration::seconds(180);

/// How long to go on with a session that could not be fetched anew before that is tried again:
/// while a service is away, each attempt takes as long as a call may, and every call would wait.
const PAUSE: Duration = Duration::seconds(10);

/// Keys, and until when they are good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) credentials: Credentials,
    /// Unless they are good until somebody revokes them.
    pub(super) term: Option<Term>,
}

/// The time of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) begins: OffsetDateTime,
    pub(super) ends: OffsetDateTime,
}

/// A session, and when it could not be fetched anew.
#[derive(Clone)]
struct Kept {
    session: Session,
    failure: Option<OffsetDateTime>,
}

/// The sessions of a process.
pub(super) struct Sessions {
    kept: Mutex<HashMap<Arc<Recipe>, Kept>>,
    /// Fetches under way: what a recipe gives instead of those credentials.
    fetches: Shared<(Arc<Recipe>, Option<Credentials>), Session>,
    /// What a guess came to, or that there is nothing. Never guessed again: a service that is
    /// away for a moment would make us somebody else, and looking for it takes seconds.
    guessed: OnceLock<Result<Arc<Recipe>, Error>>,
}

impl Sessions {
    /// Starts without any.
    pub(super) fn new() -> Self {
        Self { kept: Mutex::default(), fetches: Shared::new(), guessed: OnceLock::new() }
    }

    fn kept(&self, recipe: &Arc<Recipe>) -> Option<Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(recipe).cloned()
    }

    fn keep(&self, recipe: Arc<Recipe>, session: Session) {
        let kept = Kept { session, failure: None };
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(recipe, kept);
    }

    fn note_failure(&self, recipe: &Arc<Recipe>, now: OffsetDateTime) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = kept.get_mut(recipe) {
            kept.failure = Some(now);
        }
    }
}

impl Kept {
    /// Tells whether the session serves a call that starts now: it outlasts it, or is good for
    /// now if it could not be fetched anew a moment ago.
    fn serves(&self, now: OffsetDateTime, longest_call: Duration) -> bool {
        let elapsed = self.failure.map(|failure| now - failure);
        let has_just_failed = elapsed.is_some_and(|it| !it.is_negative() && it < PAUSE);
        self.session.term.is_none_or(|term| {
            if has_just_failed { term.ends > now } else { term.is_enough(now, longest_call) }
        })
    }
}

impl Term {
    /// Tells whether a call that starts now ends in time. Half of the time is used in any case:
    /// otherwise short sessions and patient calls would mean a new session for each call.
    fn is_enough(self, now: OffsetDateTime, longest_call: Duration) -> bool {
        let half = (self.ends - self.begins) / 2;
        self.ends - now > TOO_SHORT.max(longest_call).min(half)
    }
}

impl Base {
    /// Returns a session that outlasts a call, and that is not the one which was refused. Where
    /// none can be fetched, the one that ends soon serves until then, and for some seconds nobody
    /// tries again.
    ///
    /// # Errors
    ///
    /// Any kind: what fetching it fails with.
    pub(super) async fn session(
        self: &Arc<Self>,
        recipe: &Arc<Recipe>,
        refused: Option<&Credentials>,
    ) -> Result<Session, Error> {
        if let Recipe::Keys(credentials) = &**recipe {
            return Ok(Session { credentials: credentials.clone(), term: None });
        }
        let call = self.settings.request_timeout.saturating_mul(2);
        let call = Duration::try_from(call).unwrap_or(Duration::MAX);
        let kept = self.sessions.kept(recipe);
        let usable = kept.clone().filter(|kept| refused != Some(&kept.session.credentials));
        if let Some(kept) = usable.clone().filter(|kept| kept.serves((self.clock)(), call)) {
            return Ok(kept.session);
        }
        let replaced = kept.map(|kept| kept.session.credentials).or_else(|| refused.cloned());
        let fetch = fetch(Arc::clone(self), Arc::clone(recipe));
        let fetched = self.sessions.fetches.get((Arc::clone(recipe), replaced), fetch).await;
        fetched.or_else(|error| {
            let now = (self.clock)();
            self.sessions.note_failure(recipe, now);
            let has_time = |session: &Session| session.term.is_none_or(|term| term.ends > now);
            let last = usable.map(|kept| kept.session).filter(has_time);
            last.inspect(|_| tracing::debug!(%error, "going on with the old session")).ok_or(error)
        })
    }

    /// Passes on what must not be shown.
    fn remember(&self, credentials: &Credentials) {
        credentials.secrets().for_each(self.settings.remember_secret);
    }
}

/// Fetches a session and keeps it. Boxed, because a role's session needs that of its source.
fn fetch(base: Arc<Base>, recipe: Arc<Recipe>) -> BoxFuture<'static, Result<Session, Error>> {
    Box::pin(async move {
        let session = follow(&base, &recipe).await?;
        base.remember(&session.credentials);
        base.sessions.keep(recipe, session.clone());
        Ok(session)
    })
}

async fn follow(base: &Arc<Base>, recipe: &Recipe) -> Result<Session, Error> {
    match recipe {
        Recipe::Keys(credentials) => Ok(Session { credentials: credentials.clone(), term: None }),
        Recipe::Instance(role) => {
            base.instance_session(role.as_deref()).await.map_err(Lack::into_error)
        }
        Recipe::Uri(uri) => base.session_at(uri).await,
        Recipe::Oidc(role) => base.assume_role_with_oidc(role).await,
        Recipe::Role { source, role } => base.assume_role(source, role).await,
        Recipe::Guess { otherwise, looked_at } => guess(base, otherwise.as_ref(), looked_at).await,
    }
}

/// Sees whether this is an instance with a role, and goes on if it is not.
async fn guess(
    base: &Arc<Base>,
    otherwise: Option<&Arc<Recipe>>,
    looked_at: &str,
) -> Result<Session, Error> {
    let guessed = &base.sessions.guessed;
    let recipe = match guessed.get() {
        Some(known) => known.clone(),
        None => {
            let recipe = match (base.instance_session(None).await, otherwise) {
                (Ok(session), _) => {
                    guessed.get_or_init(|| Ok(Arc::new(Recipe::Instance(None))));
                    return Ok(session);
                }
                (Err(Lack::Nobody(_)), Some(recipe)) => Ok(Arc::clone(recipe)),
                (Err(Lack::Nobody(why)), None) => {
                    Err(credentials::nothing(&format!("{looked_at}; {why}")))
                }
                (Err(lack), _) => return Err(lack.into_error()),
            };
            guessed.get_or_init(|| recipe).clone()
        }
    };
    // Fetched, not taken from what is kept: that may be what the cloud has just refused.
    fetch(Arc::clone(base), recipe?).await
}

#[cfg(test)]
mod tests;
