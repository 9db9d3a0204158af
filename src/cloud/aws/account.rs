//! Which account calls are made in, and whether they may be.
//!
//! The lists of the settings hold for the account where work is done: that of the last
//! role, not those of the credentials on the way there, which are used for nothing else.

use std::sync::PoisonError;

use aws_credential_types::Credentials;

use super::{Accounts, Actor, Aws, CallerIdentity};
use crate::cloud::{Error, Kind};

impl Aws {
    /// Returns the id of the account that calls are made in, asking AWS once for each access key.
    ///
    /// # Errors
    ///
    /// Credentials, transport, or what STS says; then the next caller asks again.
    pub async fn account_id(&self, region: &str) -> Result<String, Error> {
        let session = &self.actor.session;
        let credentials = self.credentials_of(session, region).await?;
        let identity = match self.identity_of(&credentials, region).await {
            Ok(identity) => identity,
            Err(error) => {
                let fresh = self.instead_of(&credentials, session, region, error).await?;
                self.identity_of(&fresh, region).await?
            }
        };
        Ok(identity.account_id)
    }

    /// Refuses credentials of an account that the settings do not allow; asks nobody where
    /// they allow all.
    ///
    /// # Errors
    ///
    /// As [`account_id`](Self::account_id), and `Kind::Account`: it may not be used.
    pub(super) async fn check_account(
        &self,
        credentials: &Credentials,
        region: &str,
        operation: &'static str,
    ) -> Result<(), Error> {
        let accounts = &self.inner.settings.accounts;
        if accounts.allowed.is_empty() && accounts.forbidden.is_empty() {
            return Ok(());
        }
        let identity = self.identity_of(credentials, region).await?;
        let problem = accounts.problem(&identity);
        problem.map_or(Ok(()), |reason| Err(Error::new(Kind::Account, operation, reason)))
    }

    /// Asks once for each access key: those who want to know at the same time share the answer,
    /// and a failure, too, so that nobody waits for one question after the other to fail.
    async fn identity_of(
        &self,
        credentials: &Credentials,
        region: &str,
    ) -> Result<CallerIdentity, Error> {
        let key = credentials.access_key_id();
        if let Some(known) = self.actor.identity_of(key) {
            return Ok(known);
        }
        let (aws, credentials, region) = (self.clone(), credentials.clone(), region.to_owned());
        let question = async move { aws.get_caller_identity_with(&credentials, &region).await };
        let identity = self.actor.inquiries.get(key.to_owned(), question).await?;
        self.actor.remember_identity(key, &identity);
        Ok(identity)
    }
}

impl Actor {
    fn identity_of(&self, key: &str) -> Option<CallerIdentity> {
        let known = self.identity.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|(known, _)| known == key).map(|(_, identity)| identity.clone())
    }

    fn remember_identity(&self, key: &str, identity: &CallerIdentity) {
        let mut known = self.identity.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some((key.to_owned(), identity.clone()));
    }
}

impl Accounts {
    /// Tells why calls may not be made in the account of a caller.
    fn problem(&self, CallerIdentity { account_id, arn }: &CallerIdentity) -> Option<String> {
        let found = format!("the call was not made, because {arn} is in account {account_id}, and");
        if self.forbidden.contains(account_id) {
            return Some(format!("{found} `forbidden_account_ids` lists it"));
        }
        if self.allowed.is_empty() || self.allowed.contains(account_id) {
            return None;
        }
        let allowed: Vec<_> = self.allowed.iter().map(String::as_str).collect();
        Some(format!("{found} `allowed_account_ids` lists {} only", allowed.join(", ")))
    }
}
