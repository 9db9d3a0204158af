//! Which account calls are made in, and whether they may be.
//!
//! The lists of the settings hold for the account where work is done: that of the last
//! role, not those of the credentials on the way there, which are used for nothing else.

use super::{Accounts, Aws, CallerIdentity};
use crate::cloud::{Error, Kind};

impl Aws {
    /// Returns the id of the account that calls are made in, asking AWS once.
    ///
    /// # Errors
    ///
    /// Credentials, transport, or what STS says; then the next caller asks again.
    pub async fn account_id(&self, region: &str) -> Result<String, Error> {
        Ok(self.identity(region).await?.account_id)
    }

    /// Refuses to work in an account that the settings do not allow; asks nobody where
    /// they allow all.
    ///
    /// # Errors
    ///
    /// As [`account_id`](Self::account_id), and `Kind::Account`: it may not be used.
    pub(super) async fn check_account(
        &self,
        region: &str,
        operation: &'static str,
    ) -> Result<(), Error> {
        let accounts = &self.inner.settings.accounts;
        if accounts.allowed.is_empty() && accounts.forbidden.is_empty() {
            return Ok(());
        }
        let identity = self.identity(region).await?;
        let problem = accounts.problem(&identity);
        problem.map_or(Ok(()), |reason| Err(Error::new(Kind::Account, operation, reason)))
    }

    /// Asks once: those who want to know at the same time share the answer, and a failure,
    /// too, so that nobody waits for one question after the other to fail.
    async fn identity(&self, region: &str) -> Result<CallerIdentity, Error> {
        if let Some(known) = self.actor.identity.get() {
            return Ok(known.clone());
        }
        let (aws, region) = (self.clone(), region.to_owned());
        let question = async move { aws.get_caller_identity(&region).await };
        let identity = self.actor.inquiries.get((), question).await?;
        Ok(self.actor.identity.get_or_init(|| identity).clone())
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
