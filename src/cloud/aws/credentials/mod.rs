//! Who asks.
//!
//! Keys in the settings win and nothing else is looked at; so does a web identity there,
//! and then a profile or shared files: other than in AWS's own chain, keys in the
//! environment do not beat them. Then AWS's chain: environment, profile, web identity,
//! container, instance metadata. Roles in the settings are assumed one after the other,
//! from there.
//!
//! The sources are AWS's, but for STS, which we ask ourselves: that is how roles get all
//! their arguments, also those of profiles (`profile_chain.rs`), the endpoint that the
//! settings name, and errors that say who asked. The chain is ours, so that the environment
//! is an argument, every failure can name its source, and a profile that is named but
//! missing is an error instead of a reason to try the next source. What the container and
//! instance sources read from the environment they read from the process.

mod failure;
mod keys;
mod profile_chain;
mod role;
mod session;
mod sources;

use std::{sync::Arc, time::SystemTime};

use aws_credential_types::Credentials;
use tokio::{sync::OnceCell, time::Instant};

pub(super) use self::session::Session;
use self::{
    session::Origin,
    sources::{Refusal, Source},
};
use super::Aws;
use crate::cloud::{CREDENTIALS, Error, Kind};

impl Aws {
    /// Makes the credentials of a session anew. Calls to STS go to the client's own region,
    /// or else to that of the call that needs credentials.
    async fn renew(&self, session: &Arc<Session>, region: &str) -> Result<Credentials, Error> {
        let region = self.region().await?.unwrap_or_else(|| region.to_owned());
        match &session.origin {
            Origin::Sources(sources) => self.find_credentials(sources, &region).await,
            Origin::Role(role, source) => {
                let credentials = self.session_of(role, source, &region).await?;
                self.accept(credentials, &format!("role `{}`", role.arn))
            }
        }
    }

    async fn find_credentials(
        &self,
        sources: &OnceCell<Vec<Source>>,
        region: &str,
    ) -> Result<Credentials, Error> {
        let deadline = Instant::now() + self.budget();
        let sources = sources.get_or_try_init(|| self.sources()).await?;
        let mut empty = Vec::new();
        for source in sources {
            match self.ask(source, region, deadline).await {
                Ok(credentials) => return self.accept(credentials, &source.name),
                Err(Refusal::Absent(reason)) => empty.push(format!("{}: {reason}", source.name)),
                Err(Refusal::Unusable(reason)) => return Err(unusable(source, &reason, &empty)),
                Err(Refusal::Failed(error)) => return Err(*error),
            }
        }
        let message = format!("no source has any ({})", empty.join("; "));
        Err(Error::new(Kind::Credentials, CREDENTIALS, message))
    }

    /// Makes the secrets known to the log, and refuses what is of no use any more.
    fn accept(&self, credentials: Credentials, origin: &str) -> Result<Credentials, Error> {
        let remember = self.inner.settings.remember_secret;
        remember(credentials.secret_access_key());
        credentials.session_token().into_iter().for_each(remember);
        match credentials.expiry() {
            Some(expiry) if expiry <= self.now() => {
                let expired = failure::instant(expiry);
                let message = format!("{origin}: they have expired, at {expired}");
                Err(Error::new(Kind::Credentials, CREDENTIALS, message))
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
