//! Who asks.
//!
//! Keys in the settings win and nothing else is looked at. A profile or shared files in
//! the settings come next: other than in AWS's own chain, keys in the environment do not
//! beat them. Then AWS's chain: environment, profile, web identity, container, instance metadata.
//!
//! The sources are AWS's; the chain is ours, so that the environment is an argument,
//! every failure can name its source, and a profile that is named but missing is an
//! error instead of a reason to try the next source. What the container and instance
//! sources read from the environment they read from the process.

mod failure;
mod sources;

use std::time::SystemTime;

use aws_credential_types::Credentials;
use tokio::{
    sync::{Mutex, OnceCell},
    time::Instant,
};

use self::sources::{Refusal, Source};
use super::Aws;
use crate::cloud::{CREDENTIALS, Error, Kind};

/// The sources, made when first needed, and what they gave last.
#[derive(Debug, Default)]
pub(super) struct Keyring {
    sources: OnceCell<Vec<Source>>,
    kept: Mutex<Option<Credentials>>,
}

impl Aws {
    /// Returns credentials that outlive a call. Concurrent calls wait for one answer.
    ///
    /// # Errors
    ///
    /// `Kind::Credentials`: no source has any, or one has them and fails.
    pub(super) async fn credentials(&self) -> Result<Credentials, Error> {
        let mut kept = self.inner.keyring.kept.lock().await;
        let end = self.now() + self.budget();
        if let Some(credentials) = &*kept
            && credentials.expiry().is_none_or(|expiry| expiry > end)
        {
            return Ok(credentials.clone());
        }
        let fresh = self.find_credentials().await?;
        Ok(kept.insert(fresh).clone())
    }

    /// Forgets what the sources gave: AWS does not accept it.
    pub(super) async fn forget_credentials(&self) {
        *self.inner.keyring.kept.lock().await = None;
    }

    async fn find_credentials(&self) -> Result<Credentials, Error> {
        let deadline = Instant::now() + self.budget();
        let sources = self.inner.keyring.sources.get_or_try_init(|| self.sources()).await?;
        let mut empty = Vec::new();
        for source in sources {
            match source.ask(deadline).await {
                Ok(credentials) => return self.accept(credentials, source),
                Err(Refusal::Absent(reason)) => empty.push(format!("{}: {reason}", source.name)),
                Err(Refusal::Unusable(reason)) => return Err(unusable(source, &reason, &empty)),
            }
        }
        let message = format!("no source has any ({})", empty.join("; "));
        Err(Error::new(Kind::Credentials, CREDENTIALS, message))
    }

    /// Makes the secrets known to the log, and refuses what is of no use any more.
    fn accept(&self, credentials: Credentials, source: &Source) -> Result<Credentials, Error> {
        let remember = self.inner.settings.remember_secret;
        remember(credentials.secret_access_key());
        credentials.session_token().into_iter().for_each(remember);
        match credentials.expiry() {
            Some(expiry) if expiry <= self.now() => {
                let reason = format!("they have expired, at {}", failure::instant(expiry));
                Err(unusable(source, &reason, &[]))
            }
            _ => Ok(credentials),
        }
    }

    /// Returns the time as sources tell it, which can hold any that they say.
    fn now(&self) -> SystemTime {
        (self.inner.clock)().into()
    }
}

fn unusable(source: &Source, reason: &str, empty: &[String]) -> Error {
    let Source { name, hint, .. } = source;
    let mut message = format!("{name}: {reason}{hint}");
    if !empty.is_empty() {
        message = format!("{message} (nor has any source before that: {})", empty.join("; "));
    }
    Error::new(Kind::Credentials, CREDENTIALS, message)
}

#[cfg(test)]
mod tests;
